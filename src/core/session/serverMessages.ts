import type { ConnectionMessage } from '../connection/connectionMessage.ts';
import { isCrash } from '../connection/serverMessage.ts';
import { troubleOf } from '../connection/trouble.ts';
import type { BookEntry } from './bookFacts.ts';
import type { SessionBook } from './sessionBook.ts';
import { loseAll, losePid } from './sessionLife.ts';

type ServerMessage = Extract<ConnectionMessage, { kind: 'server' }>;

/** Books what the server says of itself: starts, stops and crashes end every session without a line of its own. */
export function applyServerMessage(book: SessionBook, booked: BookEntry, message: ServerMessage): void {
  const { server } = book;
  switch (message.what) {
    case 'starting':
      server.version = message.serverVersion;
      server.postmasterPid = booked.entry.pid;
      // in a container the next one has the same pid
      server.failedStartPid = undefined;
      began(book, booked);
      return;
    case 'wasShutDown':
    case 'wasInterrupted':
    case 'notProperlyShutDown':
      if (server.isStarting === true) loseAll(book, booked, 'restart');
      else began(book, booked);
      return;
    case 'terminatingOthers':
      // some say goodbye all the same, and take their loss back
      loseAll(book, booked, 'crash');
      return;
    case 'reinitializing':
      loseAll(book, booked, 'crash');
      began(book, booked);
      return;
    case 'immediateShutdown':
      loseAll(book, booked, 'restart');
      return;
    case 'shutDown':
      // a postmaster that did not start, and told why
      if (!wasOfServer(book, booked) && isOurs(book, booked)) loseAll(book, booked, 'restart');
      return;
    case 'ready':
    case 'readyReadOnly':
      server.isStarting = false;
      server.postmasterPid = booked.entry.pid ?? server.postmasterPid;
      return;
    case 'processTerminated':
      terminated(book, booked, message);
      return;
    case 'parameterChanged':
      loggingChanged(book, message.name, message.value);
      return;
    case 'listening':
      server.port = message.port ?? server.port;
      return;
    default:
  }
}

/** A new life of the server: nobody is connected, and nobody can be older than this. */
function began(book: SessionBook, booked: BookEntry): void {
  const { entry, place } = booked;
  loseAll(book, booked, 'restart');
  book.evidence.startSeen = true;
  if (book.evidence.endsChanged) book.evidence.endsChanged = 'inEarlierRun';
  book.server.isStarting = true;
  book.tell(booked, { kind: 'restart', at: entry.at, serverVersion: book.server.version, place });
}

/** What is logged of sessions changed in the middle: before or after it there are some that the log does not show. */
function loggingChanged({ evidence }: SessionBook, name: string, value: string | undefined): void {
  if (name === 'log_connections') evidence.startSeen = evidence.serverSeen = false;
  const wasUsedBefore = evidence.connectsSeen > 0 || !/^(?:on|true|yes|1)$/i.test(value ?? 'off');
  if (name === 'log_disconnections' && wasUsedBefore) evidence.endsChanged = 'inThisRun';
}

/** Was a process, taken for a client because of its FATAL, one of the server's? Then that was a problem. */
function wasOfServer(book: SessionBook, booked: BookEntry): boolean {
  const key = book.keyOf(booked);
  const { pending, ifOfServer } = (key === undefined ? undefined : book.maps.ended.get(key)) ?? {};
  if (!pending || !ifOfServer) return false;
  pending.events ??= ifOfServer();
  return true;
}

/** A second start that failed prints "database system is shut down" too. */
function isOurs({ server }: SessionBook, { entry }: BookEntry): boolean {
  if (entry.pid === undefined) return true;
  return entry.pid !== server.failedStartPid && (server.postmasterPid ?? entry.pid) === entry.pid;
}

function terminated(
  book: SessionBook,
  booked: BookEntry,
  message: Extract<ServerMessage, { what: 'processTerminated' }>,
): void {
  // the postmaster says nothing of a client's process that ends so
  const { severity, message: text } = booked.entry;
  if (message.exitCode === 1)
    wasOfServer(book, { ...booked, entry: { severity, message: text, pid: message.pid } });
  losePid(book, booked, message.pid, 'crash');
  if (isCrash(message)) book.tellTrouble(booked, troubleOf(booked.entry, 'problem', 'crash', undefined));
}
