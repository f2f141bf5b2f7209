import type { RecurringForm, RecurringLine } from '../log/recurring.ts';
import { namesAreOf } from './disconnection.ts';
import { areGuessed } from './sessionMessages.ts';

/** What makes the key of a session (processKeys.ts): the pid alone, with the time of its start, or the session id. */
export const keyIsPid = 0;
export const keyIsPidSince = 1;
export const keyIsSessionId = 2;

/** What is looked up of a form for every line of it. */
export interface FormFacts {
  readonly form: RecurringForm;
  readonly number: number;
  readonly step: RecurringForm['message']['kind'];
  /** Of PostgreSQL's own log, with a pid: what can be booked by numbers. */
  readonly isPlain: boolean;
  readonly keyIs: number;
  readonly namesAreGuessed: boolean;
  readonly replication: boolean;
  /** authorized: the prefix has the host, which counts more than that of `received`. */
  readonly hasHost: boolean;
}

/** More than there are forms of one log (recurringLines.ts). */
const mostForms = 2 ** 26;
const rememberedPairs = 8192;

/** The forms of recurring lines, by their numbers. */
export class RecurringForms {
  readonly #facts: (FormFacts | undefined)[] = [];
  /** A disconnection and an authorization that were found to have the same names, by a hash of the two. */
  readonly #pairs = new Float64Array(rememberedPairs).fill(-1);

  of(line: RecurringLine): FormFacts {
    return this.#facts[line.formNumber] ?? this.#learn(line);
  }

  /** The form with a number that was met. */
  form(number: number): RecurringForm | undefined {
    return this.#facts[number]?.form;
  }

  isReplication(number: number): boolean {
    return this.#facts[number]?.replication === true;
  }

  /** Of an authorization and what was received before it (−1 = nothing), the form that has the client's host. */
  hostForm(authorized: number, received: number): number {
    return this.#facts[authorized]?.hasHost === true ? authorized : received;
  }

  /** Can this be the end of a session that was authorized so, as far as names tell? */
  haveSameNames(disconnection: FormFacts, authorized: number): boolean {
    const pair = disconnection.number * mostForms + authorized;
    const place = (disconnection.number * 31 + authorized) & (rememberedPairs - 1);
    if (this.#pairs[place] === pair) return true;
    const session = this.form(authorized)?.message;
    const end = disconnection.form.message;
    if (session?.kind !== 'authorized' || end.kind !== 'disconnection' || !namesAreOf(session, end))
      return false;
    this.#pairs[place] = pair;
    return true;
  }

  #learn({ form, formNumber }: RecurringLine): FormFacts {
    const { entry, message } = form;
    const facts: FormFacts = {
      form,
      number: formNumber,
      step: message.kind,
      isPlain: entry.program === undefined && entry.severity === 'LOG' && entry.pid !== undefined,
      keyIs: keyKindOf(form),
      namesAreGuessed: message.kind === 'authorized' && areGuessed(entry, message),
      replication: message.kind === 'authorized' && message.replication,
      hasHost: entry.remoteHost !== undefined,
    };
    // dense, whatever number is met first: no array with holes
    while (this.#facts.length < formNumber) this.#facts.push(undefined);
    this.#facts[formNumber] = facts;
    return facts;
  }
}

function keyKindOf({ entry }: RecurringForm): number {
  if (entry.sessionId !== undefined) return keyIsSessionId;
  return entry.sessionStartAt === undefined ? keyIsPid : keyIsPidSince;
}
