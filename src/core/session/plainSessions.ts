import type { RecurringLine } from '../log/recurring.ts';
import { bookedOf } from './bookFacts.ts';
import { beganLater } from './disconnection.ts';
import { keyIsPid, type FormFacts, type RecurringForms } from './recurringForms.ts';
import { keyText } from './rowSessions.ts';
import type { SessionBook } from './sessionBook.ts';
import {
  authenticatedIn,
  authorizedIn,
  connectedAtIn,
  endedAtIn,
  endedState,
  endIn,
  entryPortIn,
  inBook,
  keyIsIn,
  openingState,
  openState,
  orderIn,
  placeIn,
  receivedAtIn,
  receivedIn,
  receivedPortIn,
  startIn,
  stateIn,
  type LiveState,
  type SessionRows,
} from './sessionRows.ts';

/**
 * The ordinary lives of sessions, booked by numbers: received, authenticated, authorized, gone with a disconnection
 * line. Whatever else happens to a pid is the book's, with all that is in its rows.
 */
export class PlainSessions {
  readonly #book: SessionBook;
  readonly #rows: SessionRows;
  readonly #forms: RecurringForms;

  constructor(book: SessionBook, rows: SessionRows, forms: RecurringForms) {
    this.#book = book;
    this.#rows = rows;
    this.#forms = forms;
  }

  /** Books a line; false = nothing was done, it is not a plain life's. */
  apply(line: RecurringLine, logClockMs: number): boolean {
    const facts = this.#forms.of(line);
    if (!facts.isPlain || (facts.keyIs !== keyIsPid && Number.isNaN(line.startSeconds))) return false;
    switch (facts.step) {
      case 'received':
        return this.#received(line, facts);
      case 'authenticated':
        return this.#authenticated(line, facts);
      case 'authorized':
        return this.#authorized(line, facts, logClockMs);
      case 'disconnection':
        return this.#disconnected(line, facts, logClockMs);
    }
  }

