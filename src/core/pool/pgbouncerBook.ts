import type { TroubleFacts } from '../connection/connectionEvent.ts';
import { classifyFailure, type FailureKind } from '../connection/failure.ts';
import type { BookEntry } from '../session/bookFacts.ts';
import type { OpenSession } from '../session/session.ts';
import type { SessionBook } from '../session/sessionBook.ts';
import { enter, loseAll, prove, refute } from '../session/sessionLife.ts';
import { parsePoolerMessage, type PoolerMessage, type PoolerSocket } from './pgbouncerMessage.ts';
import { poolerFailureOf } from './poolerFailures.ts';

type LoginAttempt = Extract<PoolerMessage, { kind: 'loginAttempt' }>;
type Closing = Extract<PoolerMessage, { kind: 'closing' }>;

/** A client that is refused with PostgreSQL's own error is refused within this time of its login attempt. */
const longestLoginMs = 3000;
const mostPools = 10_000;

interface PoolerClient {
  /** How its socket was printed. */
  readonly head: string;
  readonly poolWasReady: boolean;
}

/** What is remembered of PgBouncer's sockets, beside the sessions themselves. */
export class PoolerSockets {
  /** The open clients, by pointer. */
  readonly clients = new Map<string, PoolerClient>();
  /** Pools (`db/user`) with a server connection that was not refused: their clients are let in without one. */
  readonly ready = new Set<string>();
  /** What PostgreSQL said when it refused PgBouncer last. */
  refusal: string | undefined;

  clear(): void {
    this.clients.clear();
    this.ready.clear();
  }
}

/**
 * Books an entry of PgBouncer's log with the words of a server's: a login attempt is a connect unless it turns out
 * refused, the closing of a client is its disconnection, and the reason of one that did not go by itself a failure
 * (never let in) or an ending. `pooler error` repeats the reason of a closing, and counts only where closings are not
 * logged. Server connections never count.
 */
export function applyPoolerEntry(book: SessionBook, booked: BookEntry): void {
  const { entry } = booked;
  const { sockets } = book;
  const message = parsePoolerMessage(entry.message, (pointer) => sockets.clients.get(pointer)?.head);
  switch (message?.kind) {
    case 'loginAttempt':
      return loginAttempt(book, booked, message);
    case 'closing':
      if (message.socket.side === 'client') clientClosed(book, booked, message);
      else serverClosed(sockets, message);
      return;
    case 'poolerError':
      return poolerError(book, booked, message.socket, message.reason);
    case 'newServerConnection':
      if (sockets.ready.size < mostPools) sockets.ready.add(poolOf(message.socket));
      return;
    case 'serverLoginFailed':
      sockets.refusal = message.reason.replace(/^[A-Z]+ /, '');
      return;
    case 'processUp':
    case 'processEnds':
      loseAll(book, booked, 'restart');
      sockets.clear();
      if (message.kind === 'processUp') processUp(book, booked, message.version);
      return;
    case 'listening':
      book.server.port ??= message.port;
      return;
    case undefined:
      if (entry.severity === 'FATAL')
        book.tellTrouble(booked, troubleOf(booked, 'problem', 'poolerOther', {}, entry.message));
  }
}

function processUp(book: SessionBook, booked: BookEntry, version: string): void {
  book.server.version = version;
  book.evidence.startSeen = true;
  book.tell(booked, { kind: 'restart', at: booked.entry.at, serverVersion: version, place: booked.place });
}

function loginAttempt(
  book: SessionBook,
  booked: BookEntry,
  { socket, tls, replication }: LoginAttempt,
): void {
  const { pointer, head, user, database, remoteHost, remotePort } = socket;
  book.evidence.connectsSeen += 1;
  if (book.maps.open.has(pointer)) book.evidence.silentEnds += 1;
  const session: OpenSession = {
    key: pointer,
    user,
    database,
    remoteHost,
    remotePort,
    connectedAt: booked.entry.at,
    replication,
    tls,
  };
  enter(book, booked, pointer, session);
  book.sockets.clients.set(pointer, { head, poolWasReady: book.sockets.ready.has(poolOf(socket)) });
}

