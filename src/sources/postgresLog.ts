import type { FormatHints, SettledFormat } from '../core/log/formatDetection.ts';
import { LogClock } from '../core/log/logTimestamp.ts';
import { richness, turnOf } from '../core/log/logFiles.ts';
import { FormatFinding } from './formatFinding.ts';
import { LogTeller, type PostgresLogListener } from './logTeller.ts';
import type { AheadReading } from './readAhead.ts';
import { monotonicMs } from './tail/monotonic.ts';
import { Scan } from './tail/scan.ts';
import { StretchScan, type ReadAt } from './tail/stretchScan.ts';
import type { TailedBytes, TailedFile, TailSink } from './tail/tailSink.ts';
import { WasmScan } from './tail/wasmScan.ts';
import { TwoThreads } from './twoThreads.ts';
import { emptyUnderstanding } from './understanding.ts';

/** What a tail gives first (logFile.ts). */
export const firstBlockBytes = 1024 * 1024;

/** Among so many that were read last is one of the same name. */
const mostBeside = 10;

/** So long after a line of a stream the rest of its entry may come. */
const quietMs = 80;

export type { PostgresLogListener } from './logTeller.ts';

/** One file that was read, with where reading stands in it: several times where it was read in turns with others. */
export interface ReadFile {
  readonly number: number;
  /** Of all turns of a file the same object. */
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
  readonly #scan: Scan;
  readonly #teller: LogTeller;
  readonly #finding: FormatFinding;
  readonly #threads: TwoThreads;
  /** Of the file that is read. */
  fileNumber = 0;
  /** Up to where it was handed over. */
  #tookToBytes = 0;
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
    this.clock = new LogClock(hints.logTimezone);
    this.#teller = new LogTeller(listener, this.understanding, this);
    this.#scan = new Scan(this.#teller, wasm);
    this.#threads = new TwoThreads(this.#scan);
    const { clock, understanding } = this;
    this.#finding = new FormatFinding(
      { scan: this.#scan, clock, understanding },
      hints,
      (format, earlierPrefix) => this.#threads.found(format, { ...hints, earlierPrefix }),
    );
  }

  /** Takes down what stretches of a file tell that is written like the one that has begun; undefined = it cannot. */
  stretches(readAt: ReadAt): StretchScan | undefined {
    const isReady = this.#scan.format !== undefined && !this.#finding.isWrapped;
    return isReady ? new StretchScan(this.#scan, this.#teller, readAt) : undefined;
  }

  /** Where a restart may begin: everything before it has been told. */
  get settled(): { file: TailedFile; offsetBytes: number; fileNumber: number } | undefined {
    const last = this.files.at(-1);
    const offsetBytes = this.#threads.toBytes ?? this.placeOf(this.#scan.settledBytes);
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
      if (offsetBytes > 0) this.#share(file, offsetBytes);
      this.files.push({ number: this.fileNumber, file });
      if (this.files.length > 10_000) this.files.shift();
    }
    this.#isStream = file.identity.device === 0 && file.identity.inode === 0;
    this.#finding.begin(file.path, offsetBytes, { isSame, isBeside: this.#isBesideRecords(file.path) });
    this.#teller.tellFromBytes = 0;
    if (offsetBytes === 0 && bytes) this.#threads.begin(bytes);
  }

  /** Was a file of the same name read that is of csv or json? */
  #isBesideRecords(path: string): boolean {
    const turn = turnOf(path);
    const beside = this.files.slice(-mostBeside).filter(({ file }) => turnOf(file.path) === turn);
    return beside.some(({ file }) => richness(file.path) > 0);
  }

  /** A file goes on that was left at this place: what is known of it is kept once, and as it is now. */
  #share(file: TailedFile, offsetBytes: number): void {
    const { inode, device } = file.identity;
    const left = this.files.findLast(
      ({ file: { identity } }) => identity.inode === inode && identity.device === device,
    );
    if (left?.toBytes !== offsetBytes) return;
    for (const [index, read] of this.files.entries())
      if (read.file === left.file) this.files[index] = { ...read, file };
  }

  /** How the file that has begun is written: that is not found out any more. */
  settleFormat(format: SettledFormat): void {
    this.#finding.settle(format);
  }

  /** Tells what was read and waits for more to be told with it. */
  tellWaiting(): void {
    this.#scan.tellWaiting();
  }

  leave(): void {
    this.tellWaiting();
    this.#threads.leave();
  }

  /** A big file is read by two threads, if it is one whose first block has just been taken. */
  readAhead(bytes: TailedBytes, stopped: () => boolean): Promise<void> {
    const stretches = (): StretchScan | undefined => {
      const isFirst = this.#finding.beganAtBytes === 0 && bytes.offsetBytes === firstBlockBytes;
      return isFirst ? this.stretches((into, at) => bytes.readAt(into, at)) : undefined;
    };
    return this.#threads.run(bytes, stretches, { stopped, read: (ahead) => this.#goOnBehind(ahead) });
  }

  #goOnBehind(ahead: AheadReading): void {
    this.#teller.tellFromBytes = this.#tookToBytes = ahead.toBytes;
    ahead.goOn();
    this.understanding.bytes += ahead.toBytes - firstBlockBytes;
    this.clock.guessedZone ??= ahead.guessedZone;
  }

  room(): Uint8Array {
    return this.#finding.room();
  }

  took(count: number): void {
    this.#tookAt = monotonicMs();
    this.understanding.bytes += count;
    this.#tookToBytes += count;
    this.#finding.took(count);
  }

  caughtUp(): void {
    this.#finding.caughtUp();
    this.#scan.caughtUp(this.#isStream);
    this.#finding.tell();
  }

  end(): void {
    this.#finding.end();
    this.#scan.settle(true);
    this.#finding.tell();
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
    return !this.#finding.isWrapped;
  }

  /** The place in the file of a place among the bytes that the scan got. */
  placeOf(offsetBytes: number): number {
    return this.#finding.placeOf(offsetBytes);
  }
}
