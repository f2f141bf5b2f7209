import type { DiscoveredLog, LogPlace } from '../core/log/logPlace.ts';
import { sentence, type Sentence } from '../core/sentence.ts';
import type { Filter } from '../core/session/filter.ts';
import type { ClearPoint, SavedLogState } from '../core/session/logState.ts';
import type { SourceState } from '../core/snapshot.ts';
import type { ClearMark, EngineSettings } from '../protocol.ts';
import { Checkpoint } from '../sources/checkpoint.ts';
import type { ReadFile, Understanding } from '../sources/postgresLog.ts';
import { sameFile } from '../sources/tail/fileIdentity.ts';
import { PauseSwitch } from '../sources/tail/pauseSwitch.ts';
import { tailLog } from '../sources/tail/tailLog.ts';
import type { TailedFile, TailSink, TailStatus } from '../sources/tail/tailSink.ts';
import { LogFold, sentenceOf } from './logFold.ts';
import { foldOptionsOf } from './readLog.ts';
import { pendingMs } from './watchLog.ts';

/** How often a followed log's checkpoint is written, at most. */
const checkpointEveryMs = 30_000;

/** What a checkpoint of a followed log holds. */
interface SavedSource {
  readonly state: SavedLogState;
  readonly file: TailedFile;
  readonly offsetBytes: number;
  readonly files: readonly ReadFile[];
  readonly understanding: Understanding;
  readonly seenId: number;
}

/** What a source needs from the engine around it. */
export interface SourceHost {
  readonly storageDirectory: string | undefined;
  /** Something changed that a view may show. */
  changed(): void;
  log(level: 'info' | 'warn' | 'error', text: string): void;
}

/** One log that is followed for the editor: read whole, then followed, until it is closed. */
export class FollowedSource {
  readonly sourceId: string;
  log: DiscoveredLog;
  fold: LogFold;
  state: SourceState = 'reading';
  trouble: Sentence | undefined;
  readBytes = 0;
  totalBytes = 0;
  /** Failures up to this id have been looked at. */
  seenId = 0;
  readonly acknowledged = new Set<string>();
  readonly pause = new PauseSwitch();
  readonly #settings: EngineSettings;
  readonly #host: SourceHost;
  readonly #ended = new AbortController();
  readonly #checkpoint: Checkpoint<SavedSource> | undefined;
  #tail: Promise<void> = Promise.resolve();
  #settleTimer: NodeJS.Timeout | undefined;
  #savedAt = Date.now();
  #savedVersion = -1;
  #caughtUp = false;
  #clearMark: ClearMark | undefined;
  #marksBefore: (ClearMark | undefined)[] = [];

  constructor(log: DiscoveredLog, settings: EngineSettings, host: SourceHost, clearMark?: ClearMark) {
    this.sourceId = log.id;
    this.log = log;
    this.#settings = settings;
    this.#host = host;
    this.fold = this.#newFold();
    this.#clearMark = clearMark;
    const key = JSON.stringify([log.place, settings.logLinePrefix, settings.timeZone]);
    this.#checkpoint =
      host.storageDirectory === undefined ? undefined : new Checkpoint(host.storageDirectory, log.id, key);
  }

