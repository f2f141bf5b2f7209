import { lossReasons } from '../connection/connectionEvent.ts';
import type { EventStore } from './eventStore.ts';
import type { FilterSubject } from './filter.ts';
import { namesOf, type RecurringForms } from './recurringForms.ts';
import { connectSeenFlag, reasonFlags, replicationFlag, storedKinds } from './storedEvent.ts';
import {
  atIn,
  clientTroubleIn,
  disconnectState,
  fileIn,
  formIn,
  hostNumberIn,
  lossState,
  offsetIn,
  pidIn,
  stateIn,
  timeMsIn,
} from './waitingRows.ts';

/** The names that forms have: lines tell their hosts themselves. */
const namesInForms = ['database', 'user', 'application'] as const;
const namesOfForm = namesInForms.length;
const noHost = -1;
/** Answers of the filter that are remembered: there may be as many as forms times hosts. */
const mostPassing = 65_536;
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
  #hosts = new Int32Array(64).fill(-1);
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
    const names = this.#from(form);
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
      this.#host(numbers[from + hostNumberIn] ?? noHost),
    );
  }

  /** What a filter says of the session of an event; of each form and host it is asked once until `forgetFilter`. */
  passes(numbers: Float64Array, from: number, filter: (names: FilterSubject) => boolean): boolean {
    const form = numbers[from + formIn] ?? 0;
    const host = numbers[from + hostNumberIn] ?? noHost;
    const key = form * 0x4000000 + host;
    let passing = this.#passing.get(key);
    if (passing === undefined) {
      passing = filter({ ...namesOf(this.#forms.form(form)), host: this.#forms.host(host) });
      if (this.#passing.size >= mostPassing) this.#passing.clear();
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

  /** The store's number of a host. */
  #host(number: number): number {
    if (number < 0) return number === noHost ? 0 : this.#store.numberOf(this.#forms.host(number));
    if (number >= this.#hosts.length) this.#hosts = grown(this.#hosts, number + 1);
    if ((this.#hosts[number] ?? -1) < 0) this.#hosts[number] = this.#store.numberOf(this.#forms.host(number));
    return this.#hosts[number] ?? 0;
  }

  #lookUp(form: number): void {
    const from = form * namesOfForm;
    if (from + namesOfForm > this.#numbers.length) this.#numbers = grown(this.#numbers, from + namesOfForm);
    const names = namesOf(this.#forms.form(form));
    namesInForms.forEach((dimension, index) => {
      this.#numbers[from + index] = this.#store.numberOf(names[dimension]);
    });
  }

  #forgetNumbers(): void {
    this.#numbers.fill(-1);
    this.#hosts.fill(-1);
    this.#generation = this.#store.generation;
  }
}

function grown(numbers: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(Math.max(numbers.length, least) * 2).fill(-1);
  more.set(numbers);
  return more;
}
