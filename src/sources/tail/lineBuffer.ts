import { Buffer } from 'node:buffer';
import { decodedText, utf16Of, type LineEncoding } from './lineEncoding.ts';

/** Bytes held at once, and the longest line. */
const capacity = 1024 * 1024;
const newline = 0x0a;

/** Takes a line, its end included, and where in the file it begins; the bytes are those of the next one soon. */
export type TakeLine = (line: Buffer, offsetBytes: number) => void;

export interface LineBufferOptions {
  /** Undefined = the first bytes of a file tell. */
  readonly encoding?: LineEncoding | undefined;
  /** Of a line that is longer than the buffer the beginning is told; else nothing of it is. */
  readonly tellsLong?: boolean;
}

/** Cuts the blocks of a file into lines, however they are encoded. Holds one line: of a longer one the rest is passed over. */
export class LineBuffer {
  readonly #buffer = Buffer.allocUnsafeSlow(capacity);
  readonly #take: TakeLine;
  readonly #options: LineBufferOptions;
  #encoding: LineEncoding | undefined;
  #length = 0;
  #offsetBytes = 0;
  /** The rest of a line that was too long is passed over. */
  #skips = false;

  constructor(take: TakeLine, options: LineBufferOptions = {}) {
    this.#take = take;
    this.#options = options;
    this.#encoding = options.encoding;
  }

  /** File offset of the first byte that is held. */
  get offsetBytes(): number {
    return this.#offsetBytes;
  }

  /** What comes next stands there in a file. */
  begin(offsetBytes: number): void {
    this.#length = 0;
    this.#offsetBytes = offsetBytes;
    this.#skips = false;
    if (offsetBytes === 0) this.#encoding = this.#options.encoding;
  }

  room(): Uint8Array {
    return this.#buffer.subarray(this.#length);
  }

  took(count: number): void {
    this.#length += count;
    if (this.#encoding === undefined && this.#length >= 2)
      this.#encoding = utf16Of(this.#buffer.subarray(0, 2)) ?? 'utf8';
    let at = 0;
    for (let end = this.#lineEnd(0); end >= 0; end = this.#lineEnd(at)) {
      this.#tell(at, end);
      at = end;
    }
    if (at === 0 && this.#length === capacity) {
      if (this.#options.tellsLong === true) this.#tell(0, capacity);
      this.#skips = true;
      at = capacity;
    }
    this.#buffer.copyWithin(0, at, this.#length);
    this.#length -= at;
    this.#offsetBytes += at;
  }

  /** Nothing comes any more: what is held is the last line. */
  end(): void {
    if (this.#length > 0) this.#tell(0, this.#length);
    this.#offsetBytes += this.#length;
    this.#length = 0;
    this.#skips = false;
  }

  /** The text of a line that was told, or of its beginning, without its end. */
  textOf(line: Buffer): string {
    return decodedText(line, this.#encoding ?? 'utf8').replace(/^\uFEFF|\r?\n$/g, '');
  }

  #tell(start: number, end: number): void {
    if (!this.#skips) this.#take(this.#buffer.subarray(start, end), this.#offsetBytes + start);
    this.#skips = false;
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
