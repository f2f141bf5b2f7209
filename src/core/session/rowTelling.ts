import { lossReasons } from '../connection/connectionEvent.ts';
import { cells, namesOfForm, type BookMemory } from './bookMemory.ts';
import type { NameNumbers } from './nameNumbers.ts';
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
  #names: NameNumbers | undefined;
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
    const names = this.#listener.names();
    for (; this.#lookedUpForms < this.#forms.count; this.#lookedUpForms += 1)
      this.#lookUpNew(this.#lookedUpForms, names);
    const to = Math.min(tail, head + lookedUpTogether);
    for (let place = head; place < to; place += 1) {
      const from = (place % (waiting.length / rowNumbers)) * rowNumbers;
      if (waiting[from + stateIn] !== objectState) this.#lookUp(from, names);
    }
  }

  #lookUpNew(number: number, names: NameNumbers): void {
    const { entry, message } = this.#forms.form(number) ?? {};
    const isFatal = entry?.severity === 'FATAL';
    if (isFatal) this.#lookUpFatal(number, names);
    if (isFatal || message?.kind === 'authorized' || message?.kind === 'received')
      this.#lookUpForm(number, names);
  }

  /** The store's numbers of a form's names and of a host, one more than they are: 0 is what is not known. */
  #lookUp(from: number, names: NameNumbers): void {
    const { waiting, hostNames } = this.#memory;
    const host = waiting[from + hostNumberIn] ?? -1;
    this.#lookUpForm(waiting[from + formIn] ?? -1, names);
    this.#lookUpFatal(waiting[from + troubleFormIn] ?? -1, names);
    if (host < -1) this.#lookUpForm(-2 - host, names);
    else if (host >= 0 && hostNames[host] === 0) hostNames[host] = names.numberOf(this.#forms.host(host)) + 1;
  }

  #lookUpFatal(form: number, names: NameNumbers): void {
    const { fatalNames } = this.#memory;
    if (form < 0 || fatalNames[form * namesOfForm] !== 0) return;
    const { database, user, applicationName, remoteHost } = this.#listener.namesOfFatal(form);
    note(fatalNames, form, [database, user, applicationName, remoteHost], names);
  }

  #lookUpForm(form: number, names: NameNumbers): void {
    const { formNames } = this.#memory;
    if (form < 0 || formNames[form * namesOfForm] !== 0) return;
    const { database, user, application, host } = namesOf(this.#forms.form(form));
    note(formNames, form, [database, user, application, host], names);
  }

  #forgetNames(): void {
    const names = this.#listener.names();
    if (this.#names === names && this.#generation === names.generation) return;
    this.#memory.formNames.fill(0, 0, this.#forms.count * namesOfForm);
    this.#memory.fatalNames.fill(0, 0, this.#forms.count * namesOfForm);
    this.#memory.hostNames.fill(0, 0, this.#forms.hostCount);
    if (this.#names) this.#lookedUpForms = this.#forms.count;
    this.#names = names;
    this.#generation = names.generation;
  }
}

/** Notes the numbers of a form's names, one more than they are. */
function note(
  into: Int32Array,
  form: number,
  texts: readonly (string | undefined)[],
  names: NameNumbers,
): void {
  texts.forEach((text, index) => {
    into[form * namesOfForm + index] = names.numberOf(text) + 1;
  });
}
