import { lineNumbers, lineOf, type LineBlock } from '../log/lineBlock.ts';
import { lossReasons, type LossReason } from '../connection/connectionEvent.ts';
import { bookedOf, type BookEntry } from './bookFacts.ts';
import { answers, cells, factBytes, type BookMemory } from './bookMemory.ts';
import { keyIsPid, type FormFacts, type RecurringForms } from './recurringForms.ts';
import { keyText } from './rowSessions.ts';
import type { SessionBook } from './sessionBook.ts';
import { authorizedIn, inBook, type SessionRows } from './sessionRows.ts';
import { reasonFlags } from './storedEvent.ts';

/** Steps and flags of a form (assembly/facts.ts). */
const steps: Readonly<Record<FormFacts['step'], number>> = {
  received: 1,
  authenticated: 2,
  authorized: 3,
  disconnection: 4,
  fatal: 5,
  clientTrouble: 6,
  nothing: 7,
};
const notPlainStep = 0;
const guessedFlag = 1;
const hostFlag = 2;
const refusesFlag = 4;
const mayRefuseFlag = 8;
const replicationFlag = 16;

/**
 * The ordinary lives of sessions, booked by numbers in a module of WebAssembly (assembly/): received, authenticated,
 * authorized or refused, gone with a disconnection line or told to go. It is told the facts of forms; here is what it must
 * ask for: what the book's maps say. Whatever else happens to a pid is the book's, with all that is in its rows.
 */
export class PlainSessions {
  readonly #book: SessionBook;
  readonly #memory: BookMemory;
  readonly #rows: SessionRows;
  readonly #forms: RecurringForms;
  /** Which lines of the block stand in the module's memory. */
  #first = 0;
  #end = 0;

  constructor(book: SessionBook, memory: BookMemory, rows: SessionRows, forms: RecurringForms) {
    this.#book = book;
    this.#memory = memory;
    this.#rows = rows;
    this.#forms = forms;
  }

