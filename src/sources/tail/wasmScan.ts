import { lineNumbers } from '../../core/log/lineBlock.ts';
import type { RecurringShape } from '../../core/log/recurringShape.ts';
import { startModule } from '../../core/webAssembly.ts';
import { bytesInNames, headProgram, jsonKeys } from './headProgram.ts';
import type { LineParts } from './lineParts.ts';
import { textOf } from './scanTexts.ts';
import { scanModule } from './scanModule.ts';
import { framings, type WantedLabels } from './wantedLabels.ts';

/** What the module exports (assembly/index.ts). */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  layout(index: number): number;
  forget(): void;
  setReading(isOn: boolean): void;
  learn(form: number): boolean;
  learnAlike(form: number): boolean;
  namelessLength(): number;
  derivedCount(): number;
  numberFrom(next: number): void;
  meet(length: number): void;
  metPlace(): number;
  metLength(): number;
  clear(): void;
  found(): number;
  whyNot(): number;
  readTo(): number;
  hostCount(): number;
  finish(from: number, to: number, offset: number): number;
  isZoneOfStart(): boolean;
  setZone(index: number, from: number, offset: number): void;
  lookForOthers(isOn: boolean): void;
  restart(): void;
  search(framing: number, from: number, to: number, startsLine: boolean, isMore: boolean): number;
}

/** A form that is like another one but for plain names in its head. */
export interface DerivedForm {
  /** The number of the other. */
  readonly like: number;
  /** Its constant parts, one character a byte, and how many of them stand before the severity. */
  readonly constants: string;
  readonly headBytes: number;
}

const none: readonly DerivedForm[] = [];

/** How far a zone is from UTC, for a quarter of an hour from a local time on. */
export interface Zone {
  readonly fromMs: number;
  readonly offsetMs: number;
}

/** Lines that can be read before they are cleared away (MOST_RECORDS). */
export const mostRecords = 4096;
const mostHosts = 16_384;
const programBytes = 4096;
const keyBytes = 24;
/** assembly/forms.ts: the line may be learned, or that it is nothing. */
const met = -2;
const metNothing = -4;
/** And what it is besides a number: it never is read here, or passed over. */
export const never = -3;
export const nothing = -5;

/**
 * Where the two times of a record stand among its doubles until it is a line, as if the log's zone were UTC, in ms and in
 * s; and, among twice as many integers, the first eight bytes of their zones (assembly/records.ts).
 */
const localIn = [0, 1] as const;
const zoneIn = [6, 8] as const;
/** And where the bytes are that were read of it: up to this address. */
const endIn = 15;
/**
 * Where the line begins, and where its label ends; and how many of its constant bytes stand before its severity, and up to
 * its message's end.
 */
const beginIn = 14;
const placeIn = 10;
const headBytesIn = 34;
const messageBytesIn = 35;

/**
 * The scan as a module in WebAssembly with SIMD (assembly/), which runs at the speed of memory. It says nothing that
 * the scan in JavaScript would not: a place that it passes over is none where an entry can be, as far as the labels and
 * messages say that it was given; a line that it reads is the same, but for its numbers, as one that was read the
 * ordinary way, and was learned from that. Where either is in doubt, it answers the place.
 */
export class WasmScan {
  /** The bytes that are searched; 16 behind those that are asked for are overwritten. */
  readonly input: Buffer;
  readonly #exports: Exports;
  readonly #bytes: Buffer;
  readonly #inputAt: number;
  /** The lines that were read (lineBlock.ts), once they are finished; and the same as integers. */
  readonly lines: Float64Array;
  readonly #integers: Int32Array;
  readonly #shorts: Uint16Array;
  /** What the hosts' numbers are outside. */
  readonly hostNumbers: Int32Array;
  #framing: number = framings.lines;

  /** Null where the runtime has no WebAssembly with SIMD. */
  static start(): WasmScan | null {
    const exports = startModule(scanModule());
    return exports === undefined ? null : new WasmScan(exports as Exports);
  }

