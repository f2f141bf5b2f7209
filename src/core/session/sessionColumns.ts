import type { ConnectionEvent, EntryPlaceInLog } from '../connection/connectionEvent.ts';
import type { LineBlock } from '../log/lineBlock.ts';
import type { EndedSession } from './bookFacts.ts';
import { goneEvent } from './goneEvent.ts';
import type { Pending } from './pendingQueue.ts';
import { PlainSessions } from './plainSessions.ts';
import { pidOfKey } from './processKeys.ts';
import { RecurringForms } from './recurringForms.ts';
import { known } from '../log/recurring.ts';
import { RowSessions } from './rowSessions.ts';
import type { OpeningSession, OpenSession } from './session.ts';
import type { SessionBook } from './sessionBook.ts';
import {
  endedAtIn,
  endedState,
  inBook,
  openingState,
  openState,
  orderIn,
  pidIn,
  placeIn,
  SessionRows,
  stateIn,
} from './sessionRows.ts';
import * as waiting from './waitingRows.ts';

/** An open session with the order of its authorization. */
export interface OrderedSession {
  readonly order: number;
  readonly session: OpenSession;
}

/**
 * The sessions that the book keeps in columns, because nothing but the ordinary happened to them. A pid is either in
 * rows or in the book's maps: before anything else than a recurring line concerns it, it is handed over.
 */
export class SessionColumns {
  readonly forms = new RecurringForms();
  readonly #rows = new SessionRows();
  readonly #objects = new RowSessions(this.#rows, this.forms);
  readonly #book: SessionBook;
  readonly #plain: PlainSessions;
  /** What `open` answered last, by row. */
  #made: ReadonlyMap<number, OrderedSession> = new Map();

  constructor(book: SessionBook) {
    this.#book = book;
    this.#plain = new PlainSessions(book, this.#rows, this.forms);
  }

  /** Books lines from an index on; answers the first that the book must apply, or how many there are. */
  apply(block: LineBlock, from: number): number {
    return this.#plain.apply(block, from);
  }

  /** From now on a pid is the book's, with all that is known of it. */
  handOver(pid: number | undefined): void {
    if (pid === undefined) return;
    let row = this.#rows.rowOf(pid);
    if (row === inBook) return;
    this.#rows.setRowOf(pid, inBook);
    if (row === 0) return;
    const last = this.#objects.key(row);
    const rows: number[] = [];
    for (; row !== 0; row = this.#rows.previous(row)) rows.push(row);
    for (const each of rows.reverse()) this.#handOverRow(each);
    for (const each of rows) this.#rows.free(each);
    this.#book.processes.met(last, pid);
  }

  /** Hands over whose key this is. */
  handOverKey(key: string | undefined): void {
    if (key !== undefined) this.handOver(pidOfKey(key));
  }

  /** Hands over all that is open or being opened. */
  handOverAll(): void {
    const rows = [...this.#rows.rowsIn(openState), ...this.#rows.rowsIn(openingState)];
    for (const pid of new Set(rows.map((row) => this.#rows.double(row, pidIn)))) this.handOver(pid);
  }

  /** Open sessions whose connect is decided; an object is made of each once. */
  open(): OrderedSession[] {
    const made = new Map<number, OrderedSession>();
    for (const row of this.#rows.rowsIn(openState)) {
      if (this.#book.queue.isUndecided(this.#rows.double(row, placeIn))) continue;
      const order = this.#rows.double(row, orderIn);
      const last = this.#made.get(row);
      const session = last?.order === order ? last.session : this.#objects.session(row);
      if (session) made.set(row, { order, session });
    }
    this.#made = made;
    return [...made.values()];
  }

  *opening(): Generator<[string, OpeningSession]> {
    for (const row of this.#rows.rowsIn(openingState))
      yield [this.#objects.key(row), this.#objects.opening(row) ?? {}];
  }

  /** Sessions that ended at this time or later. */
  *ended(sinceAt: number): Generator<[string, EndedSession]> {
    for (const row of this.#rows.rowsIn(endedState))
      if (this.#rows.double(row, endedAtIn) >= sinceAt)
        yield [this.#objects.key(row), this.#objects.ended(row)];
  }

  /** The open session with this key. */
  session(key: string): OpenSession | undefined {
    const row = this.#rows.rowOf(pidOfKey(key) ?? -1);
    if (row <= 0 || this.#rows.int(row, stateIn) !== openState || this.#objects.key(row) !== key)
      return undefined;
    return this.#objects.session(row);
  }

  #handOverRow(row: number): void {
    const key = this.#objects.key(row);
    const state = this.#rows.int(row, stateIn);
    const session = this.#objects.session(row);
    if (state === openingState) this.#book.opening.set(key, this.#objects.opening(row) ?? {});
    else if (state === endedState) {
      const ended = this.#objects.ended(row);
      const isDying = ended.how === 'dying' && ended.session;
      const pending = isDying ? this.#loss(row, isDying) : undefined;
      this.#book.ended.set(key, pending ? { ...ended, pending } : ended);
    } else if (session) {
      const order = this.#rows.double(row, orderIn);
      const connect = this.#connect(row, session);
      this.#book.takeOver(key, { session, order, connect, clientTrouble: this.#objects.clientTrouble(row) });
    }
  }

  #connect(row: number, session: OpenSession): Pending<ConnectionEvent> | undefined {
    return this.#undecided(row, (at, place) => ({ kind: 'connect', at, session, place }));
  }

  #loss(row: number, session: OpenSession): Pending<ConnectionEvent> | undefined {
    return this.#undecided(row, (at, place) => {
      this.#book.evidence.silentEnds += 1;
      return goneEvent(session, at, 'terminated', place);
    });
  }

  /** What is undecided of a session, as an object that keeps its place. */
  #undecided(
    row: number,
    otherwise: (at: number | undefined, place: EntryPlaceInLog) => ConnectionEvent,
  ): Pending<ConnectionEvent> | undefined {
    return this.#book.queue.take(this.#rows.double(row, placeIn), (numbers, from) => {
      const number = (field: number): number => numbers[from + field] ?? 0;
      const at = known(number(waiting.atIn));
      const place = { fileNumber: number(waiting.fileIn), offsetBytes: number(waiting.offsetIn) };
      return {
        events: undefined,
        arrivedAt: number(waiting.arrivedAtIn),
        logClockMs: number(waiting.logClockIn),
        otherwise: () => [otherwise(at, place)],
      };
    });
  }
}

/** Oldest first. */
export function inOrder<T extends { readonly order: number }>(list: T[]): T[] {
  return list.sort((a, b) => a.order - b.order);
}
