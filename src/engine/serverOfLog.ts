import type { ActivitySample } from '../core/server/activity.ts';
import { isBackendOf } from '../core/session/backendOf.ts';
import type { OpenSession } from '../core/session/session.ts';
import { ownApplicationName } from '../sources/logging/ownName.ts';
import type { FollowedSource } from './followedSource.ts';

/** A followed log that is caught up with is read within so much: its watcher, and the safety read of every second. */
const readWithinMs = 1200;
/** The two tell of the same start in seconds. */
const startToleranceMs = 5000;
/** Refusals of which the server says that it is full, not a role or database (core/connection/failureTable.ts). */
const fullKinds = new Set(['tooManyClients', 'reservedSlots']);

/** What a server and its followed log tell each other. */
export class ServerOfLog {
  readonly #ownId: string;
  #sourceId: string | undefined;
  readonly #find: (sourceId: string) => FollowedSource | undefined;
  readonly #changed: (sourceId: string) => void;
  /** Start of the server whose log this was found to be. */
  #knownStart: number | undefined;
  #isSilent = true;
  #isForgotten = true;
  #lastFailureId: number;

  /** `ownId`: of the log that the server itself lets be read; `sourceId`: of another one that may be its. */
  constructor(
    ownId: string,
    sourceId: string | undefined,
    find: (sourceId: string) => FollowedSource | undefined,
    changed: (sourceId: string) => void,
  ) {
    this.#ownId = ownId;
    this.#sourceId = sourceId;
    this.#find = find;
    this.#changed = changed;
    this.#lastFailureId = this.source?.fold.state.troubles.newestFailureId ?? 0;
  }

  get sourceId(): string | undefined {
    return this.#sourceId;
  }

  get source(): FollowedSource | undefined {
    return this.#find(this.#ownId) ?? (this.#sourceId === undefined ? undefined : this.#find(this.#sourceId));
  }

  /** Another log may be the server's; the one before is told nothing any more. */
  join(sourceId: string): void {
    if (sourceId === this.#sourceId) return;
    this.silent(true);
    this.#sourceId = sourceId;
    this.#knownStart = undefined;
    this.#lastFailureId = this.source?.fold.state.troubles.newestFailureId ?? 0;
  }

  /** The sessions that the server has go into the log's state, if it is this server's, and read. */
  polled(sample: ActivitySample): void {
    const { source } = this;
    if (source?.progress.state !== 'following') return;
    if (!this.#isIts(source, sample)) return;
    this.#isSilent = this.#isForgotten = false;
    this.#tellIfChanged(source, () =>
      source.fold.reconcile(sample, isCaughtUp(source) ? sample.serverAt - readWithinMs : undefined),
    );
  }

  /** No poll comes: what only polls tell is not known any more; `forGood` = nor who is connected by their word alone. */
  silent(forGood: boolean): void {
    const { source } = this;
    if (!source || this.#isForgotten || (this.#isSilent && !forGood)) return;
    this.#isSilent = true;
    this.#isForgotten = forGood;
    const readAt = isCaughtUp(source) ? Date.now() : undefined;
    this.#tellIfChanged(source, () => source.fold.endPolls(forGood, readAt));
  }

  /** When the log told, since this was asked last, of a login refused because the server is full; undefined = not. */
  newRefusalAt({ progress, fold }: FollowedSource): number | undefined {
    if (progress.state !== 'following') return undefined;
    const before = this.#lastFailureId;
    this.#lastFailureId = fold.state.troubles.newestFailureId ?? 0;
    const full = fold.state.troubles.failuresAfter(before).findLast(({ kind }) => fullKinds.has(kind));
    return full && (full.at ?? Date.now());
  }

  /** What is its stays so: sessions may end all at once. */
  #isIts(source: FollowedSource, sample: ActivitySample): boolean {
    const { startedAt } = sample.facts;
    if (source.sourceId === this.#ownId || startedAt === this.#knownStart) return true;
    if (!isOfServer(source, sample)) return false;
    if (source.log.startedAt === undefined) this.#knownStart = startedAt;
    return true;
  }

  #tellIfChanged(source: FollowedSource, change: () => void): void {
    const before = source.version;
    change();
    if (source.version !== before) this.#changed(source.sourceId);
  }
}

function isCaughtUp({ progress, pause }: FollowedSource): boolean {
  const { state, behindMs, trouble } = progress;
  return state === 'following' && !pause.paused && behindMs === undefined && trouble === undefined;
}

/** False while discovery has not noticed a restart, and for the sessions of another server. */
function isOfServer({ log, fold: { state } }: FollowedSource, sample: ActivitySample): boolean {
  const { facts } = sample;
  const isStart = (at: number): boolean => Math.abs(at - facts.startedAt) <= startToleranceMs;
  if (log.startedAt !== undefined) return isStart(log.startedAt);
  const { version } = state.book.server;
  if (version !== undefined && Number.parseInt(version, 10) !== facts.majorVersion) return false;
  // after a crash the postmaster is the one that it was before
  if (state.restartsAt.length > 0) return state.restartsAt.some(isStart);
  const sessions = state.book.sessions();
  return sessions.length === 0 || sessions.some((session) => isOn(sample, session));
}

/** Has the server this session; or is it our own, which it does not show? */
function isOn({ facts, backends }: ActivitySample, session: OpenSession): boolean {
  if (session.pid === facts.ownPid) return session.applicationName === ownApplicationName;
  return backends.some((backend) => isBackendOf(session, backend));
}
