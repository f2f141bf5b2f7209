import type { ConnectionEvent, LossReason, TroubleFacts } from '../connection/connectionEvent.ts';
import { parseConnectionMessage, type ConnectionMessage } from '../connection/connectionMessage.ts';
import { lineOf, type LineBlock } from '../log/lineBlock.ts';
import { known, toldBy } from '../log/recurring.ts';
import { applyPoolerEntry, PoolerSockets } from '../pool/pgbouncerBook.ts';
import {
  bookedOf,
  type BookedSession,
  type BookEntry,
  type EndedSession,
  type LogEvidence,
  type SavedBook,
  type ServerFacts,
} from './bookFacts.ts';
import { BoundedMap } from './boundedMap.ts';
import { noteClientTrouble } from './disconnection.ts';
import { applyFatal } from './fatalEntry.ts';
import { goneEvent } from './goneEvent.ts';
import { KeylessSessions } from './keylessSessions.ts';
import { LogTime } from './logTime.ts';
import { PendingQueue, type Pending } from './pendingQueue.ts';
import { inOrder, SessionColumns } from './sessionColumns.ts';
import { applyServerMessage } from './serverMessages.ts';
import { countsOf, type OpenCounts, type OpeningSession, type OpenSession } from './session.ts';
import { pidOfKey, ProcessKeys } from './processKeys.ts';
import type { RowListener } from './toldRows.ts';
import { applySessionMessage } from './sessionMessages.ts';

/**
 * The truth about sessions, folded from the entries of one log: who is open, who ended and how. Decides what
 * `connection authorized` alone cannot tell, and tells each event once, in the order of the log.
 */
