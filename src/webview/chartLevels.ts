import type { HistoryColumns } from '../core/snapshot/dashboard.ts';
import { bucketMsOf } from './chartSeries.ts';
import type { TimeRange } from './chartView.ts';

const minuteMs = 60_000;
/** How wide a bucket of the chart may be, in minutes. */
const widths = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 43_200];

/** The history from its first bucket to the end of its last one. */
export function wholeRange(history: HistoryColumns): TimeRange {
  const { startAt } = history;
  return { from: startAt[0] ?? 0, to: (startAt.at(-1) ?? 0) + bucketMsOf(history) };
}

/**
 * The buckets of a stretch of time, as many as there is room for: so many are put together that `atMost` are left,
 * their counts summed up, the highest of their highest, the last of their last. `offsetMinutes`: of the shown zone,
 * so that a bucket of a day is a day there.
 */
export function levelOf(
  history: HistoryColumns,
  { from, to }: TimeRange,
  atMost: number,
  offsetMinutes: number,
): HistoryColumns {
  const { startAt, bucketMinutes } = history;
  const width = widthFor(bucketMinutes, (to - from) / minuteMs, atMost);
  const isOwn = width === bucketMinutes;
  const groupOf = (at: number): number =>
    isOwn ? at : (Math.floor((at / minuteMs + offsetMinutes) / width) * width - offsetMinutes) * minuteMs;
  const first = firstAtOrAfter(startAt, from - bucketMinutes * minuteMs + 1);
  const level = emptyLevel(width);
  let group = Number.NaN;
  for (let index = first; index < startAt.length; index += 1) {
    const at = startAt[index] ?? 0;
    if (at >= to) break;
    if (groupOf(at) !== group) {
      group = groupOf(at);
      push(level, history, index, group);
    } else add(level, history, index);
  }
  return level;
}

/** The least width that leaves room for all: a multiple of the history's own. */
function widthFor(bucketMinutes: number, minutes: number, atMost: number): number {
  const fits = (width: number): boolean => width % bucketMinutes === 0 && minutes / width <= atMost;
  if (minutes / bucketMinutes <= atMost) return bucketMinutes;
  return widths.find(fits) ?? bucketMinutes * Math.ceil(minutes / bucketMinutes / atMost);
}

type Level = {
  -readonly [Name in keyof HistoryColumns]: HistoryColumns[Name] extends number ? number : number[];
};

function emptyLevel(bucketMinutes: number): Level {
  const columns = { startAt: [], connects: [], disconnects: [], lost: [], failures: [] };
  return { bucketMinutes, ...columns, maxActive: [], active: [] };
}

function push(level: Level, history: HistoryColumns, index: number, startAt: number): void {
  level.startAt.push(startAt);
  level.connects.push(history.connects[index] ?? 0);
  level.disconnects.push(history.disconnects[index] ?? 0);
  level.lost.push(history.lost[index] ?? 0);
  level.failures.push(history.failures[index] ?? 0);
  level.maxActive.push(history.maxActive[index] ?? 0);
  level.active.push(history.active[index] ?? 0);
}

function add(level: Level, history: HistoryColumns, index: number): void {
  const last = level.startAt.length - 1;
  const sum = (column: number[], more: number | undefined): void => {
    column[last] = (column[last] ?? 0) + (more ?? 0);
  };
  sum(level.connects, history.connects[index]);
  sum(level.disconnects, history.disconnects[index]);
  sum(level.lost, history.lost[index]);
  sum(level.failures, history.failures[index]);
  level.maxActive[last] = Math.max(level.maxActive[last] ?? 0, history.maxActive[index] ?? 0);
  level.active[last] = history.active[index] ?? 0;
}

function firstAtOrAfter(ascending: readonly number[], at: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
