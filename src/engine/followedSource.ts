import { isDeepStrictEqual } from 'node:util';
import type { DiscoveredLog, LogOrigin, LogPlace } from '../core/log/logPlace.ts';
import { type Sentence, sentenceOf } from '../core/sentence.ts';
import type { Filter } from '../core/session/filter.ts';
import type { SourceState } from '../core/snapshot.ts';
import type { ClearMark, EngineSettings } from '../protocol.ts';
import { withEarlierFormats } from '../sources/earlierFormats.ts';
import { keptIn, RecentText } from '../sources/recentText.ts';
import type { FollowElsewhere } from '../sources/tail/elsewhere.ts';
import { PauseSwitch } from '../sources/tail/pauseSwitch.ts';
import { bytesForTwoThreads } from '../sources/tail/stretchWorkers.ts';
import { tailLog } from '../sources/tail/tailLog.ts';
import type { TailSink, TailStatus } from '../sources/tail/tailSink.ts';
import { partSentence } from './firstList.ts';
import { FirstListShown, type FirstListSizes } from './firstListShown.ts';
import type { LogFold } from './logFold.ts';
import { SeenInWhole } from './seenTroubles.ts';
import { ShownFold } from './shownFold.ts';
import { foldOf, foldOptionsFor, type SavedSource } from './sourceCheckpoint.ts';
import { SourceSaving } from './sourceSaving.ts';
import { CheckpointRefused, sourceSink } from './sourceSink.ts';
import { troublesOf } from './sourceSnapshots.ts';
import { foreignSentence, waitingSentence } from './sourceTrouble.ts';
import { pendingMs } from './pendingMs.ts';

/** The editor needs one for itself. */
const editorsProcessors = 1;

/** What a source needs from the engine around it. */
export interface SourceHost {
  readonly storageDirectory: string | undefined;
  /** How a log is followed that is no file of this machine. */
  elsewhere?(origin: LogOrigin): Promise<FollowElsewhere>;
  /** Something changed that a view may show. */
  changed(): void;
  /** Undefined = as usual. */
  readonly firstListSizes?: FirstListSizes | undefined;
  /** From how many bytes on two threads read a file. */
  readonly aheadBytes?: number | undefined;
  log(level: 'info' | 'warn' | 'error', text: string): void;
}

/**
 * One log that is followed for the editor: read whole, then followed, until it is closed. While a large one is read for
 * the first time, its end is shown (FirstList); once the reading has caught up, what it found takes that one's place.
 */
export class FollowedSource {
  readonly sourceId: string;
  log: DiscoveredLog;
  state: SourceState = 'reading';
  trouble: Sentence | undefined;
  readBytes = 0;
  totalBytes = 0;
  /** While following: how long ago the newest of what is understood was written, if reading takes long; ms. */
  behindMs: number | undefined;
  readonly acknowledged = new Set<string>();
  readonly pause = new PauseSwitch();
  /** The newest text of a log that is no file of this machine. */
  readonly recent: RecentText | undefined;
  readonly #settings: EngineSettings;
  readonly #host: SourceHost;
  readonly #ended = new AbortController();
  readonly #saving: SourceSaving;
  readonly #first: FirstListShown;
  /** What the log's files are read into, from the first byte or a checkpoint on. */
  #whole: LogFold;
  #running: Promise<void> = Promise.resolve();
  #settleTimer: NodeJS.Timeout | undefined;
  /** The first read is through: all there was is understood. */
  #isRead = false;
  #seenId: number | undefined;
  readonly #shown: ShownFold;

  constructor(log: DiscoveredLog, settings: EngineSettings, host: SourceHost, clearMark?: ClearMark) {
    this.sourceId = log.id;
    this.log = log;
    this.#settings = settings;
    this.#host = host;
    // until it is known where to begin, nothing is kept
    this.#whole = foldOf(log, { ...settings, memoryEvents: 1 });
    this.#shown = new ShownFold(this.#whole, clearMark);
    this.recent = log.origin && new RecentText();
    // what comes from elsewhere is not there to be compared with
    const storageDirectory = log.origin ? undefined : host.storageDirectory;
    this.#saving = new SourceSaving(storageDirectory, log, settings, (text) => host.log('warn', text));
    const isStopped = (): boolean => this.#ended.signal.aborted;
    const isPaused = (): boolean => this.pause.paused;
    const changed = (): void => host.changed();
    const show = (fold: LogFold): void => this.#showEnd(fold);
    this.#first = new FirstListShown({ isStopped, isPaused, changed, show }, host.firstListSizes);
  }

