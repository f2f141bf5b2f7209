import type { DiscoveredLog, LogOrigin, LogPlace } from '../core/log/logPlace.ts';
import type { EngineSettings } from '../protocol/logQuestions.ts';
import { turnFilesFor } from '../sources/turnFilesFor.ts';
import { keptIn, RecentText } from '../sources/recentText.ts';
import { PauseSwitch } from '../sources/tail/pauseSwitch.ts';
import { bytesForTwoThreads } from '../sources/tail/stretchWorkers.ts';
import { tailLog } from '../sources/tail/tailLog.ts';
import type { TailSink, TailStatus } from '../sources/tail/tailSink.ts';
import type { FirstList } from './firstList.ts';
import { FirstListShown } from './firstListShown.ts';
import type { LogFold } from './logFold.ts';
import { foldOf, foldOptionsFor, type SavedSource } from './sourceCheckpoint.ts';
import type { SourceHost } from './sourceHost.ts';
import { CheckpointRefused, sourceSink, type SourceSinkListener } from './sourceSink.ts';

/** The editor needs one for itself. */
const editorsProcessors = 1;

/** What a reading asks its source, and tells it. */
export interface ReadingSource extends SourceSinkListener {
  /** As discovery knows it by now. */
  log(): DiscoveredLog;
  /** What a checkpoint has; undefined = there is none. */
  saved(): SavedSource | undefined;
  /** From now on it is read into this fold: from the first byte, or from where a checkpoint left off. */
  begun(fold: LogFold, saved?: SavedSource): void;
  /** This is known of the log's end, while the whole is read. */
  endShown(fold: LogFold): void;
  /** As long as it is not ended. */
  onStatus(status: TailStatus): void;
}

/**
 * Reads a log into a fold, then follows it, until it is ended. Goes on where a checkpoint left off, if the log is still
 * the one that it tells of; where it reads from the first byte, a large log's end is shown first.
 */
export class SourceReading {
  readonly pause = new PauseSwitch();
  /** The newest text of a log that is no file of this machine. */
  readonly recent: RecentText | undefined;
  readonly #source: ReadingSource;
  readonly #settings: EngineSettings;
  readonly #host: SourceHost;
  readonly #ended = new AbortController();
  readonly #first: FirstListShown;

  constructor(source: ReadingSource, settings: EngineSettings, host: SourceHost) {
    this.#source = source;
    this.#settings = settings;
    this.#host = host;
    this.recent = source.log().origin && new RecentText();
    const isStopped = (): boolean => this.isEnded;
    const isPaused = (): boolean => this.pause.paused;
    const changed = (): void => host.changed();
    const show = (fold: LogFold): void => source.endShown(fold);
    const failed = (error: unknown): void => this.#tellFailed(error);
    this.#first = new FirstListShown({ isStopped, isPaused, changed, show, failed }, host.firstListSizes);
  }

  /** Resolves when it is ended; rejects when the log cannot be read. */
  async run(): Promise<void> {
    const { origin } = this.#source.log();
    if (origin) return this.#followElsewhere(origin);
    const saved = this.#source.saved();
    if (saved && (await this.#resume(saved))) return;
    const fold = this.#begin();
    await this.#first
      .run(this.#place, foldOptionsFor(this.#source.log(), this.#settings))
      .catch((error: unknown) => this.#tellFailed(error));
    await this.#tail(sourceSink(fold, this.#source));
  }

  get isEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Nothing is read any more, but for the end of a large log: see `endFirst`. */
  end(): void {
    this.#ended.abort();
  }

  /** What is known of the log's end is no longer kept up to date; answers it as it is at last, if it is shown. */
  endFirst(): FirstList | undefined {
    return this.#first.end();
  }

  async #followElsewhere(origin: LogOrigin): Promise<void> {
    const fold = this.#begin();
    const follow = await this.#host.elsewhere?.(origin);
    const sink = sourceSink(fold, this.#source);
    await follow?.(this.recent ? keptIn(this.recent, sink) : sink, {
      signal: this.#ended.signal,
      paused: this.pause,
      onStatus: (status) => this.#onStatus(status),
      onGap: (gap) => {
        fold.noteGap(gap);
        this.#host.changed();
      },
    });
  }

  /** Goes on where a checkpoint left off; false if the log is no longer the one that it tells of. */
  async #resume(saved: SavedSource): Promise<boolean> {
    try {
      await this.#tail(sourceSink(this.#begin(saved), this.#source, saved), saved);
      return true;
    } catch (error) {
      if (!(error instanceof CheckpointRefused)) throw error;
      return false;
    }
  }

  #begin(saved?: SavedSource): LogFold {
    const fold = foldOf(this.#source.log(), this.#settings, saved);
    this.#source.begun(fold, saved);
    return fold;
  }

  get #place(): LogPlace {
    return this.#source.log().place ?? { kind: 'files', paths: [] };
  }

  async #tail(sink: TailSink, saved?: SavedSource): Promise<void> {
    const options = foldOptionsFor(this.#source.log(), this.#settings);
    return tailLog(this.#place, sink, {
      signal: this.#ended.signal,
      follow: true,
      paused: this.pause,
      turnFiles: await turnFilesFor(this.#place, options),
      resume: saved && {
        identity: saved.file.identity,
        offsetBytes: saved.offsetBytes,
        left: saved.files,
      },
      onStatus: (status) => this.#onStatus(status),
      aheadBytes: this.#host.aheadBytes ?? bytesForTwoThreads(editorsProcessors),
    });
  }

  #tellFailed(error: unknown): void {
    this.#host.log('warn', `The end of the log could not be read: ${String(error)}`);
  }

  #onStatus(status: TailStatus): void {
    if (!this.isEnded) this.#source.onStatus(status);
  }
}