  private constructor(exports: Exports) {
    this.#exports = exports;
    const { buffer } = exports.memory;
    this.#bytes = Buffer.from(buffer);
    const records = exports.layout(2);
    // and one more, of the line that was not read
    this.lines = new Float64Array(buffer, records, (mostRecords + 1) * lineNumbers);
    this.#integers = new Int32Array(buffer, records, (mostRecords + 1) * lineNumbers * 2);
    this.#shorts = new Uint16Array(buffer, records, (mostRecords + 1) * lineNumbers * 4);
    this.hostNumbers = new Int32Array(buffer, exports.layout(8), mostHosts);
    this.#inputAt = exports.layout(0);
    this.input = this.#bytes.subarray(this.#inputAt, this.#inputAt + exports.layout(1));
    jsonKeys.forEach((key, index) => {
      const at = exports.layout(5) + index * keyBytes;
      this.#bytes[at] = key.length;
      this.#bytes.write(key, at + 1, 'latin1');
    });
  }

  /** Sets what is searched; and whether also places are answered near which something is not in UTF-8. */
  want({ framing, maps }: WantedLabels, isUtf8: boolean): void {
    this.#framing = framing;
    this.#exports.lookForOthers(isUtf8);
    this.#bytes.set(maps, this.#exports.layout(3));
    this.restart();
  }

  /** The bytes in the input have moved or grown. */
  restart(): void {
    this.#exports.restart();
  }

  /** Sets how the lines look that may be read here; false = such lines cannot be. All forms are forgotten. */
  look(shape: RecurringShape): boolean {
    this.#exports.forget();
    this.#bytes.set(bytesInNames(shape), this.#exports.layout(10));
    return this.#writeProgram(shape);
  }

  /** Whether lines are read from now on. */
  set isReading(isOn: boolean) {
    this.#exports.setReading(isOn);
  }

  /**
   * The index of the next place at or after `from` that may be an entry, or `to`; lines before it that were read stand
   * behind those that were read before.
   */
  search(from: number, to: number, startsLine: boolean, isMore: boolean): number {
    return this.#exports.search(this.#framing, from, to, startsLine, isMore);
  }

  /** How many lines were read since they were cleared away. */
  get count(): number {
    return this.#exports.found();
  }

  clear(): void {
    this.#exports.clear();
  }

  /** Index of the newline that ends the last that was read by the last search. */
  get readTo(): number {
    return this.#exports.readTo();
  }

