import type { HistoryColumns } from '../snapshot/dashboard.ts';
import { minuteFields } from './minute.ts';

/** What is counted in a minute. */
const timelineCounts = ['connects', 'disconnects', 'lost', 'failures'] as const;
export type TimelineCount = (typeof timelineCounts)[number];

const minuteMs = 60_000;
/** 104 days in which something happened every minute. */
const mostMinutes = 150_000;
const columns = [...timelineCounts, 'maxActive', 'active'] as const;
type Column = (typeof columns)[number];

/** A timeline as plain data, for the checkpoint. */
export interface SavedTimeline {
  readonly before: number;
  readonly minutes: Float64Array;
  readonly columns: Readonly<Record<Column, Int32Array>>;
}

/** What part of a timeline is wanted, and in which buckets. */
export interface HistoryRange {
  readonly bucketMinutes: number;
  /** Defaults: the first and the last minute in which something happened. */
  readonly fromAt?: number | undefined;
  readonly toAt?: number | undefined;
  /** The newest so many buckets at most. */
  readonly limit: number;
  /** Buckets begin at whole multiples of their length after this offset from UTC (views: the shown zone's). */
  readonly alignMinutes?: number | undefined;
}

/**
 * How many came, left and were open, minute by minute. Only minutes in which something happened take room, in
 * typed columns sorted by time; the oldest leave when there are too many.
 */
