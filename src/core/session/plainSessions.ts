import { lineEntryPortIn, lineFormIn, lineMessagePortIn, type LineBlock } from '../log/lineBlock.ts';
import { beganLater } from './disconnection.ts';
import { PlainLine } from './plainLine.ts';
import { PlainRows } from './plainRows.ts';
import { keyIsPid, type FormFacts, type RecurringForms } from './recurringForms.ts';
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
  openingState,
  openState,
  orderIn,
  placeIn,
  receivedAtIn,
  receivedHostIn,
  receivedIn,
  receivedPortIn,
  refused,
  stateIn,
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
  /** The line that is booked. */
  readonly #line = new PlainLine();
  readonly #plain: PlainRows;

  constructor(book: SessionBook, rows: SessionRows, forms: RecurringForms) {
    this.#book = book;
    this.#rows = rows;
    this.#forms = forms;
    this.#plain = new PlainRows(book, rows, this.#line);
  }

  /**
   * Books the lines from an index on, and tells what they decide. Answers the index of the first that is not a plain
   * life's, with which nothing was done; where there is none, how many there are.
   */
  apply(block: LineBlock, from: number): number {
    const { time, queue } = this.#book;
    const { count } = block;
    const line = this.#line;
    this.#forms.meet(block);
    line.block = block;
    for (let index = from; index < count; index += 1) {
      line.read(index);
      time.pass(line.at);
      if (!this.#apply(this.#forms.of(block, line.number(lineFormIn)))) return index;
      if (queue.isDrainDue(time.elapsedMs)) queue.drain(time.elapsedMs);
    }
    queue.drain(time.elapsedMs);
    return count;
  }

  #apply(facts: FormFacts): boolean {
    if (!facts.isPlain || (facts.keyIs !== keyIsPid && Number.isNaN(this.#line.start))) return false;
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
    const row = this.#plain.begun(facts, openingState);
    if (row === 0) return false;
    const { evidence } = this.#book;
    evidence.receivedSeen = true;
    evidence.receivedNotRefused += 1;
    this.#rows.setDouble(row, receivedAtIn, this.#line.at);
    this.#rows.setInt(row, receivedIn, facts.number);
    this.#rows.setInt(row, receivedPortIn, this.#line.number(lineMessagePortIn));
    this.#rows.setInt(row, receivedHostIn, this.#line.host(facts));
    return true;
  }

  #authenticated(facts: FormFacts): boolean {
    let row = this.#rows.rowOf(this.#line.pid);
    if (row === inBook) return false;
    if (row === 0 || !this.#plain.isOf(row, facts)) {
      if (row !== 0 && !this.#plain.mayFollow(row, facts)) return false;
      row = this.#plain.add(facts, openingState);
    } else if (this.#rows.int(row, stateIn) !== openingState) {
      if (this.#rows.int(row, stateIn) === openState) return false;
      // what ended under the same key stays known until the next one is let in
      row = this.#plain.add(facts, openingState);
    }
    this.#rows.setInt(row, authenticatedIn, facts.number);
    return true;
  }

  #authorized(facts: FormFacts): boolean {
    let row = this.#rows.rowOf(this.#line.pid);
    if (row > 0 && this.#rows.int(row, stateIn) === openingState && this.#plain.isOf(row, facts)) {
      this.#plain.forgetSame(row);
      this.#rows.move(row, openState);
    } else {
      row = this.#plain.begun(facts, openState);
    }
    if (row === 0) return false;
    const { evidence } = this.#book;
    evidence.connectsSeen += 1;
    if (facts.namesAreGuessed) evidence.guessedNames += 1;
    this.#rows.setInt(row, authorizedIn, facts.number);
    this.#rows.setInt(row, entryPortIn, this.#line.number(lineEntryPortIn));
    if (facts.hasHost) this.#rows.setInt(row, entryHostIn, this.#line.host(facts));
    this.#rows.setDouble(row, connectedAtIn, this.#line.at);
    this.#rows.setDouble(row, orderIn, this.#book.nextOrder());
    this.#rows.setDouble(row, placeIn, this.#wait(waiting.undecidedState, row));
    return true;
  }

  #disconnected(facts: FormFacts): boolean {
    const row = this.#rows.rowOf(this.#line.pid);
    if (row <= 0 || !this.#plain.isOf(row, facts)) return false;
    const state = this.#rows.int(row, stateIn);
    if (state === endedState) return this.#died(row);
    if (state !== openState) return false;
    if (facts.keyIs === keyIsPid) {
      const sinceMs = this.#line.startedAt - this.#rows.double(row, connectedAtIn);
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
    if (this.#line.startedAt > this.#rows.double(row, endedAtIn) + 1000) return false;
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
    const row = this.#rows.rowOf(this.#line.pid);
    if (row <= 0 || !this.#plain.isOf(row, facts) || this.#line.pid === this.#book.server.postmasterPid)
      return false;
    const state = this.#rows.int(row, stateIn);
    if (state === openingState) {
      this.#book.evidence.receivedNotRefused -= 1;
      this.#plain.forgetSame(row);
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
    const row = this.#rows.rowOf(this.#line.pid);
    if (row <= 0 || this.#rows.int(row, stateIn) !== openState || !this.#plain.isOf(row, facts)) return false;
    this.#rows.setInt(row, clientTroubleIn, facts.clientTrouble);
    return true;
  }

  #end(row: number, how: number): void {
    this.#rows.setDouble(row, endedAtIn, this.#line.at);
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
    const entryHost = trouble?.hasHost === true ? this.#line.host(trouble) : this.#rows.int(row, entryHostIn);
    const from = queue.writeRow(this.#line.block.numbers, this.#line.from);
    const { numbers } = queue;
    numbers[from + waiting.stateIn] = state;
    numbers[from + waiting.formIn] = authorized;
    numbers[from + waiting.hostNumberIn] = entryHost === -1 ? this.#rows.int(row, receivedHostIn) : entryHost;
    numbers[from + waiting.troubleFormIn] = trouble?.number ?? -1;
    numbers[from + waiting.clientTroubleIn] = clientTrouble;
    numbers[from + waiting.fileIn] = this.#line.block.fileNumber;
    numbers[from + waiting.arrivedAtIn] = this.#line.block.arrivedAt;
    numbers[from + waiting.logClockIn] = time.elapsedMs;
  }
}
