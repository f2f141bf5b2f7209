import assert from 'node:assert/strict';
import type { BookEntry } from '../../src/core/session/bookFacts.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { LogState } from '../../src/core/session/logState.ts';
import { entryOf, type RecurringLine } from '../../src/core/log/recurring.ts';
import { AnyEntries } from './anyEntries.ts';
import { RecurringLines } from './recurringLines.ts';

/** How many lines of a run recurred, and how many were booked at all. */
export interface RunCounts {
  lines: number;
  recurring: number;
}

/** One log in two states: what recurs is applied as an entry to one, and as a line to the other. */
export class RecurringRun {
  readonly counts: RunCounts = { lines: 0, recurring: 0 };
  readonly #story: AnyEntries;
  readonly #lines = new RecurringLines();
  #byEntries: LogState;
  #byLines: LogState;
  /** Lines that wait to be applied as one block. */
  #block: RecurringLine[] = [];
  #now = 1000;
  #offset = 0;

  constructor(seed: number, capacity: number) {
    this.#story = new AnyEntries(seed);
    this.#byEntries = new LogState(capacity);
    this.#byLines = new LogState(capacity);
  }

  /** Applies so many steps; throws when the states differ. */
  go(steps: number): void {
    for (let step = 0; step < steps; step += 1) {
      for (const entry of this.#story.step()) this.#apply(entry);
      this.#disturb();
      if (this.#story.next() < 0.2) this.compare();
    }
    this.compare();
  }

  compare(): void {
    this.#flush();
    assert.deepEqual(seen(this.#byLines), seen(this.#byEntries));
  }

  #apply(entry: BookEntry['entry']): void {
    this.#offset += 80;
    const place = { fileNumber: 1, offsetBytes: this.#offset };
    const booked = { entry, place, arrivedAt: this.#now };
    const line = this.#lines.lineOf(booked);
    this.counts.lines += 1;
    this.#byEntries.apply(booked);
    if (!line) {
      this.#flush();
      this.#byLines.apply(booked);
      return;
    }
    this.counts.recurring += 1;
    assert.deepEqual(stripped(entryOf(line)), stripped(entry));
    this.#block.push(line);
    if (this.#story.next() < 0.2) this.#flush();
  }

  /** Applies the lines that wait: of a block all arrive at once. */
  #flush(): void {
    if (this.#block.length > 0) this.#byLines.applyLines(this.#lines.blockOf(this.#block));
    this.#block = [];
    this.#now += 1;
  }

  /** What the user and the clock do meanwhile. */
  #disturb(): void {
    const { next } = this.#story;
    const what = next();
    if (what < 0.065) this.#flush();
    const both = [this.#byEntries, this.#byLines];
    if (what < 0.05) {
      const until = this.#now - Math.floor(next() * 5);
      for (const state of both) state.book.settle(until);
    } else if (what < 0.06) {
      const filter = this.#story.pick([noFilter, { ...noFilter, user: ['app'], host: ['10*'] }]);
      const point = { fileNumber: 1, offsetBytes: this.#offset - 400, at: 0 };
      const clear = this.#story.pick([undefined, point]);
      for (const state of both) state.look(filter, clear);
    } else if (what < 0.062) {
      for (const state of both) state.resize(20 + Math.floor(this.#now % 40));
    } else if (what < 0.065) {
      this.#reopen();
    }
  }

  #reopen(): void {
    for (const state of [this.#byEntries, this.#byLines]) state.book.settle(Number.POSITIVE_INFINITY);
    const reopened = (state: LogState): LogState => new LogState(40, structuredClone(state.save()));
    this.#byEntries = reopened(this.#byEntries);
    this.#byLines = reopened(this.#byLines);
  }
}

/** Everything that can be seen of a state; `opening` and `ended` have no order that means anything. */
function seen(state: LogState): unknown {
  const { book, tally, troubles, restartsAt, fromAt } = state.save();
  const opening = Object.fromEntries(book.opening);
  const ended = Object.fromEntries(book.ended);
  const { version, unfiltered, seen: shown, nextEventId } = state;
  return {
    ...{ book: { ...book, opening, ended }, tally, troubles, restartsAt, fromAt, version, nextEventId },
    ...{ unfiltered: unfiltered.save(), shown: shown.save(), undecidedSince: state.book.undecidedSince },
    events: [...state.newestEvents()],
    byKey: book.sessions.map(({ key }) => state.book.session(key)),
  };
}

/** Without what is missing. */
function stripped(entry: object): unknown {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}