export class Timeline {
  #length = 0;
  #minutes = new Float64Array(256);
  #columns: Record<Column, Int32Array> = {
    connects: new Int32Array(256),
    disconnects: new Int32Array(256),
    lost: new Int32Array(256),
    failures: new Int32Array(256),
    maxActive: new Int32Array(256),
    active: new Int32Array(256),
  };
  /** Open sessions before the first minute. */
  #before: number;
  /** The row that was counted in last, and when its minute begins: nearly always the next one's. */
  #lastRow = 0;
  #lastFrom = Number.NaN;

  constructor(activeBefore = 0) {
    this.#before = activeBefore;
  }

  /** Counts one event (`by` = −1 takes one back), after which `active` sessions are open. */
  count(at: number, what: TimelineCount, active: number, by = 1): void {
    const row = at >= this.#lastFrom && at < this.#lastFrom + minuteMs ? this.#lastRow : this.#rowAt(at);
    const counts = this.#column(what);
    const { maxActive } = this.#columns;
    counts[row] = (counts[row] ?? 0) + by;
    if (active > (maxActive[row] ?? 0)) maxActive[row] = active;
    this.#columns.active[row] = active;
  }

  /** Counts the events of a minute, whose numbers (minuteFields) begin there. */
  countMinute(numbers: Float64Array, from: number): void {
    const number = (field: number): number => numbers[from + field] ?? 0;
    const row = this.#rowAt(number(minuteFields.minute) * minuteMs);
    const { connects, disconnects, lost, failures, maxActive, active } = this.#columns;
    connects[row] = (connects[row] ?? 0) + number(minuteFields.connects);
    disconnects[row] = (disconnects[row] ?? 0) + number(minuteFields.disconnects);
    lost[row] = (lost[row] ?? 0) + number(minuteFields.lost);
    failures[row] = (failures[row] ?? 0) + number(minuteFields.failures);
    maxActive[row] = Math.max(maxActive[row] ?? 0, number(minuteFields.maxActive));
    active[row] = number(minuteFields.active);
  }

  /** The history in buckets, contiguous from the first to the last, empty ones included. */
  history({ bucketMinutes, fromAt, toAt, limit, alignMinutes = 0 }: HistoryRange): HistoryColumns {
    if (this.#length === 0 && fromAt === undefined) return { bucketMinutes, ...emptyColumns(0) };
    const bucketOf = (minute: number): number => Math.floor((minute + alignMinutes) / bucketMinutes);
    const firstAt = fromAt ?? (this.#minutes[0] ?? 0) * minuteMs;
    const lastAt = toAt ?? (this.#minutes[this.#length - 1] ?? 0) * minuteMs;
    const last = bucketOf(Math.floor(lastAt / minuteMs));
    const first = Math.max(bucketOf(Math.floor(firstAt / minuteMs)), last - limit + 1);
    const startMinute = first * bucketMinutes - alignMinutes;
    const history = emptyColumns(Math.max(0, last - first + 1));
    for (let bucket = 0; bucket < history.startAt.length; bucket += 1)
      history.startAt[bucket] = (startMinute + bucket * bucketMinutes) * minuteMs;
    this.#sumUp(history, startMinute, bucketMinutes);
    return { bucketMinutes, ...history };
  }

  save(): SavedTimeline {
    const cut = (column: Column): Int32Array => this.#columns[column].slice(0, this.#length);
    return {
      before: this.#before,
      minutes: this.#minutes.slice(0, this.#length),
      columns: {
        connects: cut('connects'),
        disconnects: cut('disconnects'),
        lost: cut('lost'),
        failures: cut('failures'),
        maxActive: cut('maxActive'),
        active: cut('active'),
      },
    };
  }

  static load(saved: SavedTimeline): Timeline {
    const timeline = new Timeline(saved.before);
    timeline.#length = saved.minutes.length;
    timeline.#minutes = Float64Array.from(saved.minutes);
    for (const column of columns) timeline.#columns[column] = Int32Array.from(saved.columns[column]);
    return timeline;
  }

  /** Fills buckets from `startMinute` on. A page asks for a month of them at every draw: no object for each. */
  #sumUp(history: Columns, startMinute: number, bucketMinutes: number): void {
    const { connects, disconnects, lost, failures, maxActive, active } = this.#columns;
    const from = this.#firstRowFrom(startMinute);
    let carried = from === 0 ? this.#before : (active[from - 1] ?? 0);
    let row = from;
    for (let bucket = 0; bucket < history.startAt.length; bucket += 1) {
      const end = startMinute + (bucket + 1) * bucketMinutes;
      let came = 0;
      let left = 0;
      let gone = 0;
      let refused = 0;
      let most = carried;
      for (; row < this.#length && (this.#minutes[row] ?? 0) < end; row += 1) {
        came += connects[row] ?? 0;
        left += disconnects[row] ?? 0;
        gone += lost[row] ?? 0;
        refused += failures[row] ?? 0;
        most = Math.max(most, maxActive[row] ?? 0);
        carried = active[row] ?? 0;
      }
      history.connects[bucket] = came;
      history.disconnects[bucket] = left;
      history.lost[bucket] = gone;
      history.failures[bucket] = refused;
      history.maxActive[bucket] = most;
      history.active[bucket] = carried;
    }
  }

  /** First row whose minute is not before the given one. */
  #firstRowFrom(minute: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#minutes[middle] ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Looked up by constants: a variable one costs more than all the rest of counting. */
  #column(what: TimelineCount): Int32Array {
    if (what === 'connects') return this.#columns.connects;
    return what === 'disconnects' ? this.#columns.disconnects : this.#columns[what];
  }

  #rowAt(at: number): number {
    const minute = Math.floor(at / minuteMs);
    this.#lastRow = this.#row(minute);
    this.#lastFrom = minute * minuteMs;
    return this.#lastRow;
  }

  /** The row of a minute, made if need be: nearly always the last one, or a new last one. */
  #row(minute: number): number {
    const last = this.#length - 1;
    if (this.#minutes[last] === minute) return last;
    this.#makeRoom();
    const at = this.#firstRowFrom(minute);
    if (at < this.#length && this.#minutes[at] === minute) return at;
    this.#minutes.copyWithin(at + 1, at, this.#length);
    this.#minutes[at] = minute;
    for (const column of columns) {
      const values = this.#columns[column];
      values.copyWithin(at + 1, at, this.#length);
      values[at] = 0;
    }
    this.#length += 1;
    return at;
  }

  #makeRoom(): void {
    if (this.#length >= mostMinutes) {
      const gone = mostMinutes / 10;
      this.#before = this.#columns.active[gone - 1] ?? 0;
      this.#minutes.copyWithin(0, gone);
      for (const column of columns) this.#columns[column].copyWithin(0, gone);
      this.#length -= gone;
    }
    if (this.#length + 1 < this.#minutes.length) return;
    const capacity = Math.max(256, this.#minutes.length * 2);
    const minutes = new Float64Array(capacity);
    minutes.set(this.#minutes.subarray(0, this.#length));
    this.#minutes = minutes;
    for (const column of columns) {
      const values = new Int32Array(capacity);
      values.set(this.#columns[column].subarray(0, this.#length));
      this.#columns[column] = values;
    }
  }
}

type Columns = Record<Column | 'startAt', number[]>;

function emptyColumns(length: number): Columns {
  const zeros = (): number[] => new Array<number>(length).fill(0);
  return {
    startAt: zeros(),
    connects: zeros(),
    disconnects: zeros(),
    lost: zeros(),
    failures: zeros(),
    maxActive: zeros(),
    active: zeros(),
  };
}
