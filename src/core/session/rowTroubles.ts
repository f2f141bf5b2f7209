import { troubleNames, troubleOf, type TroubleNames } from '../connection/trouble.ts';
import type { TroubleFacts } from '../connection/connectionEvent.ts';
import type { LogEntry } from '../log/logEntry.ts';
import { known, messageOf } from '../log/recurring.ts';
import { namesOf, type RecurringForms } from './recurringForms.ts';
import {
  atIn,
  endingState,
  formIn,
  hostNumberIn,
  pidIn,
  stateIn,
  troubleFormIn,
  troubleHostIn,
} from './waitingRows.ts';

/** The troubles of ordinary sessions. What a FATAL says by itself is made once for its form. */
export class RowTroubles {
  readonly #forms: RecurringForms;
  readonly #endings: (TroubleFacts | undefined)[] = [];
  readonly #failures: (TroubleFacts | undefined)[] = [];

  constructor(forms: RecurringForms) {
    this.#forms = forms;
  }

  /** The trouble whose numbers begin here (waitingRows.ts). */
  of(numbers: Float64Array, from: number): TroubleFacts {
    const fatal = numbers[from + troubleFormIn] ?? 0;
    const itself = this.#itself(fatal, numbers[from + stateIn] === endingState);
    const session = namesOf(this.#forms.form(numbers[from + formIn] ?? 0));
    const host = numbers[from + hostNumberIn] ?? -1;
    return {
      ...itself,
      message: this.#message(fatal, numbers[from + troubleHostIn] ?? -1) ?? itself.message,
      at: known(numbers[from + atIn]),
      pid: numbers[from + pidIn],
      user: session.user ?? itself.user,
      database: session.database ?? itself.database,
      applicationName: session.application ?? itself.applicationName,
      remoteHost: host === -1 ? itself.remoteHost : this.#forms.host(host),
    };
  }

  /** What the FATAL says of the host that its line tells; undefined = nothing. */
  #message(fatal: number, hostNumber: number): string | undefined {
    const form = this.#forms.form(fatal);
    if (form?.message !== undefined || form?.quotedHost === undefined) return undefined;
    const host = this.#forms.host(hostNumber);
    return host === undefined ? undefined : messageOf({ host, messagePort: -1, sessionTimeMs: 0 }, form);
  }

  /** Whom the FATAL of a form names by itself. */
  names(fatal: number): TroubleNames {
    return troubleNames(this.#entry(fatal), undefined);
  }

  /** What it says by itself. */
  #itself(fatal: number, isEnding: boolean): TroubleFacts {
    const known = isEnding ? this.#endings : this.#failures;
    return known[fatal] ?? this.#make(fatal, isEnding, known);
  }

  #make(fatal: number, isEnding: boolean, known: (TroubleFacts | undefined)[]): TroubleFacts {
    const { failure = 'other' } = this.#forms.met(fatal) ?? {};
    const itself = troubleOf(this.#entry(fatal), isEnding ? 'ending' : 'failure', failure, undefined);
    while (known.length < fatal) known.push(undefined);
    known[fatal] = itself;
    return itself;
  }

  #entry(fatal: number): LogEntry {
    return this.#forms.form(fatal)?.entry ?? { severity: 'FATAL', message: '' };
  }
}
