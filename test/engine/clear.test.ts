import assert from 'node:assert/strict';
import { noFilter } from '../../src/core/session/filter.ts';
import { noTotals } from '../../src/core/session/tally.ts';
import { ClearMarks } from '../../src/engine/clearMarks.ts';
import { LogFold } from '../../src/engine/logFold.ts';
import { feed } from '../../src/sources/tail/feed.ts';
import { EngineWorld, ServerLines } from './engineWorld.ts';

describe('Clear', () => {
  let world: EngineWorld;
  let sourceId: string;
  beforeEach(async () => {
    world = new EngineWorld(Date.now() - 2 * 3_600_000);
    const { lines } = world;
    write(lines.start(), lines.connect({ pid: 10 }), lines.connect({ pid: 11, database: 'test' }));
    write(lines.disconnect({ pid: 11, database: 'test' }), lines.refuse(12), lines.connect({ pid: 13 }));
    sourceId = await world.follow('pg.log');
  });
  afterEach(() => world.end());

  const write = (...texts: string[]): void => world.directory.append('pg.log', texts.join(''));
  const cleared = () => world.until(sourceId, 'it is cleared', ({ clearedAt }) => clearedAt !== undefined);
  const seen = async () => {
    const { totals, feed, history } = await world.ask('dashboard', { sourceId, scope: 'all' });
    const { failures } = await world.ask('troubles', { sourceId });
    const connects = history.connects.reduce((sum, each) => sum + each, 0);
    return {
      ...totals,
      feed: feed.map(({ sign, pid }) => `${sign}${pid}`),
      groups: failures.length,
      connects,
    };
  };

  it('forgets counts, feed, failures and history; who is connected stays, marked as older', async () => {
    await world.ask('clear', { sourceId });
    const status = await cleared();
    assert.deepEqual([status.active, status.totals.connects, status.canUndoClear], [2, 0, true]);
    assert.deepEqual(await seen(), {
      ...noTotals(),
      feed: [],
      groups: 0,
    });
    write(world.lines.connect({ pid: 14 }), world.lines.refuse(15));
    await world.until(
      sourceId,
      'news are counted',
      ({ newFailures, totals }) => newFailures + totals.connects === 2,
    );
    const { feed, connects, failures, groups } = await seen();
    assert.deepEqual([feed, connects, failures, groups], [['+14', '!15'], 1, 1, 1]);
    const ask = { sourceId, dimension: 'database', name: 'shop', from: 0, limit: 10 } as const;
    const { sessions } = await world.ask('sessions', ask);
    assert.deepEqual(
      sessions.map(({ pid, beforeClear }) => [pid, beforeClear]),
      [
        [10, true],
        [13, true],
        [14, false],
      ],
    );
  });

  it('draws nothing of before it', async () => {
    await world.ask('clear', { sourceId });
    const { clearedAt } = await cleared();
    world.lines.pass(3_600_000);
    write(world.lines.start(), world.lines.connect({ pid: 14 }));
    await world.until(sourceId, 'the restart is told', ({ totals }) => totals.connects === 1);
    for (const scope of ['hour', 'day', 'all', 'restart'] as const) {
      const { history, restartsAt } = await world.ask('dashboard', { sourceId, scope, bucketMinutes: 1 });
      const [firstAt = 0] = history.startAt;
      assert.ok(firstAt > (clearedAt ?? 0) - 60_000, scope);
      assert.ok(
        restartsAt.every((at) => at > (clearedAt ?? 0)),
        scope,
      );
    }
    const { restartsAt } = await world.ask('dashboard', { sourceId, scope: 'all' });
    assert.equal(restartsAt.length, 1);
  });

  it('counts on, filtered and unfiltered apart', async () => {
    await world.ask('clear', { sourceId });
    await world.ask('setFilter', { sourceId, filter: { ...noFilter, database: ['shop'] } });
    write(world.lines.connect({ pid: 14 }), world.lines.connect({ pid: 15, database: 'test' }));
    await world.until(sourceId, 'both are counted', ({ totals }) => totals.connects === 2);
    assert.equal((await seen()).connects, 1);
  });

  it('is undone, one after the other', async () => {
    const before = await seen();
    await world.ask('clear', { sourceId });
    write(world.lines.connect({ pid: 14 }));
    await world.until(sourceId, 'it is counted', ({ totals }) => totals.connects === 1);
    const { mark } = await world.ask('clear', { sourceId });
    assert.equal((await seen()).connects, 0);
    assert.notDeepEqual((await world.ask('undoClear', { sourceId })).mark, mark);
    assert.equal((await seen()).connects, 1);
    assert.deepEqual(await world.ask('undoClear', { sourceId }), { mark: undefined });
    assert.deepEqual(await seen(), { ...before, connects: 4, feed: [...before.feed, '+14'] });
    await world.until(sourceId, 'it says so', ({ canUndoClear }) => !canUndoClear);
  });

  for (const [what, rotate] of [
    ['the log is followed again', () => undefined],
    ['it was renamed by a rotation', () => world.directory.rename('pg.log', 'pg.log.1')],
    ['it was copied and truncated', () => world.directory.copyTruncate('pg.log', 'pg.log.1')],
  ] as const) {
    for (const isKept of [true, false]) {
      it(`holds when ${what}, ${isKept ? 'with' : 'without'} a checkpoint`, async () => {
        const { mark } = await world.ask('clear', { sourceId });
        await world.restart();
        if (!isKept) world.directory.remove('storage');
        rotate();
        write(world.lines.connect({ pid: 14 }), world.lines.refuse(15));
        await world.follow('pg.log', structuredClone(mark));
        const { feed, connects, failures } = await seen();
        assert.deepEqual([feed, connects, failures], [['+14', '!15'], 1, 1]);
      });
    }
  }

  it('does not take another file with the same inode for its own', async () => {
    const { mark } = await world.ask('clear', { sourceId });
    assert.ok(mark.file);
    await world.restart();
    world.directory.write('pg.log', world.lines.pass(1000).start() + world.lines.connect({ pid: 20 }));
    await world.follow('pg.log', structuredClone(mark));
    assert.deepEqual((await seen()).feed, ['+20']);
  });
});

