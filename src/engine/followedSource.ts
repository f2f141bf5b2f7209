import { isDeepStrictEqual } from 'node:util';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { sentenceOf } from '../core/sentence.ts';
import type { Filter } from '../core/session/filter.ts';
import type { ClearMark, EngineSettings } from '../protocol/logQuestions.ts';
import type { RecentText } from '../sources/recentText.ts';
import type { PauseSwitch } from '../sources/tail/pauseSwitch.ts';
import type { TailStatus } from '../sources/tail/tailSink.ts';
import { partSentence } from './firstList.ts';
import type { LogFold } from './logFold.ts';
import { SeenInWhole } from './seenTroubles.ts';
import { ShownFold } from './shownFold.ts';
import { foldOf, type SavedSource } from './sourceCheckpoint.ts';
import type { SourceHost } from './sourceHost.ts';
import { SourceProgress } from './sourceProgress.ts';
import { SourceReading, type ReadingSource } from './sourceReading.ts';
import { SourceSaving } from './sourceSaving.ts';
import { troublesOf } from './sourceSnapshots.ts';
import { TroubleMarks } from './troubleMarks.ts';
import { pendingMs, settleWaiting } from './pendingMs.ts';

/**
 * One log that is followed for the editor: read whole, then followed, until it is closed. While a large one is read for
 * the first time, its end is shown (FirstList); once the reading has caught up, what it found takes that one's place.
 */
export class FollowedSource {
  readonly sourceId: string;
  log: DiscoveredLog;
  readonly progress = new SourceProgress();
  readonly pause: PauseSwitch;
  /** The newest text of a log that is no file of this machine. */
  readonly recent: RecentText | undefined;
  readonly #settings: EngineSettings;
  readonly #host: SourceHost;
  readonly #saving: SourceSaving;
  readonly #reading: SourceReading;
  /** What the log's files are read into, from the first byte or a checkpoint on. */
  #whole: LogFold;
  #running: Promise<void> = Promise.resolve();
  #settleTimer: NodeJS.Timeout | undefined;
  readonly #shown: ShownFold;
  readonly #marks = new TroubleMarks();

