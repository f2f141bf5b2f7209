import type { LogEntry } from '../../core/log/logEntry.ts';
import {
  lineAtIn,
  lineEntryPortIn,
  lineHostIn,
  lineMessagePortIn,
  lineNumbers,
  linePidIn,
  lineStartIn,
  lineTimeMsIn,
  type LineBlock,
} from '../../core/log/lineBlock.ts';
import type { LogFormat, Naming } from '../../core/log/logFormat.ts';
import {
  entryOf,
  recurringFormOf,
  saysTheSame,
  type OtherForm,
  type RecurringForm,
  type RecurringNumbers,
} from '../../core/log/recurring.ts';
import type { RecurringShape } from '../../core/log/recurringShape.ts';
import { KnownParts, withNamesOf } from './knownParts.ts';
import type { LineParts } from './lineParts.ts';
import { textOf } from './scanTexts.ts';
import { mostRecords, never, nothing, type DerivedForm, type WasmScan } from './wasmScan.ts';
import { zoneAround } from './zoneAround.ts';

/** Forms that one log may have: what comes beyond them is read the ordinary way. */
const mostForms = 65_536;

/** A form with all that stands in its lines besides their numbers, one character a byte: it tells forms apart. */
export interface LearnedForm {
  readonly form: RecurringForm | OtherForm;
  readonly constants: string;
  /** Of one that was read the ordinary way: how many of these stand before its severity, and from there up to its message's end. */
  readonly divided?: {
    readonly head: number;
    readonly message: number;
    /** The ways to tell the names of its first line apart (LogFormat); undefined = they are not known. */
    readonly namings: readonly Naming[] | undefined;
  };
}

/** And its number. */
export interface NumberedForm extends LearnedForm {
  readonly number: number;
}

/** Who is told of the lines that are read. */
export interface RecurringListener {
  readonly entry: (entry: LogEntry, offsetBytes: number) => void;
  /** Lines like ones before them, but for their numbers; `fileNumber` is the listener's to know. */
  readonly lines: (block: LineBlock) => void;
}

/**
 * The lines that the module has read: they are like one that was read the ordinary way but for their numbers. A form is
 * learned from that one, if the numbers that were read of it are those of its entry; where there are many forms, only
 * when it comes for the second time.
 */
export class RecurringLines {
  readonly #wasm: WasmScan;
  #shape: RecurringShape | undefined;
  #isAble = false;
  readonly #forms: (RecurringForm | OtherForm)[] = [];
  /** What another scan is told of each: itself, or, if it comes from there, its number there, as far as that is known. */
  readonly #told: (LearnedForm | number | undefined)[] = [];
  /** The numbers of those that look as lines look now, by what stands in them. */
  readonly #numbers = new Map<string, number>();
  readonly #parts = new KnownParts();
  readonly #hosts: string[] = [];
  readonly #hostNumbers = new Map<string, number>();
  /** Lines that wait to be told. */
  #count = 0;
  /** Of so many hosts the module knows what their numbers are here. */
  #hostsKnown = 0;
  /** When the last line that was taken was written; NaN = it has no time. */
  lastAt = Number.NaN;

  constructor(wasm: WasmScan) {
    this.#wasm = wasm;
  }

  /**
   * Sets how lines look, and whether they are read now; what was learned of lines that look otherwise is forgotten.
   */
  look(shape: RecurringShape | undefined, isWanted: boolean): void {
    if (shape && shape !== this.#shape) {
      this.#isAble = this.#wasm.look(shape);
      this.#parts.clear();
      this.#numbers.clear();
    }
    this.#shape = shape ?? this.#shape;
    this.#wasm.isReading = isWanted && shape !== undefined && this.#isAble;
  }

  /** How many lines wait to be told. */
  get count(): number {
    return this.#count;
  }

  /** So many that there may soon be no room for more. */
  get isHalfFull(): boolean {
    return this.#count * 2 > mostRecords;
  }

  /** Index of the newline that ends the last line that the last search has read. */
  get readTo(): number {
    return this.#wasm.readTo;
  }

