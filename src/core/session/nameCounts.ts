import type { NameCount } from '../snapshot/openSessions.ts';

/** Names and how often each occurs: largest first, then by name, unknown last. */
export function nameCounts(names: Iterable<string | undefined>): NameCount[] {
  return [...countsByName(names)]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || compareNames(a.name, b.name));
}

/** How often each name occurs. */
export function countsByName(names: Iterable<string | undefined>): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The order of names, as code units compare; unknown last. */
export function compareNames(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a < b ? -1 : Number(a > b);
}
