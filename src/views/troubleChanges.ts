import type { TroubleGroup, TroubleLists } from '../core/snapshot/troubleLists.ts';

/**
 * What of the Failures view is to be drawn again: keys of groups and ids of sections (`ending`, `problem`), the
 * topmost rows that differ; `all` where the rows at the root are others than before, or in another order.
 */
export function changedRows(before: TroubleLists, now: TroubleLists): readonly string[] | 'all' {
  if (orderOf(before.failures) !== orderOf(now.failures)) return 'all';
  const changed = changedGroups(before.failures, now.failures);
  for (const [id, list] of [
    ['ending', 'endings'],
    ['problem', 'problems'],
  ] as const) {
    const [were, are] = [before[list], now[list]];
    if (were.length > 0 !== are.length > 0) return 'all';
    // A section's row tells how many there are below it.
    if (orderOf(were) !== orderOf(are) || sumOf(were) !== sumOf(are)) changed.push(id);
    else changed.push(...changedGroups(were, are));
  }
  return changed;
}

function changedGroups(before: readonly TroubleGroup[], now: readonly TroubleGroup[]): string[] {
  const drawn = new Map(before.map((group) => [group.key, rowOf(group)]));
  return now.filter((group) => drawn.get(group.key) !== rowOf(group)).map(({ key }) => key);
}

/** Which rows there are, and in which order. */
function orderOf(list: readonly TroubleGroup[]): string {
  return JSON.stringify(list.map(({ key }) => key));
}

function sumOf(list: readonly TroubleGroup[]): number {
  return list.reduce((sum, { count }) => sum + count, 0);
}

/** What a group's row shows. */
function rowOf({ message, count, lastAt, acknowledged }: TroubleGroup): string {
  return JSON.stringify([message, count, lastAt, acknowledged]);
}