  #received(line: RecurringLine, facts: FormFacts): boolean {
    const row = this.#begun(line, facts, openingState);
    if (row === 0) return false;
    const { evidence } = this.#book;
    evidence.receivedSeen = true;
    evidence.receivedNotRefused += 1;
    this.#rows.setDouble(row, receivedAtIn, line.at);
    this.#rows.setInt(row, receivedIn, facts.number);
    this.#rows.setInt(row, receivedPortIn, line.messagePort);
    return true;
  }

  #authenticated(line: RecurringLine, facts: FormFacts): boolean {
    let row = this.#rows.rowOf(line.pid);
    if (row === inBook) return false;
    if (row === 0 || !this.#isOf(row, line, facts)) {
      if (row !== 0 && !this.#mayFollow(row, line, facts)) return false;
      row = this.#add(line, facts, openingState);
    } else if (this.#rows.int(row, stateIn) !== openingState) {
      if (this.#rows.int(row, stateIn) === openState) return false;
      // what ended under the same key stays known until the next one is let in
      row = this.#add(line, facts, openingState);
    }
    this.#rows.setInt(row, authenticatedIn, facts.number);
    return true;
  }

  #authorized(line: RecurringLine, facts: FormFacts, logClockMs: number): boolean {
    let row = this.#rows.rowOf(line.pid);
    if (row > 0 && this.#rows.int(row, stateIn) === openingState && this.#isOf(row, line, facts)) {
      this.#forgetSame(row);
      this.#rows.move(row, openState);
    } else {
      row = this.#begun(line, facts, openState);
    }
    if (row === 0) return false;
    const { evidence } = this.#book;
    evidence.connectsSeen += 1;
    if (facts.namesAreGuessed) evidence.guessedNames += 1;
    const hostForm = this.#forms.hostForm(facts.number, this.#rows.int(row, receivedIn));
    this.#rows.setInt(row, authorizedIn, facts.number);
    this.#rows.setInt(row, entryPortIn, line.entryPort);
    this.#rows.setDouble(row, connectedAtIn, line.at);
    this.#rows.setDouble(row, orderIn, this.#book.nextOrder());
    const place = this.#book.queue.holdConnect(line, facts.number, hostForm, logClockMs);
    this.#rows.setDouble(row, placeIn, place);
    return true;
  }

  #disconnected(line: RecurringLine, facts: FormFacts, logClockMs: number): boolean {
    const row = this.#rows.rowOf(line.pid);
    if (row <= 0 || this.#rows.int(row, stateIn) !== openState || !this.#isOf(row, line, facts)) return false;
    const authorized = this.#rows.int(row, authorizedIn);
    if (facts.keyIs === keyIsPid) {
      const sinceMs = line.at - line.sessionTimeMs - this.#rows.double(row, connectedAtIn);
      if (beganLater(sinceMs) || !this.#forms.haveSameNames(facts, authorized)) return false;
    }
    const { evidence, queue } = this.#book;
    evidence.disconnectionsSeen += 1;
    if (evidence.endsChanged === 'inEarlierRun') evidence.endsChanged = undefined;
    queue.decide(this.#rows.double(row, placeIn));
    const hostForm = this.#forms.hostForm(authorized, this.#rows.int(row, receivedIn));
    this.#rows.setInt(row, endIn, facts.number);
    this.#rows.setDouble(row, endedAtIn, line.at);
    this.#rows.move(row, endedState);
    queue.pushDisconnect(line, authorized, hostForm, logClockMs);
    return true;
  }

  /** A row for the session that begins with this line, of which nothing was known; 0 = not a plain beginning. */
  #begun(line: RecurringLine, facts: FormFacts, state: LiveState): number {
    const row = this.#rows.rowOf(line.pid);
    if (row === 0 || (row === inBook && this.#comesBack(line, facts))) return this.#add(line, facts, state);
    if (row === inBook || this.#rows.int(row, stateIn) === openState) return 0;
    if (!this.#isOf(row, line, facts))
      return this.#mayFollow(row, line, facts) ? this.#add(line, facts, state) : 0;
    this.#forgetSame(row);
    this.#rows.clear(row);
    this.#rows.move(row, state);
    return row;
  }

  #add(line: RecurringLine, facts: FormFacts, state: LiveState): number {
    const row = this.#rows.add(line.pid, state);
    this.#rows.setInt(row, keyIsIn, facts.keyIs);
    this.#rows.setDouble(row, startIn, line.startSeconds);
    return row;
  }

  /** True when a line has the key of a row. */
  #isOf(row: number, line: RecurringLine, facts: FormFacts): boolean {
    if (this.#rows.int(row, keyIsIn) !== facts.keyIs) return false;
    return facts.keyIs === keyIsPid || this.#rows.double(row, startIn) === line.startSeconds;
  }

  /** True when a line with another key is surely of a later process than a row that is not open. */
  #mayFollow(row: number, line: RecurringLine, facts: FormFacts): boolean {
    return (
      this.#rows.int(row, stateIn) !== openState &&
      this.#rows.int(row, keyIsIn) === facts.keyIs &&
      this.#rows.double(row, startIn) < line.startSeconds
    );
  }

  /** What ended before under the key of this row is forgotten. */
  #forgetSame(row: number): void {
    const previous = this.#rows.previous(row);
    if (previous === 0 || this.#rows.int(previous, keyIsIn) !== this.#rows.int(row, keyIsIn)) return;
    const isSame = this.#rows.double(previous, startIn) === this.#rows.double(row, startIn);
    if (isSame || this.#rows.int(row, keyIsIn) === keyIsPid) this.#rows.freePrevious(row);
  }

  /** A pid that the book had is a plain one again where nothing is open or being opened under it. */
  #comesBack(line: RecurringLine, facts: FormFacts): boolean {
    const book = this.#book;
    const key = keyText(facts.keyIs, line.startSeconds, line.pid);
    if (book.open.has(key) || book.processes.openKey(line.pid) !== undefined) return false;
    if (facts.keyIs !== keyIsPid && !book.processes.isNewest(line.pid, line.startSeconds)) return false;
    if (facts.step === 'authorized') {
      if (book.keyOf(bookedOf(line)) !== key || book.opening.get(key) !== undefined) return false;
    }
    book.opening.delete(key);
    book.ended.delete(key);
    this.#rows.setRowOf(line.pid, 0);
    return true;
  }
}
