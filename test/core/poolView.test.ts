import assert from 'node:assert/strict';
import { livePoolFindings } from '../../src/core/pool/poolFinding.ts';
import { poolerRows, shownPools, sumOfRows } from '../../src/core/pool/poolRows.ts';
import type { PoolerSample, PoolerTrace } from '../../src/core/pool/poolerSample.ts';
import type { PoolFigures } from '../../src/core/pool/poolSample.ts';
import {
  mostPoolRows,
  type PoolChart,
  type PoolRow,
  type PoolSnapshot,
  type PoolStatus,
} from '../../src/core/pool/poolSnapshot.ts';
import { PoolTimeline } from '../../src/core/pool/poolTimeline.ts';
import { pooledApplications, tracedClients } from '../../src/core/pool/throughPooler.ts';
import { applicationId, mostRows, sourceNode, type PoolNode } from '../../src/views/poolModel.ts';
import { bucketAt, poolCurve } from '../../src/webview/poolCurve.ts';
import { backend, sampleOf } from './server/activitySample.ts';

const row = (name: string, now: PoolFigures, timeouts = 0): PoolRow => ({
  ...{ name, kind: 'hikaricp', timeouts, leaksDetected: 0, samples: 1, now },
});
const trace = (application: string | undefined, part: Partial<PoolerTrace> = {}): PoolerTrace => ({
  ...{
    user: 'app',
    database: 'shop',
    applicationName: application,
    clientAddress: '127.0.0.1',
    clientPort: 1,
  },
  ...{ state: 'active', waitMs: 0, client: `${application}`, ...part },
});
const linked = (backendPid: number, localPort: number): Partial<PoolerTrace> => ({
  server: { server: 's', state: 'active', backendPid, address: '127.0.0.1', port: 5432, localPort },
});

describe('findings of a followed pool', () => {
  const at = 1_000_000_000;
  const kinds = (now: PoolFigures, timeoutsAt?: number, kind: PoolRow['kind'] = 'hikaricp'): string[] => {
    const timeline = new PoolTimeline();
    if (timeoutsAt !== undefined) timeline.add(timeoutsAt, 1, 0, 3);
    const totals = { ...row('orders', now, timeoutsAt === undefined ? 0 : 3), kind };
    return livePoolFindings(totals, now, timeline.buckets, at).map((each) => `${each.severity} ${each.kind}`);
  };
  const cases: readonly (readonly [what: string, found: readonly string[], expected: readonly string[]])[] = [
    ['nothing while there is room', kinds({ size: 5, checkedOut: 4, waiting: 0 }), []],
    ['full', kinds({ size: 5, checkedOut: 5, waiting: 0 }), ['warning poolFull']],
    [
      'full and waited for',
      kinds({ size: 5, checkedOut: 5, waiting: 1 }),
      ['critical poolFull', 'warning poolWaiting'],
    ],
    ['not full while there is overflow left', kinds({ size: 5, maxOverflow: 2, checkedOut: 6 }), []],
    ['not full where overflow is not known', kinds({ size: 5, checkedOut: 6 }, undefined, 'sqlalchemy'), []],
    ['checkouts given up now', kinds({ checkedOut: 1 }, at - 60_000), ['critical poolExhausted']],
    ['nothing of those of an hour ago', kinds({ checkedOut: 1 }, at - 3_600_000), []],
  ];
  for (const [what, found, expected] of cases) it(`are: ${what}`, () => assert.deepEqual(found, expected));
});

describe('who comes through a pooler', () => {
  const clients = [
    trace('web', linked(11, 4001)),
    trace('web', { state: 'waiting', waitMs: 1500, client: 'w' }),
    trace('web', { client: 'idle' }),
    trace(undefined),
  ];

  it('is counted by application, the largest first', () => {
    assert.deepEqual(pooledApplications({ clients }), [
      { name: 'web', clients: 3, linked: 1, waiting: 1 },
      { name: undefined, clients: 1, linked: 0, waiting: 0 },
    ]);
  });

  it('is listed with a backend first, then those that wait', () => {
    assert.deepEqual(
      tracedClients({ clients }, 'web', []).map(({ client }) => client),
      ['web', 'w', 'idle'],
    );
  });

  it('is told of by the backend’s server only where its session came from the pooler’s port', () => {
    const state = (clientPort: number): string | undefined => {
      const server = sampleOf([backend(11, { clientPort, state: 'idle in transaction' })]);
      return tracedClients({ clients }, 'web', [server])[0]?.backend?.state;
    };
    assert.deepEqual([state(4001), state(4002)], ['idle in transaction', undefined]);
  });
});

describe('the rows of several pools', () => {
  it('are summed figure by figure; of waits the longest counts, and what no pool tells stays unknown', () => {
    const { now } = sumOfRows([
      row('a', { size: 5, checkedOut: 2, waitMs: 10 }),
      row('b', { size: 5, checkedOut: 3, waiting: 1, waitMs: 90 }),
    ]);
    assert.deepEqual(
      [now.size, now.checkedOut, now.waiting, now.waitMs, now.overflow],
      [10, 5, 1, 90, undefined],
    );
  });

  it('are bounded, the busiest stay, and the sum has all', () => {
    const pools = Array.from({ length: 500 }, (_, index) => row(`p${index}`, { checkedOut: index }));
    const shown = shownPools(pools);
    assert.deepEqual(
      [shown.pools.length, shown.poolCount, shown.pools[0]?.name, shown.sum?.now.checkedOut],
      [mostPoolRows, 500, 'p499', (499 * 500) / 2],
    );
  });

  it('are those of SHOW POOLS where a console is asked', () => {
    const pool = {
      ...{
        database: 'shop',
        user: 'app',
        clientsActive: 4,
        clientsWaiting: 3,
        serversActive: 2,
        serversIdle: 1,
      },
      ...{
        serversUsed: 1,
        serversTested: 0,
        serversLogin: 0,
        maxWaitMs: 1200,
        poolMode: 'transaction',
        size: 3,
      },
    };
    const [first] = poolerRows({ pools: [pool] } as unknown as PoolerSample);
    const { size, checkedOut, checkedIn, overflow, waiting, waitMs } = first?.now ?? {};
    assert.deepEqual([size, checkedOut, checkedIn, overflow, waiting, waitMs], [3, 2, 2, 1, 3, 1200]);
  });
});