  /**
   * Books the lines from an index on, and tells what they decide. Answers the index of the first that is not a plain
   * life's, with which nothing was done; where there is none, how many there are. A block begins with index 0.
   */
  apply(block: LineBlock, from: number): number {
    if (from === 0) {
      for (const facts of this.#forms.meet(block)) this.#learn(facts);
      this.#first = this.#end = 0;
    }
    let next = from;
    while (next < block.count) {
      if (next >= this.#end) this.#load(block, next);
      const to = this.#end;
      this.#enter(block);
      next = this.#first + this.#memory.module.apply(next - this.#first, to - this.#first);
      this.#leave();
      const isNothingDone = next < to || this.#memory.module.why() === answers.drain;
      if (isNothingDone && !this.#goesOn(block, next)) return next;
    }
    return block.count;
  }

  /** The server ends the open session of a row, at an entry with a time. */
  lose(row: number, { entry, place, arrivedAt }: BookEntry, reason: LossReason): void {
    this.#enter({ fileNumber: place.fileNumber, arrivedAt });
    const flags = reasonFlags(lossReasons.indexOf(reason));
    this.#memory.module.lose(row, entry.at ?? Number.NaN, place.offsetBytes, flags);
    this.#leave();
  }

  /** Copies as many lines as there is room for into the module's memory. */
  #load(block: LineBlock, first: number): void {
    const end = Math.min(block.count, first + this.#memory.mostLines);
    this.#memory.lines.set(block.numbers.subarray(first * lineNumbers, end * lineNumbers));
    this.#first = first;
    this.#end = end;
  }

  /** Does what the module has asked for at a line; false = the line is the book's. */
  #goesOn(block: LineBlock, index: number): boolean {
    switch (this.#memory.module.why()) {
      case answers.drain:
        this.#book.queue.drain(this.#book.time.elapsedMs);
        return true;
      case answers.inBook:
        return this.#comesBack(block, index);
      case answers.names:
        return this.#hasSameNames(block, index);
      default:
        return false;
    }
  }

  /** Tells the module of a form, as far as it has room. */
  #learn(facts: FormFacts): void {
    const at = facts.number * factBytes;
    const bytes = this.#memory.facts;
    if (at >= bytes.length) return;
    bytes[at] = facts.isPlain ? steps[facts.step] : notPlainStep;
    bytes[at + 1] = facts.keyIs;
    bytes[at + 2] =
      (facts.namesAreGuessed ? guessedFlag : 0) |
      (facts.hasHost ? hostFlag : 0) |
      (facts.refuses ? refusesFlag : 0) |
      (facts.mayRefuse ? mayRefuseFlag : 0) |
      (facts.replication ? replicationFlag : 0);
    bytes[at + 3] = facts.clientTrouble;
    this.#memory.factInts[at / 4 + 1] = facts.namesNumber;
  }

  /** Can this disconnection be the end of the open session of its pid, as far as names tell? */
  #hasSameNames(block: LineBlock, index: number): boolean {
    const { pid, formNumber } = lineOf(block, index);
    const authorized = this.#rows.int(this.#rows.rowOf(pid), authorizedIn);
    if (!this.#forms.haveSameNames(this.#forms.of(formNumber), authorized)) return false;
    this.#memory.module.rememberNames(formNumber, authorized);
    return true;
  }

  /** A pid that the book had is a plain one again where nothing is open or being opened under it. */
  #comesBack(block: LineBlock, index: number): boolean {
    const book = this.#book;
    const { maps } = book;
    const line = lineOf(block, index);
    const { pid, startSeconds } = line;
    const { keyIs, step } = this.#forms.of(line.formNumber);
    const key = keyText(keyIs, startSeconds, pid);
    if (maps.open.has(key) || maps.processes.openKey(pid) !== undefined) return false;
    if (keyIs !== keyIsPid && !maps.processes.isNewest(pid, startSeconds)) return false;
    if (step === 'authorized' && (book.keyOf(bookedOf(line)) !== key || maps.opening.get(key) !== undefined))
      return false;
    this.#rows.setRowOf(pid, 0);
    if (this.#rows.rowOf(pid) === inBook) return false;
    maps.opening.delete(key);
    maps.ended.delete(key);
    return true;
  }

  /** Tells the module how the book stands. */
  #enter({ fileNumber, arrivedAt }: Pick<LineBlock, 'fileNumber' | 'arrivedAt'>): void {
    const { time, queue, server, maps } = this.#book;
    const { cells: told } = this.#memory;
    told[cells.elapsedMs] = time.elapsedMs;
    told[cells.newestAt] = time.newestAt;
    told[cells.lastAt] = time.lastAt;
    told[cells.order] = maps.order;
    told[cells.head] = queue.head;
    told[cells.tail] = queue.tail;
    told[cells.fileNumber] = fileNumber;
    told[cells.arrivedAt] = arrivedAt;
    told[cells.postmasterPid] = server.postmasterPid ?? Number.NaN;
    told.fill(0, cells.received, cells.active);
  }

  /** And takes over how it stands now. */
  #leave(): void {
    const { time, queue, evidence } = this.#book;
    const { cells: answered } = this.#memory;
    time.elapsedMs = answered[cells.elapsedMs] ?? 0;
    time.newestAt = answered[cells.newestAt] ?? 0;
    time.lastAt = answered[cells.lastAt] ?? 0;
    this.#book.maps.order = answered[cells.order] ?? 0;
    queue.tail = answered[cells.tail] ?? 0;
    const disconnections = answered[cells.disconnections] ?? 0;
    if (answered[cells.received] !== 0) evidence.receivedSeen = true;
    evidence.receivedNotRefused += answered[cells.receivedNotRefused] ?? 0;
    evidence.connectsSeen += answered[cells.connects] ?? 0;
    evidence.guessedNames += answered[cells.guessedNames] ?? 0;
    evidence.disconnectionsSeen += disconnections;
    evidence.silentEnds += answered[cells.lostSilently] ?? 0;
    if (disconnections > 0 && evidence.endsChanged === 'inEarlierRun') evidence.endsChanged = undefined;
  }
}
