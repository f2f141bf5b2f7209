import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { RecurringLines, type RecurringListener } from './recurringLines.ts';
import { Anchors } from './scanAnchors.ts';
import { lineStart, type Frame, type ScanMode, type Surroundings } from './scanFrames.ts';
import { RefusedLines } from './refusedLines.ts';
import { ScanLanguages } from './scanLanguages.ts';
import { frameOf, readEntry, readFrom, settledLine, type Reading } from './scanReading.ts';
import { textOf } from './scanTexts.ts';
import type { WasmScan } from './wasmScan.ts';

/** Bytes held at once: what is kept of the last block, and the room for the next. */
const capacity = 2 * 1024 * 1024;
const leastRoom = 64 * 1024;
const nothing = Buffer.alloc(0);
/** The most of a line that is told as not understood. */
const longestSample = 300;
/** Lines that were read are told together, at the latest when so much has been searched. */
const mostWaitedBytes = 2 * 1024 * 1024;
/** Bytes kept before the last line, in which a record of several lines may have begun. */
const keptBefore = 8 * 1024;

/** What the scan tells. Offsets count from the beginning of the file. */
export interface ScanListener extends RecurringListener {
  /** A line that looks like an entry begins like no line of this log. */
  notUnderstood(line: string, offsetBytes: number): void;
  /** Such a line is understood after all: the prefix has changed, which later lines told. */
  understood(offsetBytes: number): void;
}

/**
 * The hot path: bytes to entries. It searches the anchors that the format's table names, verifies that one stands
 * right behind the severity of a real line, and cuts out only that entry; nothing else becomes a string. Entries
 * come in the order of the bytes, and the same ones however the bytes were sliced.
 */
export class Scan {
  readonly #start: () => WasmScan | null;
  #wasm: WasmScan | null = null;
  #recurring: RecurringLines | undefined;
  #buffer: Buffer = nothing;
  readonly #listener: ScanListener;
  #format: LogFormat | undefined;
  #anchors: Anchors | undefined;
  /** Bytes in the buffer; where the file's offset of the first of them is; whether it begins a line. */
  #length = 0;
  #offsetBytes = 0;
  #startsLine = true;
  /** Everything before this index has been searched. */
  #searchedTo = 0;
  /** File offset behind the last entry that was read, and behind the last that was told. */
  #readToBytes = 0;
  #toldToBytes = 0;
  /** Where the last entry stands that was told by itself: what stands there is a part of no other. */
  #lastTold = { fromBytes: 0, toBytes: 0 };
  /** When the entry was written that was read last: raw text says no time of its own. */
  #lastAt: number | undefined;
  readonly #refused = new RefusedLines(keptBefore);
  readonly #languages = new ScanLanguages();

  /** `start`: called before the first bytes; null = everything is done in JavaScript. */
  constructor(listener: ScanListener, start: () => WasmScan | null) {
    this.#listener = listener;
    this.#start = start;
  }

  /** Begins a file: `offsetBytes` must be 0 or the beginning of a line. */
  begin(offsetBytes: number): void {
    this.tellWaiting();
    this.#length = 0;
    this.#searchedTo = 0;
    this.#offsetBytes = offsetBytes;
    this.#readToBytes = offsetBytes;
    this.#toldToBytes = offsetBytes;
    this.#lastAt = undefined;
    this.#lastTold = { fromBytes: offsetBytes, toBytes: offsetBytes };
    this.#refused.clear();
    this.#languages.begin();
    this.#startsLine = true;
  }

  /** What the bytes before those that are about to come would have shown: after `begin`. */
  assume({ isForeign, lastAt }: { isForeign: boolean; lastAt?: number | undefined }): void {
    this.#lastAt = lastAt;
    if (isForeign) this.#languages.foreignFromBytes = this.#offsetBytes;
  }

  get foreignFromBytes(): number {
    return this.#languages.foreignFromBytes;
  }

  /** The lines that are like ones before; undefined = no bytes have come yet, or there is no module that reads them. */
  get recurring(): RecurringLines | undefined {
    return this.#recurring;
  }

  /** Tells an entry that another scan has read. */
  tellEntry(entry: LogEntry, offsetBytes: number): void {
    this.#listener.entry(entry, offsetBytes);
  }

