import {
  arrivedAtIn,
  cancelledState,
  decided,
  logClockIn,
  objectState,
  stateIn,
  undecidedLossState,
  undecidedState,
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

/** Takes the event of an ordinary session: where its numbers begin (waitingRows.ts). They are gone when it returns. */
export type TellRow = (numbers: Float64Array, from: number) => void;

/** Log time after which silence decides, and how many may wait behind an undecided one. */
export const longestSilenceMs = 10_000;
const mostWaiting = 4096;
const toldTogether = 256;

/**
 * Tells events in the order of the log although some can only be decided by what follows them: an undecided one
 * holds back those behind it, until it is decided, too old, or too many wait. Ordinary sessions' events are rows of
 * numbers, known by their place; all others are objects.
 */
export class PendingQueue<T> {
  readonly #tell: (event: T) => void;
  readonly #tellRow: TellRow;
  readonly #lost: () => void;
  readonly #rows = new WaitingRows<Pending<T>>();
  #head = 0;
  #tail = 0;

  /** `lost` is called when an undecided loss in a row turns out to be one. */
  constructor(tell: (event: T) => void, tellRow: TellRow, lost: () => void) {
    this.#tell = tell;
    this.#tellRow = tellRow;
    this.#lost = lost;
  }

  /** Tells an event now, or behind those that wait. */
  push(event: T, logClockMs: number, arrivedAt: number): void {
    if (this.#head === this.#tail) {
      this.#tell(event);
      return;
    }
    this.hold({ events: [event], logClockMs, arrivedAt, otherwise: () => [] });
    this.drain(logClockMs);
  }

  /** Holds a place in the order for something undecided; set `events` and call `drain` to decide it. */
  hold(pending: Pending<T>): Pending<T> {
    this.#rows.putObject(this.#head, this.#tail, pending, pending.logClockMs, pending.arrivedAt);
    this.#tail += 1;
    return pending;
  }

  /**
   * Begins to write down an event of an ordinary session, with what its line tells, whose numbers begin there. Answers
   * where those of the event begin in `numbers`: the others must be set (waitingRows.ts), and then it is held or pushed.
   */
  writeRow(line: Float64Array, lineFrom: number): number {
    return this.#rows.putLine(this.#head, this.#tail, line, lineFrom);
  }

  get numbers(): Float64Array {
    return this.#rows.numbers;
  }

  /** Holds a place for what was written down and is undecided; answers it. */
  holdRow(): number {
    this.#tail += 1;
    return this.#tail - 1;
  }

  /** Tells what was written down once `drain` is called, behind those that wait. */
  pushRow(): void {
    this.#tail += 1;
  }

  /** True while the connect that got this place is not decided. */
  isUndecided(place: number): boolean {
    return place >= this.#head && this.#rows.numbers[this.#rows.from(place) + stateIn] === undecidedState;
  }

  /** True while the loss that got this place is not decided. */
  isUndecidedLoss(place: number): boolean {
    return place >= this.#head && this.#rows.numbers[this.#rows.from(place) + stateIn] === undecidedLossState;
  }

  /** The connect that got this place is one; call `drain` to have it told. */
  decide(place: number): void {
    if (this.isUndecided(place)) this.#decideAt(place);
  }

  /** What is undecided at this place was nothing. */
  cancel(place: number): void {
    this.#rows.numbers[this.#rows.from(place) + stateIn] = cancelledState;
  }

  /** What is undecided goes on as an object, made from its numbers; undefined when it is decided. */
  take(place: number, make: (numbers: Float64Array, from: number) => Pending<T>): Pending<T> | undefined {
    if (!this.isUndecided(place) && !this.isUndecidedLoss(place)) return undefined;
    const pending = make(this.#rows.numbers, this.#rows.from(place));
    this.#rows.replace(place, pending);
    return pending;
  }

  /** Would `drain` decide something, or are there many to be told? Otherwise it need not be called for each line. */
  isDrainDue(logClockMs: number): boolean {
    if (this.#tail - this.#head > toldTogether) return true;
    const clock = this.#rows.numbers[this.#rows.from(this.#head) + logClockIn] ?? 0;
    return this.#head < this.#tail && logClockMs - clock > longestSilenceMs;
  }

  /** Tells everything that is decided, up to the first that is not. */
  drain(logClockMs: number): void {
    while (this.#head < this.#tail) {
      const { numbers } = this.#rows;
      const from = this.#rows.from(this.#head);
      const state = numbers[from + stateIn];
      const first = state === objectState ? this.#rows.object(this.#head) : undefined;
      if (first ? !first.events : state === undecidedState || state === undecidedLossState) {
        const silent = logClockMs - (numbers[from + logClockIn] ?? 0) > longestSilenceMs;
        if (!silent && this.#tail - this.#head <= mostWaiting) break;
        this.#decideAt(this.#head);
      }
      if (first) this.#rows.forget(this.#head);
      this.#head += 1;
      if (first) first.events?.forEach(this.#tell);
      else if (state !== cancelledState) this.#tellRow(numbers, from);
    }
  }

  /** Decides everything that arrived at or before a wall-clock time, and tells it. */
  settle(arrivedBefore: number): void {
    for (let place = this.#head; place < this.#tail; place += 1) {
      if ((this.#rows.numbers[this.#rows.from(place) + arrivedAtIn] ?? 0) > arrivedBefore) break;
      this.#decideAt(place);
    }
    this.drain(0);
  }

  /** Wall-clock time at which the oldest undecided one arrived; undefined = nothing waits. */
  get oldestArrivedAt(): number | undefined {
    if (this.#head === this.#tail) return undefined;
    return this.#rows.numbers[this.#rows.from(this.#head) + arrivedAtIn];
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
