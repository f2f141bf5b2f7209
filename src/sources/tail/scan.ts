import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { EntryTelling, type ScanListener } from './entryTelling.ts';
import { RecurringLines } from './recurringLines.ts';
import { Anchors } from './scanAnchors.ts';
import { capacity, ScanBuffer } from './scanBuffer.ts';
import type { ScanMode, Surroundings } from './scanFrames.ts';
import type { SearchedBytes } from './scanLabels.ts';
import { ScanLanguages } from './scanLanguages.ts';
import { frameOf, settledLine } from './scanReading.ts';
import { ToldPlaces } from './toldPlaces.ts';
import type { WasmScan } from './wasmScan.ts';

/** Lines that were read are told together, at the latest when so much has been searched. */
const mostWaitedBytes = 2 * 1024 * 1024;
/**
 * The hot path: bytes to entries. It searches the anchors that the format's table names, verifies that one stands
 * right behind the severity of a real line, and cuts out only that entry; nothing else becomes a string. Entries
 * come in the order of the bytes, and the same ones however the bytes were sliced.
 */
export class Scan {
  readonly #start: () => WasmScan | null;
  #wasm: WasmScan | null = null;
  #recurring: RecurringLines | undefined;
  readonly #listener: ScanListener;
  #format: LogFormat | undefined;
  #anchors: Anchors | undefined;
  readonly #buffer = new ScanBuffer();
  readonly #told = new ToldPlaces();
  readonly #entries: EntryTelling;
  readonly #languages = new ScanLanguages();

  /** `start`: called before the first bytes; null = everything is done in JavaScript. */
  constructor(listener: ScanListener, start: () => WasmScan | null) {
    this.#listener = listener;
    this.#start = start;
    this.#entries = new EntryTelling(listener, this.#told, () => this.tellWaiting());
  }

  /** Begins a file: `offsetBytes` must be 0 or the beginning of a line. */
  begin(offsetBytes: number): void {
    this.tellWaiting();
    this.#buffer.begin(offsetBytes);
    this.#told.begin(offsetBytes);
    this.#entries.begin();
    this.#languages.begin();
  }

