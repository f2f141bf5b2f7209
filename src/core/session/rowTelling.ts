import { lossReasons } from '../connection/connectionEvent.ts';
import { cells, namesOfForm, type BookMemory } from './bookMemory.ts';
import type { EventStore } from './eventStore.ts';
import { namesOf, type RecurringForms } from './recurringForms.ts';
import { reasonFlags } from './storedEvent.ts';
import { ToldRows, type RowListener } from './toldRows.ts';
import { formIn, hostNumberIn, objectState, rowNumbers, stateIn, troubleFormIn } from './waitingRows.ts';

/** Why what waits is not told any further (assembly/answers.ts). */
const untold = { end: 0, full: 1, names: 2 } as const;

/** Rows of which the names are looked up together, besides those of the forms that are new. */
const lookedUpTogether = 32;

/** Lets the module tell what waits in rows, and tells it what names are to the store. */
export class RowTelling {
  readonly #memory: BookMemory;
  readonly #forms: RecurringForms;
  readonly #listener: RowListener;
  readonly #lost: (count: number) => void;
  readonly #told: ToldRows;
  #store: EventStore | undefined;
  #generation = -1;
  /** The names of forms with lesser numbers have been looked up, or will be when they are asked for. */
  #lookedUpForms = 0;

  /** `lost` is told how many sessions have turned out to be lost. */
  constructor(
    memory: BookMemory,
    forms: RecurringForms,
    listener: RowListener,
    lost: (count: number) => void,
  ) {
    this.#memory = memory;
    this.#forms = forms;
    this.#listener = listener;
    this.#lost = lost;
    this.#told = new ToldRows(memory);
    memory.cells[cells.terminatedFlags] = reasonFlags(lossReasons.indexOf('terminated'));
    memory.cells[cells.pidReusedFlags] = reasonFlags(lossReasons.indexOf('pidReused'));
  }

  /** Tells the rows from one place to another; answers the first that is not decided, or an object. */
  tell(head: number, tail: number, logClockMs: number): number {
    const { module } = this.#memory;
    let next = head;
    for (;;) {
      this.#forgetNames();
      this.#memory.cells.fill(0, cells.lostSilently, cells.terminatedFlags);
      this.#memory.cells[cells.active] = this.#listener.active();
      next = module.tell(next, tail, logClockMs);
      const why = module.whyNotTold();
      this.#take();
      if (why === untold.end) return next;
      if (why === untold.names) this.#lookUpNext(next, tail);
    }
  }

  #take(): void {
    this.#lost(this.#memory.cells[cells.lostSilently] ?? 0);
    this.#told.read();
    if (this.#told.count > 0) this.#listener.take(this.#told);
  }

  /** Looks up the names of the next rows, and of all new forms: to go on after each would be dear. */
  #lookUpNext(head: number, tail: number): void {
    const { waiting } = this.#memory;
    const store = this.#listener.store();
    for (; this.#lookedUpForms < this.#forms.count; this.#lookedUpForms += 1)
      this.#lookUpNew(this.#lookedUpForms, store);
    const to = Math.min(tail, head + lookedUpTogether);
    for (let place = head; place < to; place += 1) {
      const from = (place % (waiting.length / rowNumbers)) * rowNumbers;
      if (waiting[from + stateIn] !== objectState) this.#lookUp(from, store);
    }
  }

  #lookUpNew(number: number, store: EventStore): void {
    const { entry, message } = this.#forms.form(number) ?? {};
    const isFatal = entry?.severity === 'FATAL';
    if (isFatal) this.#lookUpFatal(number, store);
    if (isFatal || message?.kind === 'authorized' || message?.kind === 'received')
      this.#lookUpForm(number, store);
  }

  /** The store's numbers of a form's names and of a host, one more than they are: 0 is what is not known. */
  #lookUp(from: number, store: EventStore): void {
    const { waiting, hostNames } = this.#memory;
    const host = waiting[from + hostNumberIn] ?? -1;
    this.#lookUpForm(waiting[from + formIn] ?? -1, store);
    this.#lookUpFatal(waiting[from + troubleFormIn] ?? -1, store);
    if (host < -1) this.#lookUpForm(-2 - host, store);
    else if (host >= 0 && hostNames[host] === 0) hostNames[host] = store.numberOf(this.#forms.host(host)) + 1;
  }

  #lookUpFatal(form: number, store: EventStore): void {
    const { fatalNames } = this.#memory;
    if (form < 0 || fatalNames[form * namesOfForm] !== 0) return;
    const { database, user, applicationName, remoteHost } = this.#listener.namesOfFatal(form);
    this.#note(fatalNames, form, [database, user, applicationName, remoteHost], store);
  }

  #lookUpForm(form: number, store: EventStore): void {
    const { formNames } = this.#memory;
    if (form < 0 || formNames[form * namesOfForm] !== 0) return;
    const { database, user, application, host } = namesOf(this.#forms.form(form));
    this.#note(formNames, form, [database, user, application, host], store);
  }

  #note(into: Int32Array, form: number, names: readonly (string | undefined)[], store: EventStore): void {
    names.forEach((name, index) => {
      into[form * namesOfForm + index] = store.numberOf(name) + 1;
    });
  }

  #forgetNames(): void {
    const store = this.#listener.store();
    if (this.#store === store && this.#generation === store.generation) return;
    this.#memory.formNames.fill(0, 0, this.#forms.count * namesOfForm);
    this.#memory.fatalNames.fill(0, 0, this.#forms.count * namesOfForm);
    this.#memory.hostNames.fill(0, 0, this.#forms.hostCount);
    if (this.#store) this.#lookedUpForms = this.#forms.count;
    this.#store = store;
    this.#generation = store.generation;
  }
}
