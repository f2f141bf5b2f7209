import type { RecurringForm } from '../log/recurring.ts';
import type { EventStore } from './eventStore.ts';
import { dimensions, type Dimension, type FilterSubject } from './filter.ts';
import type { RecurringForms } from './recurringForms.ts';

const database = 0;
const user = 1;
const application = 2;
const host = 3;
const namesOfForm = dimensions.length;

/** What the names of forms are to a store and to a filter, looked up once for each form. */
export class FormNames {
  readonly #forms: RecurringForms;
  readonly #store: EventStore;
  /** The store's numbers of a form's names; −1 = not looked up in this generation. */
  #numbers = new Int32Array(64 * namesOfForm).fill(-1);
  #generation = 0;
  readonly #passing = new Map<number, boolean>();

  constructor(forms: RecurringForms, store: EventStore) {
    this.#forms = forms;
    this.#store = store;
  }

  database(form: number): number {
    return this.#number(form, database);
  }

  user(form: number): number {
    return this.#number(form, user);
  }

  application(form: number): number {
    return this.#number(form, application);
  }

  /** Of the form that has the host; −1 = none has. */
  host(hostForm: number): number {
    return hostForm < 0 ? 0 : this.#number(hostForm, host);
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

  #number(form: number, name: number): number {
    if (this.#generation !== this.#store.generation) this.#forgetNumbers();
    const number = this.#numbers[form * namesOfForm + name] ?? -1;
    return number >= 0 ? number : this.#lookUp(form, name);
  }

  #lookUp(form: number, name: number): number {
    if ((form + 1) * namesOfForm > this.#numbers.length) {
      const numbers = this.#numbers;
      this.#numbers = new Int32Array(Math.max(numbers.length * 2, (form + 1) * namesOfForm)).fill(-1);
      this.#numbers.set(numbers);
    }
    const number = this.#store.numberOf(namesOf(this.#forms.form(form))[dimensions[name] ?? 'host']);
    this.#numbers[form * namesOfForm + name] = number;
    return number;
  }

  #forgetNumbers(): void {
    this.#numbers.fill(-1);
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
