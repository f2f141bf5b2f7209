import type { ConnectionEvent } from '../connection/connectionEvent.ts';
import type { ConnectionMessage } from '../connection/connectionMessage.ts';
import type { OpenSession } from './session.ts';
import type { BookEntry, SessionBook } from './sessionBook.ts';
import { sessionKey } from './sessionKeys.ts';

type SessionMessage = Exclude<ConnectionMessage, { kind: 'server' | 'clientTrouble' }>;
type MessageOf<K extends SessionMessage['kind']> = Extract<SessionMessage, { kind: K }>;

/** Books one step in the life of a session: received, authenticated, authorized, ready, disconnection. */
export function applySessionMessage(book: SessionBook, booked: BookEntry, message: SessionMessage): void {
  const key = sessionKey(booked.entry);
  if (key === undefined) book.evidence.withoutKey += 1;
  switch (message.kind) {
    case 'received':
      return received(book, booked, key, message);
    case 'authenticated':
      return authenticated(book, key, message);
    case 'authorized':
      return authorized(book, booked, key, message);
    case 'ready':
      return ready(book, booked, key, message);
    case 'disconnection':
      return disconnected(book, booked, key, message);
  }
}

function received(
  book: SessionBook,
  booked: BookEntry,
  key: string | undefined,
  message: MessageOf<'received'>,
): void {
  book.evidence.receivedSeen = true;
  if (key === undefined) return;
  book.replace(booked, key);
  book.ended.delete(key);
  const { remoteHost, remotePort } = message;
  book.opening.set(key, { at: booked.entry.at, remoteHost, remotePort });
}

function authenticated(
  book: SessionBook,
  key: string | undefined,
  message: MessageOf<'authenticated'>,
): void {
  if (key === undefined) return;
  book.opening.set(key, {
    ...book.opening.get(key),
    authenticatedIdentity: message.identity,
    authenticationMethod: message.method,
    hbaRule: message.hbaRule,
  });
}

function authorized(
  book: SessionBook,
  booked: BookEntry,
  key: string | undefined,
  message: MessageOf<'authorized'>,
): void {
  const { entry, place } = booked;
  book.evidence.connectsSeen += 1;
  const opening = key === undefined ? undefined : book.opening.get(key);
  const session: OpenSession = {
    ...opening,
    key: key ?? '',
    pid: entry.pid,
    sessionId: entry.sessionId,
    user: message.user,
    database: message.database,
    applicationName: message.applicationName,
    remoteHost: entry.remoteHost ?? opening?.remoteHost,
    remotePort: entry.remotePort ?? opening?.remotePort,
    connectedAt: entry.at,
    replication: message.replication,
    tls: message.tls,
    gss: message.gss,
  };
  if (key === undefined) book.tell(booked, { kind: 'connect', at: entry.at, session, place });
  else book.enter(booked, key, session);
}

/** PostgreSQL 18: the only line that proves a session, and with some settings the only one that shows it. */
function ready(
  book: SessionBook,
  booked: BookEntry,
  key: string | undefined,
  message: MessageOf<'ready'>,
): void {
  const { entry } = booked;
  if (key === undefined) return;
  if (!book.open.has(key)) {
    const opening = book.opening.get(key);
    book.evidence.connectsSeen += 1;
    book.enter(booked, key, {
      ...opening,
      key,
      pid: entry.pid,
      sessionId: entry.sessionId,
      user: entry.user,
      database: entry.database,
      applicationName: entry.applicationName,
      remoteHost: entry.remoteHost ?? opening?.remoteHost,
      remotePort: entry.remotePort ?? opening?.remotePort,
      connectedAt: entry.at,
      replication: entry.backendType === 'walsender',
    });
  }
  const session = book.open.get(key)?.session;
  book.prove(key);
  if (!session) return;
  const { totalMs, forkMs, authenticationMs } = message;
  Object.assign(session, {
    setupTotalMs: totalMs,
    setupForkMs: forkMs,
    setupAuthenticationMs: authenticationMs,
  });
}

function disconnected(
  book: SessionBook,
  booked: BookEntry,
  key: string | undefined,
  message: MessageOf<'disconnection'>,
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
  const session = book.open.get(key)?.session;
  if (session && isSame(session, message, startedAt)) {
    book.prove(key);
    book.close(key, { session, at: entry.at, how: 'disconnected' });
    const latest = entry.applicationName;
    if (latest !== undefined) Object.assign(session, { applicationLatest: latest });
    book.tell(booked, disconnectEvent(booked, message, session, true));
    return;
  }
  if (session) book.lose(booked, key, 'pidReused');
  else if (endsTwice(book, booked, key, message, startedAt)) return;
  book.close(key, { session: older, at: entry.at, how: 'disconnected' });
  book.tell(booked, disconnectEvent(booked, message, older, false));
}

/** A session that was over already: its disconnection line completes what is known, but ends nothing again. */
function endsTwice(
  book: SessionBook,
  booked: BookEntry,
  key: string,
  message: MessageOf<'disconnection'>,
  startedAt: number | undefined,
): boolean {
  const over = book.ended.get(key);
  if (!over) return false;
  // The pid alone comes back: a session that began after the other's end is a new one.
  if (startedAt !== undefined && over.at !== undefined && startedAt > over.at + 1000) return false;
  const { session, pending, ifDisconnected } = over;
  if (over.how === 'unproved') {
    if (pending && !pending.events) pending.events = ifDisconnected?.() ?? [];
    if (!session) return false;
    book.ended.set(key, { session, at: booked.entry.at, how: 'disconnected' });
    book.tell(booked, disconnectEvent(booked, message, session, true));
    return true;
  }
  if (!session || over.how === 'refused' || over.how === 'disconnected') return true;
  book.ended.set(key, { session, at: booked.entry.at, how: 'disconnected' });
  const end = disconnectEvent(booked, message, session, true);
  if (pending && !pending.events) {
    pending.events = [end];
  } else {
    book.tell(booked, { kind: 'takenBack', what: 'lost', at: booked.entry.at, session, place: booked.place });
    book.tell(booked, end);
  }
  return true;
}

function disconnectEvent(
  { entry, place }: BookEntry,
  message: MessageOf<'disconnection'>,
  session: OpenSession,
  connectSeen: boolean,
): ConnectionEvent {
  return {
    kind: 'disconnect',
    at: entry.at,
    session,
    connectSeen,
    sessionTimeMs: message.sessionTimeMs,
    place,
  };
}

/**
 * A session cannot have begun after its authorization, nor change its user or database. The names are compared
 * together, as they stood in the message: where one contains ` database=` or ` application_name=`, its end is a guess.
 */
function isSame(
  session: OpenSession,
  message: MessageOf<'disconnection'>,
  startedAt: number | undefined,
): boolean {
  if (startedAt !== undefined && session.connectedAt !== undefined && startedAt > session.connectedAt + 2000)
    return false;
  if (session.replication || session.user === undefined) return true;
  const { user, database = '', applicationName = '' } = session;
  const authorized = `${user} database=${database} application_name=${applicationName} `;
  return authorized.startsWith(`${message.user} database=${message.database ?? ''} `);
}

function sessionOlderThanLog(
  { entry }: BookEntry,
  key: string | undefined,
  message: MessageOf<'disconnection'>,
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
