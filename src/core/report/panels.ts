import type { PoolTotals } from '../pool/poolBook.ts';

/** The configuration of a text dashboard: its name, and for each panel which figures of a pool it draws. */
export interface PanelsDocument {
  readonly dashboard_name: string;
  readonly panels: readonly {
    readonly title: string;
    readonly type: 'graph';
    readonly metrics: readonly PoolMetric[];
  }[];
}

/**
 * Figures of a pool by their usual names. `pool.overflow` is what is open beyond `pool.size`, never below 0 (SQLAlchemy's
 * `overflow()` is negative until a pool has grown); each is the sum over all processes, for each has a pool of its own.
 */
export type PoolMetric =
  | 'pool.size'
  | 'pool.checkedout'
  | 'pool.checkedin'
  | 'pool.overflow'
  | 'pool.waiting'
  | 'pool.wait_time'
  | 'pool.timeouts';

const panels: readonly (readonly [title: string, metrics: readonly PoolMetric[]])[] = [
  ['Pool Connections', ['pool.checkedout', 'pool.checkedin']],
  ['Pool Size and Overflow', ['pool.size', 'pool.overflow']],
  ['Pool Waiting', ['pool.waiting']],
  ['Pool Wait Time', ['pool.wait_time']],
  ['Pool Timeouts', ['pool.timeouts']],
];

/**
 * The dashboard's configuration. With the totals of a log's pools only what that log tells is in it: most pools never say
 * how long a checkout waited (SQLAlchemy has no such figure at all).
 */
export function panelsDocument(pool?: PoolTotals): PanelsDocument {
  const told = (metric: PoolMetric): boolean => pool === undefined || isTold(metric, pool);
  return {
    dashboard_name: 'Database Connection Pool',
    panels: panels
      .map(([title, metrics]) => ({ title, type: 'graph' as const, metrics: metrics.filter(told) }))
      .filter(({ metrics }) => metrics.length > 0),
  };
}

function isTold(metric: PoolMetric, pool: PoolTotals): boolean {
  switch (metric) {
    case 'pool.checkedout':
    case 'pool.timeouts':
      return true;
    case 'pool.size':
    case 'pool.checkedin':
      return pool.size !== undefined;
    case 'pool.overflow':
      return pool.maxOverflowUsed !== undefined;
    case 'pool.waiting':
      return pool.maxWaiting !== undefined;
    case 'pool.wait_time':
      return pool.maxWaitMs !== undefined;
  }
}
