import { Buffer } from 'node:buffer';
import { isPgbouncerLine } from '../../core/log/pgbouncerLog.ts';
import { LogClock } from '../../core/log/logTimestamp.ts';
import { longestPoolText, PoolBooks } from '../../core/pool/poolBooks.ts';
import { PoolLineReader, type PoolLine } from '../../core/pool/poolLine.ts';
import type { PoolMessage } from '../../core/pool/poolSample.ts';
import type { OwnPattern } from '../../core/pool/ownPattern.ts';
import type { TailedFile, TailSink } from '../tail/tailSink.ts';
import { decodedText, utf16Of, type LineEncoding } from '../tail/lineEncoding.ts';
import { BoundedPattern } from './boundedPattern.ts';

/** Bytes held at once, and so the longest line: the rest of a longer one is passed over. */
const capacity = 1024 * 1024;
const newline = 0x0a;
/** From so many lines it is known whose log it is. */
const headLines = 100;

/**
 * An application's log as a sink of a tail: whatever its lines look like and however they are encoded, it finds those
 * that are about a pool of connections. Holds one line.
 */
export class PoolLog implements TailSink {
  readonly books = new PoolBooks();
  readonly files: string[] = [];
  bytes = 0;
  lines = 0;
  lostBytes = 0;
  /** Lines longer than what is looked at of one. */
  longLines = 0;
  /** Among its first lines are some of PgBouncer's own log. */
  isPooler = false;
  onCaughtUp: (() => void) | undefined;
  readonly #reader: PoolLineReader;
  readonly #pattern: BoundedPattern | undefined;
  readonly #buffer = Buffer.allocUnsafeSlow(capacity);
  #length = 0;
  #encoding: LineEncoding | undefined;
  /** File offset of the first byte that is held. */
  #offsetBytes = 0;
  #skips = false;

  constructor({
    pattern,
    timeZone,
  }: { pattern?: OwnPattern | undefined; timeZone?: string | undefined } = {}) {
    this.#pattern = pattern && new BoundedPattern(pattern);
    this.#reader = new PoolLineReader({ clock: new LogClock(timeZone), now: Date.now() });
  }

  begin({ path }: TailedFile, offsetBytes: number): void {
    if (this.files.at(-1) !== path && this.files.length < 10_000) this.files.push(path);
    this.#length = 0;
    this.#offsetBytes = offsetBytes;
    this.#skips = false;
    if (offsetBytes === 0) this.#encoding = undefined;
  }

  room(): Uint8Array {
    return this.#buffer.subarray(this.#length);
  }

  took(count: number): void {
    this.bytes += count;
    this.#length += count;
    if (this.#encoding === undefined && this.#length >= 2)
      this.#encoding = utf16Of(this.#buffer.subarray(0, 2)) ?? 'utf8';
    const ends: number[] = [];
    for (let end = this.#lineEnd(0); end >= 0; end = this.#lineEnd(end)) ends.push(end);
    this.#read(ends);
    let at = ends.at(-1) ?? 0;
    if (at === 0 && this.#length === capacity) {
      // its beginning is enough to know what it says
      if (!this.#skips) this.#read([capacity]);
      this.#skips = true;
      at = capacity;
    }
    this.#buffer.copyWithin(0, at, this.#length);
    this.#length -= at;
    this.#offsetBytes += at;
  }

  /** What is there of a line that is not whole may be anything yet. */
  caughtUp(): void {
    this.onCaughtUp?.();
  }

  end(): void {
    if (this.#length > 0) this.#read([this.#length]);
    this.#offsetBytes += this.#length;
    this.#length = 0;
    this.#skips = false;
  }

  lost(bytes: number): void {
    this.lostBytes += bytes;
  }

  /** Reads the lines that end at these places of the buffer. */
  #read(ends: readonly number[]): void {
    const lines: PoolLine[] = [];
    const places: number[] = [];
    let from = 0;
    for (const end of ends) {
      if (this.#skips) this.#skips = false;
      else {
        lines.push(this.#lineAt(from, end));
        places.push(this.#offsetBytes + from);
      }
      from = end;
    }
    if (this.lines < headLines) this.isPooler ||= lines.some(({ text }) => isPgbouncerLine(text));
    this.lines += lines.length;
    const found = this.#pattern?.match(lines.map(({ text }) => text));
    lines.forEach((line, index) => this.#tell(line, places[index] ?? 0, found?.[index]));
  }

  #tell(
    line: PoolLine,
    offsetBytes: number,
    own: (PoolMessage & { readonly process?: string | undefined }) | undefined,
  ): void {
    const place = { file: this.files.at(-1) ?? '', offsetBytes };
    if (own) this.books.apply({ ...line, process: own.process ?? line.process }, place, () => own);
    else if (!this.#pattern) this.books.apply(line, place);
  }

  #lineAt(start: number, end: number): PoolLine {
    const isLong = end - start > 2 * longestPoolText;
    if (isLong) this.longLines += 1;
    // JSON has to be whole
    const isCut = isLong && this.#buffer[start] !== 0x7b;
    const bytes = this.#buffer.subarray(start, isCut ? start + 2 * longestPoolText : end);
    const text = decodedText(bytes, this.#encoding ?? 'utf8').replace(/^\uFEFF|\r?\n$/g, '');
    // eslint-disable-next-line no-control-regex -- colours of a terminal
    return this.#reader.read(text.replace(/\u001b\[[0-9;]*m/g, ''));
  }

  /** Index behind the newline that ends the line at `from`; -1 = it is not here yet. */
  #lineEnd(from: number): number {
    const bytes = this.#buffer.subarray(0, this.#length);
    if (this.#encoding !== 'utf16le' && this.#encoding !== 'utf16be')
      return bytes.indexOf(newline, from) + 1 || -1;
    const wide = Buffer.from(this.#encoding === 'utf16le' ? [newline, 0] : [0, newline]);
    let at = bytes.indexOf(wide, from);
    while (at >= 0 && (at + this.#offsetBytes) % 2 === 1) at = bytes.indexOf(wide, at + 1);
    return at < 0 ? -1 : at + 2;
  }
}