  /**
   * Takes the lines that the last search has read; false = it has read none. `offsetBytes` is where the bytes that were
   * searched begin in the file.
   */
  took(offsetBytes: number, format: LogFormat): boolean {
    for (const derived of this.#wasm.derived) this.#noteDerived(derived, format);
    const { count } = this.#wasm;
    if (count === this.#count) return false;
    this.#finish(this.#count, count, offsetBytes);
    this.#count = count;
    this.lastAt = this.#wasm.lines[(count - 1) * lineNumbers + lineAtIn] ?? Number.NaN;
    return true;
  }

  /** Tells the lines that wait. */
  tell(listener: RecurringListener): void {
    const count = this.#count;
    this.#count = 0;
    listener.lines(this.block(this.#wasm.lines, count));
    this.#wasm.clear();
  }

  /** Numbers of lines of this log with their forms. */
  block(numbers: Float64Array, count: number): LineBlock {
    return { numbers, count, forms: this.#forms, hosts: this.#hosts, fileNumber: 0, arrivedAt: Date.now() };
  }

  /**
   * What became of the line at the place that the last search has answered: read the ordinary way, it is this entry up to
   * the newline at `end`, or a line of another one (`other`). True = its form has a number now, and a search from its
   * beginning on reads it.
   */
  learn(reading: LogEntry | 'other' | undefined, end: number, bytes: Buffer, format: LogFormat): boolean {
    if (!this.#wasm.mayLearnNothing && !this.#wasm.mayLearn) return false;
    const { lastParts, lastStart } = this.#wasm;
    const line = (): string => textOf(bytes, lastStart, lineEnd(bytes, lastStart));
    if (this.#wasm.mayLearnNothing) {
      if (reading === 'other') this.#parts.sections.note(lastParts, format, line);
      this.#wasm.learn(reading === 'other' ? nothing : never);
      return false;
    }
    const entry = typeof reading === 'object' ? reading : undefined;
    const form = entry && recurringFormOf(entry);
    // names can look like labels: what the module takes for its DETAIL may be another entry
    const isWhole = this.#wasm.lastEnd === end;
    const isSame = form && isWhole && saysTheSame(this.#numbersAt(this.#wasm.count), form);
    if (!this.#enter(isSame === true ? form : undefined, lastParts.whole) || !form) return false;
    let namings: readonly Naming[] | undefined;
    this.#parts.note(lastParts, form, format, () => (namings = format.namings?.(line()) ?? []));
    const { whole: constants, head, message } = lastParts;
    const divided = { head: head.length, message: message.length, namings };
    this.#told[this.#told.length - 1] = { form, constants, divided };
    return true;
  }

  /**
   * Gives the line at the place that the last search has answered a form made of parts of others, if they are known, or that
   * it is nothing.
   * Answers the index at which it begins, from which on a search reads it; undefined = it must be read the ordinary way.
   */
  compose(format: LogFormat): number | undefined {
    const { lastStart } = this.#wasm;
    if (this.#wasm.mayLearnNothing) {
      const is = this.#parts.sections.isOne(this.#wasm.lastParts, format);
      if (is === 'alike' && this.#wasm.learnAlike(nothing)) return lastStart;
      return is && this.#wasm.learn(nothing) ? lastStart : undefined;
    }
    if (!this.#wasm.mayLearn) return undefined;
    const { lastParts } = this.#wasm;
    const known = this.#parts.formOf(lastParts, format, () => this.#wasm.lastText);
    if (!known) return undefined;
    const form = known.isRead ? known.form : this.#read(known.form);
    if (!this.#enter(form, lastParts.whole) || !form) return undefined;
    if (!known.isRead) this.#parts.noteMessage(lastParts, form, format);
    if (this.#wasm.hasPlainNames && this.#parts.areAlike(lastParts, form, format))
      this.#wasm.learnAlike(this.#forms.length - 1);
    return lastStart;
  }

  /** The form of the line at the last place, which this one is like but for what its message tells; undefined = it is not. */
  #read(like: RecurringForm | OtherForm): RecurringForm | OtherForm | undefined {
    const numbers = this.#numbersAt(this.#wasm.count);
    const form = recurringFormOf(entryOf({ ...numbers, form: like }));
    return form && saysTheSame(numbers, form) ? form : undefined;
  }

  /** Gives the form of the line at the last place its number; undefined = it never has one. */
  #enter(form: RecurringForm | OtherForm | undefined, constants: string): boolean {
    const number = form && this.#forms.length < mostForms ? this.#forms.length : undefined;
    if (!this.#wasm.learn(number ?? never) || number === undefined || !form) return false;
    this.#note(form, constants, { form, constants });
    return true;
  }

  #note(form: RecurringForm | OtherForm, constants: string, told: LearnedForm | number | undefined): number {
    const number = this.#forms.push(form) - 1;
    this.#told.push(told);
    this.#numbers.set(constants, number);
    this.#wasm.numberFrom(number + 1);
    return number;
  }

  /** The module has given the next number to a form that is like another one but for plain names. */
  #noteDerived({ like, constants, headBytes }: DerivedForm, format: LogFormat): void {
    const known = this.#forms[like];
    if (!known) throw new RangeError(`no form ${like}`);
    const form = withNamesOf(constants.slice(0, headBytes), known, format);
    this.#note(form, constants, { form, constants });
  }

  /**
   * A form that another scan of the same log has learned, where it may have a number: its number here; undefined = there are
   * too many.
   */
  adopt(learned: LearnedForm, format: LogFormat, numberThere?: number): number | undefined {
    const { form, constants, divided } = learned;
    if (divided) {
      const { head, message, namings } = divided;
      this.#parts.note(partsOf(constants, head, message), form, format, () => namings);
    }
    const known = this.#numbers.get(constants);
    if (known !== undefined || this.#forms.length === mostForms) return known;
    const number = this.#note(form, constants, numberThere);
    this.#wasm.adopt(constants, number);
    return number;
  }

  /** The number of a host, which it gets now unless it has one. */
  numberOfHost(host: string): number {
    const known = this.#hostNumbers.get(host);
    if (known !== undefined) return known;
    this.#hostNumbers.set(host, this.#hosts.length);
    return this.#hosts.push(host) - 1;
  }

  /** All hosts that lines have told, by their numbers. */
  get hosts(): readonly string[] {
    return this.#hosts;
  }

  /** How many forms have a number. */
  get formCount(): number {
    return this.#forms.length;
  }

  /** The forms from a number on; of those that were adopted their numbers where they were learned, if these are known. */
  learned(from: number): readonly (LearnedForm | number | undefined)[] {
    return this.#told.slice(from);
  }

  /** Those of them that were not adopted. */
  ownForms(from: number): NumberedForm[] {
    return this.#told
      .slice(from)
      .flatMap((told, index) => (typeof told === 'object' ? [{ ...told, number: from + index }] : []));
  }

  #numbersAt(index: number): RecurringNumbers {
    this.#finish(index, index + 1, 0);
    const number = (field: number): number => this.#wasm.lines[index * lineNumbers + field] ?? 0;
    return {
      at: number(lineAtIn),
      pid: number(linePidIn),
      startSeconds: number(lineStartIn),
      entryPort: number(lineEntryPortIn),
      messagePort: number(lineMessagePortIn),
      host: this.#hosts[number(lineHostIn)],
      sessionTimeMs: number(lineTimeMsIn),
    };
  }

  /** Turns the module's records into lines, from one to another. */
  #finish(from: number, to: number, offsetBytes: number): void {
    for (; this.#hostsKnown < this.#wasm.hostCount; this.#hostsKnown += 1)
      this.#wasm.hostNumbers[this.#hostsKnown] = this.numberOfHost(this.#wasm.host(this.#hostsKnown));
    const clock = this.#shape?.clock;
    this.#wasm.finish(from, to, offsetBytes, (zone, localMs) => zoneAround(zone, localMs, clock));
  }
}

function partsOf(whole: string, head: number, message: number): LineParts {
  return {
    whole,
    head: whole.slice(0, head),
    message: whole.slice(head, head + message),
    rest: whole.slice(head + message),
  };
}

function lineEnd(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(0x0a, start);
  return end < 0 ? bytes.length : end;
}
