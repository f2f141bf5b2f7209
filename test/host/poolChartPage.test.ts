import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { EventEmitter } from 'vscode';
import type { PoolChart, PoolStatus } from '../../src/core/pool/poolSnapshot.ts';
import { PoolCharts } from '../../src/views/poolChartPage.ts';
import type { WindowPools } from '../../src/views/windowPools.ts';
import { until } from '../env/scenario/until.ts';
import { ownExtension } from './window.ts';

/** Longer than the pause between two draws. */
const restMs = 700;
const chart: PoolChart = {
  ...{ label: 'app.log', pool: undefined, size: undefined, limit: undefined },
  ...{ bucketMs: 0, buckets: [], now: 0 },
};

/** Pools whose charts are asked for, and answered when the test wants. */
class World {
  readonly changed = new EventEmitter<string | undefined>();
  readonly asked: { readonly poolId: string; readonly answer: () => void }[] = [];
  readonly errors: unknown[] = [];
  readonly charts: PoolCharts;

  constructor() {
    const pools = {
      onDidChange: this.changed.event,
      statuses: ['one', 'other'].map((poolId) => ({ poolId, label: poolId }) as PoolStatus),
      ask: (_question: string, { poolId }: { poolId: string }) =>
        new Promise((resolve) => this.asked.push({ poolId, answer: () => resolve({ chart }) })),
    } as unknown as WindowPools;
    this.charts = new PoolCharts(pools, ownExtension().extensionUri, (error) => this.errors.push(error));
  }

  asksFor(poolId: string): number {
    return this.asked.filter((each) => each.poolId === poolId).length;
  }

  async show(poolId: string): Promise<void> {
    const before = this.asksFor(poolId);
    this.charts.show(poolId, undefined);
    await until(`${poolId} is asked for`, () => Promise.resolve(this.asksFor(poolId) > before || undefined));
  }
}

describe('the chart of a pool', () => {
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => world.charts.dispose());

  it('is asked for only while it is shown, whatever was wanted before', async () => {
    await world.show('one');
    world.changed.fire('one');
    await world.show('other');
    for (const { answer } of world.asked) answer();
    await pause(restMs);
    assert.equal(world.asksFor('one'), 1);
    await world.show('one');
    assert.deepEqual(world.errors, []);
  });

  it('is told to nobody once it is closed', async () => {
    await world.show('one');
    world.charts.dispose();
    for (const { answer } of world.asked) answer();
    await pause(0);
    assert.deepEqual(world.errors, []);
  });
});
