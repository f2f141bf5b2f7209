import { clientTroubles } from '../connection/connectionEvent.ts';
import { parseConnectionMessage } from '../connection/connectionMessage.ts';
import { classifyFailure, isBackground } from '../connection/failure.ts';
import type { LineBlock } from '../log/lineBlock.ts';
import type { OtherForm, RecurringForm } from '../log/recurring.ts';
import { namesAreOf } from './disconnection.ts';
import { isStartup } from './fatalEntry.ts';
import type { Dimension } from './filter.ts';
import { areGuessed } from './sessionMessages.ts';

/** What makes the key of a session (processKeys.ts): the pid alone, with the time of its start, or the session id. */
export const keyIsPid = 0;
export const keyIsPidSince = 1;
export const keyIsSessionId = 2;

/** What is looked up of a form for every line of it. */
export interface FormFacts {
  readonly form: RecurringForm | OtherForm;
  readonly number: number;
  readonly step: RecurringForm['message']['kind'] | 'fatal' | 'clientTrouble' | 'nothing';
  /** Of PostgreSQL's own log, with a pid: what can be booked by numbers. */
  readonly isPlain: boolean;
  readonly keyIs: number;
  readonly namesAreGuessed: boolean;
  readonly replication: boolean;
  /** The prefix, column or key has the host, which counts more than that of `received`. */
  readonly hasHost: boolean;
  /** authorized, disconnection: number of its user and database together. */
  readonly namesNumber: number;
  /** fatal: which one, as failure.ts names it. */
  readonly failure: string;
  /** fatal: it refuses a login; or may refuse one, or end a session, which only what follows tells. */
  readonly refuses: boolean;
  readonly mayRefuse: boolean;
  /** clientTrouble: one more than its index in clientTroubles; 0 = none of them. */
  readonly clientTrouble: number;
}

/** The forms of recurring lines, by their numbers. */
export class RecurringForms {
  readonly #facts: FormFacts[] = [];
  /** A disconnection and an authorization that were found to have the same names, by a hash of the two. */
  readonly #names = new Map<string, number>();
  #hosts: readonly string[] = [];

  /** The facts of the form with the number of a line that came. */
  of(number: number): FormFacts {
    const facts = this.#facts[number];
    if (!facts) throw new RangeError(`no form ${number}`);
    return facts;
  }

  /** The facts of the form with a number that was met. */
  met(number: number): FormFacts | undefined {
    return this.#facts[number];
  }

  /** The form with a number that was met. */
  form(number: number): RecurringForm | OtherForm | undefined {
    return this.#facts[number]?.form;
  }

  /** Numbers of forms that were met, and of hosts, are less. */
  get count(): number {
    return this.#facts.length;
  }

  get hostCount(): number {
    return this.#hosts.length;
  }

  /** A host by its number: of those that lines tell, or −2 − the number of the form that has it; −1 = none. */
  host(number: number): string | undefined {
    return number >= 0 ? this.#hosts[number] : namesOf(this.form(-2 - number)).host;
  }

  /** Can this be the end of a session that was authorized so, as far as names tell? */
  haveSameNames(disconnection: FormFacts, authorized: number): boolean {
    const session = this.form(authorized)?.message;
    const end = disconnection.form.message;
    return session?.kind === 'authorized' && end?.kind === 'disconnection' && namesAreOf(session, end);
  }

  /** Lines of a block are about to come; answers the facts of the forms that are new since the last one. */
  meet({ forms, hosts }: LineBlock): readonly FormFacts[] {
    this.#hosts = hosts;
    const first = this.#facts.length;
    for (const form of forms.slice(first))
      this.#facts.push(factsOf(form, this.#facts.length, this.#namesNumber(form)));
    return this.#facts.slice(first);
  }

  #namesNumber({ message }: RecurringForm | OtherForm): number {
    if (message?.kind !== 'authorized' && message?.kind !== 'disconnection') return -1;
    const { user, database } = message;
    const names = `${user.length} ${user}${database === undefined ? '' : ` ${database}`}`;
    const known = this.#names.get(names);
    if (known === undefined) this.#names.set(names, this.#names.size);
    return known ?? this.#names.size - 1;
  }
}

/** What a session of which these are the forms of its authorization, or of what was received, is called. */
export function namesOf(
  form: RecurringForm | OtherForm | undefined,
): Partial<Record<Dimension, string | undefined>> {
  if (form?.message?.kind === 'received') return { host: form.message.remoteHost };
  if (form?.message?.kind !== 'authorized') return { host: form?.entry.remoteHost };
  const { message, entry } = form;
  return {
    database: message.database,
    user: message.user,
    application: message.applicationName,
    host: entry.remoteHost,
  };
}

function factsOf(form: RecurringForm | OtherForm, number: number, namesNumber: number): FormFacts {
  const { entry, message } = form;
  const { kind, phase } = message ? { kind: '', phase: 'unknown' as const } : classifyFailure(entry);
  const isFatal = entry.severity === 'FATAL';
  const isOfClient = isFatal ? phase !== 'server' && !isBackground(entry) : entry.severity === 'LOG';
  const refuses = isStartup(entry, phase);
  return {
    form,
    number,
    step: message?.kind ?? (isFatal ? 'fatal' : parseConnectionMessage(entry) ? 'clientTrouble' : 'nothing'),
    isPlain: entry.program === undefined && isOfClient && entry.pid !== undefined,
    keyIs: keyKindOf(form),
    namesAreGuessed: message?.kind === 'authorized' && areGuessed(entry, message),
    replication: message?.kind === 'authorized' && message.replication,
    hasHost: entry.remoteHost !== undefined,
    namesNumber,
    failure: kind,
    refuses,
    mayRefuse: !refuses && phase === 'unknown' && entry.commandTag === undefined,
    clientTrouble: clientTroubles.findIndex((trouble) => trouble === kind) + 1,
  };
}

function keyKindOf({ entry }: RecurringForm | OtherForm): number {
  if (entry.sessionId !== undefined) return keyIsSessionId;
  return entry.sessionStartAt === undefined ? keyIsPid : keyIsPidSince;
}
