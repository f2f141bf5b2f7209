import { shortNames } from '../core/report/shortNames.ts';
import { feedRows } from '../core/session/logReportOf.ts';
import type { FeedRow } from '../core/snapshot/dashboard.ts';
import type { FollowedSource } from './followedSource.ts';

/**
 * The feeds of several logs as one. Rows stand in the order in which they came, those that came together by their time,
 * and have ids that rise so: what was told stays in its place.
 */
export class CombinedFeed {
  /** Those that were told last, by their log and place in it. */
  #ids = new Map<string, number>();
  #lastId = 0;

  /** The newest rows of all. */
  rows(sources: readonly FollowedSource[], limit: number): FeedRow[] {
    const names = shortNames(sources.map(({ log }) => log.path ?? log.id));
    const all = sources.flatMap(({ sourceId, fold }, index) =>
      feedRows(fold.state, limit).map((row) => ({ ...row, sourceId, rowId: row.id, log: names[index] })),
    );
    const fresh = all.filter((row) => !this.#ids.has(keyOf(row))).sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
    const ids = new Map<string, number>();
    for (const row of fresh) ids.set(keyOf(row), ++this.#lastId);
    const told = all.map((row) => ({ ...row, id: this.#ids.get(keyOf(row)) ?? ids.get(keyOf(row)) ?? 0 }));
    this.#ids = new Map(told.map((row) => [keyOf(row), row.id]));
    return told.sort((a, b) => a.id - b.id).slice(-limit);
  }
}

/** Ids begin anew when a log is read again. */
function keyOf({ sourceId, rowId, sign, at }: FeedRow): string {
  return `${rowId ?? ''} ${sign} ${at ?? ''} ${sourceId ?? ''}`;
}
