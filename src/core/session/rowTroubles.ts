import { troubleOf } from '../connection/trouble.ts';
import type { TroubleFacts } from '../connection/connectionEvent.ts';
import { known } from '../log/recurring.ts';
import type { RecurringForms } from './recurringForms.ts';
import { namesOf } from './rowEvents.ts';
import {
  atIn,
  endingState,
  formIn,
  hostFormIn,
  pidIn,
  stateIn,
  troubleFormIn,
} from './waitingRows.ts';

/** Troubles that are remembered. */
const mostRemembered = 4096;
/** More than there are forms of one log, with none. */
const mostForms = 2 ** 17;

/** The troubles of ordinary sessions. What the same FATAL says of the same session is made once: only numbers differ. */
export class RowTroubles {
  readonly #forms: RecurringForms;
  readonly #made = new Map<number, TroubleFacts>();

  constructor(forms: RecurringForms) {
    this.#forms = forms;
  }

  /** The trouble whose numbers begin here (waitingRows.ts). */
  of(numbers: Float64Array, from: number): TroubleFacts {
    const fatal = numbers[from + troubleFormIn] ?? 0;
    const form = numbers[from + formIn] ?? 0;
    const hostForm = numbers[from + hostFormIn] ?? 0;
    // a FATAL that refuses a login ends no session: the category needs no place in the key
    const key = (fatal * mostForms + form + 1) * mostForms + hostForm + 1;
    let made = this.#made.get(key);
    if (!made) {
      if (this.#made.size >= mostRemembered) this.#made.clear();
      made = this.#make(fatal, form, hostForm, numbers[from + stateIn] === endingState);
      this.#made.set(key, made);
    }
    return { ...made, at: known(numbers[from + atIn]), pid: numbers[from + pidIn] };
  }

  #make(fatal: number, form: number, hostForm: number, isEnding: boolean): TroubleFacts {
    const facts = this.#forms.met(fatal);
    const { database, user, application } = namesOf(this.#forms.form(form));
    const { host } = namesOf(this.#forms.form(hostForm));
    const session = { database, user, applicationName: application, remoteHost: host };
    const entry = facts?.form.entry ?? { severity: 'FATAL', message: '' };
    return troubleOf(entry, isEnding ? 'ending' : 'failure', facts?.failure ?? 'other', session);
  }
}
