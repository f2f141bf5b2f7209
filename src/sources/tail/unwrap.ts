import { Buffer } from 'node:buffer';
import { LineAssembly } from '../../core/log/wrapping/lineAssembly.ts';
import type { WrappedReader, WrappingContext } from '../../core/log/wrapping/wrappedLine.ts';
import { nestedReader, type DetectedWrapping } from '../../core/log/wrapping/wrappingDetection.ts';
import { decodedText, type LineEncoding } from './lineEncoding.ts';

/** Bytes held at once, and the longest line: the rest of a longer one is passed over. */
const capacity = 1024 * 1024;
/** Bytes of unwrapped text whose places are remembered: as many as the scan may hold. */
const rememberedBytes = 4 * 1024 * 1024;
const newline = 0x0a;

/**
 * Takes the bytes of a file whose lines are wrapped, or in UTF-16, and hands on those of the log itself, with the
 * places at which they stand in the file. Holds one line and what is being put together.
 */
export class Unwrap {
  readonly #buffer = Buffer.allocUnsafeSlow(capacity);
  readonly #encoding: LineEncoding;
  readonly #reader: WrappedReader | undefined;
  readonly #assembly: LineAssembly;
  readonly #handOn: (bytes: Uint8Array) => void;
  #length = 0;
  /** File offset of the first byte that is held. */
  #offsetBytes: number;
  /** The rest of a line that was too long is passed over. */
  #skips = false;
  #handedOnBytes = 0;
  /** Where lines of the log begin among the bytes handed on, and in the file. */
  #inner: number[] = [];
  #outer: number[] = [];

  /** `wrapping`: undefined = only the encoding is another. `offsetBytes`: where in the file its first byte stands. */
  constructor(
    {
      wrapping,
      encoding,
      context,
    }: {
      readonly wrapping: DetectedWrapping | undefined;
      readonly encoding: LineEncoding;
      readonly context: WrappingContext;
    },
    offsetBytes: number,
    handOn: (bytes: Uint8Array) => void,
  ) {
    this.#encoding = encoding;
    this.#reader = wrapping && nestedReader(wrapping.wrappings, context);
    this.#offsetBytes = offsetBytes;
    this.#handOn = handOn;
    const added = wrapping?.added ?? { time: false, pid: false };
    this.#assembly = new LineAssembly(wrapping?.source, added, ({ text, offsetBytes }) =>
      this.#tell(`${text}\n`, offsetBytes),
    );
  }

  /** Lines of other sources than the server, by source. */
  get leftOut(): ReadonlyMap<string, number> {
    return this.#assembly.leftOut;
  }

  room(): Uint8Array {
    return this.#buffer.subarray(this.#length);
  }

  took(count: number): void {
    this.#length += count;
    let at = 0;
    for (let end = this.#lineEnd(0); end >= 0; end = this.#lineEnd(at)) {
      this.#line(at, end);
      at = end;
    }
    if (at === 0 && this.#length === capacity) {
      this.#skips = true;
      at = capacity;
    }
    this.#buffer.copyWithin(0, at, this.#length);
    this.#length -= at;
    this.#offsetBytes += at;
  }

  /** Everything written so far is here: what waited for more is handed on. */
  caughtUp(): void {
    this.#assembly.flush();
  }

  end(): void {
    if (this.#length > 0) this.#line(0, this.#length);
    this.#offsetBytes += this.#length;
    this.#length = 0;
    for (const line of this.#reader?.end() ?? []) this.#assembly.add(line, this.#offsetBytes);
    this.#assembly.end();
  }

  /** The place in the file of the line that holds a place among the bytes handed on. */
  offsetOf(innerBytes: number): number {
    if (innerBytes >= this.#handedOnBytes) return this.#assembly.keptFromBytes ?? this.#offsetBytes;
    let low = 0;
    let high = this.#inner.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#inner[middle] ?? 0) <= innerBytes) low = middle + 1;
      else high = middle;
    }
    return this.#outer[Math.max(0, low - 1)] ?? this.#offsetBytes;
  }

  /** Index behind the newline that ends the line at `from`; -1 = it is not here yet. */
  #lineEnd(from: number): number {
    const bytes = this.#buffer.subarray(0, this.#length);
    if (this.#encoding === 'bytes' || this.#encoding === 'utf8')
      return bytes.indexOf(newline, from) + 1 || -1;
    const wide = Buffer.from(this.#encoding === 'utf16le' ? [newline, 0] : [0, newline]);
    let at = bytes.indexOf(wide, from);
    while (at >= 0 && (at + this.#offsetBytes) % 2 === 1) at = bytes.indexOf(wide, at + 1);
    return at < 0 ? -1 : at + 2;
  }

  #line(start: number, end: number): void {
    if (this.#skips) {
      this.#skips = false;
      return;
    }
    const text = decodedText(this.#buffer.subarray(start, end), this.#encoding).replace(
      /^\uFEFF|\r?\n$/g,
      '',
    );
    const offset = this.#offsetBytes + start;
    const wrapped = this.#reader ? this.#reader.read(text) : [{ text }];
    for (const line of wrapped ?? []) this.#assembly.add(line, offset);
  }

  #tell(text: string, offsetBytes: number): void {
    this.#inner.push(this.#handedOnBytes);
    this.#outer.push(offsetBytes);
    if (
      this.#inner.length > 1000 &&
      (this.#inner[this.#inner.length >> 1] ?? 0) < this.#handedOnBytes - rememberedBytes
    ) {
      this.#inner = this.#inner.slice(this.#inner.length >> 1);
      this.#outer = this.#outer.slice(this.#outer.length >> 1);
    }
    const bytes = Buffer.from(text, this.#encoding === 'bytes' ? 'latin1' : 'utf8');
    this.#handedOnBytes += bytes.length;
    this.#handOn(bytes);
  }
}
