import type { ConnectionEvent, EntryPlaceInLog } from '../connection/connectionEvent.ts';
import { known } from '../log/recurring.ts';
import { goneEvent } from './goneEvent.ts';
import type { Pending } from './pendingQueue.ts';
import type { RowSessions } from './rowSessions.ts';
import type { OpenSession } from './session.ts';
import type { SessionBook } from './sessionBook.ts';
import {
  endedState,
  inBook,
  openingState,
  orderIn,
  pidIn,
  placeIn,
  stateIn,
  type SessionRows,
} from './sessionRows.ts';
import * as waiting from './waitingRows.ts';

/** Hands sessions over that stand in rows: what is known of them goes into the book's maps, and their rows are free. */
export class RowsToBook {
  readonly #book: SessionBook;
  readonly #rows: SessionRows;
  readonly #objects: RowSessions;

  constructor(book: SessionBook, rows: SessionRows, objects: RowSessions) {
    this.#book = book;
    this.#rows = rows;
    this.#objects = objects;
  }

  /** From now on a pid is the book's, with all that is known of it. */
  handOver(pid: number): void {
    const rows = this.#rows;
    let row = rows.rowOf(pid);
    if (row === inBook) return;
    rows.setRowOf(pid, inBook);
    if (row === 0) return;
    const last = this.#objects.key(row);
    const all: number[] = [];
    for (; row !== 0; row = rows.previous(row)) all.push(row);
    for (const each of all.reverse()) this.#handOverRow(each);
    for (const each of all) rows.free(each);
    this.#book.maps.processes.met(last, pid);
  }

  /** Logins under way come to nothing: of these only the keys are handed over. */
  handOverOpening(): void {
    const rows = this.#rows;
    for (const row of [...rows.rowsIn(openingState)]) {
      const pid = rows.double(row, pidIn);
      const isAlone = rows.rowOf(pid) === row && rows.previous(row) === 0;
      if (isAlone) {
        const key = this.#objects.key(row);
        rows.setRowOf(pid, inBook);
        rows.free(row);
        this.#book.maps.processes.met(key, pid);
      } else this.handOver(pid);
    }
  }

  #handOverRow(row: number): void {
    const { maps } = this.#book;
    const [rows, objects] = [this.#rows, this.#objects];
    const key = objects.key(row);
    const state = rows.int(row, stateIn);
    const session = objects.session(row);
    const place = rows.double(row, placeIn);
    if (state === openingState) maps.opening.set(key, objects.opening(row) ?? {});
    else if (state === endedState) {
      const ended = objects.ended(row);
      const isDying = ended.how === 'dying' && ended.session;
      const pending = isDying ? this.#loss(place, isDying) : undefined;
      maps.ended.set(key, pending ? { ...ended, pending } : ended);
    } else if (session) {
      const order = rows.double(row, orderIn);
      const connect = this.#connect(place, session);
      maps.takeOver(key, { session, order, connect, clientTrouble: objects.clientTrouble(row) });
    }
  }

  #connect(queued: number, session: OpenSession): Pending<ConnectionEvent> | undefined {
    return this.#undecided(queued, (at, place) => ({ kind: 'connect', at, session, place }));
  }

  #loss(queued: number, session: OpenSession): Pending<ConnectionEvent> | undefined {
    return this.#undecided(queued, (at, place) => {
      this.#book.evidence.silentEnds += 1;
      return goneEvent(session, at, 'terminated', place);
    });
  }

  /** What is undecided of a session, as an object that keeps its place in the queue. */
  #undecided(
    queued: number,
    otherwise: (at: number | undefined, place: EntryPlaceInLog) => ConnectionEvent,
  ): Pending<ConnectionEvent> | undefined {
    return this.#book.queue.take(queued, (numbers, from) => {
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
