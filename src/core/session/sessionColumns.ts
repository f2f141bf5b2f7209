import type { LossReason } from '../connection/connectionEvent.ts';
import type { LineBlock } from '../log/lineBlock.ts';
import type { BookEntry, EndedSession } from './bookFacts.ts';
import { BookMemory } from './bookMemory.ts';
import { PlainSessions } from './plainSessions.ts';
import { pidOfKey } from './processKeys.ts';
import { RecurringForms } from './recurringForms.ts';
import { RowSessions } from './rowSessions.ts';
import { RowsToBook } from './rowsToBook.ts';
import type { OpenCounts, OpeningSession, OpenSession } from './session.ts';
import type { SessionBook } from './sessionBook.ts';
import {
  authorizedIn,
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
import { RowTelling } from './rowTelling.ts';
import type { RowListener } from './toldRows.ts';

/** Pids that are remembered while there are no columns. */
const mostHandedOver = 65_536;

interface Columns {
  readonly rows: SessionRows;
  readonly objects: RowSessions;
  readonly plain: PlainSessions;
  readonly toBook: RowsToBook;
}

/** An open session with the order of its authorization. */
export interface OrderedSession {
  readonly order: number;
  readonly session: OpenSession;
}

/**
 * The sessions that the book keeps in columns, because nothing but the ordinary happened to them. A pid is either in
 * rows or in the book's maps: before anything else than a recurring line concerns it, it is handed over. Columns are
 * made when the first line comes.
 */
export class SessionColumns {
  readonly forms = new RecurringForms();
  readonly #book: SessionBook;
  readonly #listener: RowListener;
  #columns: Columns | undefined;
  /** There are no columns here. */
  #isUnable = false;
  /** Pids that were handed over before there were columns. */
  readonly #handedOver = new Set<number>();
  /** What `open` answered last, by row. */
  #made: ReadonlyMap<number, OrderedSession> = new Map();

  /** `listener` is told what the columns tell. */
  constructor(book: SessionBook, listener: RowListener) {
    this.#book = book;
    this.#listener = listener;
  }

  /** Books lines from an index on; answers the first that the book must apply, or how many there are. */
  apply(block: LineBlock, from: number): number {
    if (!this.#columns) this.#start();
    return this.#columns ? this.#columns.plain.apply(block, from) : from;
  }

  /** From now on a pid is the book's, with all that is known of it. */
  handOver(pid: number | undefined): void {
    if (pid === undefined) return;
    const columns = this.#columns;
    if (!columns) {
      if (this.#handedOver.size >= mostHandedOver) this.#start();
      if (!this.#isUnable) this.#handedOver.add(pid);
    } else columns.toBook.handOver(pid);
  }

  /** Hands over whose key this is. */
  handOverKey(key: string | undefined): void {
    if (key !== undefined) this.handOver(pidOfKey(key));
  }

  /** Logins under way come to nothing: of these only the keys are handed over. */
  handOverOpening(): void {
    this.#columns?.toBook.handOverOpening();
  }

  /**
   * Open sessions, each with how the server ends it, for a reason that an entry tells. Where that has no time, they are
   * handed over.
   */
  ends(booked: BookEntry, reason: LossReason): { readonly order: number; readonly lose: () => void }[] {
    if (!this.#columns) return [];
    const { rows, plain } = this.#columns;
    const open = [...rows.rowsIn(openState)];
    if (booked.entry.at === undefined) {
      for (const row of open) this.handOver(rows.double(row, pidIn));
      return [];
    }
    return open.map((row) => ({
      order: rows.double(row, orderIn),
      lose: () => plain.lose(row, booked, reason),
    }));
  }

  /** Open sessions whose connect is decided; an object is made of each once. */
  open(): OrderedSession[] {
    if (!this.#columns) return [];
    const { rows, objects } = this.#columns;
    const made = new Map<number, OrderedSession>();
    for (const row of rows.rowsIn(openState)) {
      if (this.#book.queue.isUndecided(rows.double(row, placeIn))) continue;
      const order = rows.double(row, orderIn);
      const last = this.#made.get(row);
      const session = last?.order === order ? last.session : objects.session(row);
      if (session) made.set(row, { order, session });
    }
    this.#made = made;
    return [...made.values()];
  }

  /** How many there are, without an object. */
  openCounts(): OpenCounts {
    let clients = 0;
    let replication = 0;
    const rows = this.#columns?.rows;
    for (const row of rows?.rowsIn(openState) ?? []) {
      if (!rows || this.#book.queue.isUndecided(rows.double(row, placeIn))) continue;
      if (this.forms.met(rows.int(row, authorizedIn))?.replication === true) replication += 1;
      else clients += 1;
    }
    return { clients, replication };
  }

  *opening(): Generator<[string, OpeningSession]> {
    if (!this.#columns) return;
    const { rows, objects } = this.#columns;
    for (const row of rows.rowsIn(openingState)) yield [objects.key(row), objects.opening(row) ?? {}];
  }

  /** Sessions that ended at this time or later. */
  *ended(sinceAt: number): Generator<[string, EndedSession]> {
    if (!this.#columns) return;
    const { rows, objects } = this.#columns;
    for (const row of rows.rowsIn(endedState))
      if (rows.double(row, endedAtIn) >= sinceAt) yield [objects.key(row), objects.ended(row)];
  }

  /** The open session with this key. */
  session(key: string): OpenSession | undefined {
    if (!this.#columns) return undefined;
    const { rows, objects } = this.#columns;
    const row = rows.rowOf(pidOfKey(key) ?? -1);
    if (row <= 0 || rows.int(row, stateIn) !== openState || objects.key(row) !== key) return undefined;
    return objects.session(row);
  }

  #start(): void {
    if (this.#isUnable) return;
    const memory = BookMemory.start();
    this.#isUnable = !memory;
    if (memory) {
      const rows = new SessionRows(memory);
      const objects = new RowSessions(rows, this.forms);
      for (const pid of this.#handedOver) rows.setRowOf(pid, inBook);
      const lost = (count: number): void => void (this.#book.evidence.silentEnds += count);
      const telling = new RowTelling(memory, this.forms, this.#listener, lost);
      this.#book.queue.moveTo(memory.waiting, (head, tail, clock) => telling.tell(head, tail, clock));
      this.#columns = {
        rows,
        objects,
        plain: new PlainSessions(this.#book, memory, rows, this.forms),
        toBook: new RowsToBook(this.#book, rows, objects),
      };
    }
    this.#handedOver.clear();
  }
}

/** Oldest first. */
export function inOrder<T extends { readonly order: number }>(list: T[]): T[] {
  return list.sort((a, b) => a.order - b.order);
}