  /** What the bytes before those that are about to come would have shown: after `begin`. */
  assume({ isForeign, lastAt }: { isForeign: boolean; lastAt?: number | undefined }): void {
    this.#told.assumeAt(lastAt);
    if (isForeign) this.#languages.foreignFromBytes = this.#buffer.offsetBytes;
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
    if (format && !this.#buffer.hasMemory) this.#takeMemory();
    this.#format = format;
    this.#anchors = format && new Anchors(format.table, this.#wasm);
    this.#buffer.searchAgain(0);
  }

  /** The bytes that are not finished with, for format detection. */
  get unread(): Buffer {
    return this.#buffer.bytes;
  }

  /** File offset of a line up to which everything is understood and told: a restart may begin here. */
  get settledBytes(): number {
    const { toBytes } = this.#told;
    if (this.#isWaiting) return toBytes;
    const { lines, searchedTo, length, offsetBytes } = this.#buffer;
    const line = settledLine(lines, Math.min(searchedTo, length), this.#format);
    return line < 0 ? toBytes : Math.max(toBytes, offsetBytes + line);
  }

  /** Is everything before a file offset understood and told? Most often that is known without reading a line. */
  isSettledTo(fileBytes: number): boolean {
    if (this.#told.toBytes >= fileBytes) return true;
    const { searchedTo, length, offsetBytes } = this.#buffer;
    return offsetBytes + Math.min(searchedTo, length) >= fileBytes && this.settledBytes >= fileBytes;
  }

  /** File offset behind the last whole line that is here, of which more may be to come: it may not be told yet. */
  get wholeLinesBytes(): number {
    return this.#buffer.offsetBytes + this.unread.lastIndexOf(0x0a) + 1;
  }

  get #isWaiting(): boolean {
    return this.#recurring !== undefined && this.#recurring.count > 0;
  }

  /** Tells the lines that were read and wait for more: to be told of a few is as dear as of hundreds. */
  tellWaiting(): void {
    if (this.#isWaiting) this.#recurring?.tell(this.#listener);
    this.#told.tellAll();
  }

  room(): Uint8Array {
    if (!this.#buffer.hasMemory) this.#takeMemory();
    return this.#buffer.room();
  }

  /** Megabytes, which a log that says nothing new does without. */
  #takeMemory(): void {
    const wasm = this.#start();
    this.#wasm = wasm;
    this.#recurring = wasm ? new RecurringLines(wasm) : undefined;
    this.#buffer.use(wasm?.input.subarray(0, capacity) ?? Buffer.allocUnsafeSlow(capacity));
  }

  /** `count` more bytes stand in the room: all entries that are whole by now are told. */
  took(count: number): void {
    const buffer = this.#buffer;
    const from = buffer.length;
    buffer.grow(count);
    buffer.searchAgain(this.#languages.look(buffer.bytes, from, buffer.offsetBytes));
    if (this.#anchors?.isFast !== true)
      buffer.searchAgain(this.#languages.lookForLegacy(buffer.bytes, false));
    this.#run('more');
    this.#makeRoom();
    const waitedBytes = buffer.offsetBytes + buffer.searchedTo - this.#told.toBytes;
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
      this.#buffer.searchAgain(this.#languages.lookForLegacy(this.unread, true));
    this.#run(final ? 'final' : 'quiet');
    this.tellWaiting();
  }

  /** Passes over so many bytes without searching them: they are no log. */
  discard(count: number): void {
    this.#languages.drop(this.#buffer.drop(count));
  }

  /** Tells all entries that are whole in this mode; `first` is another mode for the first place that is found. */
  #run(mode: ScanMode, first = mode): void {
    const format = this.#format;
    const anchors = this.#anchors;
    if (!format || !anchors) return;
    const buffer = this.#buffer;
    const { bytes, offsetBytes, startsLine } = buffer;
    const recurring = this.#recurring;
    anchors.restart();
    let from = buffer.searchedTo;
    let now = first;
    for (;;) {
      // what is told of a line that was refused is told one by one, and so is a half line
      const isOrdinary = now === mode && this.#entries.areUnderstoodAt(offsetBytes + from);
      recurring?.look(format.recurring, isOrdinary);
      const around: Surroundings = { bytes, startsLine, mode: now };
      const found = anchors.find(this.#searched(around), from);
      if (anchors.isFast) from = Math.max(from, this.#tookRecurring(format));
      if (!found) break;
      // what stands there may be a label in another encoding
      if (
        anchors.isFast &&
        typeof found.verdict === 'string' &&
        this.#languages.turnLegacyAt(bytes, found.at)
      )
        continue;
      now = mode;
      const isVerified = anchors.isFast && typeof found.verdict === 'object';
      const composedAt = isVerified ? recurring?.learning.compose(format) : undefined;
      if (composedAt !== undefined) {
        from = composedAt;
        continue;
      }
      if (typeof found.verdict === 'object' && found.verdict.isForeign)
        this.#languages.isForeignFrom(offsetBytes + found.at);
      const frame = anchors.isUndecided(found, bytes, around.mode)
        ? ({ kind: 'unfinished' } as const)
        : frameOf(around, found, format);
      if (frame.kind === 'unfinished') {
        buffer.searchedTo = found.at;
        return;
      }
      const isEntry = frame.kind === 'entry';
      const telling = { offsetBytes, learning: recurring?.learning };
      const to = isEntry ? this.#entries.tell(around, frame, format, telling) : found.at;
      if (isEntry && to <= frame.start) {
        from = to;
        anchors.restart();
      } else from = Math.max(found.at + 1, to);
    }
    buffer.searchedTo = Math.max(from, buffer.length - anchors.undecidedBytes, 0);
  }

  #searched({ bytes, startsLine, mode }: Surroundings): SearchedBytes {
    const { foreignFromBytes, isLegacy } = this.#languages;
    const foreignFrom = foreignFromBytes - this.#buffer.offsetBytes;
    return { bytes, startsLine, isMore: mode === 'more', foreignFrom, isLegacy };
  }

  /** Takes the lines that the last search has read, which wait from then on; answers the index where they end. */
  #tookRecurring(format: LogFormat): number {
    const recurring = this.#recurring;
    const { offsetBytes, length } = this.#buffer;
    if (recurring?.took(offsetBytes, format) !== true) return 0;
    const toBytes = offsetBytes + Math.min(recurring.readTo + 1, length);
    this.#told.read(recurring.lastFromBytes, toBytes, recurring.lastAt);
    return recurring.readTo;
  }

  #makeRoom(): void {
    if (this.#buffer.length === 0 || this.#format === undefined) return;
    this.#languages.drop(this.#buffer.dropSearched());
    if (!this.#buffer.isFull) return;
    // One entry fills the buffer: it is told as far as it goes, and its rest is passed over.
    this.#run('more', 'final');
    this.#languages.drop(this.#buffer.dropRoom());
  }
}
