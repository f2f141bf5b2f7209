import type { DashboardSnapshot, FeedRow, HistoryColumns } from './snapshot/dashboard.ts';

/** The whole numbers of a history. */
const counts = ['connects', 'disconnects', 'lost', 'failures', 'maxActive', 'active'] as const;
type Count = (typeof counts)[number];

/** How a list became another one: `keep` entries from `skip` on stay, and the rest of the new list follows them. */
interface Kept {
  readonly skip: number;
  readonly keep: number;
}

/** What is new in a history, in columns that travel as bytes. */
type HistoryNews = Kept &
  Readonly<Record<Count, Int32Array>> & { readonly bucketMinutes: number; readonly startAt: Float64Array };

/**
 * A dashboard as it travels to a page: what is small whole, of the history and the feed only what differs from what
 * the page has already. An hour in which little happens is then some hundred bytes, whatever was before it.
 */
export interface DashboardNews extends Omit<DashboardSnapshot, 'history' | 'feed'> {
  readonly number: number;
  /** Number of the news that the page must have; undefined = none. */
  readonly follows: number | undefined;
  readonly history: HistoryNews;
  readonly feed: Kept & { readonly rows: readonly FeedRow[] };
}

/** A snapshot that a page has, by the number of the news that told it. */
export interface Told {
  readonly number: number;
  readonly snapshot: DashboardSnapshot;
}

const nothing: HistoryColumns = {
  bucketMinutes: 0,
  ...{ startAt: [], connects: [], disconnects: [], lost: [], failures: [], maxActive: [], active: [] },
};

/** The news that make `now` of what a page has. */
export function newsOf(before: Told | undefined, now: DashboardSnapshot, number: number): DashboardNews {
  const { history, feed, ...small } = now;
  return {
    ...small,
    number,
    follows: before?.number,
    history: historyNews(before?.snapshot.history ?? nothing, history),
    feed: feedNews(before?.snapshot.feed ?? [], feed),
  };
}

/** The snapshot that a page has after the news; `before` is the one that they follow. */
export function snapshotAfter(before: DashboardSnapshot | undefined, news: DashboardNews): DashboardSnapshot {
  const { number: _number, follows: _follows, history, feed, ...small } = news;
  const old = before?.history ?? nothing;
  const column = (name: Count | 'startAt'): number[] => [
    ...old[name].slice(history.skip, history.skip + history.keep),
    ...history[name],
  ];
  return {
    ...small,
    history: {
      bucketMinutes: history.bucketMinutes,
      startAt: column('startAt'),
      connects: column('connects'),
      disconnects: column('disconnects'),
      lost: column('lost'),
      failures: column('failures'),
      maxActive: column('maxActive'),
      active: column('active'),
    },
    feed: [...(before?.feed ?? []).slice(feed.skip, feed.skip + feed.keep), ...feed.rows],
  };
}

function historyNews(before: HistoryColumns, now: HistoryColumns): HistoryNews {
  const { skip, keep } =
    before.bucketMinutes === now.bucketMinutes ? keptBuckets(before, now) : { skip: 0, keep: 0 };
  const tail = (name: Count): Int32Array => Int32Array.from(now[name].slice(keep));
  return {
    ...{ skip, keep, bucketMinutes: now.bucketMinutes },
    startAt: Float64Array.from(now.startAt.slice(keep)),
    connects: tail('connects'),
    disconnects: tail('disconnects'),
    lost: tail('lost'),
    failures: tail('failures'),
    maxActive: tail('maxActive'),
    active: tail('active'),
  };
}

function keptBuckets(before: HistoryColumns, now: HistoryColumns): Kept {
  const skip = before.startAt.indexOf(now.startAt[0] ?? Number.NaN);
  if (skip < 0) return { skip: 0, keep: 0 };
  let keep = equalFrom(before.startAt, skip, now.startAt, now.startAt.length);
  for (const name of counts) keep = equalFrom(before[name], skip, now[name], keep);
  return { skip, keep };
}

/** How many entries of `now`, `most` of them, are those of `before` from `skip` on. */
function equalFrom(before: readonly number[], skip: number, now: readonly number[], most: number): number {
  let index = 0;
  while (index < most && before[skip + index] === now[index]) index += 1;
  return index;
}

function feedNews(before: readonly FeedRow[], now: readonly FeedRow[]): DashboardNews['feed'] {
  const [first] = now;
  const skip = first ? before.findIndex((row) => isSame(row, first)) : -1;
  if (skip < 0) return { skip: 0, keep: 0, rows: now };
  let keep = 0;
  for (; keep < now.length; keep += 1) {
    const [old, row] = [before[skip + keep], now[keep]];
    if (!old || !row || !isSame(old, row)) break;
  }
  return { skip, keep, rows: now.slice(keep) };
}

/** The same in every field: ids begin anew when a log is read again. */
function isSame(one: FeedRow, other: FeedRow): boolean {
  if (one.id !== other.id) return false;
  const names = Object.keys({ ...one, ...other }) as (keyof FeedRow)[];
  return names.every((name) => one[name] === other[name]);
}
