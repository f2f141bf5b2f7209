import {
  lineAtIn,
  lineEntryPortIn,
  lineFormIn,
  lineHostIn,
  lineMessagePortIn,
  lineNumbers,
  lineOf,
  linePidIn,
  lineStartIn,
  lineTimeMsIn,
  type LineBlock,
} from '../log/lineBlock.ts';
import { bookedOf } from './bookFacts.ts';
import { beganLater } from './disconnection.ts';
import { keyIsPid, type FormFacts, type RecurringForms } from './recurringForms.ts';
import { keyText } from './rowSessions.ts';
import type { SessionBook } from './sessionBook.ts';
import {
  authenticatedIn,
  authorizedIn,
  clientTroubleIn,
  connectedAtIn,
  dying,
  endedAtIn,
  endedState,
  endIn,
  entryHostIn,
  entryPortIn,
  howIn,
  inBook,
  keyIsIn,
  openingState,
  openState,
  orderIn,
  placeIn,
  receivedAtIn,
  receivedHostIn,
  receivedIn,
  receivedPortIn,
  refused,
  startIn,
  stateIn,
  type LiveState,
  type SessionRows,
} from './sessionRows.ts';
import * as waiting from './waitingRows.ts';

/**
 * The ordinary lives of sessions, booked by numbers: received, authenticated, authorized or refused, gone with a
 * disconnection line or told to go. Whatever else happens to a pid is the book's, with all that is in its rows.
 */
export class PlainSessions {
  readonly #book: SessionBook;
  readonly #rows: SessionRows;
  readonly #forms: RecurringForms;
  /** The line that is booked: the block, where its numbers begin, and those that are asked for most. */
  #block: LineBlock | undefined;
  #numbers: Float64Array = new Float64Array();
  #from = 0;
  #pid = 0;
  #at = 0;
  #start = 0;
  #fileNumber = 0;
  #arrivedAt = 0;

  constructor(book: SessionBook, rows: SessionRows, forms: RecurringForms) {
    this.#book = book;
    this.#rows = rows;
    this.#forms = forms;
  }