  /** Begins to read; returns at once. */
  start(): void {
    this.#tail = this.#run().catch((error: unknown) => {
      this.state = 'waiting';
      this.trouble = sentenceOf(error);
      this.#host.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#host.changed();
    });
  }

  /** Stops reading, keeps what was read; used for cancelling the first read. */
  stop(): void {
    this.#ended.abort();
    this.state = 'stopped';
    this.fold.finish();
    this.#host.changed();
  }

  /** Ends everything; resolves when nothing is left, the checkpoint written. */
  async close(): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#settleTimer);
    await this.#tail;
    if (this.#caughtUp) await this.#save();
  }

  get filter(): Filter {
    return this.fold.state.filter;
  }

  setFilter(filter: Filter): void {
    this.fold.state.look(filter, this.fold.state.clearPoint);
    this.#host.changed();
  }

  get clearMark(): ClearMark | undefined {
    return this.#clearMark;
  }

  get canUndoClear(): boolean {
    return this.#clearMark !== undefined;
  }

  /** Forgets everything up to now; answers the mark that says up to where. */
  clear(): ClearMark {
    this.fold.log.settle();
    this.fold.finish();
    const settled = this.fold.log.settled;
    const mark: ClearMark = {
      sourceId: this.sourceId,
      ...(settled ? { file: settled.file.identity } : {}),
      offsetBytes: settled?.offsetBytes ?? 0,
      at: this.fold.state.book.newestAt ?? Date.now(),
    };
    this.#marksBefore.push(this.#clearMark);
    this.#setMark(mark);
    return mark;
  }

  /** Takes the last Clear back; answers the mark that is in force then. */
  undoClear(): ClearMark | undefined {
    this.#setMark(this.#marksBefore.pop());
    return this.#clearMark;
  }

  async #run(): Promise<void> {
    const saved = await this.#checkpoint?.load();
    if (saved) {
      this.fold = this.#newFold(saved.state);
      this.fold.log.resumeNumbering(saved.files);
      Object.assign(this.fold.log.understanding, saved.understanding);
      this.seenId = saved.seenId;
    }
    this.#applyMark();
    const place: LogPlace = this.log.place ?? { kind: 'files', paths: [] };
    await tailLog(place, this.#sink(saved), {
      signal: this.#ended.signal,
      follow: true,
      paused: this.pause,
      resume: saved && { identity: saved.file.identity, offsetBytes: saved.offsetBytes },
      onStatus: (status) => this.#onStatus(status),
    });
  }

  /** The fold as the tail's sink; a checkpoint that does not fit the file is thrown away when the file begins. */
  #sink(saved: SavedSource | undefined): TailSink {
    let begun = false;
    return {
      begin: (file, offsetBytes) => {
        if (!begun && saved && (offsetBytes !== saved.offsetBytes || !sameHead(file, saved.file))) {
          this.fold = this.#newFold();
          this.#applyMark();
        }
        begun = true;
        this.fold.log.begin(file, offsetBytes);
      },
      room: () => this.fold.log.room(),
      took: (count) => {
        this.fold.log.took(count);
        this.#host.changed();
      },
      caughtUp: () => {
        this.fold.log.caughtUp();
        this.#onCaughtUp();
      },
      end: () => this.fold.log.end(),
      lost: (bytes) => this.fold.log.lost(bytes),
    };
  }

  #newFold(saved?: SavedLogState): LogFold {
    const { logLinePrefix, timeZone, memoryEvents } = this.#settings;
    const words = {
      logLinePrefix: logLinePrefix === 'auto' ? undefined : logLinePrefix,
      timeZone: timeZone === 'auto' ? undefined : timeZone,
    };
    return new LogFold(foldOptionsOf(this.log.settings, words, memoryEvents), saved);
  }

  #onStatus(status: TailStatus): void {
    if (status.kind === 'reading') {
      if (!this.#caughtUp) this.state = 'reading';
      this.readBytes = status.readBytes;
      this.totalBytes = status.totalBytes;
    } else if (status.kind === 'waiting') {
      this.state = 'waiting';
      this.trouble = waitingSentence(status);
    } else {
      this.state = 'following';
      this.trouble = undefined;
    }
    this.#host.changed();
  }

  #onCaughtUp(): void {
    const first = !this.#caughtUp;
    if (first) {
      this.#caughtUp = true;
      this.fold.finish();
      if (this.seenId === 0) this.seenId = this.fold.state.nextEventId - 1;
      this.#applyMark();
      this.trouble = foreign(this.fold, this.log);
    }
    this.#host.changed();
    this.#settleTimer ??= setTimeout(() => this.#settle(), pendingMs);
  }

  #settle(): void {
    this.#settleTimer = undefined;
    if (this.#ended.signal.aborted) return;
    const { log, state } = this.fold;
    const before = state.version;
    log.settle();
    state.book.settle(Date.now() - pendingMs);
    if (state.version !== before) this.#host.changed();
    if (state.book.undecidedSince !== undefined)
      this.#settleTimer = setTimeout(() => this.#settle(), pendingMs / 2);
    else if (Date.now() - this.#savedAt > checkpointEveryMs) void this.#save();
  }

  #setMark(mark: ClearMark | undefined): void {
    this.#clearMark = mark;
    this.#applyMark();
    this.#host.changed();
  }

  #applyMark(): void {
    const mark = this.#clearMark;
    const { state, log } = this.fold;
    const file = mark?.file;
    const found =
      file && log.files.find((read) => sameFile(read.file.identity, { ...file, ...headOf(read.file) }));
    const point: ClearPoint | undefined = mark && {
      fileNumber: found?.number,
      offsetBytes: mark.offsetBytes,
      at: mark.at,
    };
    if (point || state.clearPoint) state.look(state.filter, point);
  }

  async #save(): Promise<void> {
    const { state, log } = this.fold;
    const { settled } = log;
    if (
      !this.#checkpoint ||
      !settled ||
      state.version === this.#savedVersion ||
      log.understanding.format === undefined
    )
      return;
    if (state.book.undecidedSince !== undefined) this.fold.finish();
    this.#savedAt = Date.now();
    this.#savedVersion = state.version;
    try {
      await this.#checkpoint.save({
        state: state.save(),
        file: settled.file,
        offsetBytes: settled.offsetBytes,
        files: log.files,
        understanding: log.understanding,
        seenId: this.seenId,
      });
    } catch (error) {
      this.#host.log('warn', `The checkpoint could not be written: ${String(error)}`);
    }
  }
}

/** A head that is shorter than another's cannot be compared with it: the inode decides then. */
function headOf({ identity }: TailedFile): { head: string; headBytes: number } {
  return { head: identity.head, headBytes: identity.headBytes };
}

function sameHead(a: TailedFile, b: TailedFile): boolean {
  return a.identity.device === b.identity.device && a.identity.inode === b.identity.inode;
}

function foreign(fold: LogFold, log: DiscoveredLog): Sentence | undefined {
  const { format, foreignBytes } = fold.log.understanding;
  if (format !== undefined || foreignBytes === 0) return undefined;
  return sentence(
    'No line of {0} is one of a PostgreSQL log: choose another log, or set its log_line_prefix.',
    log.path ?? log.id,
  );
}

function waitingSentence({ reason, path, detail }: Extract<TailStatus, { kind: 'waiting' }>): Sentence {
  switch (reason) {
    case 'missing':
      return sentence(
        '{0} is not there: it will be followed as soon as the server writes it, or choose another log.',
        path,
      );
    case 'denied':
      return sentence(
        '{0} may not be read: give your user permission to read it, or choose another log.',
        path,
      );
    case 'directory':
      return sentence('{0} is a directory where a log file was: choose the log again.', path);
    case 'failed':
      return sentence(
        '{0} cannot be read ({1}): it is tried again, or choose another log.',
        path,
        detail ?? 'error',
      );
  }
}
