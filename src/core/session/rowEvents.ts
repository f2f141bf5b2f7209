import { lossReasons } from '../connection/connectionEvent.ts';
import type { OtherForm, RecurringForm } from '../log/recurring.ts';
import type { EventStore } from './eventStore.ts';
import { dimensions, type Dimension, type FilterSubject } from './filter.ts';
import type { RecurringForms } from './recurringForms.ts';
import { connectSeenFlag, reasonFlags, replicationFlag, storedKinds } from './storedEvent.ts';
import {
  atIn,
  clientTroubleIn,
  disconnectState,
  fileIn,
  formIn,
  hostFormIn,
  lossState,
  offsetIn,
  pidIn,
  stateIn,
  timeMsIn,
} from './waitingRows.ts';

/** As many as dimensions, in their order. */
const namesOfForm = dimensions.length;
const hostIn = dimensions.indexOf('host');
const connectNumber = storedKinds.indexOf('connect');
const disconnectNumber = storedKinds.indexOf('disconnect');
const lostNumber = storedKinds.indexOf('lost');
const terminatedFlags = reasonFlags(lossReasons.indexOf('terminated'));

/** Stores the events of ordinary sessions. What names are to the store, and to a filter, is looked up once for each form. */
export class RowEvents {
  readonly #forms: RecurringForms;
  readonly #store: EventStore;
  /** The store's numbers of all forms' names; −1 = not looked up in this generation. */
  #numbers = new Int32Array(64 * namesOfForm).fill(-1);
  #generation = 0;
  readonly #passing = new Map<number, boolean>();

  constructor(forms: RecurringForms, store: EventStore) {
    this.#forms = forms;
    this.#store = store;
  }

  /** Stores the connect, disconnect or loss whose numbers begin here (waitingRows.ts). */
  store(numbers: Float64Array, from: number): void {
    const state = numbers[from + stateIn];
    const form = numbers[from + formIn] ?? 0;
    const hostForm = numbers[from + hostFormIn] ?? 0;
    const names = this.#from(form);
    const host = hostForm < 0 ? -1 : this.#from(hostForm) + hostIn;
    const isDisconnect = state === disconnectState;
    const flags = isDisconnect
      ? connectSeenFlag | reasonFlags(numbers[from + clientTroubleIn] ?? 0)
      : state === lossState
        ? terminatedFlags
        : 0;
    this.#store.addRow(
      isDisconnect ? disconnectNumber : state === lossState ? lostNumber : connectNumber,
      flags | (this.#forms.isReplication(form) ? replicationFlag : 0),
      numbers[from + atIn] ?? 0,
      numbers[from + pidIn] ?? 0,
      isDisconnect ? (numbers[from + timeMsIn] ?? 0) : Number.NaN,
      numbers[from + offsetIn] ?? 0,
      numbers[from + fileIn] ?? 0,
      this.#numbers[names] ?? 0,
      this.#numbers[names + 1] ?? 0,
      this.#numbers[names + 2] ?? 0,
      host < 0 ? 0 : (this.#numbers[host] ?? 0),
    );
  }

  /** What a filter says of the session of an event; of each form and host it is asked once until `forgetFilter`. */
  passes(numbers: Float64Array, from: number, filter: (names: FilterSubject) => boolean): boolean {
    const form = numbers[from + formIn] ?? 0;
    const hostForm = numbers[from + hostFormIn] ?? 0;
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

  /** Where the numbers of a form's names begin, looked up. */
  #from(form: number): number {
    if (this.#generation !== this.#store.generation) this.#forgetNumbers();
    const from = form * namesOfForm;
    if ((this.#numbers[from] ?? -1) < 0) this.#lookUp(form);
    return from;
  }

  #lookUp(form: number): void {
    const from = form * namesOfForm;
    if (from + namesOfForm > this.#numbers.length) {
      const numbers = this.#numbers;
      this.#numbers = new Int32Array(Math.max(numbers.length, from) * 2).fill(-1);
      this.#numbers.set(numbers);
    }
    const names = namesOf(this.#forms.form(form));
    dimensions.forEach((dimension, index) => {
      this.#numbers[from + index] = this.#store.numberOf(names[dimension]);
    });
  }

  #forgetNumbers(): void {
    this.#numbers.fill(-1);
    this.#generation = this.#store.generation;
  }
}

/** What a session of which these are the forms of its authorization, or of what was received, is called. */
export function namesOf(
  form: RecurringForm | OtherForm | undefined,
): Partial<Record<Dimension, string | undefined>> {
  if (form?.message?.kind === 'received') return { host: form.message.remoteHost };
  if (form?.message?.kind !== 'authorized') return {};
  const { message, entry } = form;
  return {
    database: message.database,
    user: message.user,
    application: message.applicationName,
    host: entry.remoteHost,
  };
}
