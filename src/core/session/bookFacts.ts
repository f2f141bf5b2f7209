import type { ClientTrouble, ConnectionEvent, EntryPlaceInLog } from '../connection/connectionEvent.ts';
import type { LogEntry } from '../log/logEntry.ts';
import { entryOf, type RecurringLine } from '../log/recurring.ts';
import type { Pending } from './pendingQueue.ts';
import type { OpenCounts, OpeningSession, OpenSession } from './session.ts';

/** A session that the log let in, with what is still undecided about it. */
export interface BookedSession {
  readonly session: OpenSession;
  /** Number of the authorization: the order of sessions. */
  readonly order: number;
  /** The connect, until it is told. */
  connect?: Pending<ConnectionEvent> | undefined;
  /** Said of its client: the disconnection is expected. */
  clientTrouble?: ClientTrouble | undefined;
}

/** A session that is over (or never was), kept for a while so that nothing is counted twice. */
export interface EndedSession {
  readonly session?: OpenSession | undefined;
  readonly at: number | undefined;
  /** `dying`: ended by the server, its disconnection line is expected; `unproved`: see fatalEntry.ts. */
  readonly how: 'refused' | 'lost' | 'dying' | 'disconnected' | 'unproved';
  /** The undecided end of a dying session, or the undecided meaning of a FATAL. */
  readonly pending?: Pending<ConnectionEvent> | undefined;
  /** What the pending one means if a disconnection line follows. */
  readonly ifDisconnected?: (() => readonly ConnectionEvent[]) | undefined;
  /** What it means if the process turns out to be none that serves a client. */
  readonly ifOfServer?: (() => readonly ConnectionEvent[]) | undefined;
}

/** One entry of the log with all that is needed to book it. */
export interface BookEntry {
  readonly entry: LogEntry;
  readonly place: EntryPlaceInLog;
  /** Wall clock at which it reached us, ms. */
  readonly arrivedAt: number;
}

/** The entry that a line which recurs stands for, to be booked as any other. */
export function bookedOf(line: RecurringLine): BookEntry {
  const { fileNumber, offsetBytes, arrivedAt } = line;
  return { entry: entryOf(line), place: { fileNumber, offsetBytes }, arrivedAt };
}

/** What the log has shown so far of its own completeness. */
export interface LogEvidence {
  /** A start of the server was seen: no session is older than the log. */
  startSeen: boolean;
  /** The server's own sessions were compared with these: none is older than the log and unknown. */
  serverSeen?: boolean | undefined;
  receivedSeen: boolean;
  /** Clients that reached the server and were not turned away, whatever else became of them. */
  receivedNotRefused: number;
  connectsSeen: number;
  /** Logins whose names could be told apart in several ways. */
  guessedNames: number;
  disconnectionsSeen: number;
  /** Sessions that ended although no disconnection line was written: log_disconnections is off. */
  silentEnds: number;
  /** Entries that belong to no tellable session: the log has neither pid nor session id. */
  withoutKey: number;
  /**
   * `log_disconnections` changed while the server ran, since when some sessions end unseen; each session keeps the
   * value that it began with. After a restart the next disconnection line proves that it is on for all.
   */
  endsChanged?: 'inThisRun' | 'inEarlierRun' | undefined;
}

/** Of a log of which nothing is read. */
export function noEvidence(): LogEvidence {
  return {
    startSeen: false,
    receivedSeen: false,
    receivedNotRefused: 0,
    connectsSeen: 0,
    guessedNames: 0,
    disconnectionsSeen: 0,
    silentEnds: 0,
    withoutKey: 0,
  };
}

/** What the server said of itself. */
export interface ServerFacts {
  version?: string | undefined;
  port?: number | undefined;
  postmasterPid?: number | undefined;
  /** A second start that failed: its "database system is shut down" is not ours. */
  failedStartPid?: number | undefined;
  /** Between the first line of a start and "ready": several lines tell of the same start. */
  isStarting?: boolean | undefined;
}

/** The book as plain data. */
export interface SavedBook {
  readonly sessions: readonly OpenSession[];
  /** Of the sessions, which need not be read for it. */
  readonly counts: OpenCounts;
  readonly opening: readonly (readonly [string, OpeningSession])[];
  readonly ended: readonly (readonly [string, EndedSession])[];
  readonly evidence: LogEvidence;
  readonly server: ServerFacts;
  readonly newestAt: number | undefined;
}
