import assert from 'node:assert/strict';
import { snapshotAfter } from '../../src/core/dashboardNews.ts';
import type { DashboardSnapshot } from '../../src/core/snapshot/dashboard.ts';
import { EngineWorld, ServerLines } from './engineWorld.ts';

describe('several logs in one engine', () => {
  let world: EngineWorld;
  beforeEach(() => {
    world = new EngineWorld();
  });
  afterEach(() => world.end());

  it('share a feed in which each row says its log, and keep everything else apart', async () => {
    const { lines, directory } = world;
    const others = new ServerLines(lines.at + 3);
    directory.write('one.log', lines.start() + lines.connect({ pid: 1 }));
    directory.write('two.log', others.start() + others.connect({ pid: 2, user: 'bob' }));
    const [one, two] = [await world.follow('one.log'), await world.follow('two.log')];
    let page: DashboardSnapshot | undefined;
    let have: number | undefined;
    const rows = async (): Promise<string[]> => {
      const news = await world.ask('dashboardNews', { sourceId: one, scope: 'all', page: 'p', have });
      page = snapshotAfter(news.follows === undefined ? undefined : page, news);
      have = news.number;
      return page.feed.map(({ sign, user, log }) => `${sign} ${user ?? ''} ${log ?? ''}`);
    };
    assert.deepEqual(await rows(), ['+ app one.log', '+ bob two.log']);
    const ids = page!.feed.map(({ id }) => id);

    directory.append('two.log', others.refuse(3, 'eve'));
    await world.until(two, 'the refusal', ({ totals }) => totals.failures === 1);
    directory.append('one.log', lines.disconnect({ pid: 1 }));
    await world.until(one, 'the end', ({ totals }) => totals.disconnects === 1);
    const told = await rows();
    assert.deepEqual(told.slice(0, 2), ['+ app one.log', '+ bob two.log']);
    assert.deepEqual(told.slice(2).sort(), ['! eve two.log', '- app one.log']);
    assert.deepEqual(
      page!.feed.slice(0, 2).map(({ id }) => id),
      ids,
    );
    assert.deepEqual([page!.totals.connects, page!.totals.failures], [1, 0]);

    const refused = page!.feed.find(({ sign }) => sign === '!')!;
    assert.equal(refused.sourceId, two);
    const ask = { sourceId: two, troubleId: refused.rowId!, largestFileBytes: 1e6 };
    assert.equal((await world.ask('locate', ask)).kind, 'file');

    await world.ask('unfollow', { sourceId: two });
    assert.deepEqual(await rows(), ['+ app ', '- app ']);
  });
});
