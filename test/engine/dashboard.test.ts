import assert from 'node:assert/strict';
import { snapshotAfter } from '../../src/core/dashboardNews.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import type { DashboardScope, DashboardSnapshot } from '../../src/core/snapshot/dashboard.ts';
import { EngineWorld } from './engineWorld.ts';

const hourMs = 3_600_000;

describe('the dashboard', () => {
  let world: EngineWorld;
  let sourceId: string;
  beforeEach(async () => {
    world = new EngineWorld(Date.now() - 30 * hourMs);
    const { lines } = world;
    write(lines.start(), visit(10, 'shop', 'web'), visit(11, 'test', 'psql'));
    lines.pass(5 * hourMs);
    write(lines.start());
    lines.pass(24.5 * hourMs);
    write(visit(20, 'shop', 'web'), lines.connect({ pid: 21, database: 'test', application: 'job' }));
    sourceId = await world.follow('pg.log');
  });
  afterEach(() => world.end());

  const write = (...texts: string[]): void => world.directory.append('pg.log', texts.join(''));
  const visit = (pid: number, database: string, application: string): string =>
    world.lines.connect({ pid, database, application }) + world.lines.disconnect({ pid, database });
  const told = async (scope: DashboardScope): Promise<unknown> => {
    const { lengths, top, topOf, totals } = await world.ask('dashboard', { sourceId, scope });
    assert.equal(
      lengths.reduce((sum, each) => sum + each, 0),
      totals.disconnects,
    );
    assert.equal(topOf, totals.connects);
    return top.application.names.map(({ name, connects, active }) => `${name} ${connects} ${active}`);
  };

  it('tells lengths and names of the time that it shows', async () => {
    assert.deepEqual(await told('all'), ['web 2 0', 'job 1 1', 'psql 1 0']);
    assert.deepEqual(await told('day'), ['job 1 1', 'web 1 0']);
    assert.deepEqual(await told('hour'), ['job 1 1', 'web 1 0']);
    assert.deepEqual(await told('restart'), ['job 1 1', 'web 1 0']);
    write(visit(30, 'shop', 'web'));
    await world.until(sourceId, 'he left', ({ totals }) => totals.disconnects === 4);
    assert.deepEqual(await told('day'), ['web 2 0', 'job 1 1']);
  });

  it('tells lengths and names as the filter and Clear let them be seen', async () => {
    await world.ask('setFilter', { sourceId, filter: { ...noFilter, database: ['test'] } });
    assert.deepEqual(await told('all'), ['job 1 1', 'psql 1 0']);
    await world.ask('setFilter', { sourceId, filter: noFilter });
    await world.ask('clear', { sourceId });
    write(visit(30, 'shop', 'web'));
    await world.until(sourceId, 'he left', ({ totals }) => totals.disconnects === 1);
    assert.deepEqual(await told('all'), ['web 1 0', 'job 0 1']);
    await world.ask('undoClear', { sourceId });
    assert.deepEqual(await told('all'), ['web 3 0', 'job 1 1', 'psql 1 0']);
  });

  it('says when the log begins', async () => {
    const { beganAt, history } = await world.ask('dashboard', { sourceId, scope: 'all' });
    assert.equal(Math.round(((beganAt ?? 0) - Date.now()) / hourMs), -30);
    assert.ok((history.startAt[0] ?? 0) <= (beganAt ?? 0));
  });

  it('tells the start that the log begins with from a restart', async () => {
    const told = async (): Promise<unknown[]> => {
      const { beganAt, firstStartAt, restartsAt } = await world.ask('dashboard', { sourceId, scope: 'all' });
      return [restartsAt.length, firstStartAt === restartsAt[0], firstStartAt === beganAt];
    };
    assert.deepEqual(await told(), [2, true, true]);
    await world.restart();
    await world.follow('pg.log');
    assert.deepEqual(await told(), [2, true, true]);
  });

  for (const [what, before] of [
    ['a session', () => visit(1, 'shop', 'web')],
    ['a stop', () => world.lines.line(1, 'LOG:  database system is shut down')],
  ] as const)
    it(`takes no start for the first one after ${what}`, async () => {
      world.directory.write('late.log', before() + world.lines.pass(1000).start());
      const late = await world.follow('late.log');
      const { restartsAt, firstStartAt } = await world.ask('dashboard', { sourceId: late, scope: 'all' });
      assert.deepEqual([restartsAt.length, firstStartAt], [1, undefined]);
    });

  it('keeps them in its checkpoint', async () => {
    const before = await told('all');
    await world.restart();
    await world.follow('pg.log');
    assert.deepEqual(await told('all'), before);
  });

  it('tells a page only what is new to it, and all of it to a page that has nothing', async () => {
    const ask = { sourceId, scope: 'all', page: 'panel' } as const;
    const first = await world.ask('dashboardNews', ask);
    assert.equal(first.follows, undefined);
    let shown: DashboardSnapshot = snapshotAfter(undefined, first);
    write(visit(30, 'shop', 'web'));
    await world.until(sourceId, 'he left', ({ totals }) => totals.disconnects === 4);
    const next = await world.ask('dashboardNews', { ...ask, have: first.number });
    assert.deepEqual([next.follows, next.feed.rows.length], [first.number, 2]);
    // the half hour since, of thirty
    assert.ok(next.history.startAt.length <= 4, String(next.history.startAt.length));
    shown = snapshotAfter(shown, next);
    const whole = await world.ask('dashboard', ask);
    assert.deepEqual({ ...shown, now: 0 }, { ...whole, now: 0 });
    for (const other of [ask, { ...ask, have: first.number }, { ...ask, page: 'editor', have: next.number }])
      assert.equal((await world.ask('dashboardNews', other)).follows, undefined);
  });
});
