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

/** Log time after which silence decides, and how many may wait behind an undecided one. */
export const longestSilenceMs = 10_000;
const mostWaiting = 4096;

/**
 * Tells events in the order of the log although some can only be decided by what follows them: an undecided one
 * holds back those behind it, until it is decided, too old, or too many wait.
 */
export class PendingQueue<T> {
  readonly #tell: (event: T) => void;
  #waiting: Pending<T>[] = [];
  #head = 0;

  constructor(tell: (event: T) => void) {
    this.#tell = tell;
  }

  /** Tells an event now, or behind those that wait. */
  push(event: T, logClockMs: number, arrivedAt: number): void {
    if (this.#head === this.#waiting.length) {
      this.#tell(event);
      return;
    }
    this.#waiting.push({ events: [event], logClockMs, arrivedAt, otherwise: () => [] });
    this.drain(logClockMs);
  }

  /** Holds a place in the order for something undecided; set `events` and call `drain` to decide it. */
  hold(pending: Pending<T>): Pending<T> {
    this.#waiting.push(pending);
    return pending;
  }

  /** Tells everything that is decided, up to the first that is not. */
  drain(logClockMs: number): void {
    while (this.#head < this.#waiting.length) {
      const first = this.#waiting[this.#head];
      if (!first) break;
      if (!first.events) {
        const silent = logClockMs - first.logClockMs > longestSilenceMs;
        if (!silent && this.#waiting.length - this.#head <= mostWaiting) break;
        first.events = first.otherwise();
      }
      this.#head += 1;
      first.events.forEach(this.#tell);
    }
    if (this.#head > 1024 || this.#head === this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Decides everything that arrived at or before a wall-clock time, and tells it. */
  settle(arrivedBefore: number): void {
    for (let index = this.#head; index < this.#waiting.length; index += 1) {
      const pending = this.#waiting[index];
      if (!pending || pending.arrivedAt > arrivedBefore) break;
      pending.events ??= pending.otherwise();
    }
    this.drain(0);
  }

  /** Wall-clock time at which the oldest undecided one arrived; undefined = nothing waits. */
  get oldestArrivedAt(): number | undefined {
    return this.#waiting[this.#head]?.arrivedAt;
  }
}
