import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { foldOf, SourceCheckpoint } from '../../src/engine/sourceCheckpoint.ts';
import { openLog } from '../../src/sources/tail/logFile.ts';
import { EngineWorld, settings } from './engineWorld.ts';

describe('a checkpoint that stands where a file begins', () => {
  let world: EngineWorld;
  beforeEach(() => (world = new EngineWorld()));
  afterEach(() => world.end());

  const path = (hour: number): string => `log/postgresql-2026-11-20_${hour}0000.log`;
  const visits = (first: number, count: number): string =>
    Array.from({ length: count }, (_, nth) => ({ pid: first + nth }))
      .map((client) => world.lines.connect(client) + world.lines.disconnect(client))
      .join('');

  /** Ten were read of a file that is gone now, and the next has just begun when the editor is closed. */
  async function closedAtRotation(): Promise<void> {
    world.directory.makeFolder('log');
    world.directory.append(path(10), world.lines.start() + visits(100, 10));
    const sourceId = await world.follow('log');
    const { log } = await world.until(sourceId, 'they left', ({ totals }) => totals.disconnects === 10);
    await world.ask('unfollow', { sourceId });
    world.directory.append(path(11), visits(200, 5));
    const checkpoint = new SourceCheckpoint(world.storage, log, settings);
    const saved = checkpoint.load();
    assert.ok(saved);
    const fold = foldOf(log, settings, saved);
    const next = openLog(world.directory.join(path(11)));
    fold.log.begin(next.file, 0);
    next.close();
    await checkpoint.save(fold, { seenId: saved.seenId, acknowledged: saved.acknowledged });
    world.directory.unlink(path(10));
  }

  async function assertTells(count: number): Promise<void> {
    await world.restart();
    const sourceId = await world.follow('log');
    const { totals } = await world.until(sourceId, 'all left', ({ totals }) => totals.disconnects >= count);
    assert.deepEqual([totals.connects, totals.disconnects], [count, count]);
  }

  it('is gone on with, though what was read before is deleted', async () => {
    await closedAtRotation();
    world.directory.append(path(11), visits(300, 5));
    await assertTells(20);
  });

  it('is gone on with where that file has another name by now', async () => {
    await closedAtRotation();
    renameSync(world.directory.join(path(11)), world.directory.join(`${path(11)}.1`));
    world.directory.append(path(12), visits(300, 5));
    await assertTells(20);
  });

  it('is doubted where another file has that name', async () => {
    await closedAtRotation();
    world.directory.unlink(path(11));
    world.directory.append(path(11), visits(300, 7));
    await assertTells(7);
  });
});
