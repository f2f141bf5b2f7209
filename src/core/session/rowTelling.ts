import { lossReasons } from '../connection/connectionEvent.ts';
import { cells, namesOfForm, type BookMemory } from './bookMemory.ts';
import type { EventStore } from './eventStore.ts';
import { namesOf, type RecurringForms } from './recurringForms.ts';
import { reasonFlags } from './storedEvent.ts';
import { ToldRows, type RowListener } from './toldRows.ts';
import { formIn, hostNumberIn, objectState, rowNumbers, stateIn, troubleFormIn } from './waitingRows.ts';

/** Why what waits is not told any further (assembly/answers.ts). */
const untold = { end: 0, full: 1, names: 2 } as const;

/** Lets the module tell what waits in rows, and tells it what names are to the store. */
export class RowTelling {
  readonly #memory: BookMemory;
  readonly #forms: RecurringForms;
  readonly #listener: RowListener;
  readonly #lost: (count: number) => void;
  readonly #told: ToldRows;
  #store: EventStore | undefined;
  #generation = -1;

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
      if (why === untold.names) this.#lookUpAll(next, tail);
    }
  }

  #take(): void {
    this.#lost(this.#memory.cells[cells.lostSilently] ?? 0);
    this.#told.read();
    if (this.#told.count > 0) this.#listener.take(this.#told);
  }

  /** Looks up all names of the rows from one place to another: to go on after each would be dear. */
  #lookUpAll(head: number, tail: number): void {
    const { waiting } = this.#memory;
    const store = this.#listener.store();
    for (let place = head; place < tail; place += 1) {
      const from = (place % (waiting.length / rowNumbers)) * rowNumbers;
      if (waiting[from + stateIn] !== objectState) this.#lookUp(from, store);
    }
  }

  /** The store's numbers of a form's names and of a host, one more than they are: 0 is what is not known. */
  #lookUp(from: number, store: EventStore): void {
    const { waiting, fatalNames, hostNames } = this.#memory;
    const number = (field: number): number => waiting[from + field] ?? -1;
    const [form, fatal, host] = [number(formIn), number(troubleFormIn), number(hostNumberIn)];
    if (form >= 0) this.#lookUpForm(form, store);
    if (fatal >= 0 && fatalNames[fatal * namesOfForm] === 0) {
      const { database, user, applicationName, remoteHost } = this.#listener.fatal(fatal);
      this.#note(fatalNames, fatal, [database, user, applicationName, remoteHost], store);
    }
    if (host < -1) this.#lookUpForm(-2 - host, store);
    else if (host >= 0 && hostNames[host] === 0) hostNames[host] = store.numberOf(this.#forms.host(host)) + 1;
  }

  #lookUpForm(form: number, store: EventStore): void {
    const { formNames } = this.#memory;
    if (formNames[form * namesOfForm] !== 0) return;
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
    this.#store = store;
    this.#generation = store.generation;
  }
}