  /**
   * Books the lines from an index on, and tells what they decide. Answers the index of the first that is not a plain
   * life's, with which nothing was done; where there is none, how many there are.
   */
  apply(block: LineBlock, from: number): number {
    const { time, queue } = this.#book;
    const { numbers, count } = block;
    this.#forms.meet(block);
    this.#block = block;
    this.#numbers = numbers;
    this.#fileNumber = block.fileNumber;
    this.#arrivedAt = block.arrivedAt;
    for (let index = from; index < count; index += 1) {
      const at = index * lineNumbers;
      this.#from = at;
      this.#at = numbers[at + lineAtIn] ?? 0;
      this.#pid = numbers[at + linePidIn] ?? 0;
      this.#start = numbers[at + lineStartIn] ?? 0;
      time.pass(this.#at);
      if (!this.#line(this.#forms.of(block, numbers[at + lineFormIn] ?? 0))) return index;
      if (queue.isDrainDue(time.elapsedMs)) queue.drain(time.elapsedMs);
    }
    queue.drain(time.elapsedMs);
    return count;
  }

  #line(facts: FormFacts): boolean {
    if (!facts.isPlain || (facts.keyIs !== keyIsPid && Number.isNaN(this.#start))) return false;
    switch (facts.step) {
      case 'received':
        return this.#received(facts);
      case 'authenticated':
        return this.#authenticated(facts);
      case 'authorized':
        return this.#authorized(facts);
      case 'disconnection':
        return this.#disconnected(facts);
      case 'fatal':
        return this.#fatal(facts);
      case 'clientTrouble':
        return this.#clientTrouble(facts);
      case 'nothing':
        return true;
    }
  }

  #received(facts: FormFacts): boolean {
    const row = this.#begun(facts, openingState);
    if (row === 0) return false;
    const { evidence } = this.#book;
    evidence.receivedSeen = true;
    evidence.receivedNotRefused += 1;
    this.#rows.setDouble(row, receivedAtIn, this.#at);
    this.#rows.setInt(row, receivedIn, facts.number);
    this.#rows.setInt(row, receivedPortIn, this.#number(lineMessagePortIn));
    this.#rows.setInt(row, receivedHostIn, this.#host(facts));
    return true;
  }

  #authenticated(facts: FormFacts): boolean {
    let row = this.#rows.rowOf(this.#pid);
    if (row === inBook) return false;
    if (row === 0 || !this.#isOf(row, facts)) {
      if (row !== 0 && !this.#mayFollow(row, facts)) return false;
      row = this.#add(facts, openingState);
    } else if (this.#rows.int(row, stateIn) !== openingState) {
      if (this.#rows.int(row, stateIn) === openState) return false;
      // what ended under the same key stays known until the next one is let in
      row = this.#add(facts, openingState);
    }
    this.#rows.setInt(row, authenticatedIn, facts.number);
    return true;
  }

  #authorized(facts: FormFacts): boolean {
    let row = this.#rows.rowOf(this.#pid);
    if (row > 0 && this.#rows.int(row, stateIn) === openingState && this.#isOf(row, facts)) {
      this.#forgetSame(row);
      this.#rows.move(row, openState);
    } else {
      row = this.#begun(facts, openState);
    }
    if (row === 0) return false;
    const { evidence } = this.#book;
    evidence.connectsSeen += 1;
    if (facts.namesAreGuessed) evidence.guessedNames += 1;
    this.#rows.setInt(row, authorizedIn, facts.number);
    this.#rows.setInt(row, entryPortIn, this.#number(lineEntryPortIn));
    if (facts.hasHost) this.#rows.setInt(row, entryHostIn, this.#host(facts));
    this.#rows.setDouble(row, connectedAtIn, this.#at);
    this.#rows.setDouble(row, orderIn, this.#book.nextOrder());
    this.#rows.setDouble(row, placeIn, this.#wait(waiting.undecidedState, row));
    return true;
  }

  #disconnected(facts: FormFacts): boolean {
    const row = this.#rows.rowOf(this.#pid);
    if (row <= 0 || !this.#isOf(row, facts)) return false;
    const state = this.#rows.int(row, stateIn);
    if (state === endedState) return this.#died(row);
    if (state !== openState) return false;
    if (facts.keyIs === keyIsPid) {
      const sinceMs = this.#startedAt - this.#rows.double(row, connectedAtIn);
      if (beganLater(sinceMs) || !this.#forms.haveSameNames(facts, this.#rows.int(row, authorizedIn)))
        return false;
    }
    this.#seeDisconnection();
    this.#book.queue.decide(this.#rows.double(row, placeIn));
    this.#rows.setInt(row, endIn, facts.number);
    this.#end(row, 0);
    this.#tell(waiting.disconnectState, row, undefined, this.#rows.int(row, clientTroubleIn));
    return true;
  }

  /** The disconnection of a session that was told to go. */
  #died(row: number): boolean {
    const { queue } = this.#book;
    const place = this.#rows.double(row, placeIn);
    if (this.#rows.int(row, howIn) !== dying || !queue.isUndecidedLoss(place)) return false;
    if (this.#startedAt > this.#rows.double(row, endedAtIn) + 1000) return false;
    this.#seeDisconnection();
    queue.cancel(place);
    this.#end(row, 0);
    this.#tell(waiting.disconnectState, row, undefined, 0);
    return true;
  }

  #seeDisconnection(): void {
    const { evidence } = this.#book;
    evidence.disconnectionsSeen += 1;
    if (evidence.endsChanged === 'inEarlierRun') evidence.endsChanged = undefined;
  }

  /** A login is refused, or a session is told to go, as applyFatal has it. */
  #fatal(facts: FormFacts): boolean {
    const row = this.#rows.rowOf(this.#pid);
    if (row <= 0 || !this.#isOf(row, facts) || this.#pid === this.#book.server.postmasterPid) return false;
    const state = this.#rows.int(row, stateIn);
    if (state === openingState) {
      this.#book.evidence.receivedNotRefused -= 1;
      this.#forgetSame(row);
      this.#end(row, refused);
      this.#tell(waiting.failureState, row, facts, 0);
      return true;
    }
    return state === openState && (facts.refuses ? this.#refuted(row, facts) : this.#toldToGo(row, facts));
  }

  #refuted(row: number, facts: FormFacts): boolean {
    const { queue } = this.#book;
    const place = this.#rows.double(row, placeIn);
    if (!queue.isUndecided(place)) return false;
    queue.cancel(place);
    this.#end(row, refused);
    this.#tell(waiting.failureState, row, facts, 0);
    return true;
  }

  #toldToGo(row: number, facts: FormFacts): boolean {
    const { queue } = this.#book;
    const place = this.#rows.double(row, placeIn);
    if (facts.mayRefuse && queue.isUndecided(place)) return false;
    queue.decide(place);
    this.#tell(waiting.endingState, row, facts, 0);
    this.#rows.setDouble(row, placeIn, this.#wait(waiting.undecidedLossState, row));
    this.#end(row, dying);
    return true;
  }

  #clientTrouble(facts: FormFacts): boolean {
    const row = this.#rows.rowOf(this.#pid);
    if (row <= 0 || this.#rows.int(row, stateIn) !== openState || !this.#isOf(row, facts)) return false;
    this.#rows.setInt(row, clientTroubleIn, facts.clientTrouble);
    return true;
  }

  #end(row: number, how: number): void {
    this.#rows.setDouble(row, endedAtIn, this.#at);
    this.#rows.setInt(row, howIn, how);
    this.#rows.move(row, endedState);
  }

  /** Holds a place for what is undecided of the session of a row; answers it. */
  #wait(state: number, row: number): number {
    this.#write(state, row, undefined, 0);
    return this.#book.queue.holdRow();
  }

  /** Tells an event of the session of a row, now or behind those that wait. */
  #tell(state: number, row: number, trouble: FormFacts | undefined, clientTrouble: number): void {
    this.#write(state, row, trouble, clientTrouble);
    this.#book.queue.pushRow();
  }

