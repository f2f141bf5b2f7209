import {
  detectFormat,
  formatOf,
  settledFormat,
  type FormatHints,
  type SettledFormat,
} from '../core/log/formatDetection.ts';
import { LogClock } from '../core/log/logTimestamp.ts';
import { detectWrapping, type DetectedWrapping } from '../core/log/wrapping/wrappingDetection.ts';
import { AheadReading } from './readAhead.ts';
import { StretchThread } from './tail/stretchThread.ts';
import { LogTeller, type PostgresLogListener } from './logTeller.ts';
import { feed } from './tail/feed.ts';
import { monotonicMs } from './tail/monotonic.ts';
import { Scan } from './tail/scan.ts';
import { StretchScan, type ReadAt } from './tail/stretchScan.ts';
import { logText } from './tail/scanTexts.ts';
import type { TailedBytes, TailedFile, TailSink } from './tail/tailSink.ts';
import { decodedText, utf16Of, type LineEncoding } from './tail/lineEncoding.ts';
import { Unwrap } from './tail/unwrap.ts';
import { WasmScan } from './tail/wasmScan.ts';
import { emptyUnderstanding } from './understanding.ts';

/**
 * Bytes of a log from which its format is told, unless reading comes to what was written last before; so many without
 * any log line are passed over. What is told does not depend on how the bytes were cut, only on these two.
 */
const sampleBytes = 256 * 1024;
/** What a tail gives first (logFile.ts). */
export const firstBlockBytes = 1024 * 1024;

/** So long after a line of a stream the rest of its entry may come. */
const quietMs = 80;

export type { PostgresLogListener } from './logTeller.ts';

/** One file that was read, with where reading stands in it. */
export interface ReadFile {
  readonly number: number;
  readonly file: TailedFile;
  /** Up to where it was read; undefined = it is the one that is read. */
  readonly toBytes?: number | undefined;
}

/**
 * A server log as a sink of a tail: finds out how it is written, scans it, and tells its entries. The format is
 * decided anew for each file, from its first lines.
 */
export class PostgresLog implements TailSink {
  readonly understanding = emptyUnderstanding();
  readonly clock: LogClock;
  readonly files: ReadFile[] = [];
  readonly #hints: FormatHints & { readonly logTimezone?: string | undefined };
  readonly #scan: Scan;
  readonly #teller: LogTeller;
  /** Loads its program while it is found out here how a big file is written, and then helps. */
  #helper: { readonly thread: StretchThread; readonly descriptor: number } | undefined;
  /** While two threads read: everything before has been told. */
  #ahead: AheadReading | undefined;
  /** Of the file that is read. */
  fileNumber = 0;
  #beganAtBytes = 0;
  /** Up to where it was handed over. */
  #tookToBytes = 0;
  /** That of the last file that had one: csv and json have none. */
  #lastPrefix: string | undefined;
  /** Stands before the scan where the lines of this file are wrapped. */
  #unwrap: Unwrap | undefined;
  /** It was decided whether they are. */
  #isUnwrapDecided = false;
  /** Bytes in which the format was looked for in vain. */
  #triedBytes = 0;
  /** What is read is no file, in which a server writes each entry at once (elog.c, `send_message_to_server_log`). */
  #isStream = false;
  /** When bytes came last, ms. */
  #tookAt = Number.NEGATIVE_INFINITY;

  /** `wasm` starts the scan's module; where it answers null, what that does is done in JavaScript. */
  constructor(
    listener: PostgresLogListener,
    hints: FormatHints & { readonly logTimezone?: string | undefined },
    wasm: () => WasmScan | null = () => WasmScan.start(),
  ) {
    this.#hints = hints;
    this.clock = new LogClock(hints.logTimezone);
    this.#teller = new LogTeller(listener, this.understanding, this);
    this.#scan = new Scan(this.#teller, wasm);
  }

  /** Takes down what stretches of a file tell that is written like the one that has begun; undefined = it cannot. */
  stretches(readAt: ReadAt): StretchScan | undefined {
    return this.#scan.format && !this.#unwrap ? new StretchScan(this.#scan, this.#teller, readAt) : undefined;
  }

  /** Where a restart may begin: everything before it has been told. */
  get settled(): { file: TailedFile; offsetBytes: number; fileNumber: number } | undefined {
    const last = this.files.at(-1);
    const offsetBytes = this.#ahead?.toBytes ?? this.placeOf(this.#scan.settledBytes);
    return last && { file: last.file, offsetBytes, fileNumber: last.number };
  }

