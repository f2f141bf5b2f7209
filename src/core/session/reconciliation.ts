import type { EntryPlaceInLog } from '../connection/connectionEvent.ts';
import { sessionIdOf } from '../log/recurring.ts';
import { isClientBackend, type ActivitySample, type Backend } from '../server/activity.ts';
import { isBackendOf } from './backendOf.ts';
import type { BookEntry } from './bookFacts.ts';

import type { OpenSession } from './session.ts';
import type { SessionBook } from './sessionBook.ts';
import { lose } from './sessionLife.ts';

/** What a poll of the server tells the book. */
export type SessionsPoll = Pick<ActivitySample, 'facts' | 'serverAt' | 'takenAt' | 'backends'>;

/** How far the log is read, when a poll comes to it. */
export interface LogReading {
  /** All that was written up to then is read, whatever the newest entry's time; the server's clock. */
  readonly caughtUpAt?: number | undefined;
  /** Where the next entry will stand. */
  readonly place: EntryPlaceInLog;
}

/** Entries of several processes stand in the log in nearly the order of their times. */
const disorderMs = 200;
/** From a process's start until its login is in the log. A password that is asked for takes longer, and heals. */
const loginMs = 2000;
/** From a login's line until the server shows its session. */
const setUpMs = 500;
/** A log whose newest time is later than the server's clock is read in another zone: its times prove nothing. */
const clockToleranceMs = 5000;
/** With more frequent polls, the log need not be read beyond the last one to be taken as up to date. */
const freshMs = 1500;
/** A poll's answer may be older than what the log has told since. */
const endedLatelyMs = 5000;

interface Lacking {
  /** Time of the first poll that lacked it. */
  readonly sinceAt: number;
  readonly polls: number;
}

/**
 * Reconciles the book with the sessions that the server has: a poll is an event too. Whoever the log does not tell of
 * appears, once the log is read beyond its beginning; whoever two polls lack ends as lost, once the log is read beyond
 * the first of these. So a poll that is ahead of the log changes nothing.
 */
export class Reconciliation {
  readonly #book: SessionBook;
  #lacking = new Map<string, Lacking>();
  #startedAt: number | undefined;
  #firstAt: number | undefined;
  #polledAt: number | undefined;
  #isLive = false;

  constructor(book: SessionBook) {
    this.#book = book;
  }

  /** The open sessions are those of the server, as polls that go on have shown. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** No poll comes any more: only the log tells. */
  end(): void {
    this.#isLive = false;
    this.#firstAt = this.#polledAt = undefined;
    this.#lacking.clear();
  }

