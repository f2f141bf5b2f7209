import assert from 'node:assert/strict';
import { l10n, window } from 'vscode';
import { SentenceError, sentence } from '../../src/core/sentence.ts';
import type { ConnectedServer } from '../../src/views/connectedServer.ts';
import { tryDemo } from '../../src/views/demo.ts';
import type { FollowedLog } from '../../src/views/followedLog.ts';
import { keptPasswords } from '../../src/views/keptPasswords.ts';
import type { ReadOnlyTexts } from '../../src/views/readOnlyTexts.ts';
import { ServerActions } from '../../src/views/serverActions.ts';
import { FakeUser } from './fakeEngine.ts';
import { settled } from './window.ts';

/** Nobody waits for it any more: the command that began it is done. */
describe('what fails later is told to the user', () => {
  const { showInformationMessage, showWarningMessage } = window;
  let told: string[];
  let unheard: unknown[];
  const failed = (error: unknown): void => void told.push(String(error));
  const note = (error: unknown): void => void unheard.push(error);
  const fails = (): Promise<never> => Promise.reject(new SentenceError('It stopped.'));
  beforeEach(() => {
    [told, unheard] = [[], []];
    process.on('unhandledRejection', note);
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
    Object.assign(window, { showInformationMessage, showWarningMessage });
  });
  /** The user presses this button. */
  const press = (button: string): void => {
    const show = (_: string, ...rest: unknown[]) =>
      Promise.resolve([button, 'Terminate'].find((each) => rest.includes(each)));
    Object.assign(window, { showInformationMessage: show, showWarningMessage: show });
  };
  const isTold = async (what: RegExp): Promise<void> => {
    await settled();
    assert.deepEqual(unheard, []);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', what);
  };

  it('where the demo is to be stopped', async () => {
    press(l10n.t('Stop the Demo'));
    let all: unknown[] = [];
    const add = (): Promise<void> => {
      all = [{ sourceId: 'demo', log: { kind: 'demo' } }];
      return Promise.resolve();
    };
    const followed = {
      get all() {
        return all;
      },
      ...{ add, stop: fails },
    };
    await tryDemo(followed as unknown as FollowedLog, 'demo.log', failed);
    await isTold(/It stopped/);
  });

  it('where it is to be shown what ended', async () => {
    press(l10n.t('Show Each'));
    const request = { kind: 'terminate', pids: [8] } as const;
    const backend = { pid: 8, backendStartAt: 0, backendType: 'client backend', blockedBy: [] };
    const row = { what: 'session', backend };
    const server = {
      ask: () => Promise.resolve({ request, rows: [row], headline: sentence('End'), sql: '', warnings: [] }),
      end: () => Promise.resolve({ headline: sentence('Ended'), results: [{ row, result: 'done' }] }),
    };
    const texts = { show: fails };
    await new ServerActions(
      server as unknown as ConnectedServer,
      texts as unknown as ReadOnlyTexts,
      failed,
    ).end(request);
    await isTold(/It stopped/);
  });

  it('where a password is to be kept', async () => {
    const { secrets } = new FakeUser().parts;
    const full = { ...secrets, store: () => Promise.reject(new Error('no keyring')) };
    void keptPasswords(full, failed).store('key', 'sesame');
    await isTold(/could not be kept .*no keyring/);
  });
});