  #write(state: number, row: number, trouble: FormFacts | undefined, clientTrouble: number): void {
    const { queue, time } = this.#book;
    const authorized = this.#rows.int(row, authorizedIn);
    const entryHost = trouble?.hasHost === true ? this.#host(trouble) : this.#rows.int(row, entryHostIn);
    const from = queue.writeRow(this.#numbers, this.#from);
    const { numbers } = queue;
    numbers[from + waiting.stateIn] = state;
    numbers[from + waiting.formIn] = authorized;
    numbers[from + waiting.hostNumberIn] = entryHost === -1 ? this.#rows.int(row, receivedHostIn) : entryHost;
    numbers[from + waiting.troubleFormIn] = trouble?.number ?? -1;
    numbers[from + waiting.clientTroubleIn] = clientTrouble;
    numbers[from + waiting.fileIn] = this.#fileNumber;
    numbers[from + waiting.arrivedAtIn] = this.#arrivedAt;
    numbers[from + waiting.logClockIn] = time.elapsedMs;
  }

  /** When the session began that this disconnection ends; NaN = the log has no time. */
  get #startedAt(): number {
    return this.#at - this.#number(lineTimeMsIn);
  }

  /** Number of the host that the line tells, or its form. */
  #host({ number }: FormFacts): number {
    const host = this.#number(lineHostIn);
    return host >= 0 ? host : -2 - number;
  }

  #number(field: number): number {
    return this.#numbers[this.#from + field] ?? 0;
  }

  /** A row for the session that begins with this line, of which nothing was known; 0 = not a plain beginning. */
  #begun(facts: FormFacts, state: LiveState): number {
    const row = this.#rows.rowOf(this.#pid);
    if (row === 0 || (row === inBook && this.#comesBack(facts))) return this.#add(facts, state);
    if (row === inBook || this.#rows.int(row, stateIn) === openState) return 0;
    if (!this.#isOf(row, facts)) return this.#mayFollow(row, facts) ? this.#add(facts, state) : 0;
    this.#forgetSame(row);
    this.#rows.clear(row);
    this.#rows.move(row, state);
    return row;
  }

  #add(facts: FormFacts, state: LiveState): number {
    const row = this.#rows.add(this.#pid, state);
    this.#rows.setInt(row, keyIsIn, facts.keyIs);
    this.#rows.setDouble(row, startIn, this.#start);
    return row;
  }

  /** True when a line has the key of a row. */
  #isOf(row: number, facts: FormFacts): boolean {
    if (this.#rows.int(row, keyIsIn) !== facts.keyIs) return false;
    return facts.keyIs === keyIsPid || this.#rows.double(row, startIn) === this.#start;
  }

  /** True when a line with another key is surely of a later process than a row that is not open. */
  #mayFollow(row: number, facts: FormFacts): boolean {
    return (
      this.#rows.int(row, stateIn) !== openState &&
      this.#rows.int(row, keyIsIn) === facts.keyIs &&
      this.#rows.double(row, startIn) < this.#start
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
  #comesBack(facts: FormFacts): boolean {
    const book = this.#book;
    const key = keyText(facts.keyIs, this.#start, this.#pid);
    if (book.open.has(key) || book.processes.openKey(this.#pid) !== undefined) return false;
    if (facts.keyIs !== keyIsPid && !book.processes.isNewest(this.#pid, this.#start)) return false;
    if (facts.step === 'authorized' && this.#block) {
      const booked = bookedOf(lineOf(this.#block, this.#from / lineNumbers));
      if (book.keyOf(booked) !== key || book.opening.get(key) !== undefined) return false;
    }
    book.opening.delete(key);
    book.ended.delete(key);
    this.#rows.setRowOf(this.#pid, 0);
    return true;
  }
}