describe('the rows of the Pools view', () => {
  const status = {
    ...{ poolId: 'p', target: { kind: 'log', path: '/a.log' }, label: 'a.log', origin: 'applicationLog' },
    ...{ state: 'following', needsPassword: false, warnings: 0, critical: 0, version: 1 },
  } as PoolStatus;
  const snapshot = (part: Partial<PoolSnapshot>): PoolSnapshot => ({
    ...{
      status,
      pools: [],
      poolCount: 0,
      findings: [],
      applications: [],
      onServer: [],
      troubles: [],
      warnings: [],
    },
    ...part,
  });
  const kinds = (node: PoolNode): string[] => (node.children ?? []).map(({ kind }) => kind);

  it('have what is wrong first, then the sum and the pools', () => {
    const sentence = { message: 'm', args: [] };
    const finding = {
      ...({ kind: 'poolFull', severity: 'critical' } as const),
      ...{ subject: 'a', sentence, nextStep: sentence, value: 1, threshold: 1 },
    };
    const pools = [row('a', { checkedOut: 1 }), row('b', { checkedOut: 1 })];
    const node = sourceNode(
      { ...status, sentence },
      snapshot({ findings: [finding], pools, poolCount: 2, sum: sumOfRows(pools) }),
    );
    assert.deepEqual(kinds(node), ['remark', 'finding', 'pool', 'pool', 'pool']);
  });

  it('have only the figures that are told', () => {
    const [pool] = sourceNode(status, snapshot({ pools: [row('a', { checkedOut: 1 })] })).children ?? [];
    const figures = pool?.children?.map((each) => (each.kind === 'figure' ? each.figure : ''));
    assert.deepEqual(figures, ['checkedOut', 'timeouts']);
  });

  it('have an id each, whatever a pool or an application is called', () => {
    const named = (name: string | undefined) => ({ name, clients: 5000, linked: 0, waiting: 0 });
    const applications = ['web', 'web/…', 'web/c', undefined].map(named);
    const clients = Array.from({ length: mostRows }, () => trace('web', { client: 'c' })).slice(0, 1);
    const traced = new Map([[applicationId('p', 'web'), { clients, total: 5000 }]]);
    const pools = ['a', 'a/checkedOut'].map((name) => row(name, { checkedOut: 1 }));
    const ids = ({ id, children = [] }: PoolNode): string[] => [id, ...children.flatMap(ids)];
    const all = ids(sourceNode(status, snapshot({ applications, pools }), traced));
    assert.equal(new Set(all).size, all.length);
  });

  it('are bounded, however many clients an application has', () => {
    const application = { name: 'web', clients: 5000, linked: 0, waiting: 0 };
    const clients = Array.from({ length: mostRows }, (_, index) => trace('web', { client: String(index) }));
    const traced = new Map([[applicationId('p', 'web'), { clients, total: 5000 }]]);
    const [through] = sourceNode(status, snapshot({ applications: [application] }), traced).children ?? [];
    const rows = through?.children?.[0]?.children ?? [];
    assert.equal(rows.length, mostRows + 1);
    assert.ok(rows.at(-1)?.kind === 'more');
  });
});

describe('the curve of a pool', () => {
  const chart = (outs: readonly number[], part: Partial<PoolChart> = {}): PoolChart => {
    const timeline = new PoolTimeline();
    outs.forEach((out, second) => timeline.add(second * 1000, out, 0, out === 9 ? 1 : 0));
    const { buckets, bucketMs } = timeline;
    return { label: 'a', pool: 'p', size: 5, limit: 7, bucketMs, buckets, now: outs.length * 1000, ...part };
  };
  const extent = { width: 600, height: 100 };

  it('is not there while nothing is known', () => assert.equal(poolCurve(chart([]), extent), undefined));

  it('has room for the size, the overflow and the most that were out', () => {
    for (const outs of [[1], [9], [120, 3]]) {
      const curve = poolCurve(chart(outs), extent);
      assert.ok(curve && curve.top >= Math.max(7, ...outs));
      assert.equal(curve.lines[0], 0);
      assert.equal(curve.lines.at(-1), curve.top);
      assert.ok(curve.lines.length <= 8);
    }
  });

  it('goes in steps up to now, and marks what was given up', () => {
    const curve = poolCurve(chart([1, 9, 2], { now: 60_000 }), extent);
    assert.equal(curve?.toAt, 60_000);
    assert.match(curve.out, /^M0 .*H600$/);
    assert.equal(curve.givenUp.length, 1);
  });

  it('ends with the newest line of a log at rest', () => {
    assert.equal(poolCurve(chart([1, 2], { now: 86_400_000 }), extent)?.toAt, 2000);
  });

  it('finds the bucket of an instant', () => {
    const { buckets } = chart([1, 2, 3]);
    assert.deepEqual(
      [bucketAt(buckets, -1), bucketAt(buckets, 1500), bucketAt(buckets, 99_000)],
      [undefined, 1, 2],
    );
  });
});
