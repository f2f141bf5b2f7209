/** What becomes of a session, whatever told so: it is let in, proved, refused after all, or gone without a word. */
import type { LossReason } from '../connection/connectionEvent.ts';
import type { BookEntry } from './bookFacts.ts';
import { goneEvent } from './goneEvent.ts';
import type { OpenSession } from './session.ts';
import type { SessionBook } from './sessionBook.ts';
import { inOrder } from './sessionColumns.ts';

/** Lets a session in; its connect is told when the next entry, or silence, has proved it. */
export function enter(book: SessionBook, booked: BookEntry, key: string, session: OpenSession): void {
  const { maps } = book;
  replace(book, booked, key);
  maps.opening.delete(key);
  maps.ended.delete(key);
  const { entry, place } = booked;
  const connect = book.hold(booked, () => [{ kind: 'connect', at: entry.at, session, place }]);
  maps.takeOver(key, { session, connect, order: maps.nextOrder() });
}

/** The session lives: its connect is told. */
export function prove({ maps }: SessionBook, key: string): void {
  const connect = maps.open.get(key)?.connect;
  if (connect) connect.events ??= connect.otherwise();
}

/** The login was refused after all: its connect is never told, or taken back. */
export function refute(book: SessionBook, booked: BookEntry, key: string): void {
  const booking = book.maps.open.get(key);
  if (!booking) return;
  const { session, connect } = booking;
  const { entry, place } = booked;
  if (connect && !connect.events) connect.events = [];
  else if (session.source === 'server') book.tell(booked, goneEvent(session, entry.at, 'terminated', place));
  else book.tell(booked, { kind: 'takenBack', what: 'connect', at: entry.at, session, place });
  book.maps.close(key, { session, at: entry.at, how: 'refused' });
}

/** A process began that has this session's pid, or its key: the one that had it is gone. */
export function replace(book: SessionBook, booked: BookEntry, key: string): void {
  const { maps, evidence } = book;
  for (const gone of new Set([key, maps.processes.openKey(booked.entry.pid)])) {
    if (gone === undefined || !maps.open.has(gone)) continue;
    if (maps.open.get(gone)?.session.source !== 'server') evidence.silentEnds += 1;
    lose(book, booked, gone, 'pidReused');
  }
}

/** Ends a session without a disconnection line. */
export function lose(book: SessionBook, booked: BookEntry, key: string, reason: LossReason): void {
  const booking = book.maps.open.get(key);
  if (!booking) return;
  prove(book, key);
  const { session } = booking;
  const { entry, place } = booked;
  book.maps.close(key, { session, at: entry.at, how: 'lost' });
  book.tell(booked, goneEvent(session, entry.at ?? book.newestAt, reason, place));
}

/** The server came back, or went away: nobody is connected any more. */
export function loseAll(book: SessionBook, booked: BookEntry, reason: LossReason): void {
  const { columns, maps, queue, time } = book;
  columns.handOverOpening();
  const inColumns = columns.ends(booked, reason);
  const inMaps = [...maps.open].map(([key, { order }]) => ({
    order,
    lose: () => lose(book, booked, key, reason),
  }));
  for (const { lose } of inOrder([...inMaps, ...inColumns])) {
    lose();
    queue.drainMany(time.elapsedMs);
  }
  maps.opening.clear();
}

/** Ends the open session of a process, if it has one. */
export function losePid(book: SessionBook, booked: BookEntry, pid: number, reason: LossReason): void {
  book.columns.handOver(pid);
  const key = book.maps.processes.openKey(pid);
  if (key !== undefined) lose(book, booked, key, reason);
}
