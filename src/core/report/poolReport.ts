import type { PoolTotals } from '../pool/poolBook.ts';
import type { PoolFailure } from '../pool/poolBooks.ts';
import type { PoolFinding } from '../pool/poolFinding.ts';
import type { PoolBucket } from '../pool/poolTimeline.ts';
import type { Sentence } from '../sentence.ts';

/** Everything that the terminal and JSON tell of the pools in one application's log. */
export interface PoolReport {
  readonly files: readonly string[];
  readonly fromAt?: number | undefined;
  readonly toAt?: number | undefined;
  readonly bytes: number;
  /** Lines that say something of a pool. */
  readonly lines: number;
  /** In the order in which the log named them. */
  readonly pools: readonly PoolTotals[];
  /** All of them together, over time. */
  readonly buckets: readonly PoolBucket[];
  readonly failures: readonly PoolFailure[];
  readonly findings: readonly PoolFinding[];
  readonly warnings: readonly Sentence[];
}

/** All pools as one: each figure the sum of those that are known, undefined where none is. */
export function sumOfPools(pools: readonly PoolTotals[]): PoolTotals {
  const sum = (figure: (pool: PoolTotals) => number | undefined): number | undefined => {
    const known = pools.map(figure).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  const [first] = pools;
  const waits = pools.map(({ maxWaitMs }) => maxWaitMs).filter((value) => value !== undefined);
  return {
    name: pools.length === 1 && first ? first.name : 'all',
    kind: first && pools.every(({ kind }) => kind === first.kind) ? first.kind : 'other',
    size: sum(({ size }) => size),
    maxOverflow: sum(({ maxOverflow }) => maxOverflow),
    checkedOut: sum(({ checkedOut }) => checkedOut),
    maxCheckedOut: sum(({ maxCheckedOut }) => maxCheckedOut),
    maxOverflowUsed: sum(({ maxOverflowUsed }) => maxOverflowUsed),
    maxWaiting: sum(({ maxWaiting }) => maxWaiting),
    maxWaitMs: waits.length === 0 ? undefined : Math.max(...waits),
    checkouts: sum(({ checkouts }) => checkouts),
    returns: sum(({ returns }) => returns),
    created: sum(({ created }) => created),
    timeouts: sum(({ timeouts }) => timeouts) ?? 0,
    leaksDetected: sum(({ leaksDetected }) => leaksDetected) ?? 0,
    samples: sum(({ samples }) => samples) ?? 0,
    servers: sum(({ servers }) => servers),
    maxServers: sum(({ maxServers }) => maxServers),
  };
}
