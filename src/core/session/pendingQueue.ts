import {
  arrivedAtIn,
  decided,
  logClockIn,
  objectState,
  stateIn,
  undecidedLossState,
  undecidedState,
  mostRows,
  WaitingRows,
} from './waitingRows.ts';

/** What has been decided of something that waits: told as it is, told as something else, or not told at all. */
export interface Pending<T> {
  /** The events to tell; undefined = not decided yet. */
  events: readonly T[] | undefined;
  /** When the entry reached us, wall clock; decides when waiting is over while following. */
  readonly arrivedAt: number;
  /** What the log's own clock said then; decides while a backlog is read. */
  readonly logClockMs: number;
  /** What to tell when nothing more is heard. */
  readonly otherwise: () => readonly T[];
}

/** Tells the rows from one place to another (RowTelling); answers the first that is not told. */
export type TellRows = (head: number, tail: number, logClockMs: number) => number;

/** Log time after which silence decides, and how many may wait behind an undecided one; as in assembly/queue.ts. */
export const longestSilenceMs = 10_000;
const mostWaiting = 4096;
/** So many are gathered before they are told. */
const toldTogether = 1024;

/**
 * Tells events in the order of the log although some can only be decided by what follows them: an undecided one
 * holds back those behind it, until it is decided, too old, or too many wait. Ordinary sessions' events are rows of
 * numbers, known by their place; all others are objects.
 */
export class PendingQueue<T> {
  readonly #tell: (event: T) => void;
  readonly #lost: () => void;
  #tellRows: TellRows | undefined;
  readonly #rows = new WaitingRows<Pending<T>>();
  /** Places of the first that waits, and of the next that will: numbers that only grow. */
  head = 0;
  tail = 0;
  /** What is decided now may be told later, with others. */
  #isGathering = false;

  /** `lost` is called when an undecided loss in a row turns out to be one. */
  constructor(tell: (event: T) => void, lost: () => void) {
    this.#tell = tell;
    this.#lost = lost;
  }

  /** Tells an event now, or behind those that wait. */
  push(event: T, logClockMs: number, arrivedAt: number): void {
    if (this.head === this.tail) {
      this.#tell(event);
      return;
    }
    this.hold({ events: [event], logClockMs, arrivedAt, otherwise: () => [] });
    this.drain(logClockMs);
  }

  /** Holds a place in the order for something undecided; set `events` and call `drain` to decide it. */
  hold(pending: Pending<T>): Pending<T> {
    if (this.tail - this.head >= mostRows) this.drain(pending.logClockMs);
    this.#rows.putObject(this.head, this.tail, pending, pending.logClockMs, pending.arrivedAt);
    this.tail += 1;
    return pending;
  }

  /** From now on ordinary sessions' events are written to these numbers, behind those that wait, and told so. */
  moveTo(numbers: Float64Array, tellRows: TellRows): void {
    this.#rows.moveTo(numbers, this.head, this.tail);
    this.#tellRows = tellRows;
  }

  /** True while the connect that got this place is not decided. */
  isUndecided(place: number): boolean {
    return this.#isIn(place, undecidedState);
  }

  /** What is undecided goes on as an object, made from its numbers; undefined when it is decided. */
  take(place: number, make: (numbers: Float64Array, from: number) => Pending<T>): Pending<T> | undefined {
    if (!this.isUndecided(place) && !this.#isIn(place, undecidedLossState)) return undefined;
    const pending = make(this.#rows.numbers, this.#rows.from(place));
    this.#rows.replace(place, pending);
    return pending;
  }

  /** Books one entry of many: what it lets be told is told with that of others, by a later `drain`. */
  gather(book: () => void): void {
    this.#isGathering = true;
    try {
      book();
    } finally {
      this.#isGathering = false;
    }
  }

  /** Tells everything that is decided, up to the first that is not. */
  drain(logClockMs: number): void {
    if (this.#isGathering && this.#mayWait(logClockMs)) return;
    while (this.head < this.tail) {
      const from = this.#rows.from(this.head);
      if (this.#rows.numbers[from + stateIn] !== objectState) {
        const { head } = this;
        this.head = this.#tellRows?.(head, this.tail, logClockMs) ?? this.tail;
        if (this.head === head) break;
        continue;
      }
      const first = this.#rows.object(this.head);
      if (first && !first.events) {
        const silent = logClockMs - (this.#rows.numbers[from + logClockIn] ?? 0) > longestSilenceMs;
        if (!silent && this.tail - this.head <= mostWaiting) break;
        this.#decideAt(this.head);
      }
      this.#rows.forget(this.head);
      this.head += 1;
      first?.events?.forEach(this.#tell);
    }
  }

  /** Tells what is decided where much waits, so that there is room for more. */
  drainMany(logClockMs: number): void {
    if (this.tail - this.head >= toldTogether) this.drain(logClockMs);
  }

  /** True while there are few, and not even the first of them would be decided by silence. */
  #mayWait(logClockMs: number): boolean {
    if (this.tail - this.head > toldTogether) return false;
    const first = this.#rows.numbers[this.#rows.from(this.head) + logClockIn] ?? 0;
    return this.head === this.tail || logClockMs - first <= longestSilenceMs;
  }

  /** Decides everything that arrived at or before a wall-clock time, and tells it. */
  settle(arrivedBefore: number): void {
    for (let place = this.head; place < this.tail; place += 1) {
      if ((this.#rows.numbers[this.#rows.from(place) + arrivedAtIn] ?? 0) > arrivedBefore) break;
      this.#decideAt(place);
    }
    this.drain(0);
  }

  /** Wall-clock time at which the oldest undecided one arrived; undefined = nothing waits. */
  get oldestArrivedAt(): number | undefined {
    if (this.head === this.tail) return undefined;
    return this.#rows.numbers[this.#rows.from(this.head) + arrivedAtIn];
  }

  #isIn(place: number, state: number): boolean {
    return place >= this.head && this.#rows.numbers[this.#rows.from(place) + stateIn] === state;
  }

  #decideAt(place: number): void {
    const from = this.#rows.from(place) + stateIn;
    const state = this.#rows.numbers[from] ?? objectState;
    const pending = state === objectState ? this.#rows.object(place) : undefined;
    if (pending) pending.events ??= pending.otherwise();
    else this.#rows.numbers[from] = decided(state);
    if (state === undecidedLossState) this.#lost();
  }
}