  constructor(log: DiscoveredLog, settings: EngineSettings, host: SourceHost, clearMark?: ClearMark) {
    this.sourceId = log.id;
    this.log = log;
    this.#settings = settings;
    this.#host = host;
    // until it is known where to begin, nothing is kept
    this.#whole = foldOf(log, { ...settings, memoryEvents: 1 });
    this.#shown = new ShownFold(this.#whole, clearMark);
    // what comes from elsewhere is not there to be compared with
    const storageDirectory = log.origin ? undefined : host.storageDirectory;
    this.#saving = new SourceSaving(storageDirectory, log, settings, (text) => host.log('warn', text));
    this.#reading = new SourceReading(this.#asRead(), settings, host);
    ({ pause: this.pause, recent: this.recent } = this.#reading);
  }

  /** Begins to read; returns at once. */
  start(): void {
    const failed = (error: unknown): void => {
      this.progress.wait(sentenceOf(error));
      this.#host.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#host.changed();
    };
    this.#running = Promise.resolve()
      .then(() => this.#reading.run())
      .catch(failed);
  }

  /** Cancels the first read, and keeps what was read so far; nothing happens once it is through. */
  stop(): void {
    if (this.progress.state !== 'reading') return;
    this.#reading.end();
    this.progress.state = 'stopped';
    this.#reading.endFirst();
    this.fold.finish();
    this.#host.changed();
  }

  /** Ends everything; resolves when nothing is left, the checkpoint written. */
  async close(): Promise<void> {
    this.#reading.end();
    await this.#running;
    this.#reading.endFirst();
    clearTimeout(this.#settleTimer);
    if (this.progress.isRead) await this.#save();
  }

  /** Failures up to this id have been looked at; what the first read finds counts as that. */
  get seenId(): number {
    return this.#marks.seenId;
  }

  /** Keys of the groups of troubles that were acknowledged. */
  get acknowledged(): Set<string> {
    return this.#marks.acknowledged;
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
    if (this.#marks.see(this.fold.state.nextEventId - 1)) this.touch();
  }

  /** This source, for its reading. */
  #asRead(): ReadingSource {
    return {
      log: () => this.log,
      saved: () => this.#saving.load(),
      begun: (fold, saved) => this.#onBegun(fold, saved),
      endShown: (fold) => this.#showEnd(fold),
      onStatus: (status) => this.#onStatus(status),
      took: (version) => this.#tellSince(version),
      caughtUp: () => this.#onCaughtUp(),
    };
  }

  #onBegun(fold: LogFold, saved?: SavedSource): void {
    this.#whole = fold;
    this.#shown.show(fold);
    if (saved) this.#marks.load(saved);
    else this.#marks.forget();
  }

  /** Shows what is known of the log's end; what it holds by now has been looked at, what comes has not. */
  #showEnd(fold: LogFold): void {
    fold.partial = partSentence;
    fold.settings = this.log.settings;
    this.#marks.beginAt(fold.state.nextEventId - 1);
    this.#shown.show(fold);
    this.#host.changed();
  }

  /** The whole log takes the place of its end. */
  #showWhole(): void {
    const end = this.#reading.endFirst();
    if (!end) return;
    const seen = new SeenInWhole(end.fold, this.#whole);
    this.#shown.show(this.#whole);
    const acknowledged = seen.acknowledged(this.acknowledged, troublesOf(this, this.#settings));
    this.#marks.load({ seenId: seen.seenId(this.seenId), acknowledged });
  }

  #onStatus(status: TailStatus): void {
    this.progress.take(status);
    // a log that comes into being while it is followed holds nothing old
    const isMissing = status.kind === 'waiting' && status.reason === 'missing';
    if (isMissing && this.#whole.log.files.length === 0) this.#marks.beginAt(0);
    this.#host.changed();
  }

  #onCaughtUp(): void {
    if (this.#reading.isEnded) return;
    this.#tellForeign();
    this.#settleLater();
  }

  /** While following, lines that tell nothing new are no change: what comes next is then told at once. */
  #tellSince(version: number): void {
    if (!this.progress.isRead || this.#whole.state.version !== version) this.#host.changed();
  }

  /** When the oldest undecided entry has waited long enough; without one, after a while of silence. */
  #settleLater(): void {
    const waitedMs = Date.now() - (this.#whole.state.book.undecidedSince ?? Date.now());
    const restMs = Math.min(pendingMs, Math.max(1, pendingMs - waitedMs));
    this.#settleTimer ??= setTimeout(() => this.#settle(), restMs);
  }

  /** Nothing was written for a while: what stands at the end is whole, and what is undecided is as it looks. */
  #settle(): void {
    this.#settleTimer = undefined;
    if (this.#reading.isEnded) return;
    const { log, state } = this.#whole;
    const before = state.version;
    const isSettled = log.settle();
    if (this.progress.isRead) settleWaiting(state.book);
    else this.#endFirstRead();
    if (state.version !== before) this.#host.changed();
    if (!isSettled || state.book.undecidedSince !== undefined) this.#settleLater();
    else if (this.#saving.isDue) void this.#save();
  }

  #endFirstRead(): void {
    this.#whole.finish();
    this.progress.endFirstRead();
    this.#showWhole();
    this.#marks.beginAt(this.fold.state.nextEventId - 1);
    this.#shown.applyClear();
    this.#tellForeign();
    this.#host.changed();
  }

  #tellForeign(): void {
    this.progress.tellForeign(this.fold.isForeign, this.log.path ?? this.log.id);
  }

  #save(): Promise<void> {
    return this.#saving.save(this.#whole, this.#marks.save());
  }
}