  /**
   * Makes lines of what was read, from one to another; offsets count from `offsetBytes`. `zoneOf` is asked
   * how a zone looks around a local time in ms.
   */
  finish(
    from: number,
    to: number,
    offsetBytes: number,
    zoneOf: (zone: string, localMs: number) => Zone,
  ): void {
    for (;;) {
      const index = this.#exports.finish(from, to, offsetBytes);
      if (index === to) return;
      const which = this.#exports.isZoneOfStart() ? 1 : 0;
      const localMs = (this.lines[index * lineNumbers + localIn[which]] ?? 0) * (which === 1 ? 1000 : 1);
      const { fromMs, offsetMs } = zoneOf(this.#zoneText(index, which), localMs);
      this.#exports.setZone(index, fromMs, offsetMs);
      from = index;
    }
  }

  #zoneText(index: number, which: 0 | 1): string {
    const bytes = Buffer.alloc(8);
    const at = index * lineNumbers * 2 + zoneIn[which];
    bytes.writeInt32LE(this.#integers[at] ?? 0, 0);
    bytes.writeInt32LE(this.#integers[at + 1] ?? 0, 4);
    return bytes.toString('latin1').replaceAll('\0', '');
  }

  /** How many hosts lines have told. */
  get hostCount(): number {
    return this.#exports.hostCount();
  }

  /** The host with a number; ASCII. */
  host(number: number): string {
    const hostBytes = this.#exports.layout(7);
    const at = this.#exports.layout(6) + number * hostBytes;
    const length = this.#bytes[at + hostBytes - 1] ?? 0;
    return this.#bytes.toString('latin1', at, at + length);
  }

  /** Index of the newline up to which the line at the last place was read, with what belongs to it. */
  get lastEnd(): number {
    return (this.#integers[this.count * lineNumbers * 2 + endIn] ?? 0) - this.#inputAt;
  }

  /** Index at which that line begins. */
  get lastStart(): number {
    return this.#integers[this.count * lineNumbers * 2 + beginIn] ?? 0;
  }

  /** What stands behind its label, if the line is an entry by itself; of a record, its line from its severity on. */
  get lastText(): string | undefined {
    const place = (this.#integers[this.count * lineNumbers * 2 + placeIn] ?? 0) - this.#inputAt;
    const end = this.lastEnd;
    const newline = this.input.indexOf(0x0a, place);
    if (this.#framing !== framings.lines) return textOf(this.input, place, Math.min(newline, end));
    return newline < end ? undefined : textOf(this.input, place + 3, end);
  }

  /** What of it, besides its numbers, makes its form, where that may be learned. */
  get lastParts(): LineParts {
    const at = this.#exports.metPlace();
    const end = at + this.#exports.metLength();
    const divided = this.count * lineNumbers * 4;
    const message = at + (this.#shorts[divided + headBytesIn] ?? 0);
    const rest = at + (this.#shorts[divided + messageBytesIn] ?? 0);
    const text = this.#bytes.toString('latin1', at, end);
    return {
      whole: text,
      head: text.slice(0, message - at),
      message: text.slice(message - at, rest - at),
      rest: text.slice(rest - at),
    };
  }

  /** The line at the last place may be learned, and was not yet: its numbers are those behind the last record. */
  get mayLearn(): boolean {
    return this.#exports.whyNot() === met && this.#exports.metLength() > 0;
  }

  /** It may be learned of that line that it is nothing. */
  get mayLearnNothing(): boolean {
    return this.#exports.whyNot() === metNothing;
  }

  /** Learns a form whose lines need not have been met here: by all its constant parts. False = there is no room. */
  adopt(constants: string, form: number): boolean {
    this.#exports.meet(this.#bytes.write(constants, this.#exports.layout(9), 'latin1'));
    return this.#exports.learn(form);
  }

  /** Gives the line at the last place a number, or what it is. False = there is no room. */
  learn(form: number): boolean {
    return this.#exports.learn(form);
  }

  /** Has that line plain names in its head, and no head that differs from it? */
  get hasPlainNames(): boolean {
    return this.#exports.namelessLength() > 0;
  }

  /**
   * Of that line, after `learn`: all that are like it but for plain names are like this form, or `nothing`; false = it has
   * none, or there is no room.
   */
  learnAlike(form: number): boolean {
    return this.#exports.learnAlike(form);
  }

  /** The forms that were derived so since they were numbered last, in the order of their numbers, which are the next. */
  get derived(): readonly DerivedForm[] {
    const count = this.#exports.derivedCount();
    if (count === 0) return none;
    const places = new Int32Array(this.#bytes.buffer, this.#exports.layout(11), 4 * count);
    return Array.from({ length: count }, (_, index): DerivedForm => {
      const [like = 0, at = 0, length = 0, headBytes = 0] = places.subarray(4 * index, 4 * index + 4);
      return { like, constants: this.#bytes.toString('latin1', at, at + length), headBytes };
    });
  }

  /** So many forms have numbers. */
  numberFrom(next: number): void {
    this.#exports.numberFrom(next);
  }

  #writeProgram({ head }: RecurringShape): boolean {
    if (!head) return true;
    const program = headProgram(head);
    if (program.length > programBytes || program.some((byte) => byte > 255)) return false;
    this.#bytes.set(program, this.#exports.layout(4));
    return true;
  }
}