  /** Tells lines whose numbers another scan has read; their forms have the numbers that they have here. */
  tellLines(numbers: Float64Array, count: number): void {
    if (this.#recurring && count > 0) this.#listener.lines(this.#recurring.block(numbers, count));
  }

  get format(): LogFormat | undefined {
    return this.#format;
  }

  /** Sets the format; what is in the buffer is searched again with it. */
  set format(format: LogFormat | undefined) {
    if (format && this.#buffer === nothing) this.#takeMemory();
    this.#format = format;
    this.#anchors = format && new Anchors(format.table, this.#wasm);
    this.#searchedTo = 0;
  }

  /** The bytes that are not finished with, for format detection. */
  get unread(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** File offset of a line up to which everything is understood and told: a restart may begin here. */
  get settledBytes(): number {
    if (this.#isWaiting) return this.#toldToBytes;
    const around = { bytes: this.unread, startsLine: this.#startsLine };
    const line = settledLine(around, Math.min(this.#searchedTo, this.#length), this.#format);
    return line < 0 ? this.#toldToBytes : Math.max(this.#toldToBytes, this.#offsetBytes + line);
  }

  /** File offset behind the last whole line that is here, of which more may be to come: it may not be told yet. */
  get wholeLinesBytes(): number {
    return this.#offsetBytes + this.unread.lastIndexOf(0x0a) + 1;
  }

  get #isWaiting(): boolean {
    return this.#recurring !== undefined && this.#recurring.count > 0;
  }

  /** Tells the lines that were read and wait for more: to be told of a few is as dear as of hundreds. */
  tellWaiting(): void {
    if (this.#isWaiting) this.#recurring?.tell(this.#listener);
    this.#toldToBytes = this.#readToBytes;
  }

  room(): Uint8Array {
    if (this.#buffer === nothing) this.#takeMemory();
    return this.#buffer.subarray(this.#length);
  }

  /** Megabytes, which a log that says nothing new does without. */
  #takeMemory(): void {
    const wasm = this.#start();
    this.#wasm = wasm;
    this.#recurring = wasm ? new RecurringLines(wasm) : undefined;
    this.#buffer = wasm?.input.subarray(0, capacity) ?? Buffer.allocUnsafeSlow(capacity);
  }

  /** `count` more bytes stand in the room: all entries that are whole by now are told. */
  took(count: number): void {
    const from = this.#length;
    this.#length += count;
    this.#searchAgain(this.#languages.look(this.unread, from, this.#offsetBytes));
    if (this.#anchors?.isFast !== true) this.#searchAgain(this.#languages.lookForLegacy(this.unread, false));
    this.#run('more');
    this.#makeRoom();
    const waitedBytes = this.#offsetBytes + this.#searchedTo - this.#toldToBytes;
    if (waitedBytes >= mostWaitedBytes || this.#recurring?.isHalfFull === true) this.tellWaiting();
  }

  /** What was written so far has been read: a session's entry at the end counts as whole, unless it comes line by line. */
  caughtUp(isByLines = false): void {
    this.#run(isByLines ? 'more' : 'caughtUp');
    this.tellWaiting();
  }

  /** Nothing was written for a while, or ever will be: what stands here is whole. */
  settle(final: boolean): void {
    if (final && this.#anchors?.isFast !== true)
      this.#searchAgain(this.#languages.lookForLegacy(this.unread, true));
    this.#run(final ? 'final' : 'quiet');
    this.tellWaiting();
  }

  /** Passes over so many bytes without searching them: they are no log. */
  discard(count: number): void {
    this.#drop(count);
  }

  /** Tells all entries that are whole in this mode; `first` is another mode for the first place that is found. */
  #run(mode: ScanMode, first = mode): void {
    const format = this.#format;
    const anchors = this.#anchors;
    if (!format || !anchors) return;
    const bytes = this.unread;
    anchors.restart();
    let from = this.#searchedTo;
    let now = first;
    for (;;) {
      // what is told of a line that was refused is told one by one, and so is a half line
      const isOrdinary = now === mode && this.#refused.isEmptyAt(this.#offsetBytes + from);
      this.#recurring?.look(format.recurring, isOrdinary);
      const found = anchors.find(
        {
          bytes,
          startsLine: this.#startsLine,
          isMore: now === 'more',
          foreignFrom: this.#languages.foreignFromBytes - this.#offsetBytes,
          isLegacy: this.#languages.isLegacy,
        },
        from,
      );
      if (anchors.isFast) from = Math.max(from, this.#tookRecurring());
      if (!found) break;
      // what stands there may be a label in another encoding
      if (
        anchors.isFast &&
        typeof found.verdict === 'string' &&
        this.#languages.turnLegacyAt(bytes, found.at)
      )
        continue;
      const around: Surroundings = { bytes, startsLine: this.#startsLine, mode: now };
      now = mode;
      const isVerified = anchors.isFast && typeof found.verdict === 'object';
      const composedAt = isVerified ? this.#recurring?.compose(format) : undefined;
      if (composedAt !== undefined) {
        from = composedAt;
        continue;
      }
      if (typeof found.verdict === 'object' && found.verdict.isForeign)
        this.#languages.isForeignFrom(this.#offsetBytes + found.at);
      const frame = anchors.isUndecided(found, bytes, around.mode)
        ? ({ kind: 'unfinished' } as const)
        : frameOf(around, found, format);
      if (frame.kind === 'unfinished') {
        this.#searchedTo = found.at;
        return;
      }
      const to = frame.kind === 'entry' ? this.#tell(around, frame, format) : found.at;
      if (frame.kind === 'entry' && to <= frame.start) {
        from = to;
        anchors.restart();
      } else from = Math.max(found.at + 1, to);
    }
    this.#searchedTo = Math.max(from, this.#length - anchors.undecidedBytes, 0);
  }

  /** Takes the lines that the last search has read, which wait from then on; answers the index where they end. */
  #tookRecurring(): number {
    const recurring = this.#recurring;
    if (recurring?.took(this.#offsetBytes) !== true) return 0;
    this.#lastAt = Number.isNaN(recurring.lastAt) ? this.#lastAt : recurring.lastAt;
    const to = Math.min(recurring.readTo + 1, this.#length);
    this.#readToBytes = Math.max(this.#readToBytes, this.#offsetBytes + to);
    return recurring.readTo;
  }

  #searchAgain(from: number): void {
    this.#searchedTo = Math.min(this.#searchedTo, from);
  }

  /** Reads and tells one entry; answers where to search on: before it, when a prefix was learned from it. */
  #tell(around: Surroundings, frame: Extract<Frame, { kind: 'entry' }>, format: LogFormat): number {
    const { start, end } = frame;
    const offsetBytes = this.#offsetBytes + start;
    const reading = this.#notTold(readEntry(around, frame, format));
    const isLearned = this.#recurring?.learn(readFrom(reading, start), end, around.bytes, format);
    if (reading === 'unknown') {
      if (this.#refused.refuse(offsetBytes)) {
        const line = textOf(around.bytes, start, end);
        this.#listener.notUnderstood(line.slice(0, longestSample), offsetBytes);
        if (format.adapt(line)) return (this.#refused.firstBytes ?? offsetBytes) - this.#offsetBytes;
      }
    } else if (this.#refused.understand(offsetBytes)) this.#listener.understood(offsetBytes);
    if (typeof reading === 'string') {
      // whatever else stands in this line is no beginning of a line either
      const lineEnd = around.bytes.indexOf(0x0a, start);
      return Math.max(lineEnd < 0 ? end : lineEnd, start + 1);
    }
    // it is told as one of those that are like it
    if (isLearned === true) return start;
    const entryBytes = this.#offsetBytes + reading.start;
    const entry = frame.isRaw === true ? { ...reading.entry, at: this.#lastAt } : reading.entry;
    this.#lastAt = entry.at ?? this.#lastAt;
    this.tellWaiting();
    if (!this.#refused.tell(entryBytes)) this.#listener.entry(entry, entryBytes);
    const toBytes = this.#offsetBytes + Math.min(end + 1, around.bytes.length);
    this.#lastTold = { fromBytes: entryBytes, toBytes };
    this.#readToBytes = this.#toldToBytes = Math.max(this.#toldToBytes, toBytes);
    return end;
  }

  /** What was read, unless it begins in an entry that was told: then nobody knows where it does. */
  #notTold(reading: Reading): Reading {
    if (typeof reading === 'string') return reading;
    const atBytes = this.#offsetBytes + reading.start;
    const { fromBytes, toBytes } = this.#lastTold;
    return atBytes >= fromBytes && atBytes < toBytes ? 'unknown' : reading;
  }

  /** Index from which bytes must be kept: an entry that began before what was searched may still need them. */
  #keepFrom(): number {
    const searchedTo = Math.min(this.#searchedTo, this.#length);
    const line = lineStart({ bytes: this.unread, startsLine: this.#startsLine }, searchedTo);
    const needed = line < 0 ? searchedTo : line;
    const earlier = Math.max(0, needed - keptBefore);
    const newline = this.#buffer.subarray(0, needed).indexOf(0x0a, earlier);
    return earlier === 0 ? 0 : newline < 0 ? earlier : newline + 1;
  }

  #makeRoom(): void {
    if (this.#length === 0 || this.#format === undefined) return;
    this.#drop(this.#keepFrom());
    if (capacity - this.#length >= leastRoom) return;
    // One entry fills the buffer: it is told as far as it goes, and its rest is passed over.
    this.#run('more', 'final');
    this.#drop(Math.max(this.#keepFrom(), leastRoom));
  }

  #drop(count: number): void {
    if (count <= 0) return;
    const before = this.#buffer[count - 1];
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#offsetBytes += count;
    this.#searchedTo = Math.max(0, this.#searchedTo - count);
    this.#languages.drop(count);
    this.#startsLine = before === 0x0a;
  }
}
