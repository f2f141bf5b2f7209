import { withEarlierPart } from '../core/session/olderSessions.ts';
import type { SavedLogState } from '../core/session/logState.ts';
import { sentence } from '../core/sentence.ts';
import { PostgresLog } from '../sources/postgresLog.ts';
import { BackwardsFile, type Window } from '../sources/tail/backwards.ts';
import { feed } from '../sources/tail/feed.ts';
import { utf16Of } from '../sources/tail/lineEncoding.ts';
import type { Understanding } from '../sources/understanding.ts';
import type { PartProcesses } from './firstListProcesses.ts';
import { WindowFold, WindowReading } from './firstListWindow.ts';
import { LogFold, type FoldOptions } from './logFold.ts';

/** From so many bytes at its beginning it is told how a log is written. */
const headBytes = 8 * 1024;

/** How large the windows are: the first, and as long as each is eight times the one before. */
export interface WindowSizes {
  readonly firstBytes: number;
  readonly mostBytes: number;
}

const usualSizes: WindowSizes = { firstBytes: 4 * 1024 * 1024, mostBytes: 1024 * 1024 * 1024 };

/** Said of what is shown until the whole log has been read. */
export const partSentence = sentence(
  'Only the newest part of the log has been read so far: counts and events are not those of the whole log until it is read to its end.',
);

/**
 * A first list of who is connected, from the end of a large log backwards: the last window is folded, then the windows
 * before it, each once, as far as the newest start or end of the server, where the list is complete. Whoever is in it is
 * connected; some are lacking until then. Its events and counts are those of the last window, and of what is written
 * meanwhile.
 */
export class FirstList {
  /** What is known by now; another object after each window. */
  fold: LogFold;
  /** Everybody is in the list: what stands before tells nothing of the present. */
  isComplete: boolean;
  readonly #file: BackwardsFile;
  readonly #options: FoldOptions;
  readonly #sizes: WindowSizes;
  /** The last window and what is written since, of which only the processes are noted. */
  readonly #end: WindowFold;
  readonly #endLog: PostgresLog;
  /** Where the list begins, and up to where `fold` and `#end` have read. */
  #fromBytes: number;
  #foldedBytes = 0;
  #notedBytes: number;
  readonly #earlier: WindowReading;
  readonly #format: string | undefined;

  private constructor(file: BackwardsFile, options: FoldOptions, sizes: WindowSizes, last: Last) {
    this.#file = file;
    this.#options = options;
    this.#sizes = sizes;
    this.#end = last.end;
    this.#endLog = last.log;
    this.#fromBytes = last.window.fromBytes;
    this.#notedBytes = last.window.toBytes;
    this.#earlier = new WindowReading(options, last.log.understanding.logLinePrefix);
    this.#format = last.log.understanding.format;
    this.fold = this.#resumed(last.end.finish().save(), last.log);
    this.isComplete = this.#later.losesAll || this.#fromBytes === 0;
    this.follow();
  }

  /**
   * The list of the last window. Undefined when there is none: the file cannot be opened, is compressed or wrapped, or
   * `stopped` became true.
   */
  static async open(
    path: string,
    options: FoldOptions,
    stopped: () => boolean,
    sizes: WindowSizes = usualSizes,
  ): Promise<FirstList | undefined> {
    const file = BackwardsFile.open(path);
    const head = file && understandingOf(file, options);
    if (file && head) {
      const window = file.windowBefore(file.sizeBytes, sizes.firstBytes);
      const reading = new WindowReading(options, head.logLinePrefix);
      const end = reading.into(new WindowFold(options.memoryEvents));
      const { log } = reading;
      const isRead = await file.read(window, log, stopped);
      log.caughtUp();
      log.settle();
      if (isRead && isWrittenAs(log, head.format ?? log.understanding.format))
        return new FirstList(file, options, sizes, { window, end, log });
    }
    file?.close();
    return undefined;
  }

  /**
   * Reads windows backwards until the list is complete; `changed` is called after each. Ends before that when the log
   * does not tell processes apart, or `stopped` became true.
   */
  async goBack(changed: () => void, stopped: () => boolean): Promise<void> {
    let aboutBytes = this.#sizes.firstBytes;
    while (!this.isComplete && !this.#later.isUntellable && !stopped()) {
      aboutBytes = Math.min(8 * aboutBytes, this.#sizes.mostBytes);
      const window = this.#file.windowBefore(this.#fromBytes, aboutBytes);
      const { log } = this.#earlier;
      const part = this.#earlier.into(new WindowFold(64, window.toBytes));
      const isRead = await this.#file.read(window, log, stopped);
      log.end();
      if (!isRead || part.processes.isUntellable) return;
      if (log.understanding.format !== undefined && !isWrittenAs(log, this.#format)) return;
      this.#add(part, window);
      changed();
    }
  }

  /** Reads what was written meanwhile; true when there was something. */
  follow(): boolean {
    const endBytes = this.#file.sizeBytes;
    const isNew = endBytes > this.#notedBytes;
    this.#foldedBytes = this.#take(this.fold.log, this.#foldedBytes, endBytes);
    this.#notedBytes = this.#take(this.#endLog, this.#notedBytes, endBytes);
    return isNew;
  }

  close(): void {
    this.#file.close();
  }

  /** From here on the file has been read. */
  get fromBytes(): number {
    return this.#fromBytes;
  }

  get #later(): PartProcesses {
    return this.#end.processes;
  }

  #add(part: WindowFold, { fromBytes }: Window): void {
    this.follow();
    for (const log of [this.fold.log, this.#endLog]) log.settle();
    this.fold.finish();
    const saved = withEarlierPart(this.fold.state.save(), part.earlierPart(this.#later));
    this.#later.addEarlier(part.processes);
    this.fold = this.#resumed(saved, this.fold.log);
    this.#fromBytes = fromBytes;
    this.isComplete = this.#later.losesAll || fromBytes === 0;
    this.follow();
  }

  /** A fold that goes on where a log stands, with this state. */
  #resumed(saved: SavedLogState, { files, understanding, settled }: PostgresLog): LogFold {
    const fold = new LogFold(this.#options, saved);
    fold.log.resumeNumbering(files);
    Object.assign(fold.log.understanding, understanding);
    this.#foldedBytes = settled?.offsetBytes ?? this.#fromBytes;
    fold.log.begin(this.#file.file, this.#foldedBytes);
    return fold;
  }

  #take(log: PostgresLog, fromBytes: number, endBytes: number): number {
    let at = fromBytes;
    for (let count = 1; at < endBytes && count > 0; at += count) count = this.#file.take(log, at, endBytes);
    if (at > fromBytes) log.caughtUp();
    return at;
  }
}

interface Last {
  readonly window: Window;
  readonly end: WindowFold;
  readonly log: PostgresLog;
}

/** Is this part of a log written as the rest is? What a client wrote into it may look otherwise where a part begins. */
function isWrittenAs({ understanding }: PostgresLog, format: string | undefined): boolean {
  return format !== undefined && understanding.format === format && understanding.wrapping === undefined;
}

/** How a log is written at its beginning; undefined when its lines do not stand in the file as the server wrote them. */
function understandingOf(
  file: BackwardsFile,
  options: FoldOptions,
): Pick<Understanding, 'format' | 'logLinePrefix'> | undefined {
  const head = file.head(headBytes);
  if (utf16Of(Buffer.from(head)) !== undefined) return undefined;
  const log = new PostgresLog({ entry: () => undefined }, options);
  log.begin(file.file, 0);
  feed(log, head);
  log.caughtUp();
  return log.understanding.wrapping === undefined ? log.understanding : undefined;
}
