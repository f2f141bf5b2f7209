import type { ConnectionMessage } from '../connection/connectionMessage.ts';
import type { LogEntry } from '../log/logEntry.ts';
import type { OpeningSession, OpenSession } from './session.ts';
import type { BookEntry } from './bookFacts.ts';
import { disconnected } from './disconnection.ts';
import type { SessionBook } from './sessionBook.ts';
import { enter, prove, replace } from './sessionLife.ts';
import { KeylessSessions } from './keylessSessions.ts';

type SessionMessage = Exclude<ConnectionMessage, { kind: 'server' | 'clientTrouble' }>;
type MessageOf<K extends SessionMessage['kind']> = Extract<SessionMessage, { kind: K }>;

/** Books one step in the life of a session: received, authenticated, authorized, ready, disconnection. */
export function applySessionMessage(book: SessionBook, booked: BookEntry, message: SessionMessage): void {
  const known = book.keyOf(booked, message.kind === 'received');
  if (known === undefined) book.evidence.withoutKey += 1;
  const key = known ?? keylessKey(book, booked, message);
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

/** Where the log does not tell whose line it is: what the message itself tells. */
function keylessKey(
  { maps: { keyless }, evidence }: SessionBook,
  { entry }: BookEntry,
  message: SessionMessage,
): string | undefined {
  switch (message.kind) {
    case 'authorized':
      return KeylessSessions.keyOf(evidence.withoutKey);
    case 'disconnection':
      return keyless.ended(message, entry.at);
    case 'ready':
      return keyless.latest ?? KeylessSessions.keyOf(evidence.withoutKey);
    case 'received':
    case 'authenticated':
      return undefined;
  }
}

function received(
  book: SessionBook,
  booked: BookEntry,
  key: string | undefined,
  message: MessageOf<'received'>,
): void {
  book.evidence.receivedSeen = true;
  book.evidence.receivedNotRefused += 1;
  if (key === undefined) return;
  replace(book, booked, key);
  book.maps.ended.delete(key);
  book.maps.opening.set(key, receivedOpening(booked.entry.at, message));
}

/** A login of which only this is known. */
export function receivedOpening(
  at: number | undefined,
  { remoteHost, remotePort }: MessageOf<'received'>,
): OpeningSession {
  return { at, remoteHost, remotePort };
}

function authenticated(
  book: SessionBook,
  key: string | undefined,
  message: MessageOf<'authenticated'>,
): void {
  if (key === undefined) return;
  book.maps.opening.set(key, authenticatedOpening(book.maps.opening.get(key), message));
}

/** A login with what its authentication told. */
export function authenticatedOpening(
  opening: OpeningSession | undefined,
  message: MessageOf<'authenticated'>,
): OpeningSession {
  return {
    ...opening,
    authenticatedIdentity: message.identity,
    authenticationMethod: message.method,
    hbaRule: message.hbaRule,
  };
}

function authorized(
  book: SessionBook,
  booked: BookEntry,
  key: string | undefined,
  message: MessageOf<'authorized'>,
): void {
  const { entry } = booked;
  book.evidence.connectsSeen += 1;
  if (areGuessed(entry, message)) book.evidence.guessedNames += 1;
  if (key !== undefined) enter(book, booked, key, sessionOf(key, entry, message, book.maps.opening.get(key)));
}

/** True when the names of a login could be told apart in several ways. */
export function areGuessed(entry: LogEntry, message: MessageOf<'authorized'>): boolean {
  return message.namesAreGuessed === true || entry.namesAreGuessed === true;
}

/** The session that an authorization begins, with what was known of its login. */
export function sessionOf(
  key: string,
  entry: LogEntry,
  message: MessageOf<'authorized'>,
  opening: OpeningSession | undefined,
): OpenSession {
  return {
    ...letIn(key, entry, opening),
    user: message.user,
    database: message.database,
    applicationName: message.applicationName,
    replication: message.replication,
    tls: message.tls,
    gss: message.gss,
    ...(areGuessed(entry, message) ? { namesAreGuessed: true } : {}),
  };
}

/** A session that is let in with this entry, but for its names. */
function letIn(key: string, entry: LogEntry, opening: OpeningSession | undefined) {
  return {
    ...opening,
    key,
    pid: entry.pid,
    sessionId: entry.sessionId,
    remoteHost: entry.remoteHost ?? opening?.remoteHost,
    remotePort: entry.remotePort ?? opening?.remotePort,
    connectedAt: entry.at,
  };
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
  if (!book.maps.open.has(key)) {
    book.evidence.connectsSeen += 1;
    const { user, database, applicationName, backendType } = entry;
    const replication = backendType === 'walsender';
    const opening = book.maps.opening.get(key);
    const names = { user, database, applicationName };
    enter(book, booked, key, { ...letIn(key, entry, opening), ...names, replication });
  }
  const session = book.maps.open.get(key)?.session;
  prove(book, key);
  if (!session) return;
  const { totalMs, forkMs, authenticationMs } = message;
  Object.assign(session, {
    setupTotalMs: totalMs,
    setupForkMs: forkMs,
    setupAuthenticationMs: authenticationMs,
  });
}
