import { minuteFields } from './minute.ts';

const minuteMs = 60_000;
/** As many as the timeline keeps: 104 days in which a session ended every minute. */
const mostMinutes = 150_000;
/** Times in a log go back a little now and then: so many rows are looked at for the minute of an event. */
const nearRows = 4;

/** Where one class of lengths ends and the next one begins, in ms; each takes in its lower bound. */
export const lengthBoundsMs = [
  10,
  100,
  1000,
  10_000,
  minuteMs,
  10 * minuteMs,
  60 * minuteMs,
  1440 * minuteMs,
] as const;
const classes = lengthBoundsMs.length + 1;

/** The lengths as plain data, for the checkpoint. */
export interface SavedSessionLengths {
  readonly minutes: Float64Array;
  readonly counts: Int32Array;
}

/**
 * How long ended sessions lasted, minute by minute of their end: a histogram of any stretch of time. Only minutes in
 * which a session ended take room; the oldest leave when there are too many.
 */
export class SessionLengths {
  #length = 0;
  #minutes = new Float64Array(64);
  #counts = new Int32Array(64 * classes);

  constructor(saved?: SavedSessionLengths) {
    if (!saved) return;
    this.#length = saved.minutes.length;
    this.#minutes = Float64Array.from(saved.minutes);
    this.#counts = Int32Array.from(saved.counts);
  }

  /** Counts a session that ended at that instant. */
  count(at: number, sessionTimeMs: number): void {
    const cell = this.#row(Math.floor(at / minuteMs)) * classes + classOf(sessionTimeMs);
    this.#counts[cell] = (this.#counts[cell] ?? 0) + 1;
  }

  /** Counts the sessions that ended in a minute, whose numbers (minuteFields) begin there. */
  countMinute(numbers: Float64Array, from: number): void {
    let row = -1;
    for (let index = 0; index < classes; index += 1) {
      const count = numbers[from + minuteFields.lengths + index] ?? 0;
      if (count === 0) continue;
      if (row < 0) row = this.#row(numbers[from + minuteFields.minute] ?? 0);
      const cell = row * classes + index;
      this.#counts[cell] = (this.#counts[cell] ?? 0) + count;
    }
  }

  /** How many of each class ended from one instant to another, both rounded to whole minutes. */
  histogram(fromAt: number, toAt: number): number[] {
    const sums = new Array<number>(classes).fill(0);
    const from = Math.floor(fromAt / minuteMs);
    const to = Math.floor(toAt / minuteMs);
    for (let row = 0; row < this.#length; row += 1) {
      const minute = this.#minutes[row] ?? 0;
      if (minute < from || minute > to) continue;
      for (let index = 0; index < classes; index += 1)
        sums[index] = (sums[index] ?? 0) + (this.#counts[row * classes + index] ?? 0);
    }
    return sums;
  }

  save(): SavedSessionLengths {
    return {
      minutes: this.#minutes.slice(0, this.#length),
      counts: this.#counts.slice(0, this.#length * classes),
    };
  }

  /** The row of a minute: nearly always the last one, or a new last one. */
  #row(minute: number): number {
    for (let row = this.#length - 1; row >= Math.max(0, this.#length - nearRows); row -= 1)
      if (this.#minutes[row] === minute) return row;
    if (this.#length >= mostMinutes) this.#forget(mostMinutes / 10);
    if (this.#length >= this.#minutes.length) this.#grow();
    this.#minutes[this.#length] = minute;
    this.#counts.fill(0, this.#length * classes, (this.#length + 1) * classes);
    this.#length += 1;
    return this.#length - 1;
  }

  #forget(rows: number): void {
    this.#minutes.copyWithin(0, rows, this.#length);
    this.#counts.copyWithin(0, rows * classes, this.#length * classes);
    this.#length -= rows;
  }

  #grow(): void {
    const capacity = Math.max(64, this.#minutes.length * 2);
    const minutes = new Float64Array(capacity);
    minutes.set(this.#minutes);
    this.#minutes = minutes;
    const counts = new Int32Array(capacity * classes);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}

function classOf(ms: number): number {
  let index = 0;
  while (index < lengthBoundsMs.length && ms >= (lengthBoundsMs[index] ?? 0)) index += 1;
  return index;
}
