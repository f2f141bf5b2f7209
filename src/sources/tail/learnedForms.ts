import type { Naming } from '../../core/log/logFormat.ts';
import type { OtherForm, RecurringForm } from '../../core/log/recurring.ts';

/** Forms that one log may have: what comes beyond them is read the ordinary way. */
const mostForms = 65_536;

/** A form with all that stands in its lines besides their numbers, one character a byte: it tells forms apart. */
export interface LearnedForm {
  readonly form: RecurringForm | OtherForm;
  readonly constants: string;
  /** Of one that was read the ordinary way: how many of these stand before its severity, and from there up to its message's end. */
  readonly divided?: Divided;
}

export interface Divided {
  readonly head: number;
  readonly message: number;
  /** The ways to tell the names of its first line apart (LogFormat); undefined = they are not known. */
  readonly namings: readonly Naming[] | undefined;
}

/** And its number. */
export interface NumberedForm extends LearnedForm {
  readonly number: number;
}

/** The forms of a log's lines, numbered as they come. */
export class LearnedForms {
  /** By their numbers. */
  readonly all: (RecurringForm | OtherForm)[] = [];
  /** What another scan is told of each: itself, or, if it comes from there, its number there, as far as that is known. */
  readonly #told: (LearnedForm | number | undefined)[] = [];
  /** The numbers of those that look as lines look now, by what stands in them. */
  readonly #numbers = new Map<string, number>();

  /** How many have a number. */
  get count(): number {
    return this.all.length;
  }

  get isFull(): boolean {
    return this.count >= mostForms;
  }

  /** Gives a form the next number, which it answers. */
  add(learned: LearnedForm): number {
    return this.#add(learned, learned);
  }

  /** The same for one of another scan, with its number there, where that is known. */
  addOthers(learned: LearnedForm, numberThere: number | undefined): number {
    return this.#add(learned, numberThere);
  }

  #add({ form, constants }: LearnedForm, told: LearnedForm | number | undefined): number {
    const number = this.all.push(form) - 1;
    this.#told.push(told);
    this.#numbers.set(constants, number);
    return number;
  }

  /** The number of the form in whose lines this stands; undefined = there is none, among lines that look as they look now. */
  numberOf(constants: string): number | undefined {
    return this.#numbers.get(constants);
  }

  /** Lines look otherwise from now on: no line has one of these forms any more. */
  lookOtherwise(): void {
    this.#numbers.clear();
  }

  /** The forms from a number on; of those that were adopted their numbers where they were learned, if these are known. */
  from(number: number): readonly (LearnedForm | number | undefined)[] {
    return this.#told.slice(number);
  }

  /** Those of them that were not adopted. */
  ownFrom(number: number): NumberedForm[] {
    return this.#told
      .slice(number)
      .flatMap((told, index) => (typeof told === 'object' ? [{ ...told, number: number + index }] : []));
  }
}
