import type { Identity } from './cast.ts';
import { administratorCommand } from './endings.ts';
import type { LogWriter } from './logWriter.ts';
import { turnedAway } from './refusals.ts';
import type { TruthBook } from './truthBook.ts';
import { Visits, type Session } from './visits.ts';

/** A pid is not given again within this time. */
const pidRestMs = 60_000;

/** The clients of a server: who logs in, is let in or turned away, and leaves, several at a time. */
export class Crowd {
  /** Those that end in an orderly way, when they do. */
  readonly sessions: Session[] = [];
  readonly #log: LogWriter;
  readonly #truth: TruthBook;
  readonly #visits: Visits;
  readonly #cast: readonly Identity[];
  readonly #random: () => number;
  readonly #underWay: Generator<undefined>[] = [];
  /** Of superusers that switched log_disconnections off: gone, and nothing tells but their pid, when it comes back. */
  #silent: Session[] = [];

  constructor(log: LogWriter, truth: TruthBook, cast: readonly Identity[], random: () => number) {
    this.#log = log;
    this.#truth = truth;
    this.#visits = new Visits(log, truth, random);
    this.#cast = cast;
    this.#random = random;
  }

  /** Records about connections so far. */
  get records(): number {
    return this.#visits.records;
  }

  /** How many are logging in or leaving. */
  get underWay(): number {
    return this.#underWay.length;
  }

  /** One of those that log in or leave takes its next step. */
  step(): void {
    const index = Math.floor(this.#random() * this.#underWay.length);
    if (this.#underWay[index]?.next().done !== false) takeOut(this.#underWay, index);
  }

  comes(): void {
    this.#begin(
      this.#visits.login(this.#anybody(), (session) => this.#admit(session), this.#pidThatComesBack()),
    );
  }

  leaves(): void {
    const index = Math.floor(this.#random() * this.sessions.length);
    const session = takeOut(this.sessions, index);
    if (session) this.#begin(this.#visits.leave(session));
  }

  /** One that came while nobody is let in. */
  isTurnedAway(why: string): void {
    this.#visits.turnedAway(this.#anybody(), turnedAway(why));
  }

  /** Everybody who logs in or leaves comes to the end of it. */
  settle(): void {
    while (this.underWay > 0) {
      this.#log.pass(2);
      this.step();
    }
  }

  /** All sessions end by the server's will, each with its lines; walsenders when nothing is left to send. */
  areSentAway(beforeWalsenders: () => void): void {
    const rest = this.sessions.splice(0);
    this.#silent = [];
    for (const session of rest.filter(({ identity }) => !identity.replication)) {
      this.#begin(this.#visits.terminated(session, [administratorCommand]));
      while (this.underWay > 3) this.step();
    }
    this.settle();
    beforeWalsenders();
    for (const session of rest.filter(({ identity }) => identity.replication))
      this.#visits.disconnected(session);
  }

  /** All are gone without a word. */
  areGone(at: number): void {
    for (const { process } of this.sessions.splice(0)) this.#log.exit(process.pid);
    this.#silent = [];
    this.#truth.loseAll(at);
  }

  #begin(steps: Generator<undefined>): void {
    if (steps.next().done !== true) this.#underWay.push(steps);
  }

  #admit(session: Session): void {
    if (this.#random() >= 0.002) {
      this.sessions.push(session);
      return;
    }
    this.#silent.push(session);
    this.#log.exit(session.process.pid);
  }

  #pidThatComesBack(): number | undefined {
    const [oldest] = this.#silent;
    if (!oldest || this.#random() >= 0.02 || this.#log.now - oldest.process.lastAt < pidRestMs)
      return undefined;
    this.#silent.shift();
    return this.#log.isFree(oldest.process.pid) ? oldest.process.pid : undefined;
  }

  #anybody(): Identity {
    const identity = this.#cast[Math.floor(this.#random() * this.#cast.length)];
    if (!identity) throw new Error('the cast is empty');
    return identity;
  }
}

/** Takes one out of a list whose order does not matter: the last takes its place. */
function takeOut<T>(list: T[], index: number): T | undefined {
  const taken = list[index];
  const last = list.pop();
  if (last !== undefined && index < list.length) list[index] = last;
  return taken;
}
