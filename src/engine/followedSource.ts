import { isDeepStrictEqual } from 'node:util';
import type { DiscoveredLog, LogPlace } from '../core/log/logPlace.ts';
import type { Sentence } from '../core/sentence.ts';
import type { Filter } from '../core/session/filter.ts';
import type { SourceState } from '../core/snapshot.ts';
import type { ClearMark, EngineSettings } from '../protocol.ts';
import { withEarlierFormats } from '../sources/earlierFormats.ts';
import { PauseSwitch } from '../sources/tail/pauseSwitch.ts';
import { tailLog } from '../sources/tail/tailLog.ts';
import type { TailSink, TailStatus } from '../sources/tail/tailSink.ts';
import { ClearMarks } from './clearMarks.ts';
import { sentenceOf, type LogFold } from './logFold.ts';
import {
  foldOf,
  foldOptionsFor,
  isContinuedBy,
  SourceCheckpoint,
  type SavedSource,
} from './sourceCheckpoint.ts';
import { foreignSentence, waitingSentence } from './sourceTrouble.ts';
import { pendingMs } from './watchLog.ts';

/** How often a followed log's checkpoint is written, at most. */
const checkpointEveryMs = 30_000;

/** What a source needs from the engine around it. */
export interface SourceHost {
  readonly storageDirectory: string | undefined;
  /** Something changed that a view may show. */
  changed(): void;
  log(level: 'info' | 'warn' | 'error', text: string): void;
}

/** The file that begins is not the one that a checkpoint tells of. */
class CheckpointRefused extends Error {}

/** One log that is followed for the editor: read whole, then followed, until it is closed. */
export class FollowedSource {
  readonly sourceId: string;
  log: DiscoveredLog;
  fold: LogFold;
  state: SourceState = 'reading';
  trouble: Sentence | undefined;
  readBytes = 0;
  totalBytes = 0;
  /** While following: how long ago the newest of what is understood was written, if reading takes long; ms. */
  behindMs: number | undefined;
  readonly acknowledged = new Set<string>();
  readonly pause = new PauseSwitch();
  readonly #settings: EngineSettings;
  readonly #host: SourceHost;
  readonly #ended = new AbortController();
  readonly #checkpoint: SourceCheckpoint | undefined;
  #running: Promise<void> = Promise.resolve();
  #settleTimer: NodeJS.Timeout | undefined;
  #savedAt = Date.now();
  #savedVersion = -1;
  /** The first read is through: all there was is understood. */
  #isRead = false;
  #seenId: number | undefined;
  #firstVersion = 0;
  readonly #marks: ClearMarks;

  constructor(log: DiscoveredLog, settings: EngineSettings, host: SourceHost, clearMark?: ClearMark) {
    this.sourceId = log.id;
    this.log = log;
    this.#settings = settings;
    this.#host = host;
    this.fold = foldOf(log, settings);
    this.#firstVersion = nextFirstVersion(0);
    this.#marks = new ClearMarks(clearMark);
    this.#checkpoint =
      host.storageDirectory === undefined
        ? undefined
        : new SourceCheckpoint(host.storageDirectory, log, settings);
  }