describe('Clear of a stream that is never quiet', () => {
  const lines = new ServerLines();
  let fold: LogFold;
  let marks: ClearMarks;
  beforeEach(() => {
    fold = new LogFold({ memoryEvents: 1000 });
    marks = new ClearMarks(undefined);
    fold.log.begin({ path: 'db', identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
    come(lines.start(), lines.connect({ pid: 10 }));
  });

  const come = (...texts: string[]): void => {
    feed(fold.log, Buffer.from(texts.join('')));
    fold.log.caughtUp();
  };
  const seen = () => {
    const { connects, disconnects, failures } = fold.state.seen.totals;
    return { connects, disconnects, failures };
  };

  it('forgets the line that came last, of which more might have come', () => {
    come(lines.disconnect({ pid: 10 }));
    marks.clear('db', fold);
    come(lines.connect({ pid: 11 }), lines.connect({ pid: 12 }));
    fold.finish();
    assert.deepEqual(seen(), { connects: 1, disconnects: 0, failures: 0 });
    assert.equal(fold.state.everything.totals.disconnects, 1);
  });

  it('forgets a failure whose DETAIL comes after it', () => {
    const [received = '', fatal = '', detail = ''] = lines.refuse(11).split(/(?<=\n)/);
    come(received, fatal);
    marks.clear('db', fold);
    come(detail, lines.refuse(12), lines.connect({ pid: 13 }));
    assert.equal(seen().failures, 1);
    const all = fold.state.troubles.failure.map(({ detail: said }) => said?.split(' ')[0]);
    assert.deepEqual(all, ['Connection', 'Connection']);
  });

  it('keeps a line of which only a part had come', () => {
    const line = lines.connect({ pid: 11 });
    come(line.slice(0, -20));
    marks.clear('db', fold);
    come(line.slice(-20), lines.connect({ pid: 12 }), lines.connect({ pid: 13 }));
    fold.finish();
    assert.equal(seen().connects, 2);
  });
});

describe('Clear in a log that two files hold in turns', () => {
  const lines = new ServerLines(Date.now() - 3_600_000);
  const files = [1, 2].map((inode) => ({
    path: `${inode}.log`,
    identity: { device: 1, inode, head: String(inode), headBytes: 1 },
  }));
  let fold: LogFold;
  let marks: ClearMarks;
  let sizes: number[];
  beforeEach(() => {
    fold = new LogFold({ memoryEvents: 1000 });
    marks = new ClearMarks(undefined);
    sizes = [0, 0];
  });

  /** A turn of one of them, in which so many come and stay. */
  const turn = (nth: 0 | 1, ...pids: number[]): void => {
    const file = files[nth] as (typeof files)[number];
    const bytes = Buffer.from(pids.map((pid) => lines.connect({ pid })).join(''));
    fold.log.begin({ ...file }, sizes[nth] ?? 0);
    feed(fold.log, bytes);
    fold.log.caughtUp();
    sizes[nth] = (sizes[nth] ?? 0) + bytes.length;
  };
  const connects = (): number => {
    fold.finish();
    return fold.state.seen.totals.connects;
  };

  it('forgets all that came before, in whichever of them, and nothing that comes after', () => {
    for (const pid of [10, 20, 30]) {
      turn(0, pid, pid + 1);
      turn(1, pid + 2);
    }
    turn(0, 40);
    marks.clear('db', fold);
    assert.equal(connects(), 0);
    turn(1, 50);
    turn(0, 51, 52);
    marks.applyTo(fold);
    assert.equal(connects(), 3);
  });

  it('keeps two files, however often they take turns', () => {
    for (let pid = 10; pid < 100; pid += 2) {
      turn(0, pid);
      turn(1, pid + 1);
    }
    assert.equal(fold.log.files.length, 90);
    assert.equal(new Set(fold.log.files.map(({ file }) => file)).size, 2);
    assert.equal(fold.fileName(33), '1.log');
  });
});
