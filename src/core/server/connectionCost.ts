import type { ConnectionCost } from './serverSnapshot.ts';

/** A session that lasts less than this was hardly worth its set-up, ms. */
export const shortSessionMs = 1000;
/** So many short ones, and at least half of all: then a pool would pay. */
export const churnSessions = 20;
const churnShare = 0.5;
const mostApplications = 100;

/** Columns of equal length, one place per session. `application` is a place in `names`. */
export interface SessionCostColumns {
  readonly names: readonly (string | undefined)[];
  /** Sessions that ended, and how long each lasted, ms; NaN = unknown. */
  readonly ended: { readonly application: ArrayLike<number>; readonly sessionTimeMs: ArrayLike<number> };
  /** Sessions whose set-up the log tells (`connection ready` of 18), ms. They may be the same sessions or others. */
  readonly ready: { readonly application: ArrayLike<number>; readonly setupMs: ArrayLike<number> };
}

/**
 * What each application's way of connecting costs: its sessions, those shorter than a second, and the median of their
 * set-up times. Most short sessions first; at most 100 applications.
 */
export function connectionCostOf({ names, ended, ready }: SessionCostColumns): ConnectionCost[] {
  const costs = new Map<string | undefined, { sessions: number; short: number; setups: number[] }>();
  const costOf = (place: number | undefined): { sessions: number; short: number; setups: number[] } => {
    const name = names[place ?? -1];
    const known = costs.get(name);
    if (known) return known;
    const cost = { sessions: 0, short: 0, setups: [] };
    costs.set(name, cost);
    return cost;
  };
  for (let row = 0; row < ended.sessionTimeMs.length; row++) {
    const cost = costOf(ended.application[row]);
    cost.sessions += 1;
    // a length that is unknown is not short
    if ((ended.sessionTimeMs[row] ?? NaN) < shortSessionMs) cost.short += 1;
  }
  for (let row = 0; row < ready.setupMs.length; row++) {
    const setup = ready.setupMs[row] ?? NaN;
    if (setup >= 0) costOf(ready.application[row]).setups.push(setup);
  }
  return [...costs]
    .map(([application, { sessions, short, setups }]) => ({
      application,
      sessions,
      shortSessions: short,
      medianSetupMs: medianOf(setups),
      shouldPool: short >= churnSessions && short >= sessions * churnShare,
    }))
    .sort((a, b) => b.shortSessions - a.shortSessions || b.sessions - a.sessions)
    .slice(0, mostApplications);
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
