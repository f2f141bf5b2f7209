import { sumOfPools } from '../report/poolReport.ts';
import type { PoolFigures } from './poolSample.ts';
import { mostPoolRows, type PoolRow, type PoolSnapshot } from './poolSnapshot.ts';
import { poolerTotals } from './poolerFindings.ts';
import type { PoolerSample } from './poolerSample.ts';

/** The pools of a source as a snapshot has them: those that have most to do first where there are too many. */
export function shownPools(pools: readonly PoolRow[]): Pick<PoolSnapshot, 'pools' | 'poolCount' | 'sum'> {
  const shown =
    pools.length <= mostPoolRows
      ? pools
      : pools.toSorted((one, other) => busyOf(other) - busyOf(one)).slice(0, mostPoolRows);
  return { pools: shown, poolCount: pools.length, ...(pools.length > 1 && { sum: sumOfRows(pools) }) };
}

function busyOf({ now }: PoolRow): number {
  return (now.checkedOut ?? 0) + (now.waiting ?? 0);
}

/** All as one: counts are added, of waits the longest counts; undefined where no pool tells it. */
export function sumOfRows(pools: readonly PoolRow[]): PoolRow {
  const known = (figure: keyof PoolFigures): number[] => pools.flatMap(({ now }) => now[figure] ?? []);
  const sum = (figure: keyof PoolFigures): number | undefined => {
    const values = known(figure);
    return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
  };
  const waits = known('waitMs');
  return {
    ...sumOfPools(pools),
    now: {
      size: sum('size'),
      maxOverflow: sum('maxOverflow'),
      checkedOut: sum('checkedOut'),
      checkedIn: sum('checkedIn'),
      overflow: sum('overflow'),
      waiting: sum('waiting'),
      waitMs: waits.length === 0 ? undefined : Math.max(...waits),
    },
  };
}

/** The pools of a console's sample, in the words that all pools share. */
export function poolerRows(sample: PoolerSample): PoolRow[] {
  const totals = poolerTotals(sample);
  return sample.pools.flatMap((pooler, index) => {
    const pool = totals[index];
    if (!pool) return [];
    const { size, reserveSize, serversActive, serversIdle, serversUsed, clientsWaiting, maxWaitMs } = pooler;
    const now: PoolFigures = {
      size,
      maxOverflow: reserveSize,
      checkedOut: serversActive,
      // used: idle for longer than server_check_delay
      checkedIn: serversIdle + serversUsed,
      overflow: pool.maxOverflowUsed,
      waiting: clientsWaiting,
      waitMs: maxWaitMs,
    };
    return [{ ...pool, now, pooler }];
  });
}
