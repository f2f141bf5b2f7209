import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Memento } from 'vscode';
import { noFilter } from '../../src/core/session/filter.ts';
import { EngineClient } from '../../src/engine/client.ts';
import { FollowedLog } from '../../src/views/followedLog.ts';
import type { Settings } from '../../src/views/settings.ts';
import { WorkspaceMemory } from '../../src/views/workspaceMemory.ts';
import { settled } from './window.ts';

/**
 * An engine's thread that discovers two logs, follows any but `missing`, dies when it is asked for the status, and
 * after that tells of a server started later when it is paused.
 */
const script = `
const { parentPort } = require('node:worker_threads');
const log = (id) => ({ id, kind: 'pgrx', running: true, path: id, settings: {}, connectionLogging: 'on' });
const status = (id) => ({ sourceId: id, log: log(id), state: 'following', filter: {}, version: 1 });
const answers = {
  discover: ({ pinnedId }) => ({ logs: [log('old'), log('new')], chosenId: pinnedId ?? 'new' }),
  follow: ({ target }) => ({ status: status(target.path ?? target.discoveredId ?? target.demo) }),
  unfollow: () => undefined,
  configure: () => undefined,
  clear: ({ sourceId }) => ({ mark: sourceId }),
  setFilter: () => undefined,
  undoClear: ({ sourceId }) => ({ mark: 'none of ' + sourceId }),
  statusText: () => process.exit(1),
  pause: () => parentPort.postMessage({ type: 'newestServer', log: log('newest') }),
};
parentPort.on('message', (message) => {
  if (message === 'close') return parentPort.close();
  const { id, question, ask } = message;
  if (ask.target?.path === 'missing') {
    parentPort.postMessage({ type: 'refused', id, sentence: { message: '{0} does not exist.', args: ['missing'] } });
  } else parentPort.postMessage({ type: 'answer', id, answer: answers[question](ask) });
});
`;

