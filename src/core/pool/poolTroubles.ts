import { groupTroubles } from '../report/troubleGroups.ts';
import { sentence } from '../sentence.ts';
import type { Trouble, TroubleGroup } from '../snapshot/troubleLists.ts';
import type { PoolBooks } from './poolBooks.ts';

/** The newest of these are grouped. */
const mostLooked = 1000;

const exhausted = {
  meaning: sentence(
    'A checkout waited for as long as the pool lets it wait, and was given up: no connection came back.',
  ),
  nextStep: sentence(
    'Look at what held the connections then; give them back sooner, or raise the size if the server has room.',
  ),
};

/** Checkouts that were given up, as the Failures view shows refused logins: newest first, repeats of a pool as one. */
export function poolTroublesOf({
  failures,
  failureCount,
}: Pick<PoolBooks, 'failures' | 'failureCount'>): TroubleGroup[] {
  const first = failureCount - failures.length;
  const byPool = new Map<string, Trouble[]>();
  for (const [index, { at, pool, message, place }] of failures.entries()) {
    if (index < failures.length - mostLooked) continue;
    const trouble: Trouble = {
      id: first + index,
      category: 'failure',
      kind: 'poolExhausted',
      severity: 'ERROR',
      ...{ at, message, applicationName: pool },
      file: place.file,
      offsetBytes: place.offsetBytes,
    };
    byPool.set(pool, [...(byPool.get(pool) ?? []), trouble]);
  }
  const explanations = { explainFailure: () => exhausted, linkOf: () => undefined };
  return [...byPool.values()]
    .flatMap((troubles) => groupTroubles(troubles, explanations))
    .sort((one, other) => (other.members[0]?.id ?? 0) - (one.members[0]?.id ?? 0));
}
