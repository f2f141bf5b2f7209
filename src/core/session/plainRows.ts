import { bookedOf } from './bookFacts.ts';
import type { PlainLine } from './plainLine.ts';
import { keyIsPid, type FormFacts } from './recurringForms.ts';
import { keyText } from './rowSessions.ts';
import type { SessionBook } from './sessionBook.ts';
import {
  inBook,
  keyIsIn,
  openState,
  startIn,
  stateIn,
  type LiveState,
  type SessionRows,
} from './sessionRows.ts';

/** Whose row a line is about. */
export class PlainRows {
  readonly #book: SessionBook;
  readonly #rows: SessionRows;
  readonly #line: PlainLine;

  constructor(book: SessionBook, rows: SessionRows, line: PlainLine) {
    this.#book = book;
    this.#rows = rows;
    this.#line = line;
  }

  /** A row for the session that begins with this line, of which nothing was known; 0 = not a plain beginning. */
  begun(facts: FormFacts, state: LiveState): number {
    const row = this.#rows.rowOf(this.#line.pid);
    if (row === 0 || (row === inBook && this.#comesBack(facts))) return this.add(facts, state);
    if (row === inBook || this.#rows.int(row, stateIn) === openState) return 0;
    if (!this.isOf(row, facts)) return this.mayFollow(row, facts) ? this.add(facts, state) : 0;
    this.forgetSame(row);
    this.#rows.clear(row);
    this.#rows.move(row, state);
    return row;
  }

  /** A new row for a session that begins with this line. */
  add(facts: FormFacts, state: LiveState): number {
    const row = this.#rows.add(this.#line.pid, state);
    this.#rows.setInt(row, keyIsIn, facts.keyIs);
    this.#rows.setDouble(row, startIn, this.#line.start);
    return row;
  }

  /** True when a line has the key of a row. */
  isOf(row: number, facts: FormFacts): boolean {
    if (this.#rows.int(row, keyIsIn) !== facts.keyIs) return false;
    return facts.keyIs === keyIsPid || this.#rows.double(row, startIn) === this.#line.start;
  }

  /** True when a line with another key is surely of a later process than a row that is not open. */
  mayFollow(row: number, facts: FormFacts): boolean {
    return (
      this.#rows.int(row, stateIn) !== openState &&
      this.#rows.int(row, keyIsIn) === facts.keyIs &&
      this.#rows.double(row, startIn) < this.#line.start
    );
  }

  /** What ended before under the key of this row is forgotten. */
  forgetSame(row: number): void {
    const previous = this.#rows.previous(row);
    if (previous === 0 || this.#rows.int(previous, keyIsIn) !== this.#rows.int(row, keyIsIn)) return;
    const isSame = this.#rows.double(previous, startIn) === this.#rows.double(row, startIn);
    if (isSame || this.#rows.int(row, keyIsIn) === keyIsPid) this.#rows.freePrevious(row);
  }

  /** A pid that the book had is a plain one again where nothing is open or being opened under it. */
  #comesBack(facts: FormFacts): boolean {
    const book = this.#book;
    const key = keyText(facts.keyIs, this.#line.start, this.#line.pid);
    if (book.open.has(key) || book.processes.openKey(this.#line.pid) !== undefined) return false;
    if (facts.keyIs !== keyIsPid && !book.processes.isNewest(this.#line.pid, this.#line.start)) return false;
    if (facts.step === 'authorized') {
      const booked = bookedOf(this.#line.whole());
      if (book.keyOf(booked) !== key || book.opening.get(key) !== undefined) return false;
    }
    book.opening.delete(key);
    book.ended.delete(key);
    this.#rows.setRowOf(this.#line.pid, 0);
    return true;
  }
}
