import type { ActivitySample } from '../core/server/activity.ts';
import type { FollowedSource } from './followedSource.ts';

/** A followed log that is caught up with is read within so much: its watcher, and the safety read of every second. */
const readWithinMs = 1200;
/** The two tell of the same start in seconds. */
const startToleranceMs = 5000;
/** Refusals of which the server says that it is full, not a role or database (core/connection/failureTable.ts). */
const fullKinds = new Set(['tooManyClients', 'reservedSlots']);

/** What a server and its followed log tell each other. */
export class ServerOfLog {
  readonly #find: () => FollowedSource | undefined;
  readonly #changed: (sourceId: string) => void;
  #isSilent = true;
  #isForgotten = true;
  #lastFailureId: number;

  constructor(find: () => FollowedSource | undefined, changed: (sourceId: string) => void) {
    this.#find = find;
    this.#changed = changed;
    this.#lastFailureId = find()?.fold.state.newestFailureId ?? 0;
  }

  get source(): FollowedSource | undefined {
    return this.#find();
  }

  /** The sessions that the server has go into the log's state, if it is this server's, and read. */
  polled(sample: ActivitySample): void {
    const { source } = this;
    if (!source || source.state !== 'following' || !isOfServer(source, sample)) return;
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
  newRefusalAt({ state, fold }: FollowedSource): number | undefined {
    if (state !== 'following') return undefined;
    const before = this.#lastFailureId;
    this.#lastFailureId = fold.state.newestFailureId ?? 0;
    const full = fold.state.failuresAfter(before).findLast(({ kind }) => fullKinds.has(kind));
    return full && (full.at ?? Date.now());
  }

  #tellIfChanged(source: FollowedSource, change: () => void): void {
    const before = source.version;
    change();
    if (source.version !== before) this.#changed(source.sourceId);
  }
}

function isCaughtUp({ state, pause, behindMs, trouble }: FollowedSource): boolean {
  return state === 'following' && !pause.paused && behindMs === undefined && trouble === undefined;
}

/** False while discovery has not noticed a restart, and for the sessions of another server. */
function isOfServer({ log: { startedAt } }: FollowedSource, { facts }: ActivitySample): boolean {
  return startedAt === undefined || Math.abs(startedAt - facts.startedAt) <= startToleranceMs;
}
