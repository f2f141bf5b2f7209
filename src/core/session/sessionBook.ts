import type { ConnectionEvent, LossReason, TroubleFacts } from '../connection/connectionEvent.ts';
import { parseConnectionMessage } from '../connection/connectionMessage.ts';
import { applyPoolerEntry, PoolerSockets } from '../pool/pgbouncerBook.ts';
import type {
  BookedSession,
  BookEntry,
  EndedSession,
  LogEvidence,
  SavedBook,
  ServerFacts,
} from './bookFacts.ts';
import { BoundedMap } from './boundedMap.ts';
import { noteClientTrouble } from './disconnection.ts';
import { applyFatal } from './fatalEntry.ts';
import { KeylessSessions } from './keylessSessions.ts';
import { LogTime } from './logTime.ts';
import { longestSilenceMs, PendingQueue, type Pending } from './pendingQueue.ts';
import { applyServerMessage } from './serverMessages.ts';
import type { OpeningSession, OpenSession } from './session.ts';
import { ProcessKeys } from './processKeys.ts';
import { applySessionMessage } from './sessionMessages.ts';

/**
 * The truth about sessions, folded from the entries of one log: who is open, who ended and how. Decides what
 * `connection authorized` alone cannot tell, and tells each event once, in the order of the log.
 */
export class SessionBook {
  readonly open = new Map<string, BookedSession>();
  readonly opening = new BoundedMap<OpeningSession>(20_000);
  readonly ended = new BoundedMap<EndedSession>(20_000);
  readonly keyless = new KeylessSessions();
  readonly sockets = new PoolerSockets();
  readonly evidence: LogEvidence;
  readonly server: ServerFacts;
  newestAt: number | undefined;
  readonly #time = new LogTime();
  readonly #queue: PendingQueue<ConnectionEvent>;
  readonly #processes = new ProcessKeys(
    (key) => this.open.has(key) || this.opening.get(key) !== undefined || this.ended.get(key) !== undefined,
  );

  constructor(tell: (event: ConnectionEvent) => void, saved?: SavedBook) {
    this.#queue = new PendingQueue(tell);
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
    this.newestAt = saved?.newestAt;
    for (const session of saved?.sessions ?? []) this.#enter(session.key, { session });
    for (const [key, opening] of saved?.opening ?? []) this.opening.set(key, opening);
    for (const [key, ended] of saved?.ended ?? []) this.ended.set(key, ended);
  }

  /** Books one entry. */
  apply(booked: BookEntry): void {
    const { entry } = booked;
    if (entry.at !== undefined && entry.at > (this.newestAt ?? 0)) this.newestAt = entry.at;
    this.#time.pass(entry.at);
    if (entry.program === 'pgbouncer') {
      applyPoolerEntry(this, booked);
    } else if (entry.severity === 'LOG') {
      const message = parseConnectionMessage(entry);
      if (message?.kind === 'server') applyServerMessage(this, booked, message);
      else if (message?.kind === 'clientTrouble') noteClientTrouble(this, booked);
      else if (message) applySessionMessage(this, booked, message);
    } else {
      applyFatal(this, booked);
    }
    this.#queue.drain(this.#time.elapsedMs);
  }

  /** The key of the session that an entry belongs to, as ProcessKeys says. */
  keyOf({ entry }: BookEntry, begins = false): string | undefined {
    return this.#processes.keyOf(entry, begins);
  }

  /** Whatever arrived at or before this wall-clock time and is undecided is as it looks. */
  settle(arrivedBefore: number): void {
    this.#queue.settle(arrivedBefore);
  }

  /** Wall clock at which the oldest undecided entry arrived; undefined = nothing is undecided. */
  get undecidedSince(): number | undefined {
    return this.#queue.oldestArrivedAt;
  }

  /** Open sessions that have been told, oldest first. */
  *sessions(): Generator<OpenSession> {
    for (const { session, connect } of this.open.values()) {
      if (!connect || connect.events) yield session;
    }
  }

  tell(booked: BookEntry, event: ConnectionEvent): void {
    this.#queue.push(event, this.#time.elapsedMs, booked.arrivedAt);
  }

  tellTrouble(booked: BookEntry, trouble: TroubleFacts): void {
    this.tell(booked, troubleEvent(booked, trouble));
  }

  hold(booked: BookEntry, otherwise: () => readonly ConnectionEvent[]): Pending<ConnectionEvent> {
    return this.#queue.hold({
      events: undefined,
      logClockMs: this.#time.elapsedMs,
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
    this.#enter(key, { session, connect });
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
    else this.tell(booked, { kind: 'takenBack', what: 'connect', at: entry.at, session, place });
    this.close(key, { session, at: entry.at, how: 'refused' });
  }

  /** A process began that has this session's pid, or its key: the one that had it is gone. */
  replace(booked: BookEntry, key: string): void {
    for (const gone of new Set([key, this.#processes.openKey(booked.entry.pid)])) {
      if (gone === undefined || !this.open.has(gone)) continue;
      this.evidence.silentEnds += 1;
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
    this.tell(booked, { kind: 'lost', at: entry.at ?? this.newestAt, session, reason, place });
  }

  /** The server came back, or went away: nobody is connected any more. */
  loseAll(booked: BookEntry, reason: LossReason): void {
    for (const key of [...this.open.keys()]) this.lose(booked, key, reason);
    this.opening.clear();
  }

  /** Ends the session of a process; false when it is no open session's. */
  losePid(booked: BookEntry, pid: number, reason: LossReason): boolean {
    const key = this.#processes.openKey(pid);
    if (key === undefined) return false;
    this.lose(booked, key, reason);
    return true;
  }

  /** Takes a session out of the open ones and remembers how it ended. */
  close(key: string, ended: EndedSession): void {
    const session = this.open.get(key)?.session;
    this.#processes.closed(key, session?.pid);
    if (session) this.keyless.leave(session);
    this.open.delete(key);
    this.opening.delete(key);
    this.ended.set(key, ended);
  }

  /** What a checkpoint keeps; everything undecided must have been settled. */
  save(): SavedBook {
    const { evidence, server, newestAt } = this;
    const sessions = [...this.sessions()];
    return {
      sessions,
      opening: this.opening.entries(),
      ended: this.#endedLately(),
      evidence,
      server,
      newestAt,
    };
  }

  /** Sessions whose disconnection line may still come, as they were settled. */
  #endedLately(): [string, EndedSession][] {
    const since = (this.newestAt ?? 0) - longestSilenceMs;
    return this.ended
      .entries()
      .filter(([, { at }]) => at !== undefined && at >= since)
      .map(([key, { session, at, how }]) => [
        key,
        { session, at, how: how === 'unproved' ? 'refused' : how },
      ]);
  }

  #enter(key: string, booking: BookedSession): void {
    this.open.set(key, booking);
    this.keyless.enter(booking.session);
    this.#processes.opened(key, booking.session.pid);
  }
}

/** The event of a trouble found in an entry. */
export function troubleEvent(booked: BookEntry, trouble: TroubleFacts): ConnectionEvent {
  return { kind: 'trouble', at: booked.entry.at, trouble, place: booked.place };
}
