import assert from 'node:assert/strict';
import { EventEmitter, type QuickPickItem, Uri, window } from 'vscode';
import type { FollowTarget } from '../../src/protocol/logQuestions.ts';
import { chooseLog, type LogPick } from '../../src/views/chooseLog.ts';

describe('a log that is chosen by its place', () => {
  const { createQuickPick, showOpenDialog } = window;
  afterEach(() => Object.assign(window, { createQuickPick, showOpenDialog }));

  /** The user takes the item that names a file or a folder, and then this one; answers what is followed. */
  const chosen = async (what: 'file' | 'folder', uri: Uri): Promise<FollowTarget[]> => {
    const followed: FollowTarget[] = [];
    const [accepts, hides] = [new EventEmitter<void>(), new EventEmitter<void>()];
    const pick = {
      items: [] as readonly QuickPickItem[],
      onDidAccept: accepts.event,
      onDidHide: hides.event,
      onDidTriggerItemButton: () => undefined,
      show: () => undefined,
      hide: () => hides.fire(),
      dispose: () => undefined,
      get selectedItems() {
        return this.items.filter(({ label }) => label.startsWith(`$(${what}) `));
      },
    };
    Object.assign(window, {
      createQuickPick: () => pick,
      showOpenDialog: () => Promise.resolve([uri]),
    });
    const discover = () => {
      setImmediate(() => accepts.fire());
      return Promise.resolve({ logs: [] });
    };
    await chooseLog({
      ...{ memory: {}, server: {}, home: undefined, isAnother: false },
      followed: { all: [], choice: { discover } },
      follow: (target: FollowTarget) => {
        followed.push(target);
        return Promise.resolve();
      },
    } as unknown as LogPick);
    return followed;
  };

  it('is a file or a folder of this machine, and of no other file system', async () => {
    const path = '/var/log/postgresql';
    for (const what of ['file', 'folder'] as const) {
      assert.deepEqual(await chosen(what, Uri.file(path)), [{ path }]);
      for (const scheme of ['vscode-local', 'vscode-vfs', 'vscode-remote', 'untitled', 'ssh'])
        await assert.rejects(chosen(what, Uri.from({ scheme, path })), /is not a file on this machine/);
    }
  });
});