/** What a workspace remembers, for the length of a test. */
class Remembered implements Memento {
  readonly #values = new Map<string, unknown>();
  keys(): readonly string[] {
    return [...this.#values.keys()];
  }
  get<T>(key: string, otherwise?: T): T {
    return (this.#values.get(key) ?? otherwise) as T;
  }
  update(key: string, value: unknown): Thenable<void> {
    this.#values.set(key, value);
    return Promise.resolve();
  }
}

describe('FollowedLog', () => {
  let directory: string;
  let engine: EngineClient;
  let followed: FollowedLog;
  let memory: WorkspaceMemory;
  let settings: Settings;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pg-connections-followed-'));
    await writeFile(join(directory, 'engine.cjs'), script);
  });
  after(() => rm(directory, { recursive: true }));

  beforeEach(() => {
    engine = new EngineClient(join(directory, 'engine.cjs'), {});
    memory = new WorkspaceMemory(new Remembered());
    settings = { log: 'auto', followNewestServer: true, engine: {} } as Settings;
    open();
  });
  afterEach(async () => {
    followed.dispose();
    await engine.dispose();
  });

  const open = (): void => {
    followed = new FollowedLog({ engine, memory, settings: () => settings, hints: () => ({ folders: [] }) });
  };
  const reopen = async (): Promise<void> => {
    followed.dispose();
    open();
    await followed.start();
  };
  const sourceId = (): string | undefined => followed.status?.sourceId;
  /** Resolves with the first change after which the condition holds. */
  const changedUntil = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const subscription = followed.onDidChange(() => {
        if (!holds()) return;
        subscription.dispose();
        resolve();
      });
    });
  const die = (): Promise<void> => assert.rejects(engine.ask('statusText', {}));

  it('follows what discovery chooses, and remembers that this workspace follows', async () => {
    assert.equal(memory.followedBefore, false);
    await followed.start();
    assert.equal(sourceId(), 'new');
    assert.equal(memory.followedBefore, true);
  });

  it('follows what the setting names', async () => {
    settings = { ...settings, log: '/var/log/x.log' };
    await followed.start();
    assert.equal(sourceId(), '/var/log/x.log');
  });

  it('follows what the user chose, also in the next window, until the setting changes', async () => {
    await followed.choose({ discoveredId: 'old' });
    await reopen();
    assert.equal(sourceId(), 'old');
    settings = { ...settings, log: '/var/log/x.log' };
    await followed.obeySettings(true);
    assert.equal(sourceId(), '/var/log/x.log');
  });

  it('says why the log of the setting cannot be followed, and follows the next setting', async () => {
    settings = { ...settings, log: 'missing' };
    await followed.start();
    assert.deepEqual([followed.phase, followed.refusal?.args[0]], ['refused', 'missing']);
    await assert.rejects(followed.ask('clear', {}), /No log is followed/);
    settings = { ...settings, log: 'auto' };
    await followed.obeySettings(true);
    assert.deepEqual([followed.phase, sourceId()], ['followed', 'new']);
  });

  it('stays with its log when a chosen one cannot be followed', async () => {
    await followed.start();
    await assert.rejects(followed.choose({ path: 'missing' }), /does not exist/);
    assert.equal(sourceId(), 'new');
  });

  it('looks for another one when the first that was chosen cannot be followed', async () => {
    await assert.rejects(followed.choose({ path: 'missing' }), /does not exist/);
    await followed.start();
    await changedUntil(() => followed.phase === 'followed');
    assert.equal(sourceId(), 'new');
  });

  it('takes a Clear back of the log that was cleared, whichever is shown by then', async () => {
    await followed.choose({ path: 'one' });
    await followed.add({ path: 'two' });
    const cleared = await followed.clear();
    await followed.show('one');
    assert.deepEqual([cleared, sourceId()], ['two', 'one']);
    await followed.clear(true, cleared);
    const marks = ['one', 'two'].map((path) => memory.log({ path }).clearMark);
    assert.deepEqual(marks, [undefined, 'none of two']);
  });

  it('remembers a filter of the log that is filtered, whichever is shown by then', async () => {
    await followed.choose({ path: 'one' });
    await followed.add({ path: 'two' });
    const filter = { ...noFilter, database: ['shop'] };
    const filtering = followed.setFilter(filter);
    await settled();
    await followed.show('one');
    await filtering;
    const filters = ['one', 'two'].map((path) => memory.log({ path }).filter);
    assert.deepEqual(filters, [undefined, filter]);
  });

  it('remembers nothing of the demo, and shows what was shown before when it ends', async () => {
    await followed.choose({ path: 'other' });
    await followed.add({ path: 'chosen' });
    await followed.add({ demo: 'demo' });
    const remembered = (): unknown => [memory.choice?.target, memory.others];
    assert.deepEqual(remembered(), [{ path: 'chosen' }, [{ path: 'other' }]]);
    await followed.stop('demo');
    assert.equal(followed.status?.sourceId, 'chosen');
    assert.deepEqual(remembered(), [{ path: 'chosen' }, [{ path: 'other' }]]);
    assert.equal(followed.all.length, 2);
  });

  it('follows a server that is started later', async () => {
    await followed.start();
    const switched = changedUntil(() => sourceId() === 'newest');
    await followed.ask('pause', { paused: true });
    await switched;
  });

  for (const [title, hold] of [
    ['a log is pinned', () => memory.pin('old')],
    ['the user chose a path', () => followed.choose({ path: '/x.log' })],
    ['the setting says so', () => (settings = { ...settings, followNewestServer: false })],
  ] as const) {
    it(`stays when a server is started later and ${title}`, async () => {
      await hold();
      await followed.start();
      const before = sourceId();
      await followed.ask('pause', { paused: true });
      // Answered after the news was heard: by then a switch would have been asked for.
      await engine.ask('discover', { hints: { folders: [] } });
      await engine.ask('discover', { hints: { folders: [] } });
      assert.equal(sourceId(), before);
    });
  }

  it('follows the same log again when the engine dies, and gives up when it keeps dying', async () => {
    await followed.choose({ discoveredId: 'old' });
    for (let time = 0; time < 2; time++) {
      const back = changedUntil(() => followed.phase === 'followed');
      await die();
      await back;
      assert.equal(sourceId(), 'old');
    }
    const gaveUp = changedUntil(() => followed.phase === 'refused');
    await die();
    await gaveUp;
    assert.match(followed.refusal?.message ?? '', /again and again/);
    await followed.retry();
    assert.equal(followed.phase, 'refused');
    await followed.lookAgain();
    assert.equal(sourceId(), 'old');
  });
});