function clientClosed(book: SessionBook, booked: BookEntry, { socket, reason, ageS }: Closing): void {
  const { pointer } = socket;
  const { entry, place } = booked;
  const session = book.maps.open.get(pointer)?.session;
  const failure = failureOf(reason);
  book.evidence.disconnectionsSeen += 1;
  const isRefused = failure !== undefined && wasRefused(book, booked, socket, failure.phase);
  book.sockets.clients.delete(pointer);
  if (isRefused) {
    refuse(book, booked, socket, reason);
    return;
  }
  if (!session && (socket.user === undefined || socket.database === undefined)) {
    // a port scanner, a cancel request: it never said who it is
    book.maps.close(pointer, { at: entry.at, how: 'refused' });
    return;
  }
  prove(book, pointer);
  const gone = session ?? olderSession(booked, socket, ageS);
  if (failure) book.tellTrouble(booked, troubleOf(booked, 'ending', failure.kind, gone, reason));
  book.maps.close(pointer, { session: gone, at: entry.at, how: 'disconnected' });
  const sessionTimeMs =
    entry.at !== undefined && session?.connectedAt !== undefined
      ? entry.at - session.connectedAt
      : ageS * 1000;
  book.tell(booked, {
    kind: 'disconnect',
    at: entry.at,
    session: gone,
    connectSeen: session !== undefined,
    sessionTimeMs,
    place,
  });
}

/** Was this client never let in? Some reasons say so; PostgreSQL's own come also later, when its pool needs a server. */
function wasRefused(book: SessionBook, { entry }: BookEntry, socket: PoolerSocket, phase: string): boolean {
  if (phase !== 'unknown') return phase === 'authentication';
  if (socket.user === undefined || socket.database === undefined) return true;
  const session = book.maps.open.get(socket.pointer)?.session;
  if (!session || book.sockets.clients.get(socket.pointer)?.poolWasReady === true) return false;
  const isYoung = (entry.at ?? 0) - (session.connectedAt ?? 0) < longestLoginMs;
  return isYoung || !book.sockets.ready.has(poolOf(socket));
}

function refuse(book: SessionBook, booked: BookEntry, socket: PoolerSocket, reason: string): void {
  const { pointer } = socket;
  const session = book.maps.open.get(pointer)?.session;
  const kind = failureOf(reason)?.kind ?? 'poolerOther';
  const trouble = troubleOf(booked, 'failure', kind, session ?? socket, reason);
  if (session) refute(book, booked, pointer);
  else book.maps.close(pointer, { at: booked.entry.at, how: 'refused' });
  book.tellTrouble(booked, trouble);
}

/** Comes after the closing that it repeats; of a client that is still there it is the error of a command, or a refusal. */
function poolerError(book: SessionBook, booked: BookEntry, socket: PoolerSocket, reason: string): void {
  if (book.evidence.disconnectionsSeen > 0 || book.maps.ended.get(socket.pointer)) return;
  const failure = failureOf(reason);
  if (failure?.phase === 'authentication' && socket.database !== 'pgbouncer')
    refuse(book, booked, socket, reason);
}

function serverClosed(sockets: PoolerSockets, { socket, reason }: Closing): void {
  const failed = reason === 'login failed' || reason === 'connect failed' || reason === sockets.refusal;
  if (failed) sockets.ready.delete(poolOf(socket));
}

function olderSession({ entry }: BookEntry, socket: PoolerSocket, ageS: number): OpenSession {
  const { pointer, user, database, remoteHost, remotePort } = socket;
  const connectedAt = entry.at === undefined ? undefined : entry.at - ageS * 1000;
  return { key: pointer, user, database, remoteHost, remotePort, connectedAt, replication: false };
}

/** A reason that is not PgBouncer's own is what PostgreSQL said, for which there are better words. */
function failureOf(reason: string): FailureKind | undefined {
  const own = poolerFailureOf(reason);
  if (own?.kind !== 'poolerOther') return own;
  const servers = classifyFailure({ severity: 'FATAL', message: reason });
  if (servers.kind === 'other') return own;
  // whether the client was let in before, its phase does not say
  return servers.phase === 'session' ? servers : { ...servers, phase: 'unknown' };
}

function poolOf({ head }: PoolerSocket): string {
  return head.slice(0, head.lastIndexOf('@'));
}

function troubleOf(
  { entry }: BookEntry,
  category: TroubleFacts['category'],
  kind: string,
  { user, database, remoteHost }: Partial<OpenSession>,
  message: string,
): TroubleFacts {
  return { category, kind, severity: entry.severity, at: entry.at, message, user, database, remoteHost };
}
