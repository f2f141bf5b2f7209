import type { ConnectionEvent } from '../connection/connectionEvent.ts';
import { classifyFailure, isBackground, type FailureKind } from '../connection/failure.ts';
import type { FailurePhase } from '../connection/failureTable.ts';
import { troubleOf } from '../connection/trouble.ts';
import type { LogEntry } from '../log/logEntry.ts';
import type { TroubleCategory } from '../snapshot/troubleLists.ts';
import type { BookEntry, BookedSession } from './bookFacts.ts';
import { goneEvent } from './goneEvent.ts';
import { troubleEvent, type SessionBook } from './sessionBook.ts';
import { lose, prove, refute } from './sessionLife.ts';

/** What `%i` says while a session is being set up. */
const startupTags = new Set(['startup', 'initializing', 'authentication']);
/** A login that was let in and refused for another reason is refused within this time. */
const longestStartupMs = 60_000;

/** Books a FATAL, PANIC or ERROR: a refused login, the end of a session, a problem of the server, or nothing. */
export function applyFatal(book: SessionBook, read: BookEntry): void {
  const booked = dated(book, read);
  const { entry } = booked;
  if (entry.severity !== 'FATAL' && entry.severity !== 'PANIC' && !isLoadError(entry)) return;
  const kind = classifyFailure(entry);
  if (
    entry.severity !== 'FATAL' ||
    kind.phase === 'server' ||
    isBackground(entry) ||
    isPostmasters(book, entry)
  ) {
    if (kind.kind === 'lockFile') book.server.failedStartPid = entry.pid;
    // A worker that is told to go, as at every stop of the server, is no problem.
    if (kind.kind !== 'workerTerminated')
      book.tellTrouble(booked, troubleOf(entry, 'problem', kind.kind, undefined));
    return;
  }
  const key = book.keyOf(booked) ?? keylessKey(book, booked, kind);
  const booking = key === undefined ? undefined : book.maps.open.get(key);
  if (key !== undefined && booking) ofOpenSession(book, booked, key, booking, kind);
  else if (key !== undefined && book.maps.opening.get(key)) refuse(book, booked, key, kind);
  else ofUnknownProcess(book, booked, key, kind);
}

/** Raw text says no time: it was written after what stands above it. */
function dated(book: SessionBook, booked: BookEntry): BookEntry {
  const { entry } = booked;
  if (entry.rawText === undefined || entry.at !== undefined) return booked;
  return { ...booked, entry: { ...entry, at: book.newestAt } };
}

/** Where the log does not tell whose line it is: the login that this refusal can mean. */
function keylessKey({ maps }: SessionBook, { entry }: BookEntry, kind: FailureKind): string | undefined {
  if (kind.phase !== 'startup') return undefined;
  return maps.keyless.refused(troubleOf(entry, 'failure', kind.kind, undefined));
}

/** An extension that cannot be loaded, or panics: the session survives, but the developer wants to know. */
function isLoadError(entry: LogEntry): boolean {
  return entry.severity === 'ERROR' && !isRaised(entry) && classifyFailure(entry).phase === 'keep';
}

/** A user's own words: by PL/pgSQL's RAISE, which the innermost line of the context names in every language. */
function isRaised({ sqlState, context = '' }: LogEntry): boolean {
  return sqlState === 'P0001' || /^PL\/pgSQL.{0,500}\bRAISE$/.test(context.split('\n', 1)[0] ?? '');
}

/** It is of no process that tells its type, but of the postmaster. */
function isPostmasters({ server }: SessionBook, { backendType, pid }: LogEntry): boolean {
  return backendType === undefined && pid !== undefined && pid === server.postmasterPid;
}

/** A FATAL of a session that is being set up: it refuses a login. */
export function isStartup({ commandTag = '' }: LogEntry, phase: FailurePhase): boolean {
  return startupTags.has(commandTag) || phase === 'startup' || phase === 'authentication';
}