export class SessionBook {
  readonly #open = new Map<string, BookedSession>();
  readonly #opening = new BoundedMap<string, OpeningSession>(20_000);
  readonly #ended = new BoundedMap<string, EndedSession>(20_000);
  readonly keyless = new KeylessSessions();
  readonly sockets = new PoolerSockets();
  readonly evidence: LogEvidence;
  readonly server: ServerFacts;
  readonly columns: SessionColumns;
  /** What is told, in the order of the log. */
  readonly queue: PendingQueue<ConnectionEvent>;
  readonly time: LogTime;
  /** Order of the last session. */
  order = 0;
  readonly #processes = new ProcessKeys(
    (key) => this.open.has(key) || this.opening.get(key) !== undefined || this.ended.get(key) !== undefined,
  );
  /** What was saved, until the first line or question that concerns it: to put thousands into maps takes milliseconds. */
  #saved: SavedBook | undefined;

  constructor(tell: (event: ConnectionEvent) => void, rows: RowListener, saved?: SavedBook) {
    this.queue = new PendingQueue(tell, () => (this.evidence.silentEnds += 1));
    this.columns = new SessionColumns(this, rows);
    this.evidence = saved?.evidence ?? {
      startSeen: false,
      receivedSeen: false,
      receivedNotRefused: 0,
      connectsSeen: 0,
      guessedNames: 0,
      disconnectionsSeen: 0,
      silentEnds: 0,
      withoutKey: 0,
    };
    this.server = saved?.server ?? {};
    this.time = new LogTime(saved?.newestAt);
    this.#saved = saved;
  }

  /** Open sessions by their keys, but for those in columns. */
  get open(): Map<string, BookedSession> {
    this.#restore();
    return this.#open;
  }

  /** Logins that are under way, by key. */
  get opening(): BoundedMap<string, OpeningSession> {
    this.#restore();
    return this.#opening;
  }

  /** Sessions that ended lately, by key. */
  get ended(): BoundedMap<string, EndedSession> {
    this.#restore();
    return this.#ended;
  }

  get processes(): ProcessKeys {
    this.#restore();
    return this.#processes;
  }

  #restore(): void {
    const saved = this.#saved;
    if (!saved) return;
    this.#saved = undefined;
    for (const session of saved.sessions) {
      this.columns.handOver(session.pid);
      this.takeOver(session.key, { session, order: this.nextOrder() });
    }
    for (const [key, opening] of saved.opening) this.opening.set(key, opening);
    for (const [key, ended] of saved.ended) this.ended.set(key, ended);
    for (const [key] of [...saved.opening, ...saved.ended]) {
      this.columns.handOverKey(key);
      this.processes.keep(key, pidOfKey(key) ?? -1);
    }
  }

  /** Time of the newest entry, ms since the epoch. */
  get newestAt(): number | undefined {
    return known(this.time.newestAt);
  }

  /** Books one entry; `told` is what its message tells, where that is known. */
  apply(booked: BookEntry, told?: ConnectionMessage): void {
    this.#restore();
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
    this.#restore();
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
    return this.processes.keyOf(entry, begins);
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
    if (this.#saved) return [...this.#saved.sessions];
    const told = [...this.open.values()].filter(isTold);
    return inOrder([...told, ...this.columns.open()]).map(({ session }) => session);
  }

  /** How many there are, without making an object of each. */
  openCounts(): OpenCounts {
    if (this.#saved) return this.#saved.counts;
    const told = [...this.open.values()].filter(isTold).map(({ session }) => session);
    const [inMaps, inColumns] = [countsOf(told), this.columns.openCounts()];
    return {
      clients: inMaps.clients + inColumns.clients,
      replication: inMaps.replication + inColumns.replication,
    };
  }

  /** The open session with this key. */
  session(key: string): OpenSession | undefined {
    return this.open.get(key)?.session ?? this.columns.session(key);
  }

  /** The order of the next session. */
  nextOrder(): number {
    this.order += 1;
    return this.order;
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

  /** Lets a session in; its connect is told when the next entry, or silence, has proved it. */
  enter(booked: BookEntry, key: string, session: OpenSession): void {
    this.replace(booked, key);
    this.opening.delete(key);
    this.ended.delete(key);
    const { entry, place } = booked;
    const connect = this.hold(booked, () => [{ kind: 'connect', at: entry.at, session, place }]);
    this.takeOver(key, { session, connect, order: this.nextOrder() });
  }

  /** The session lives: its connect is told. */
  prove(key: string): void {
    const connect = this.open.get(key)?.connect;
    if (connect) connect.events ??= connect.otherwise();
  }

  /** The login was refused after all: its connect is never told, or taken back. */
  refute(booked: BookEntry, key: string): void {
    const booking = this.open.get(key);
    if (!booking) return;
    const { session, connect } = booking;
    const { entry, place } = booked;
    if (connect && !connect.events) connect.events = [];
    else if (session.source === 'server')
      this.tell(booked, goneEvent(session, entry.at, 'terminated', place));
    else this.tell(booked, { kind: 'takenBack', what: 'connect', at: entry.at, session, place });
    this.close(key, { session, at: entry.at, how: 'refused' });
  }

  /** A process began that has this session's pid, or its key: the one that had it is gone. */
  replace(booked: BookEntry, key: string): void {
    for (const gone of new Set([key, this.processes.openKey(booked.entry.pid)])) {
      if (gone === undefined || !this.open.has(gone)) continue;
      if (this.open.get(gone)?.session.source !== 'server') this.evidence.silentEnds += 1;
      this.lose(booked, gone, 'pidReused');
    }
  }

  /** Ends a session without a disconnection line. */
  lose(booked: BookEntry, key: string, reason: LossReason): void {
    const booking = this.open.get(key);
    if (!booking) return;
    this.prove(key);
    const { session } = booking;
    const { entry, place } = booked;
    this.close(key, { session, at: entry.at, how: 'lost' });
    this.tell(booked, goneEvent(session, entry.at ?? this.newestAt, reason, place));
  }

  /** The server came back, or went away: nobody is connected any more. */
  loseAll(booked: BookEntry, reason: LossReason): void {
    this.columns.handOverOpen();
    const keys = inOrder([...this.open].map(([key, { order }]) => ({ key, order })));
    for (const { key } of keys) this.lose(booked, key, reason);
    this.opening.clear();
  }

  /** Ends the session of a process; false when it is no open session's. */
  losePid(booked: BookEntry, pid: number, reason: LossReason): boolean {
    this.columns.handOver(pid);
    const key = this.processes.openKey(pid);
    if (key === undefined) return false;
    this.lose(booked, key, reason);
    return true;
  }

  /** Takes a session out of the open ones and remembers how it ended. */
  close(key: string, ended: EndedSession): void {
    const session = this.open.get(key)?.session;
    this.processes.closed(key, session?.pid);
    if (session) this.keyless.leave(session);
    this.open.delete(key);
    this.opening.delete(key);
    this.ended.set(key, ended);
  }

  /** An open session is kept in the maps from now on. */
  takeOver(key: string, booking: BookedSession): void {
    this.open.set(key, booking);
    this.keyless.enter(booking.session);
    this.processes.opened(key, booking.session.pid);
  }
}

/** Its connect is decided, or was before. */
function isTold({ connect }: BookedSession): boolean {
  return !connect || connect.events !== undefined;
}

/** The event of a trouble found in an entry. */
export function troubleEvent(booked: BookEntry, trouble: TroubleFacts): ConnectionEvent {
  return { kind: 'trouble', at: booked.entry.at, trouble, place: booked.place };
}
