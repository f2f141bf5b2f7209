import assert from 'node:assert/strict';
import { EventEmitter, type QuickPickItem, Uri, window } from 'vscode';
import type { FollowTarget } from '../../src/protocol/logQuestions.ts';
import { chooseLog, type LogPick } from '../../src/views/chooseLog.ts';

describe('a log that is chosen by its place', () => {
  const { createQuickPick, showOpenDialog } = window;
  afterEach(() => Object.assign(window, { createQuickPick, showOpenDialog }));

  /** A pick in which the user takes the items whose label begins so, as soon as they are accepted. */
  const shownPick = (label: string) => {
    const [accepts, hides] = [new EventEmitter<void>(), new EventEmitter<void>()];
    const pick = {
      items: [] as readonly QuickPickItem[],
      isThere: true,
      onDidAccept: accepts.event,
      onDidHide: hides.event,
      onDidTriggerItemButton: () => undefined,
      show: () => undefined,
      hide: () => hides.fire(),
      dispose: () => (pick.isThere = false),
      get selectedItems() {
        return this.items.filter((item) => item.label.startsWith(label));
      },
    };
    Object.assign(window, { createQuickPick: () => pick });
    return { pick, accept: () => accepts.fire() };
  };
  const choose = (discover: () => Promise<unknown>, follow?: (target: FollowTarget) => void) =>
    chooseLog({
      ...{ memory: {}, server: {}, home: undefined, isAnother: false },
      followed: { all: [], choice: { discover } },
      follow: (target: FollowTarget) => Promise.resolve(follow?.(target)),
    } as unknown as LogPick);

  /** The user takes the item that names a file or a folder, and then this one; answers what is followed. */
  const chosen = async (what: 'file' | 'folder', uri: Uri): Promise<FollowTarget[]> => {
    const followed: FollowTarget[] = [];
    const { accept } = shownPick(`$(${what}) `);
    Object.assign(window, { showOpenDialog: () => Promise.resolve([uri]) });
    const discover = () => {
      setImmediate(accept);
      return Promise.resolve({ logs: [] });
    };
    await choose(discover, (target) => followed.push(target));
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

  it('is asked for no more where the engine stops meanwhile, which is told', async () => {
    const { pick } = shownPick('');
    await assert.rejects(
      choose(() => Promise.reject(new Error('it stopped'))),
      /it stopped/,
    );
    assert.equal(pick.isThere, false);
  });
});