  /** Begins to read; returns at once. */
  start(): void {
    const failed = (error: unknown): void => {
      this.state = 'waiting';
      this.trouble = sentenceOf(error);
      this.#host.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#host.changed();
    };
    this.#running = Promise.resolve()
      .then(() => this.#run())
      .catch(failed);
  }

  /** Cancels the first read, and keeps what was read so far; nothing happens once it is through. */
  stop(): void {
    if (this.state !== 'reading') return;
    this.#ended.abort();
    this.state = 'stopped';
    this.#first.end();
    this.fold.finish();
    this.#host.changed();
  }

  /** Ends everything; resolves when nothing is left, the checkpoint written. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    this.#first.end();
    clearTimeout(this.#settleTimer);
    if (this.#isRead) await this.#save();
  }

  /** Failures up to this id have been looked at; what the first read finds counts as that. */
  get seenId(): number {
    return this.#seenId ?? Number.POSITIVE_INFINITY;
  }

  /** What is shown. */
  get fold(): LogFold {
    return this.#shown.fold;
  }

  /** Grows with every change of the state, also from one source of a log to the next. */
  get version(): number {
    return this.#shown.version;
  }

  /** Something was changed that is no part of the log's own state, and that views show. */
  touch(): void {
    this.fold.state.version += 1;
    this.#host.changed();
  }

  /** What discovery knows of the server by now; which files are followed stays. False if it is nothing new. */
  describe(now: DiscoveredLog): boolean {
    const { kind, place, path, format } = this.log;
    const log = { ...now, kind, place, path, format };
    if (isDeepStrictEqual(log, this.log)) return false;
    this.log = log;
    this.fold.settings = this.#whole.settings = log.settings;
    return true;
  }

  /** Changes how many events are kept. */
  resize(memoryEvents: number): void {
    for (const { state } of new Set([this.fold, this.#whole])) state.resize(memoryEvents);
    this.touch();
  }

  setFilter(filter: Filter): void {
    this.#shown.look(filter);
    this.#host.changed();
  }

  get clearMark(): ClearMark | undefined {
    return this.#shown.clearMark;
  }

  get canUndoClear(): boolean {
    return this.clearMark !== undefined;
  }

  /** Forgets everything up to now; answers the mark that says up to where. */
  clear(): ClearMark {
    const mark = this.#shown.clear(this.sourceId);
    this.#host.changed();
    return mark;
  }

  /** Takes the last Clear back; answers the mark that is in force then. */
  undoClear(): ClearMark | undefined {
    const mark = this.#shown.undoClear();
    this.#host.changed();
    return mark;
  }

  /** All failures up to now have been looked at. */
  markSeen(): void {
    const newest = this.fold.state.nextEventId - 1;
    if (this.#seenId === newest) return;
    this.#seenId = newest;
    this.touch();
  }

  async #run(): Promise<void> {
    if (this.log.origin) return this.#followElsewhere(this.log.origin);
    const saved = this.#saving.load();
    if (saved && (await this.#resume(saved))) return;
    this.#readInto(foldOf(this.log, this.#settings));
    await this.#first
      .run(this.#place, foldOptionsFor(this.log, this.#settings))
      .catch((error: unknown) =>
        this.#host.log('warn', `The end of the log could not be read: ${String(error)}`),
      );
    await this.#tail(this.#sink());
  }

  async #followElsewhere(origin: LogOrigin): Promise<void> {
    this.#readInto(foldOf(this.log, this.#settings));
    const follow = await this.#host.elsewhere?.(origin);
    const sink = this.#sink();
    await follow?.(this.recent ? keptIn(this.recent, sink) : sink, {
      signal: this.#ended.signal,
      paused: this.pause,
      onStatus: (status) => this.#onStatus(status),
      onGap: (gap) => {
        this.#whole.noteGap(gap);
        this.#host.changed();
      },
    });
  }

  /** Goes on where a checkpoint left off; false if the log is no longer the one that it tells of. */
  async #resume(saved: SavedSource): Promise<boolean> {
    try {
      this.#readInto(foldOf(this.log, this.#settings, saved));
      this.#seenId = saved.seenId;
      for (const key of saved.acknowledged) this.acknowledged.add(key);
      await this.#tail(this.#sink(saved), saved);
      return true;
    } catch (error) {
      if (!(error instanceof CheckpointRefused)) throw error;
      this.#seenId = undefined;
      this.acknowledged.clear();
      return false;
    }
  }

  get #place(): LogPlace {
    return this.log.place ?? { kind: 'files', paths: [] };
  }

  #tail(sink: TailSink, saved?: SavedSource): Promise<void> {
    const place = this.#place;
    const options = foldOptionsFor(this.log, this.#settings);
    return tailLog(saved ? place : withEarlierFormats(place, options), sink, {
      signal: this.#ended.signal,
      follow: true,
      paused: this.pause,
      resume: saved && { identity: saved.file.identity, offsetBytes: saved.offsetBytes },
      onStatus: (status) => this.#onStatus(status),
      aheadBytes: this.#host.aheadBytes ?? bytesForTwoThreads(editorsProcessors),
    });
  }

  #sink(saved?: SavedSource): TailSink {
    const took = (version: number): void => this.#tellSince(version);
    const caughtUp = (): void => this.#onCaughtUp();
    return sourceSink(this.#whole, { took, caughtUp }, saved);
  }

  #readInto(fold: LogFold): void {
    this.#whole = fold;
    this.#shown.show(fold);
  }

  /** Shows what is known of the log's end; what it holds by now has been looked at, what comes has not. */
  #showEnd(fold: LogFold): void {
    fold.partial = partSentence;
    fold.settings = this.log.settings;
    this.#seenId ??= fold.state.nextEventId - 1;
    this.#shown.show(fold);
    this.#host.changed();
  }

  /** The whole log takes the place of its end. */
  #showWhole(): void {
    const end = this.#first.end();
    if (!end) return;
    const seen = new SeenInWhole(end.fold, this.#whole);
    this.#seenId = seen.seenId(this.seenId);
    this.#shown.show(this.#whole);
    const keys = seen.acknowledged(this.acknowledged, troublesOf(this, this.#settings));
    this.acknowledged.clear();
    for (const key of keys) this.acknowledged.add(key);
  }

  #onStatus(status: TailStatus): void {
    if (this.#ended.signal.aborted) return;
    this.behindMs = undefined;
    if (status.kind === 'reading') {
      if (this.#isRead) this.behindMs = status.behindMs;
      else this.state = 'reading';
      this.readBytes = status.readBytes;
      this.totalBytes = status.totalBytes;
    } else if (status.kind === 'away') {
      this.state = 'waiting';
      this.trouble = status.sentence;
    } else if (status.kind === 'waiting') {
      this.state = 'waiting';
      this.trouble = waitingSentence(status);
      // a log that comes into being while it is followed holds nothing old
      if (status.reason === 'missing' && this.#whole.log.files.length === 0) this.#seenId ??= 0;
    } else {
      this.state = this.#isRead ? 'following' : 'reading';
      this.trouble = undefined;
    }
    this.#host.changed();
  }

  #onCaughtUp(): void {
    if (this.#ended.signal.aborted) return;
    this.#tellForeign();
    this.#settleLater();
  }

  /** While following, lines that tell nothing new are no change: what comes next is then told at once. */
  #tellSince(version: number): void {
    if (!this.#isRead || this.#whole.state.version !== version) this.#host.changed();
  }

  /** When the oldest undecided entry has waited long enough; without one, after a while of silence. */
  #settleLater(): void {
    const waitedMs = Date.now() - (this.#whole.state.book.undecidedSince ?? Date.now());
    this.#settleTimer ??= setTimeout(() => this.#settle(), Math.max(1, pendingMs - waitedMs));
  }

  /** Nothing was written for a while: what stands at the end is whole, and what is undecided is as it looks. */
  #settle(): void {
    this.#settleTimer = undefined;
    if (this.#ended.signal.aborted) return;
    const { log, state } = this.#whole;
    const before = state.version;
    log.settle();
    if (this.#isRead) state.book.settle(Date.now() - pendingMs);
    else this.#endFirstRead();
    if (state.version !== before) this.#host.changed();
    if (state.book.undecidedSince !== undefined) this.#settleLater();
    else if (this.#saving.isDue) void this.#save();
  }

  #endFirstRead(): void {
    this.#whole.finish();
    this.#isRead = true;
    this.#showWhole();
    this.#seenId ??= this.fold.state.nextEventId - 1;
    if (this.state === 'reading') this.state = 'following';
    this.#shown.applyClear();
    this.#tellForeign();
    this.#host.changed();
  }

  #tellForeign(): void {
    if (this.state !== 'following') return;
    this.trouble = this.fold.isForeign ? foreignSentence(this.log.path ?? this.log.id) : undefined;
  }

  #save(): Promise<void> {
    const { seenId, acknowledged } = this;
    return this.#saving.save(this.#whole, { seenId, acknowledged: [...acknowledged] });
  }
}
