import type { RecurringForm } from '../log/recurring.ts';
import type { EventStore } from './eventStore.ts';
import { dimensions, type Dimension, type FilterSubject } from './filter.ts';
import type { RecurringForms } from './recurringForms.ts';

/** Where the number of a name stands among those of a form. */
export const databaseIn = 0;
export const userIn = 1;
export const applicationIn = 2;
export const hostIn = 3;
const namesOfForm = dimensions.length;

/** What the names of forms are to a store and to a filter, looked up once for each form. */
export class FormNames {
  readonly #forms: RecurringForms;
  readonly #store: EventStore;
  /** The store's numbers of all forms' names; −1 = not looked up in this generation. */
  numbers = new Int32Array(64 * namesOfForm).fill(-1);
  #generation = 0;
  readonly #passing = new Map<number, boolean>();

  constructor(forms: RecurringForms, store: EventStore) {
    this.#forms = forms;
    this.#store = store;
  }

  /** Where the numbers of a form's names begin, looked up. */
  from(form: number): number {
    if (this.#generation !== this.#store.generation) this.#forgetNumbers();
    const from = form * namesOfForm;
    if ((this.numbers[from] ?? -1) < 0) this.#lookUp(form);
    return from;
  }

  /** What a filter says of the sessions of a form, with the host of another; it is asked once until `forgetFilter`. */
  passes(form: number, hostForm: number, filter: (names: FilterSubject) => boolean): boolean {
    const key = form * 0x4000000 + hostForm;
    let passing = this.#passing.get(key);
    if (passing === undefined) {
      const { host: _, ...names } = namesOf(this.#forms.form(form));
      passing = filter({ ...names, host: namesOf(this.#forms.form(hostForm)).host });
      this.#passing.set(key, passing);
    }
    return passing;
  }

  forgetFilter(): void {
    this.#passing.clear();
  }

  #lookUp(form: number): void {
    const from = form * namesOfForm;
    if (from + namesOfForm > this.numbers.length) {
      const { numbers } = this;
      this.numbers = new Int32Array(Math.max(numbers.length, from) * 2).fill(-1);
      this.numbers.set(numbers);
    }
    const names = namesOf(this.#forms.form(form));
    dimensions.forEach((dimension, index) => {
      this.numbers[from + index] = this.#store.numberOf(names[dimension]);
    });
  }

  #forgetNumbers(): void {
    this.numbers.fill(-1);
    this.#generation = this.#store.generation;
  }
}

function namesOf(form: RecurringForm | undefined): Partial<Record<Dimension, string | undefined>> {
  if (form?.message.kind === 'received') return { host: form.message.remoteHost };
  if (form?.message.kind !== 'authorized') return {};
  const { message, entry } = form;
  return {
    database: message.database,
    user: message.user,
    application: message.applicationName,
    host: entry.remoteHost,
  };
}
