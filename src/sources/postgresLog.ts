import { detectFormat, type FormatHints } from '../core/log/formatDetection.ts';
import type { LogEntry } from '../core/log/logEntry.ts';
import type { LogFormatName } from '../core/log/logPlace.ts';
import { LogClock } from '../core/log/logTimestamp.ts';
import { Scan } from './tail/scan.ts';
import { logText } from './tail/scanTexts.ts';
import type { TailedFile, TailSink } from './tail/tailSink.ts';

/**
 * Bytes of a log from which its format is told, unless reading comes to what was written last before; so many without
 * any log line are passed over. What is told does not depend on how the bytes were cut, only on these two.
 */
const sampleBytes = 256 * 1024;
/** Lines that were not understood and are kept. */
const mostCounterExamples = 5;

/** What a log tells, entry by entry. `file` is a number: files are numbered as they begin. */
export interface PostgresLogListener {
  entry(entry: LogEntry, fileNumber: number, offsetBytes: number): void;
}

/** One file that was read, with where reading stands in it. */
export interface ReadFile {
  readonly number: number;
  readonly file: TailedFile;
}

/** A line that was not understood: its first 300 characters, and where it stands. */
export interface CounterExample {
  readonly line: string;
  readonly fileNumber: number;
  readonly offsetBytes: number;
}

/** How well a log was understood. */
export interface Understanding {
  format: LogFormatName | undefined;
  logLinePrefix: string | undefined;
  /** Bytes handed over, of all files. */
  bytes: number;
  /** Entries that were read. */
  understood: number;
  /** Lines that look like entries of a log and begin like none of this one, and a few that are unlike each other. */
  skipped: number;
  readonly counterExamples: CounterExample[];
  /** Bytes known to have been destroyed unread. */
  lostBytes: number;
  /** Bytes in which not a single line of a PostgreSQL log was found. */
  foreignBytes: number;
}

/**
 * A server log as a sink of a tail: finds out how it is written, scans it, and tells its entries. The format is
 * decided anew for each file, from its first lines.
 */
export class PostgresLog implements TailSink {
  readonly understanding: Understanding = {
    format: undefined,
    logLinePrefix: undefined,
    bytes: 0,
    understood: 0,
    skipped: 0,
    counterExamples: [],
    lostBytes: 0,
    foreignBytes: 0,
  };
  readonly clock: LogClock;
  readonly files: ReadFile[] = [];
  readonly #hints: FormatHints;
  readonly #scan: Scan;
  #fileNumber = 0;
  /** Bytes in which the format was looked for in vain. */
  #triedBytes = 0;

  constructor(
    listener: PostgresLogListener,
    hints: FormatHints & { readonly logTimezone?: string | undefined },
  ) {
    this.#hints = hints;
    this.clock = new LogClock(hints.logTimezone);
    this.#scan = new Scan({
      entry: (entry, offsetBytes) => {
        this.understanding.understood += 1;
        listener.entry(entry, this.#fileNumber, offsetBytes);
      },
      notUnderstood: (line, offsetBytes) => this.#notUnderstood(line, offsetBytes),
      understood: (offsetBytes) => this.#understood(offsetBytes),
    });
  }

  /** Where a restart may begin: everything before it has been told. */
  get settled(): { file: TailedFile; offsetBytes: number; fileNumber: number } | undefined {
    const last = this.files.at(-1);
    return last && { file: last.file, offsetBytes: this.#scan.settledBytes, fileNumber: last.number };
  }

  /** Goes on numbering files where a checkpoint left off. */
  resumeNumbering(files: readonly ReadFile[]): void {
    this.files.push(...files);
    this.#fileNumber = files.at(-1)?.number ?? 0;
  }

  begin(file: TailedFile, offsetBytes: number): void {
    const last = this.files.at(-1);
    if (offsetBytes > 0 && last && last.file.identity.inode === file.identity.inode) {
      this.files[this.files.length - 1] = { number: last.number, file };
    } else {
      this.#fileNumber += 1;
      this.files.push({ number: this.#fileNumber, file });
      if (this.files.length > 10_000) this.files.shift();
    }
    this.#scan.begin(offsetBytes);
    this.#triedBytes = 0;
    if (offsetBytes === 0) this.#scan.format = undefined;
  }

  room(): Uint8Array {
    return this.#scan.room();
  }

  took(count: number): void {
    this.understanding.bytes += count;
    this.#scan.took(count);
    while (!this.#scan.format && this.#scan.unread.length >= sampleBytes) this.#detect('sample');
  }

  caughtUp(): void {
    if (!this.#scan.format) this.#detect('lines');
    this.#scan.caughtUp();
    this.#tellFormat();
  }

  end(): void {
    if (!this.#scan.format) this.#detect('final');
    this.#scan.settle(true);
    this.#tellFormat();
  }

  lost(bytes: number): void {
    this.understanding.lostBytes += bytes;
  }

  /** Nothing was written for a while: entries at the end that may have had more lines are whole. */
  settle(): void {
    this.#scan.settle(false);
  }

  /** Tells the format from a whole sample, from the lines that stand here, or from all that will ever be here. */
  #detect(from: 'sample' | 'lines' | 'final'): void {
    const bytes = this.#scan.unread.subarray(0, sampleBytes);
    const sample = bytes.subarray(0, from === 'final' ? bytes.length : bytes.lastIndexOf(0x0a) + 1);
    if (from === 'lines' && sample.length <= this.#triedBytes) return;
    const earlierPrefix = this.understanding.logLinePrefix;
    const detected = detectFormat(logText(sample), this.clock, { ...this.#hints, earlierPrefix });
    this.#triedBytes = sample.length;
    if (detected) {
      this.#scan.format = detected.format;
      this.#tellFormat();
      this.#scan.took(0);
    } else if (from !== 'lines') {
      const foreign = from === 'final' || sample.length === 0 ? bytes.length : sample.length;
      this.understanding.foreignBytes += foreign;
      this.#scan.discard(foreign);
      this.#triedBytes = 0;
    }
  }

  #tellFormat(): void {
    const { format } = this.#scan;
    if (!format) return;
    this.understanding.format = format.name;
    this.understanding.logLinePrefix = format.logLinePrefix;
  }

  #notUnderstood(line: string, offsetBytes: number): void {
    const { counterExamples } = this.understanding;
    this.understanding.skipped += 1;
    const shape = shapeOf(line);
    if (
      counterExamples.length < mostCounterExamples &&
      !counterExamples.some(({ line }) => shapeOf(line) === shape)
    )
      counterExamples.push({ line, fileNumber: this.#fileNumber, offsetBytes });
  }

  /** It was not at first. */
  #understood(offsetBytes: number): void {
    const { counterExamples } = this.understanding;
    this.understanding.skipped -= 1;
    const index = counterExamples.findIndex(
      (example) => example.offsetBytes === offsetBytes && example.fileNumber === this.#fileNumber,
    );
    if (index >= 0) counterExamples.splice(index, 1);
  }
}

/** Lines that differ in their numbers only are alike. */
function shapeOf(line: string): string {
  return line.replaceAll(/\d+/g, '0');
}