function ofOpenSession(
  book: SessionBook,
  booked: BookEntry,
  key: string,
  booking: BookedSession,
  kind: FailureKind,
): void {
  const { entry } = booked;
  const { session, connect } = booking;
  const undecided = connect !== undefined && !connect.events;
  if (isStartup(entry, kind.phase)) {
    const young = (entry.at ?? 0) - (session.connectedAt ?? 0) < longestStartupMs;
    const trouble = troubleOf(entry, 'failure', kind.kind, session);
    if (undecided || young) refute(book, booked, key);
    else lose(book, booked, key, 'pidReused');
    book.tellTrouble(booked, trouble);
    return;
  }
  if (undecided && kind.phase === 'unknown' && entry.commandTag === undefined) {
    unprovedEnd(book, booked, key, booking, kind);
    return;
  }
  prove(book, key);
  book.tellTrouble(booked, troubleOf(entry, 'ending', kind.kind, session));
  const lost = goneEvent(session, entry.at, 'terminated', booked.place);
  const pending = book.hold(booked, () => {
    book.evidence.silentEnds += 1;
    return [lost];
  });
  book.maps.close(key, { session, at: entry.at, how: 'dying', pending });
}

/** An unknown FATAL right after authorization: followed by a disconnection it ended a session, else it refused one. */
function unprovedEnd(
  book: SessionBook,
  booked: BookEntry,
  key: string,
  booking: BookedSession,
  kind: FailureKind,
): void {
  const { session, connect } = booking;
  const { entry } = booked;
  const connected = connect?.otherwise() ?? [];
  if (connect) connect.events = [];
  const pending = book.hold(booked, () => [
    troubleEvent(booked, troubleOf(entry, 'failure', kind.kind, session)),
  ]);
  const ifDisconnected = (): ConnectionEvent[] => [
    ...connected,
    troubleEvent(booked, troubleOf(entry, 'ending', kind.kind, session)),
  ];
  book.maps.close(key, { session, at: entry.at, how: 'unproved', pending, ifDisconnected });
}

/** A background worker comes to its database as a client does, but by no connection that the server receives. */
function isWorkersStart({ evidence }: SessionBook, { pid, fromClient }: LogEntry): boolean {
  return pid !== undefined && fromClient !== true && evidence.startSeen && evidence.receivedSeen;
}

/** A login that was received and never authorized. */
function refuse(book: SessionBook, booked: BookEntry, key: string, kind: FailureKind): void {
  book.evidence.receivedNotRefused -= 1;
  book.tellTrouble(booked, troubleOf(booked.entry, 'failure', kind.kind, book.maps.opening.get(key)));
  book.maps.close(key, { at: booked.entry.at, how: 'refused' });
}

/** Nothing was seen of this process before: a login without `received`, a session older than the log, or a worker. */
function ofUnknownProcess(
  book: SessionBook,
  booked: BookEntry,
  key: string | undefined,
  kind: FailureKind,
): void {
  const { entry } = booked;
  const as = (category: TroubleCategory): ConnectionEvent =>
    troubleEvent(booked, troubleOf(entry, category, kind.kind, undefined));
  const refused = kind.phase === 'authentication' || kind.phase === 'startup';
  const ofServer = (): ConnectionEvent => {
    const theirs = kind.kind === 'libraryMissing' ? 'preloadLibraryMissing' : 'serverProcess';
    return troubleEvent(booked, troubleOf(entry, 'problem', theirs, undefined));
  };
  if (kind.phase === 'startup' && isWorkersStart(book, entry)) {
    book.tell(booked, ofServer());
    return;
  }
  if (key !== undefined && kind.phase === 'startup' && entry.fromClient !== true) {
    const pending = book.hold(booked, () => [as('failure')]);
    book.maps.close(key, { at: entry.at, how: 'refused', pending, ifOfServer: () => [ofServer()] });
    return;
  }
  if (key === undefined || refused) {
    book.tell(booked, as(kind.phase === 'session' ? 'ending' : 'failure'));
    if (key !== undefined) book.maps.close(key, { at: entry.at, how: 'refused' });
    return;
  }
  if (kind.phase === 'unknown' && book.server.isStarting === true) {
    // nobody is let in yet, and who is turned away is told why in known words
    book.tell(booked, as('problem'));
    return;
  }
  const { startSeen, receivedSeen, disconnectionsSeen } = book.evidence;
  // A session's end would have its line, where ends are logged; its beginning, where the log has the server's.
  const wouldBeSeen = (startSeen && receivedSeen) || (kind.phase === 'session' && disconnectionsSeen > 0);
  const isWorker = wouldBeSeen && entry.fromClient !== true;
  const pending = book.hold(booked, () => {
    if (kind.phase === 'session') return isWorker ? [] : [as('ending')];
    return [as(isWorker ? 'problem' : 'failure')];
  });
  book.maps.close(key, { at: entry.at, how: 'unproved', pending, ifDisconnected: () => [as('ending')] });
}
