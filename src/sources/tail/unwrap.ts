import { Buffer } from 'node:buffer';
import { LineAssembly } from '../../core/log/wrapping/lineAssembly.ts';
import type { WrappedReader, WrappingContext } from '../../core/log/wrapping/wrappedLine.ts';
import { nestedReader, type DetectedWrapping } from '../../core/log/wrapping/wrappingDetection.ts';
import { LineBuffer } from './lineBuffer.ts';
import type { LineEncoding } from './lineEncoding.ts';

/** Bytes of unwrapped text whose places are remembered: as many as the scan may hold. */
const rememberedBytes = 4 * 1024 * 1024;

/**
 * Takes the bytes of a file whose lines are wrapped, or in UTF-16, and hands on those of the log itself, with the
 * places at which they stand in the file. Holds one line and what is being put together.
 */
export class Unwrap {
  readonly #lines: LineBuffer;
  readonly #encoding: LineEncoding;
  readonly #reader: WrappedReader | undefined;
  readonly #assembly: LineAssembly;
  readonly #handOn: (bytes: Uint8Array) => void;
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
    this.#lines = new LineBuffer((line, offset) => this.#line(line, offset), { encoding });
    this.#lines.begin(offsetBytes);
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
    return this.#lines.room();
  }

  took(count: number): void {
    this.#lines.took(count);
  }

  /** Everything written so far is here: what waited for more is handed on. */
  caughtUp(): void {
    this.#assembly.flush();
  }

  end(): void {
    this.#lines.end();
    for (const line of this.#reader?.end() ?? []) this.#assembly.add(line, this.#lines.offsetBytes);
    this.#assembly.end();
  }

  /** The place in the file of the line that holds a place among the bytes handed on. */
  offsetOf(innerBytes: number): number {
    if (innerBytes >= this.#handedOnBytes) return this.#assembly.keptFromBytes ?? this.#lines.offsetBytes;
    let low = 0;
    let high = this.#inner.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#inner[middle] ?? 0) <= innerBytes) low = middle + 1;
      else high = middle;
    }
    return this.#outer[Math.max(0, low - 1)] ?? this.#lines.offsetBytes;
  }

  #line(line: Buffer, offsetBytes: number): void {
    const text = this.#lines.textOf(line);
    const wrapped = this.#reader ? this.#reader.read(text) : [{ text }];
    for (const each of wrapped ?? []) this.#assembly.add(each, offsetBytes);
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
