/**
 * Numbers of a row: what happens to ordinary sessions waits as such, not as objects. assembly/queue.ts writes them, and
 * alone reads those that have no name here.
 */
export const rowNumbers = 12;
export const atIn = 0;
export const pidIn = 1;
export const offsetIn = 3;
export const fileIn = 4;
/** Number of the form of its authorization; −1 = it was not authorized. */
export const formIn = 5;
/** Number of the host (RecurringForms.host); −1 = none. */
export const hostNumberIn = 6;
export const logClockIn = 7;
export const arrivedAtIn = 8;
export const stateIn = 9;
/** Of a trouble, the number of the form of its FATAL. */
export const troubleFormIn = 10;
/** Of a trouble, the number of the host that its FATAL tells; −1 = none. (disconnect: what was wrong with the client.) */
export const troubleHostIn = 11;

/** What waits in a row: an object beside it, or an ordinary session's event. */
export const objectState = 0;
/** It may be one, or nothing. */
export const undecidedState = 1;
export const undecidedLossState = 2;
const connectState = 4;
const lossState = 6;
export const failureState = 7;
export const endingState = 8;

/** Which event a row is that may be one. */
export function decided(state: number): number {
  if (state === undecidedState) return connectState;
  return state === undecidedLossState ? lossState : state;
}

const leastRows = 256;
/** More never wait: those that are undecided are decided before (pendingQueue.ts). */
export const mostRows = 8192;

/** A ring of waiting rows with an object beside each, by place: a number that only grows. */
export class WaitingRows<O> {
  numbers: Float64Array = new Float64Array(leastRows * rowNumbers);
  #objects: (O | undefined)[] = Array.from({ length: leastRows });
  #mask = leastRows - 1;

  /** Where the numbers of a place begin. */
  from(place: number): number {
    return (place & this.#mask) * rowNumbers;
  }

  object(place: number): O | undefined {
    return this.#objects[place & this.#mask];
  }

  /** Writes an object's row at `tail`; the places from `head` on are in use. */
  putObject(head: number, tail: number, object: O, logClockMs: number, arrivedAt: number): void {
    if (tail - head > this.#mask) this.moveTo(new Float64Array(this.numbers.length * 2), head, tail);
    const from = this.from(tail);
    this.#objects[tail & this.#mask] = object;
    this.numbers[from + stateIn] = objectState;
    this.numbers[from + logClockIn] = logClockMs;
    this.numbers[from + arrivedAtIn] = arrivedAt;
  }

  /** A row becomes an object's. */
  replace(place: number, object: O): void {
    this.#objects[place & this.#mask] = object;
    this.numbers[this.from(place) + stateIn] = objectState;
  }

  forget(place: number): void {
    this.#objects[place & this.#mask] = undefined;
  }

  /** From now on the numbers are these, of which there are more; the places from `head` to `tail` are in use. */
  moveTo(more: Float64Array, head: number, tail: number): void {
    const { numbers } = this;
    const objects = this.#objects;
    const mask = this.#mask;
    this.#mask = more.length / rowNumbers - 1;
    this.numbers = more;
    this.#objects = Array.from({ length: this.#mask + 1 });
    for (let place = head; place < tail; place += 1) {
      const from = (place & mask) * rowNumbers;
      more.set(numbers.subarray(from, from + rowNumbers), this.from(place));
      this.#objects[place & this.#mask] = objects[place & mask];
    }
  }
}