  /** Ends whom only the server has shown: without polls nobody would tell of their end. */
  forget(place: EntryPlaceInLog, at: number): void {
    for (const [key, { session }] of this.#book.maps.open)
      if (session.source === 'server') lose(this.#book, bookedAt(place, at, at), key, 'notOnServer');
  }

  /** True when something changed. A log without pids cannot be compared: nothing happens. */
  reconcile(poll: SessionsPoll, { caughtUpAt, place }: LogReading): boolean {
    const { facts, serverAt } = poll;
    if (this.#book.evidence.withoutKey > 0 || serverAt <= (this.#polledAt ?? -Infinity)) return false;
    if (facts.startedAt !== this.#startedAt) this.end();
    const readAt = readUpTo(this.#book.newestAt, caughtUpAt, serverAt);
    // what happens now happens at the end of what is read: the history goes on from there
    const booked = bookedAt(place, Math.min(serverAt, Math.max(readAt, 0)), poll.takenAt);
    const [wasLive, backends] = [this.#isLive, new Map(poll.backends.map((each) => [each.pid, each]))];
    const changes = [
      this.#compare(poll, backends, readAt, booked),
      this.#appear(poll, backends, readAt, booked),
    ];
    this.#startedAt = facts.startedAt;
    this.#isLive = facts.sees === 'all' && this.#isSettled(serverAt, readAt);
    this.#firstAt ??= serverAt;
    this.#polledAt = serverAt;
    if (this.#isLive) this.#book.evidence.serverSeen = true;
    return changes.includes(true) || wasLive !== this.#isLive;
  }

  /** Whom the first of these polls lacked has ended by now, and the log is not far behind this one. */
  #isSettled(serverAt: number, readAt: number): boolean {
    if (this.#firstAt === undefined || this.#polledAt === undefined) return false;
    const recently = Math.min(this.#polledAt, serverAt - freshMs);
    return readAt >= Math.max(this.#firstAt, recently) + disorderMs;
  }

  /** Looks for every open session among the server's; those found are taken out of `backends`. */
  #compare(
    { facts, serverAt }: SessionsPoll,
    backends: Map<number, Backend>,
    readAt: number,
    booked: BookEntry,
  ): boolean {
    const lacking = new Map<string, Lacking>();
    let changed = false;
    for (const session of this.#book.sessions()) {
      const { key, pid, connectedAt = 0 } = session;
      if (pid === undefined || pid === facts.ownPid) continue;
      const backend = backends.get(pid);
      if (backend && isBackendOf(session, backend)) {
        changed = this.#noteLatest(session, pid, backend) || changed;
        backends.delete(pid);
        continue;
      }
      // it may have come after the poll
      if (connectedAt + setUpMs > serverAt) continue;
      const { sinceAt, polls } = this.#lacking.get(key) ?? { sinceAt: serverAt, polls: 0 };
      if (polls > 0 && readAt >= sinceAt + disorderMs) changed = this.#lose(session, pid, booked) || changed;
      else lacking.set(key, { sinceAt, polls: polls + 1 });
    }
    this.#lacking = lacking;
    return changed;
  }

  #lose({ key, source }: OpenSession, pid: number, booked: BookEntry): boolean {
    this.#book.columns.handOver(pid);
    if (!this.#book.maps.open.has(key)) return false;
    if (source !== 'server') this.#book.evidence.silentEnds += 1;
    lose(this.#book, booked, key, 'notOnServer');
    return true;
  }

  #noteLatest(
    { key, applicationName, applicationLatest }: OpenSession,
    pid: number,
    backend: Backend,
  ): boolean {
    const latest = backend.applicationName;
    if (latest === undefined || latest === '' || latest === (applicationLatest ?? applicationName))
      return false;
    this.#book.columns.handOver(pid);
    const session = this.#book.maps.open.get(key)?.session;
    if (session) Object.assign(session, { applicationLatest: latest });
    return session !== undefined;
  }

  /** Lets in whoever is left, if the log should have told of them by now. */
  #appear(
    { facts, serverAt }: SessionsPoll,
    backends: ReadonlyMap<number, Backend>,
    readAt: number,
    booked: BookEntry,
  ): boolean {
    let changed = false;
    for (const backend of backends.values()) {
      const { pid, backendStartAt: startAt } = backend;
      if (!isSession(backend) || startAt === undefined || pid === facts.ownPid) continue;
      if (startAt + loginMs > readAt) continue;
      this.#book.columns.handOver(pid);
      const keys = keysOf(pid, startAt);
      const openKey = this.#book.maps.processes.openKey(pid);
      // not told yet; or of an earlier process, whose end comes first
      if (openKey !== undefined || keys.some((key) => this.#hasEnded(key, backend, serverAt))) continue;
      for (const key of keys) {
        this.#book.maps.opening.delete(key);
        this.#book.maps.ended.delete(key);
      }
      const session = sessionOf(backend, startAt);
      this.#book.maps.takeOver(session.key, { session, order: this.#book.maps.nextOrder() });
      this.#book.tell(booked, { kind: 'appeared', at: booked.entry.at, session, place: booked.place });
      changed = true;
    }
    return changed;
  }

  /** The log told of this very session's end; or, without saying of which session, of one just now. */
  #hasEnded(key: string, backend: Backend, serverAt: number): boolean {
    const ended = this.#book.maps.ended.get(key);
    if (!ended || (ended.session && !isBackendOf(ended.session, backend))) return false;
    const isRecent = (ended.at ?? -Infinity) >= serverAt - endedLatelyMs;
    return isRecent || (ended.session !== undefined && ended.how === 'disconnected');
  }
}

/** Up to when the log is surely read, by the server's clock. */
function readUpTo(newestAt: number | undefined, caughtUpAt: number | undefined, serverAt: number): number {
  const byEntries = newestAt !== undefined && newestAt <= serverAt + clockToleranceMs ? newestAt : -Infinity;
  return Math.max(byEntries, caughtUpAt ?? -Infinity);
}

/** What the book books of a poll: no entry, but with its time and place. */
function bookedAt(place: EntryPlaceInLog, at: number, arrivedAt: number): BookEntry {
  return { entry: { severity: 'LOG', message: '', at }, place, arrivedAt };
}

/** A client's session that is let in: before that, 18 shows it as `starting`. */
function isSession(backend: Backend): boolean {
  return (isClientBackend(backend) || backend.backendType === 'walsender') && backend.state !== 'starting';
}

/** Every key that a log can have given the session of a process. */
function keysOf(pid: number, startAt: number): string[] {
  const seconds = Math.floor(startAt / 1000);
  return [sessionIdOf(seconds, pid), `pid ${pid}`, `pid ${pid} since ${seconds * 1000}`];
}

function sessionOf(backend: Backend, startAt: number): OpenSession {
  const { pid, user, database, applicationName, clientAddress, clientPort } = backend;
  const sessionId = sessionIdOf(Math.floor(startAt / 1000), pid);
  return {
    key: sessionId,
    pid,
    sessionId,
    user,
    database,
    applicationName: applicationName === '' ? undefined : applicationName,
    remoteHost: clientAddress,
    remotePort: clientPort === -1 ? undefined : clientPort,
    connectedAt: startAt,
    replication: backend.backendType === 'walsender',
    source: 'server',
  };
}
