import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import {
  entryOf,
  recurringFormOf,
  saysTheSame,
  type OtherForm,
  type RecurringForm,
  type RecurringNumbers,
} from '../../core/log/recurring.ts';
import { DerivedForms } from './derivedForms.ts';
import { isHostDoubtful, KnownParts } from './knownParts.ts';
import { LearnedForms, type Divided, type LearnedForm } from './learnedForms.ts';
import type { LineParts } from './lineParts.ts';
import { never, nothing, type DerivedForm, type ModuleForms } from './moduleForms.ts';
import { textOf } from './scanTexts.ts';

/**
 * How the module learns forms: from lines that were read the ordinary way, if the numbers that it has read of them are those
 * of their entries; from parts of such lines; and from another scan of the same log.
 */
export class FormLearning {
  readonly forms = new LearnedForms();
  readonly #module: ModuleForms;
  readonly #numbersOfMet: () => RecurringNumbers;
  readonly #parts = new KnownParts();
  readonly #derived = new DerivedForms();
  /** A line was read that tells who was received: whether the prefix numbers processes or lines, this can tell. */
  #hasReadReceived = false;

  /** `numbersOfMet`: the numbers of the line that the module knows no form of. */
  constructor(module: ModuleForms, numbersOfMet: () => RecurringNumbers) {
    this.#module = module;
    this.#numbersOfMet = numbersOfMet;
  }

  /** Lines look otherwise from now on. */
  lookOtherwise(): void {
    this.#parts.clear();
    this.#derived.clear();
    this.forms.lookOtherwise();
  }

  /** Takes the forms that the module has derived of others. */
  takeDerived(format: LogFormat): void {
    const count = this.#module.derivedCount;
    for (let index = 0; index < count; index += 1) this.#addDerived(this.#module.derived(index), format);
  }

  /**
   * What became of the line at the place that the last search has answered: read the ordinary way, it is this entry up to
   * the newline at `end`, or a line of another one (`other`). True = its form has a number now, and a search from its
   * beginning on reads it.
   */
  learn(reading: LogEntry | 'other' | undefined, end: number, bytes: Buffer, format: LogFormat): boolean {
    if (!this.#module.mayLearnNothing && !this.#module.mayLearn) return false;
    const { lastParts, lastStart } = this.#module;
    const line = (): string => textOf(bytes, lastStart, lineEnd(bytes, lastStart));
    if (this.#module.mayLearnNothing) {
      if (reading === 'other') this.#parts.sections.note(lastParts, format, line);
      this.#module.learn(reading === 'other' ? nothing : never);
      return false;
    }
    const entry = typeof reading === 'object' ? reading : undefined;
    const form = entry && recurringFormOf(entry);
    const isReceived = form?.message?.kind === 'received';
    if (isReceived) this.#hasReadReceived = true;
    if (isReceived && entry?.pid === 1) return false;
    // names can look like labels: what the module takes for its DETAIL may be another entry
    const isWhole = this.#module.lastEnd === end;
    const isSame = form && isWhole && saysTheSame(this.#numbersOfMet(), form);
    const { whole, head, message } = lastParts;
    if (!form || !isSame || isHostDoubtful(form.entry, form, lastParts)) return this.#enter(undefined, whole);
    const divided: { -readonly [Part in keyof Divided]: Divided[Part] } = {
      ...{ head: head.length, message: message.length, namings: undefined },
    };
    if (!this.#enter(form, whole, divided)) return false;
    this.#parts.note(lastParts, form, format, () => (divided.namings = format.namings?.(line()) ?? []));
    return true;
  }

  /**
   * Gives the line at the place that the last search has answered a form made of parts of others, if they are known, or that
   * it is nothing.
   * Answers the index at which it begins, from which on a search reads it; undefined = it must be read the ordinary way.
   */
  compose(format: LogFormat): number | undefined {
    const { lastStart } = this.#module;
    if (this.#module.mayLearnNothing) {
      const is = this.#parts.sections.isOne(this.#module.lastParts, format);
      if (is === 'alike' && this.#module.learnAlike(nothing)) return lastStart;
      return is && this.#module.learn(nothing) ? lastStart : undefined;
    }
    if (!this.#module.mayLearn) return undefined;
    const { lastParts } = this.#module;
    const known = this.#parts.formOf(lastParts, format, () =>
      this.#module.lastText(format.name === 'stderr'),
    );
    if (!known) return undefined;
    const form = known.isRead ? known.form : this.#read(known.form);
    if (form?.message?.kind === 'received') {
      // the numbers of a line can be read once: where its form was read, its entry has them
      const pid = known.isRead ? this.#numbersOfMet().pid : form.entry.pid;
      if (!this.#hasReadReceived || pid === 1) return undefined;
    }
    if (!this.#enter(form, lastParts.whole) || !form) return undefined;
    if (!known.isRead) this.#parts.noteMessage(lastParts, form, format);
    const { hasPlainNames, tellsNames } = this.#module;
    if (hasPlainNames && this.#parts.areAlike(lastParts, form, format, tellsNames))
      this.#module.learnAlike(this.forms.count - 1);
    return lastStart;
  }

  /** The form of the line at the last place, which this one is like but for what its message tells; undefined = it is not. */
  #read(like: RecurringForm | OtherForm): RecurringForm | OtherForm | undefined {
    const numbers = this.#numbersOfMet();
    const form = recurringFormOf(entryOf({ ...numbers, form: like }));
    return form && saysTheSame(numbers, form) ? form : undefined;
  }

  /** Gives the form of the line at the last place its number; undefined = it never has one. */
  #enter(form: RecurringForm | OtherForm | undefined, constants: string, divided?: Divided): boolean {
    const number = form && !this.forms.isFull ? this.forms.count : undefined;
    if (!this.#module.learn(number ?? never) || number === undefined || !form) return false;
    this.#add({ form, constants, ...(divided && { divided }) });
    return true;
  }

  #add(learned: LearnedForm): void {
    this.#module.numberFrom(this.forms.add(learned) + 1);
  }

  /** The module has given the next number to a form that is like another one but for plain names. */
  #addDerived({ like, constants, headBytes, tellsNames }: DerivedForm, format: LogFormat): void {
    const known = this.forms.all[like];
    if (!known) throw new RangeError(`no form ${like}`);
    const head = constants.slice(0, headBytes);
    this.#add({ form: this.#derived.formOf(like, known, head, format, tellsNames), constants });
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
    const known = this.forms.numberOf(constants);
    if (known !== undefined || this.forms.isFull) return known;
    const number = this.forms.addOthers(learned, numberThere);
    this.#module.numberFrom(number + 1);
    this.#module.adopt(constants, number);
    return number;
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
