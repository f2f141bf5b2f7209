import type { HistoryColumns } from '../core/snapshot/dashboard.ts';

/** One column of the chart; null = nothing is drawn there. */
export type ChartColumn = (number | null)[];

/**
 * The history as the chart draws it: aligned columns, disconnects and lost sessions below zero. A row's value holds
 * from its instant to the next row's; rows of nulls close the last bucket and every gap.
 */
export interface ChartColumns {
  readonly at: number[];
  readonly maxActive: ChartColumn;
  readonly active: ChartColumn;
  readonly connects: ChartColumn;
  /** −disconnects. */
  readonly disconnects: ChartColumn;
  /** −(disconnects + lost): what reaches below the disconnects was lost. */
  readonly ended: ChartColumn;
  readonly bucketMs: number;
}

/** Width of a bucket in ms. */
export function bucketMsOf(history: HistoryColumns): number {
  return history.bucketMinutes * 60_000;
}

/**
 * Columns for the chart. A bucket that does not begin where the one before ended leaves a gap; who was there before the
 * log began is not known.
 */
export function chartColumns(history: HistoryColumns, beganAt?: number): ChartColumns {
  const bucketMs = bucketMsOf(history);
  const columns: ChartColumns = {
    ...{ at: [], maxActive: [], active: [], connects: [], disconnects: [], ended: [] },
    bucketMs,
  };
  history.startAt.forEach((startAt, index) => {
    const endAt = startAt + bucketMs;
    pushBucket(columns, history, index, isKnown(endAt, beganAt));
    if (history.startAt[index + 1] !== endAt) pushEnd(columns, endAt, history.startAt[index + 1]);
  });
  return columns;
}

/** Does the log tell of a bucket that ends then? */
function isKnown(endAt: number, beganAt = Number.NEGATIVE_INFINITY): boolean {
  return endAt > beganAt;
}

function pushBucket(columns: ChartColumns, history: HistoryColumns, index: number, isKnown: boolean): void {
  const disconnects = history.disconnects[index] ?? 0;
  columns.at.push(history.startAt[index] ?? 0);
  columns.maxActive.push(isKnown ? (history.maxActive[index] ?? 0) : null);
  columns.active.push(isKnown ? (history.active[index] ?? 0) : null);
  columns.connects.push(history.connects[index] ?? 0);
  columns.disconnects.push(0 - disconnects);
  columns.ended.push(0 - disconnects - (history.lost[index] ?? 0));
}

/** The step of the last bucket needs a point to run to; before a gap, a null then breaks the line. */
function pushEnd(columns: ChartColumns, endAt: number, nextAt: number | undefined): void {
  const push = (at: number, active: number | null, maxActive: number | null): void => {
    columns.at.push(at);
    columns.active.push(active);
    columns.maxActive.push(maxActive);
    for (const column of [columns.connects, columns.disconnects, columns.ended]) column.push(null);
  };
  push(endAt, columns.active.at(-1) ?? null, columns.maxActive.at(-1) ?? null);
  if (nextAt !== undefined && nextAt > endAt + 1) push(endAt + 1, null, null);
}

/** The bucket that holds an instant, as an index into the history; in a gap or outside, the nearest. */
export function bucketAt(history: HistoryColumns, at: number): number | undefined {
  const { startAt } = history;
  if (startAt.length === 0) return undefined;
  let low = 0;
  let high = startAt.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((startAt[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const next = startAt[low + 1];
  const endAt = (startAt[low] ?? 0) + bucketMsOf(history);
  return next !== undefined && at >= endAt && next - at < at - endAt ? low + 1 : low;
}

/** True when no bucket tells of anything. */
export function isEmptyHistory(history: HistoryColumns): boolean {
  const { connects, disconnects, lost, failures, maxActive } = history;
  return [connects, disconnects, lost, failures, maxActive].every((column) =>
    column.every((value) => value === 0),
  );
}

/** What one bucket tells. */
export interface Bucket {
  readonly startAt: number;
  readonly endAt: number;
  /** False = the log begins later: the numbers tell nothing. */
  readonly isKnown: boolean;
  readonly active: number;
  readonly maxActive: number;
  readonly connects: number;
  readonly disconnects: number;
  readonly lost: number;
  readonly failures: number;
}

/** The bucket at an index; undefined outside of the history. */
export function bucketOf(history: HistoryColumns, index: number, beganAt?: number): Bucket | undefined {
  const startAt = history.startAt[index];
  if (startAt === undefined) return undefined;
  const endAt = startAt + bucketMsOf(history);
  return {
    ...{ startAt, endAt, isKnown: isKnown(endAt, beganAt) },
    active: history.active[index] ?? 0,
    maxActive: history.maxActive[index] ?? 0,
    connects: history.connects[index] ?? 0,
    disconnects: history.disconnects[index] ?? 0,
    lost: history.lost[index] ?? 0,
    failures: history.failures[index] ?? 0,
  };
}
