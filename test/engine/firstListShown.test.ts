import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { FirstListShown } from '../../src/engine/firstListShown.ts';
import { pendingMs } from '../../src/engine/pendingMs.ts';
import { TestDirectory } from '../sources/tailWorld.ts';
import { ServerLines } from './engineWorld.ts';

describe('the first list that is shown', () => {
  let directory: TestDirectory;
  before(() => (directory = new TestDirectory()));
  after(() => directory.remove());

  it('stays as it is, and ends nothing, where its file can be read no longer', async () => {
    const lines = new ServerLines();
    const path = directory.write('pg.log', lines.start() + lines.connect({ pid: 10 }));
    const failures: unknown[] = [];
    const never = (): boolean => false;
    const shown = new FirstListShown(
      {
        ...{ show: () => undefined, changed: () => undefined, isStopped: never, isPaused: never },
        failed: (error) => failures.push(error),
      },
      { firstBytes: 1024, mostBytes: 1024, largeBytes: 1 },
    );
    await shown.run({ kind: 'files', paths: [path] }, { memoryEvents: 100 });
    const { list } = shown;
    assert.ok(list);
    // as a network's file system does
    const broken = new Error('EIO: i/o error, read');
    let reads = 0;
    list.follow = () => {
      reads += 1;
      throw broken;
    };
    await delay(3 * pendingMs);
    assert.equal(shown.end(), list);
    assert.deepEqual([failures, reads], [[broken], 1]);
    assert.deepEqual(
      [...list.fold.state.book.sessions()].map(({ pid }) => pid),
      [10],
    );
  });
});