  /** Begins to read; returns at once. */
  start(): void {
    this.#running = this.#run().catch((error: unknown) => {
      this.state = 'waiting';
      this.trouble = sentenceOf(error);
      this.#host.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#host.changed();
    });
  }

  /** Cancels the first read, and keeps what was read so far; nothing happens once it is through. */
  stop(): void {
    if (this.state !== 'reading') return;
    this.#ended.abort();
    this.state = 'stopped';
    this.fold.finish();
    this.#host.changed();
  }

  /** Ends everything; resolves when nothing is left, the checkpoint written. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    clearTimeout(this.#settleTimer);
    if (this.#isRead) await this.#save();
  }

  /** Failures up to this id have been looked at; what the first read finds counts as that. */
  get seenId(): number {
    return this.#seenId ?? Number.POSITIVE_INFINITY;
  }

  /** Grows with every change of the state, also from one source of a log to the next. */
  get version(): number {
    return this.#firstVersion + this.fold.state.version;
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
    this.fold.settings = log.settings;
    return true;
  }

  setFilter(filter: Filter): void {
    this.fold.state.look(filter, this.fold.state.clearPoint);
    this.#host.changed();
  }

  get clearMark(): ClearMark | undefined {
    return this.#marks.mark;
  }

  get canUndoClear(): boolean {
    return this.#marks.mark !== undefined;
  }

  /** Forgets everything up to now; answers the mark that says up to where. */
  clear(): ClearMark {
    const mark = this.#marks.clear(this.sourceId, this.fold);
    this.#host.changed();
    return mark;
  }

  /** Takes the last Clear back; answers the mark that is in force then. */
  undoClear(): ClearMark | undefined {
    const mark = this.#marks.undo(this.fold);
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
    const saved = await this.#checkpoint?.load();
    if (!saved || !(await this.#resume(saved))) {
      this.#replaceFold(foldOf(this.log, this.#settings));
      await this.#tail(this.#sink());
    }
  }

  /** Goes on where a checkpoint left off; false if the log is no longer the one that it tells of. */
  async #resume(saved: SavedSource): Promise<boolean> {
    try {
      this.#replaceFold(foldOf(this.log, this.#settings, saved));
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

  #tail(sink: TailSink, saved?: SavedSource): Promise<void> {
    const place: LogPlace = this.log.place ?? { kind: 'files', paths: [] };
    const options = foldOptionsFor(this.log, this.#settings);
    return tailLog(saved ? place : withEarlierFormats(place, options), sink, {
      signal: this.#ended.signal,
      follow: true,
      paused: this.pause,
      resume: saved && { identity: saved.file.identity, offsetBytes: saved.offsetBytes },
      onStatus: (status) => this.#onStatus(status),
    });
  }

  /** The fold as the tail's sink. */
  #sink(saved?: SavedSource): TailSink {
    const { log } = this.fold;
    let begun = false;
    return {
      begin: (file, offsetBytes) => {
        if (!begun && saved && !isContinuedBy(saved, file, offsetBytes)) throw new CheckpointRefused();
        begun = true;
        log.begin(file, offsetBytes);
      },
      room: () => log.room(),
      took: (count) => {
        const before = this.fold.state.version;
        log.took(count);
        this.#tellSince(before);
      },
      caughtUp: () => {
        const before = this.fold.state.version;
        log.caughtUp();
        this.#tellSince(before);
        this.#onCaughtUp();
      },
      end: () => log.end(),
      lost: (bytes) => log.lost(bytes),
    };
  }

  /** The filter may have been set since this source was made. */
  #replaceFold(fold: LogFold): void {
    const { filter } = this.fold.state;
    this.#firstVersion = nextFirstVersion(this.version);
    this.fold = fold;
    fold.state.look(filter, undefined);
    this.#marks.applyTo(this.fold);
  }

  #onStatus(status: TailStatus): void {
    if (this.#ended.signal.aborted) return;
    this.behindMs = undefined;
    if (status.kind === 'reading') {
      if (this.#isRead) this.behindMs = status.behindMs;
      else this.state = 'reading';
      this.readBytes = status.readBytes;
      this.totalBytes = status.totalBytes;
    } else if (status.kind === 'waiting') {
      this.state = 'waiting';
      this.trouble = waitingSentence(status);
      // a log that comes into being while it is followed holds nothing old
      if (status.reason === 'missing' && this.fold.log.files.length === 0) this.#seenId ??= 0;
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
    if (!this.#isRead || this.fold.state.version !== version) this.#host.changed();
  }

  /** When the oldest undecided entry has waited long enough; without one, after a while of silence. */
  #settleLater(): void {
    const waitedMs = Date.now() - (this.fold.state.book.undecidedSince ?? Date.now());
    this.#settleTimer ??= setTimeout(() => this.#settle(), Math.max(1, pendingMs - waitedMs));
  }

  /** Nothing was written for a while: what stands at the end is whole, and what is undecided is as it looks. */
  #settle(): void {
    this.#settleTimer = undefined;
    if (this.#ended.signal.aborted) return;
    const { log, state } = this.fold;
    const before = state.version;
    log.settle();
    if (this.#isRead) state.book.settle(Date.now() - pendingMs);
    else this.#endFirstRead();
    if (state.version !== before) this.#host.changed();
    if (state.book.undecidedSince !== undefined) this.#settleLater();
    else if (Date.now() - this.#savedAt > checkpointEveryMs) void this.#save();
  }

  #endFirstRead(): void {
    this.fold.finish();
    this.#isRead = true;
    this.#seenId ??= this.fold.state.nextEventId - 1;
    if (this.state === 'reading') this.state = 'following';
    this.#marks.applyTo(this.fold);
    this.#tellForeign();
    this.#host.changed();
  }

  #tellForeign(): void {
    if (this.state !== 'following') return;
    this.trouble = this.fold.isForeign ? foreignSentence(this.log.path ?? this.log.id) : undefined;
  }

  async #save(): Promise<void> {
    const { fold, seenId, acknowledged } = this;
    if (!this.#checkpoint || fold.state.version === this.#savedVersion) return;
    if (fold.state.book.undecidedSince !== undefined) fold.finish();
    this.#savedAt = Date.now();
    this.#savedVersion = fold.state.version;
    try {
      await this.#checkpoint.save(fold, { seenId, acknowledged: [...acknowledged] });
    } catch (error) {
      this.#host.log('warn', `The checkpoint could not be written: ${String(error)}`);
    }
  }
}

/** Wall-clock µs: no state grows faster, and so a new one is ahead of every one before it, in whichever engine. */
function nextFirstVersion(before: number): number {
  return Math.max(before + 1, Date.now() * 1000);
}
