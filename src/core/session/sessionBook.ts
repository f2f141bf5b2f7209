import type { ConnectionEvent, TroubleFacts } from '../connection/connectionEvent.ts';
import { parseConnectionMessage, type ConnectionMessage } from '../connection/connectionMessage.ts';
import { lineOf, type LineBlock } from '../log/lineBlock.ts';
import { known, toldBy } from '../log/recurring.ts';
import { applyPoolerEntry, PoolerSockets } from '../pool/pgbouncerBook.ts';
import {
  bookedOf,
  noEvidence,
  type BookEntry,
  type LogEvidence,
  type SavedBook,
  type ServerFacts,
} from './bookFacts.ts';
import { noteClientTrouble } from './disconnection.ts';
import { applyFatal } from './fatalEntry.ts';
import { LogTime } from './logTime.ts';
import { PendingQueue, type Pending } from './pendingQueue.ts';
import { applyServerMessage } from './serverMessages.ts';
import { countsOf, type OpenCounts, type OpenSession } from './session.ts';
import { inOrder, SessionColumns } from './sessionColumns.ts';
import { SessionMaps } from './sessionMaps.ts';
import { applySessionMessage } from './sessionMessages.ts';
import type { RowListener } from './toldRows.ts';

/**
 * The truth about sessions, folded from the entries of one log: who is open, who ended and how. What each kind of entry
 * says of a session is decided by rules that are given the book (sessionMessages.ts, fatalEntry.ts, serverMessages.ts,
 * reconciliation.ts), what then becomes of it in sessionLife.ts; each event is told once, in the order of the log.
 */
export class SessionBook {
  /** Where sessions are kept: ordinary ones in columns, all others in maps. */
  readonly columns: SessionColumns;
  readonly maps: SessionMaps;
  readonly sockets = new PoolerSockets();
  readonly evidence: LogEvidence;
  readonly server: ServerFacts;
  /** What is told, in the order of the log. */
  readonly queue: PendingQueue<ConnectionEvent>;
  readonly time: LogTime;

  constructor(tell: (event: ConnectionEvent) => void, rows: RowListener, saved?: SavedBook) {
    this.queue = new PendingQueue(tell, () => (this.evidence.silentEnds += 1));
    this.columns = new SessionColumns(this, rows);
    this.maps = new SessionMaps(this.columns, saved);
    this.evidence = saved?.evidence ?? noEvidence();
    this.server = saved?.server ?? {};
    this.time = new LogTime(saved?.newestAt);
  }

  /** Time of the newest entry, ms since the epoch. */
  get newestAt(): number | undefined {
    return known(this.time.newestAt);
  }

  /** Books one entry; `told` is what its message tells, where that is known. */
  apply(booked: BookEntry, told?: ConnectionMessage): void {
    this.maps.restore();
    const { entry } = booked;
    this.time.pass(entry.at ?? Number.NaN);
    if (entry.program === 'pgbouncer') {
      applyPoolerEntry(this, booked);
    } else if (entry.severity === 'LOG') {
      const message = told ?? parseConnectionMessage(entry);
      if (message?.kind === 'server') applyServerMessage(this, booked, message);
      else if (message?.kind === 'clientTrouble') noteClientTrouble(this, booked);
      else if (message) applySessionMessage(this, booked, message);
    } else {
      applyFatal(this, booked);
    }
    this.queue.drain(this.time.elapsedMs);
  }

  /** Books lines as `apply` would their entries. */
  applyLines(block: LineBlock): void {
    this.maps.restore();
    for (let next = this.columns.apply(block, 0); next < block.count;) {
      const line = lineOf(block, next);
      this.queue.gather(() => this.apply(bookedOf(line), toldBy(line)));
      next = this.columns.apply(block, next + 1);
    }
    this.queue.drain(this.time.elapsedMs);
  }

  /** The key of the session that an entry belongs to, as ProcessKeys says; from now on its pid is the maps'. */
  keyOf({ entry }: BookEntry, begins = false): string | undefined {
    this.columns.handOver(entry.pid);
    this.columns.handOverKey(entry.sessionId);
    return this.maps.processes.keyOf(entry, begins);
  }

  /** Whatever arrived at or before this wall-clock time and is undecided is as it looks. */
  settle(arrivedBefore: number): void {
    this.queue.settle(arrivedBefore);
  }

  /** Wall clock at which the oldest undecided entry arrived; undefined = nothing is undecided. */
  get undecidedSince(): number | undefined {
    return this.queue.oldestArrivedAt;
  }

  /** Open sessions that have been told, oldest first. */
  sessions(): OpenSession[] {
    const { untouched } = this.maps;
    if (untouched) return [...untouched.sessions];
    return inOrder([...this.maps.told(), ...this.columns.open()]).map(({ session }) => session);
  }

  /** How many there are, without making an object of each. */
  openCounts(): OpenCounts {
    const { untouched } = this.maps;
    if (untouched) return untouched.counts;
    const inMaps = countsOf(this.maps.told().map(({ session }) => session));
    const inColumns = this.columns.openCounts();
    return {
      clients: inMaps.clients + inColumns.clients,
      replication: inMaps.replication + inColumns.replication,
    };
  }

  /** The open session with this key. */
  session(key: string): OpenSession | undefined {
    return this.maps.open.get(key)?.session ?? this.columns.session(key);
  }

  tell(booked: BookEntry, event: ConnectionEvent): void {
    this.queue.push(event, this.time.elapsedMs, booked.arrivedAt);
  }

  tellTrouble(booked: BookEntry, trouble: TroubleFacts): void {
    this.tell(booked, troubleEvent(booked, trouble));
  }

  hold(booked: BookEntry, otherwise: () => readonly ConnectionEvent[]): Pending<ConnectionEvent> {
    return this.queue.hold({
      events: undefined,
      logClockMs: this.time.elapsedMs,
      arrivedAt: booked.arrivedAt,
      otherwise,
    });
  }
}

/** The event of a trouble found in an entry. */
export function troubleEvent(booked: BookEntry, trouble: TroubleFacts): ConnectionEvent {
  return { kind: 'trouble', at: booked.entry.at, trouble, place: booked.place };
}
