import type { FilterSubject } from './filter.ts';
import { namesOf, type RecurringForms } from './recurringForms.ts';

/** Answers of the filter that are remembered: there may be as many as forms times hosts. */
const mostPassing = 65_536;

/** What a filter says of ordinary sessions: it is asked once of each form and host. */
export class RowFilter {
  readonly #forms: RecurringForms;
  readonly #passing = new Map<number, boolean>();

  constructor(forms: RecurringForms) {
    this.#forms = forms;
  }

  /** Does it let a session be seen, by the numbers of its authorization's form and of its host? */
  passes(form: number, host: number, filter: (names: FilterSubject) => boolean): boolean {
    const key = form * 0x4000000 + host;
    let passing = this.#passing.get(key);
    if (passing === undefined) {
      passing = filter({ ...namesOf(this.#forms.form(form)), host: this.#forms.host(host) });
      if (this.#passing.size >= mostPassing) this.#passing.clear();
      this.#passing.set(key, passing);
    }
    return passing;
  }

  /** There is another filter. */
  forget(): void {
    this.#passing.clear();
  }
}
