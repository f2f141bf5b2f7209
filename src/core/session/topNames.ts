import type { NameTally, TopNames } from '../snapshot/dashboard.ts';
import { compareNames } from './nameCounts.ts';

/**
 * The names that connected most often, `limit` of them: by connects, then by open sessions, then by name, unknown
 * last. What all the others have together stands in `others`.
 */
export function topNames(
  connects: ReadonlyMap<string | undefined, number>,
  active: ReadonlyMap<string | undefined, number>,
  limit: number,
): TopNames {
  const all = [...new Set([...connects.keys(), ...active.keys()])].map((name): NameTally => ({
    name,
    connects: connects.get(name) ?? 0,
    active: active.get(name) ?? 0,
  }));
  all.sort((a, b) => b.connects - a.connects || b.active - a.active || compareNames(a.name, b.name));
  const others = { names: Math.max(0, all.length - limit), connects: 0, active: 0 };
  for (const tally of all.slice(limit)) {
    others.connects += tally.connects;
    others.active += tally.active;
  }
  return { names: all.slice(0, limit), others };
}
