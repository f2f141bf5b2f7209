import { lineNumbers } from '../../core/log/lineBlock.ts';
import type { LineParts } from './lineParts.ts';
import type { ModuleExports } from './moduleExports.ts';
import { textOf } from './scanTexts.ts';

/** A form that is like another one but for plain names in its head. */
export interface DerivedForm {
  /** The number of the other. */
  readonly like: number;
  /** Its constant parts, one character a byte, and how many of them stand before the severity. */
  readonly constants: string;
  readonly headBytes: number;
  /** Its message tells some of these names again. */
  readonly tellsNames: boolean;
}

/** assembly/forms.ts: the line may be learned, or that it is nothing. */
const met = -2;
const metNothing = -4;
/** And what it is besides a number: it never is read here, or passed over. */
export const never = -3;
export const nothing = -5;

/**
 * Among the integers of the line: where its label ends, where it begins, and up to where its bytes were read; and among
 * twice as many shorter ones how many of its constant bytes stand before its severity, and up to its message's end
 * (assembly/records.ts).
 */
const placeIn = 10;
const beginIn = 14;
const endIn = 15;
const headBytesIn = 34;
const messageBytesIn = 35;

/** Of each derived form: the number of the other, where its constant parts stand, their length, and the rest. */
const derivedNumbers = 4;

/** The forms that the module knows of the lines that it reads, and the line that it knows none of. */
export class ModuleForms {
  readonly #exports: ModuleExports;
  readonly #bytes: Buffer;
  readonly #inputAt: number;
  readonly #integers: Int32Array;
  readonly #shorts: Uint16Array;
  readonly #derived: Int32Array;

  constructor(exports: ModuleExports) {
    this.#exports = exports;
    const { buffer } = exports.memory;
    this.#bytes = Buffer.from(buffer);
    this.#inputAt = exports.layout(0);
    this.#integers = new Int32Array(buffer, exports.layout(2));
    this.#shorts = new Uint16Array(buffer, exports.layout(2));
    this.#derived = new Int32Array(buffer, exports.layout(11));
  }

  /** Index of the newline up to which the line at the last place was read, with what belongs to it. */
  get lastEnd(): number {
    return this.#integer(endIn) - this.#inputAt;
  }

  /** Index at which that line begins. */
  get lastStart(): number {
    return this.#integer(beginIn);
  }

  /** What stands behind its label, if the line is an entry by itself; of a record, its line from its severity on. */
  lastText(isLine: boolean): string | undefined {
    const [place, end] = [this.#integer(placeIn), this.#integer(endIn)];
    const newline = this.#bytes.indexOf(0x0a, place);
    if (!isLine) return textOf(this.#bytes, place, Math.min(newline, end));
    return newline < end ? undefined : textOf(this.#bytes, place + 3, end);
  }

  /** What of it, besides its numbers, makes its form, where that may be learned. */
  get lastParts(): LineParts {
    const at = this.#exports.metPlace();
    const end = at + this.#exports.metLength();
    const whole = this.#bytes.toString('latin1', at, end);
    const message = this.#short(headBytesIn);
    const rest = this.#short(messageBytesIn);
    return {
      ...{ whole, head: whole.slice(0, message) },
      ...{ message: whole.slice(message, rest), rest: whole.slice(rest) },
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

  /** Does its message tell some of these names again? */
  get tellsNames(): boolean {
    return this.#exports.tellsNames();
  }

  /**
   * Of that line, after `learn`: all that are like it but for plain names are like this form, or `nothing`; false = it has
   * none, or there is no room.
   */
  learnAlike(form: number): boolean {
    return this.#exports.learnAlike(form);
  }

  /** How many forms were derived so since they were numbered last; their numbers are the next. */
  get derivedCount(): number {
    return this.#exports.derivedCount();
  }

  /** One of them, in the order of their numbers. */
  derived(index: number): DerivedForm {
    const field = index * derivedNumbers;
    const at = this.#derived[field + 1] ?? 0;
    const head = this.#derived[field + 3] ?? 0;
    return {
      like: this.#derived[field] ?? 0,
      constants: this.#bytes.toString('latin1', at, at + (this.#derived[field + 2] ?? 0)),
      headBytes: head & 0xffff,
      tellsNames: head >> 16 !== 0,
    };
  }

  /** So many forms have numbers. */
  numberFrom(next: number): void {
    this.#exports.numberFrom(next);
  }
  #integer(field: number): number {
    return this.#integers[this.#exports.found() * lineNumbers * 2 + field] ?? 0;
  }

  #short(field: number): number {
    return this.#shorts[this.#exports.found() * lineNumbers * 4 + field] ?? 0;
  }
}
