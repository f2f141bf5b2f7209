import { clientTroubles, type ConnectionEvent } from '../connection/connectionEvent.ts';
import type { DisconnectionMessage } from '../connection/connectionMessage.ts';
import { classifyFailure } from '../connection/failure.ts';
import type { LogEntry } from '../log/logEntry.ts';
import type { BookEntry } from './bookFacts.ts';
import type { OpenSession } from './session.ts';
import type { SessionBook } from './sessionBook.ts';
import { lose, prove } from './sessionLife.ts';
import { beganLater } from './zoneShift.ts';

/** Books a disconnection line: the end of an open session, of one that ended already, or of one older than the log. */
export function disconnected(
  book: SessionBook,
  booked: BookEntry,
  key: string | undefined,
  message: DisconnectionMessage,
): void {
  const { entry } = booked;
  book.evidence.disconnectionsSeen += 1;
  if (book.evidence.endsChanged === 'inEarlierRun') book.evidence.endsChanged = undefined;
  const startedAt = entry.at === undefined ? undefined : entry.at - message.sessionTimeMs;
  const older = sessionOlderThanLog(booked, key, message, startedAt);
  if (key === undefined) {
    book.tell(booked, disconnectEvent(booked, message, older, false));
    return;
  }
  const { session, clientTrouble } = book.maps.open.get(key) ?? {};
  if (session && (hasOwnKey(entry) || isSame(session, message, startedAt))) {
    prove(book, key);
    book.maps.close(key, { session, at: entry.at, how: 'disconnected' });
    const latest = entry.applicationName;
    if (latest !== undefined) Object.assign(session, { applicationLatest: latest });
    book.tell(booked, { ...disconnectEvent(booked, message, session, true), clientTrouble });
    return;
  }
  if (session) lose(book, booked, key, 'pidReused');
  else if (endsTwice(book, booked, key, message, startedAt)) return;
  book.maps.close(key, { session: older, at: entry.at, how: 'disconnected' });
  book.tell(booked, disconnectEvent(booked, message, older, false));
}

/** The client is gone, or talks nonsense: no failure, and no end yet, but how the session comes to its end. */
export function noteClientTrouble(book: SessionBook, booked: BookEntry): void {
  const key = book.keyOf(booked);
  const booking = key === undefined ? undefined : book.maps.open.get(key);
  const { kind } = classifyFailure(booked.entry);
  if (booking) booking.clientTrouble = clientTroubles.find((trouble) => trouble === kind);
}

/** A session that was over already: its disconnection line completes what is known, but ends nothing again. */
function endsTwice(
  book: SessionBook,
  booked: BookEntry,
  key: string,
  message: DisconnectionMessage,
  startedAt: number | undefined,
): boolean {
  const over = book.maps.ended.get(key);
  if (!over) return false;
  // The pid alone comes back: a session that began after the other's end is a new one.
  if (startedAt !== undefined && over.at !== undefined && startedAt > over.at + 1000) return false;
  const { session, pending, ifDisconnected } = over;
  if (over.how === 'unproved') {
    const undecided = pending !== undefined && !pending.events;
    if (undecided) pending.events = ifDisconnected?.() ?? [];
    if (!session) return false;
    book.maps.ended.set(key, { session, at: booked.entry.at, how: 'disconnected' });
    // Too late: it was told as a refused login, whose connect was not.
    book.tell(booked, disconnectEvent(booked, message, session, undecided));
    return true;
  }
  if (!session || over.how === 'refused' || over.how === 'disconnected') return true;
  book.maps.ended.set(key, { session, at: booked.entry.at, how: 'disconnected' });
  const end = disconnectEvent(booked, message, session, true);
  if (session.source === 'server' && !(pending && !pending.events)) {
    // it is no longer among the open ones
    book.tell(booked, { ...end, connectSeen: false });
  } else if (pending && !pending.events) {
    // the session held its place until now, whoever came since the FATAL
    pending.events = [];
    book.tell(booked, end);
  } else {
    book.tell(booked, { kind: 'takenBack', what: 'lost', at: booked.entry.at, session, place: booked.place });
    book.tell(booked, end);
  }
  return true;
}

function disconnectEvent(
  { entry, place }: BookEntry,
  message: DisconnectionMessage,
  session: OpenSession,
  connectSeen: boolean,
): Extract<ConnectionEvent, { kind: 'disconnect' }> {
  return {
    kind: 'disconnect',
    at: entry.at,
    session,
    connectSeen,
    sessionTimeMs: message.sessionTimeMs,
    place,
  };
}

/** The key is the session's alone: no other process has had it, whatever the clock and the names look like. */
function hasOwnKey({ sessionId, sessionStartAt }: LogEntry): boolean {
  return sessionId !== undefined || sessionStartAt !== undefined;
}

/**
 * A session cannot have begun after its authorization, nor change its user or database. The names are compared
 * together, as they stood in the message: where one contains ` database=` or ` application_name=`, its end is a guess.
 */
function isSame(session: OpenSession, message: DisconnectionMessage, startedAt: number | undefined): boolean {
  const { connectedAt } = session;
  if (startedAt !== undefined && connectedAt !== undefined && beganLater(startedAt - connectedAt))
    return false;
  return namesAreOf(session, message);
}

/** Can these be the names of one session, as two messages have them? */
export function namesAreOf(
  session: Pick<OpenSession, 'replication' | 'user' | 'database' | 'applicationName'>,
  message: DisconnectionMessage,
): boolean {
  if (session.replication || session.user === undefined) return true;
  const { user, database = '', applicationName = '' } = session;
  const authorized = `${user} database=${database} application_name=${applicationName} `;
  return authorized.startsWith(`${message.user} database=${message.database ?? ''} `);
}

function sessionOlderThanLog(
  { entry }: BookEntry,
  key: string | undefined,
  message: DisconnectionMessage,
  startedAt: number | undefined,
): OpenSession {
  return {
    key: key ?? '',
    pid: entry.pid,
    sessionId: entry.sessionId,
    user: message.user,
    database: message.database,
    applicationName: entry.applicationName,
    remoteHost: message.remoteHost,
    remotePort: message.remotePort,
    connectedAt: entry.sessionStartAt ?? startedAt,
    replication: message.database === undefined || entry.backendType === 'walsender',
  };
}