  /** Whatever begins before this place of the file was read, told or not: an entry of a stream may bring more lines. */
  get readToBytes(): number {
    return Math.max(this.settled?.offsetBytes ?? 0, this.placeOf(this.#scan.wholeLinesBytes));
  }

  /** Goes on numbering files where a checkpoint left off. */
  resumeNumbering(files: readonly ReadFile[]): void {
    this.files.push(...files);
    this.fileNumber = files.at(-1)?.number ?? 0;
  }

  begin(file: TailedFile, offsetBytes: number, bytes?: TailedBytes): void {
    this.leave();
    const last = this.files.at(-1);
    const isSame = last?.file.identity.inode === file.identity.inode;
    if (last && !isSame && last.toBytes === undefined)
      this.files[this.files.length - 1] = { ...last, toBytes: this.#tookToBytes };
    this.#tookToBytes = offsetBytes;
    if (offsetBytes > 0 && last && isSame) {
      this.files[this.files.length - 1] = { number: last.number, file };
    } else {
      this.fileNumber += 1;
      this.files.push({ number: this.fileNumber, file });
      if (this.files.length > 10_000) this.files.shift();
    }
    this.#isStream = file.identity.device === 0 && file.identity.inode === 0;
    this.#scan.begin(offsetBytes);
    this.#unwrap = undefined;
    this.#isUnwrapDecided = false;
    this.#beganAtBytes = offsetBytes;
    this.#triedBytes = 0;
    this.#teller.tellFromBytes = 0;
    // of another file it is not known before its next bytes
    if (offsetBytes === 0 || !isSame) this.#scan.format = undefined;
    if (offsetBytes === 0 && bytes)
      this.#helper = { thread: new StretchThread(), descriptor: bytes.descriptor };
  }

  /** How the file that has begun is written: that is not found out any more. */
  settleFormat(format: SettledFormat): void {
    this.#scan.format = formatOf(format, this.clock);
  }

  /** Tells what was read and waits for more to be told with it. */
  tellWaiting(): void {
    this.#scan.tellWaiting();
  }

  leave(): void {
    this.tellWaiting();
    void this.#helper?.thread.close();
    this.#helper = undefined;
  }

  /** A big file is read by two threads, if it is one whose first block has just been taken. */
  async readAhead(bytes: TailedBytes, stopped: () => boolean): Promise<void> {
    const helper = this.#helper?.thread;
    this.#helper = undefined;
    if (!helper) return;
    try {
      const isFirst = this.#beganAtBytes === 0 && bytes.offsetBytes === firstBlockBytes;
      const stretches = isFirst ? this.stretches((into, at) => bytes.readAt(into, at)) : undefined;
      if (stretches) await this.#readWith(helper, stretches, bytes, stopped);
    } finally {
      await helper.close();
    }
  }

  async #readWith(
    helper: StretchThread,
    stretches: StretchScan,
    bytes: TailedBytes,
    stopped: () => boolean,
  ): Promise<void> {
    const ahead = new AheadReading(this.#scan, stretches, bytes, helper);
    this.#ahead = ahead;
    try {
      await ahead.run(stopped);
    } finally {
      this.#ahead = undefined;
      this.#teller.tellFromBytes = this.#tookToBytes = ahead.toBytes;
      ahead.goOn();
      this.understanding.bytes += ahead.toBytes - firstBlockBytes;
      this.clock.guessedZone ??= ahead.guessedZone;
    }
  }

  get #path(): string {
    return this.files.at(-1)?.file.path ?? '';
  }

  room(): Uint8Array {
    return this.#unwrap?.room() ?? this.#scan.room();
  }

  took(count: number): void {
    this.#tookAt = monotonicMs();
    this.understanding.bytes += count;
    this.#tookToBytes += count;
    if (this.#unwrap) this.#unwrap.took(count);
    else this.#scanned(count);
  }

  #scanned(count: number): void {
    this.#scan.took(count);
    while (!this.#scan.format && this.#scan.unread.length >= sampleBytes) this.#detect('sample');
  }

  caughtUp(): void {
    this.#unwrap?.caughtUp();
    if (!this.#scan.format) this.#detect('lines');
    this.#scan.caughtUp(this.#isStream);
    this.#tellFormat();
  }

  end(): void {
    if (!this.#unwrap && !this.#scan.format) this.#decideUnwrap('final');
    this.#unwrap?.end();
    if (!this.#scan.format) this.#detect('final');
    this.#scan.settle(true);
    this.#tellFormat();
  }

  lost(bytes: number): void {
    this.understanding.lostBytes += bytes;
    this.understanding.truncations += 1;
  }

  /**
   * Nothing was written for a while: entries at the end that may have had more lines are whole. False = a stream, which
   * may bring an entry line by line, brought something a moment ago: to be asked again.
   */
  settle(): boolean {
    if (this.#isStream && monotonicMs() - this.#tookAt < quietMs) return false;
    this.#scan.settle(false);
    return true;
  }

  get arePlacesSame(): boolean {
    return this.#unwrap === undefined;
  }

  /** The place in the file of a place among the bytes that the scan got. */
  placeOf(offsetBytes: number): number {
    return this.#unwrap?.offsetOf(offsetBytes) ?? offsetBytes;
  }

  /** Tells the format from a whole sample, from the lines that stand here, or from all that will ever be here. */
  #detect(from: 'sample' | 'lines' | 'final'): void {
    if (!this.#isUnwrapDecided && this.#decideUnwrap(from)) {
      if (from === 'sample') return;
      this.#unwrap?.caughtUp();
    }
    const bytes = this.#scan.unread.subarray(0, sampleBytes);
    const sample = bytes.subarray(0, from === 'final' ? bytes.length : bytes.lastIndexOf(0x0a) + 1);
    if (from === 'lines' && sample.length <= this.#triedBytes) return;
    const earlierPrefix = this.understanding.logLinePrefix ?? this.#lastPrefix ?? this.#hints.earlierPrefix;
    // the collector's name for what it gets by standard error (syslogger.c), where the server is known
    const isStderr = this.#hints.configuredPrefix !== undefined && this.#path.endsWith('.log');
    const detected = detectFormat(logText(sample), this.clock, { ...this.#hints, earlierPrefix, isStderr });
    this.#triedBytes = sample.length;
    if (detected) {
      this.#scan.format = detected.format;
      const { thread, descriptor } = this.#helper ?? {};
      if (descriptor !== undefined)
        thread?.begin({
          ...{ descriptor, hints: { ...this.#hints, earlierPrefix } },
          format: settledFormat(detected.format),
        });
      this.#tellFormat();
      this.#scan.took(0);
    } else if (from !== 'lines') {
      const foreign = from === 'final' || sample.length === 0 ? bytes.length : sample.length;
      this.understanding.foreignBytes += foreign;
      this.#scan.discard(foreign);
      if (!this.#unwrap) this.#beganAtBytes += foreign;
      this.#triedBytes = 0;
    }
  }

  /** Whether the lines are wrapped; then everything that stands here goes through the unwrapping again. */
  #decideUnwrap(from: 'sample' | 'lines' | 'final'): boolean {
    const bytes = this.#scan.unread;
    if (this.#scan.format || (from === 'lines' && bytes.lastIndexOf(0x0a) + 1 <= this.#triedBytes))
      return false;
    const utf16 = this.#beganAtBytes === 0 ? utf16Of(bytes) : undefined;
    const encoding: LineEncoding = utf16 ?? 'utf8';
    const sample = decodedText(bytes.subarray(0, sampleBytes), encoding).replace(/^\uFEFF/, '');
    const context = { clock: this.clock, now: this.#hints.now ?? Date.now() };
    const wrapping = detectWrapping(sample, context, this.#hints);
    if (!wrapping && utf16 === undefined) return false;
    const isUtf8 = wrapping?.wrappings.some((each) => each.isUtf8) ?? true;
    this.#begin(
      new Unwrap(
        { wrapping, encoding: utf16 ?? (isUtf8 ? 'utf8' : 'bytes'), context },
        this.#beganAtBytes,
        (inner) => this.#inner(inner),
      ),
      wrapping,
    );
    return true;
  }

  #begin(unwrap: Unwrap, wrapping: DetectedWrapping | undefined): void {
    const raw = Buffer.from(this.#scan.unread);
    this.#isUnwrapDecided = true;
    this.#scan.begin(0);
    this.#triedBytes = 0;
    this.#unwrap = unwrap;
    this.understanding.wrapping = wrapping?.wrappings.map(({ name }) => name).join(', ');
    for (const name of wrapping?.otherServers ?? [])
      if (!this.understanding.otherServers.includes(name)) this.understanding.otherServers.push(name);
    feed({ room: () => unwrap.room(), took: (count) => unwrap.took(count) }, raw);
  }

  /** Bytes of the log itself, out of what they were wrapped in. */
  #inner(bytes: Uint8Array): void {
    feed({ room: () => this.#scan.room(), took: (count) => this.#scanned(count) }, bytes);
  }

  #tellFormat(): void {
    const { format } = this.#scan;
    if (!format) return;
    this.understanding.format = format.name;
    this.understanding.logLinePrefix = format.logLinePrefix;
    this.#lastPrefix = format.logLinePrefix ?? this.#lastPrefix;
  }
}
