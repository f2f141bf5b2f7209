import { hosts, type Identity } from './cast.ts';
import { endingOf, rudeEnds } from './endings.ts';
import type { LogWriter } from './logWriter.ts';
import { bodyOf, logOf, type Body, type ServerProcess } from './record.ts';
import { refusalOf } from './refusals.ts';
import { lengthOf } from './stamp.ts';
import type { TruthBook } from './truthBook.ts';

export interface Session {
  readonly process: ServerProcess;
  readonly identity: Identity;
}

/** The steps of a client's stay, one record each; between them others have their turn. */
export class Visits {
  /** Records about connections so far. */
  records = 0;
  readonly #log: LogWriter;
  readonly #truth: TruthBook;
  readonly #random: () => number;

  constructor(log: LogWriter, truth: TruthBook, random: () => number) {
    this.#log = log;
    this.#truth = truth;
    this.#random = random;
  }

  /** A client comes: it is let in, or turned away, or only knocks. `pid` = one that comes back. */
  *login(identity: Identity, admit: (session: Session) => void, pid?: number): Generator<undefined> {
    const process = this.received(pid);
    yield;
    const roll = this.#random();
    // a health check, or a psql that has to ask for the password first
    if (roll < 0.02) {
      this.#log.exit(process.pid);
      return;
    }
    const refusal = roll < 0.09 ? refusalOf(identity, this.#random) : undefined;
    this.#authenticates(process, identity);
    if (refusal?.afterAuthorized === false) {
      this.#refuse(process, identity, refusal.fatal);
      return;
    }
    if (identity.scram) {
      this.#say(process, logOf(identity.authenticated, 'authentication'));
      yield;
    }
    const at = this.#say(process, logOf(identity.authorized, 'authentication'));
    if (refusal) {
      yield;
      this.#refuse(process, identity, refusal.fatal);
      return;
    }
    this.#truth.connect(process, identity, at);
    process.app = identity.app;
    process.pieces = undefined;
    admit({ process, identity });
  }

  received(pid?: number): ServerProcess {
    const host = hosts[Math.floor(this.#random() * hosts.length)] ?? '';
    const port = host === '[local]' ? undefined : 32_768 + Math.floor(this.#random() * 28_000);
    const process = this.#log.fork('not initialized', false, { host, port, pid });
    const from = port === undefined ? host : `${host} port=${port}`;
    const at = this.#say(process, logOf(`connection received: host=${from}`, ''));
    this.#truth.lose(process.pid, at);
    return process;
  }

  /** A client that comes while nobody is let in. */
  turnedAway(identity: Identity, fatal: Body): void {
    const process = this.received();
    this.#authenticates(process, identity);
    this.#refuse(process, identity, () => fatal);
  }

  /** A session ends: mostly by its client, sometimes by the server. */
  *leave(session: Session): Generator<undefined> {
    const roll = session.identity.replication ? 1 : this.#random();
    if (roll < 0.04) {
      yield* this.terminated(session, endingOf(this.#random));
      return;
    }
    if (roll < 0.07) {
      this.#log.say(session.process, bodyOf(rudeEnds[roll < 0.055 ? 0 : 1]));
      yield;
    }
    this.disconnected(session);
  }

  *terminated(session: Session, ending: readonly Body[]): Generator<undefined> {
    const { process } = session;
    for (const body of ending.map(bodyOf)) {
      const at = body.severity === 'FATAL' ? this.#say(process, body) : this.#log.say(process, body);
      if (body.severity === 'FATAL') this.#truth.end(process.pid, at, body.message);
      yield;
    }
    this.disconnected(session);
  }

  disconnected({ process, identity }: Session): void {
    const { pid, host = '', port, startedAt } = process;
    process.virtualTransactionId = '';
    process.pieces = undefined;
    const time = lengthOf(this.#log.now - startedAt);
    const from = port === undefined ? host : `${host} port=${port}`;
    const message = `disconnection: session time: ${time}${identity.left}${from}`;
    this.#truth.disconnect(pid, this.#say(process, logOf(message, 'idle')));
    this.#log.exit(pid);
  }

  #authenticates(process: ServerProcess, identity: Identity): void {
    process.user = identity.user;
    process.database = identity.database;
    process.backendType = identity.replication ? 'walsender' : 'client backend';
    process.virtualTransactionId = `${3 + (process.pid % 90)}/${process.port ?? 1}`;
    process.pieces = undefined;
  }

  #refuse(
    process: ServerProcess,
    identity: Identity,
    fatal: (identity: Identity, host: string) => Body,
  ): void {
    const body = fatal(identity, process.host ?? '');
    this.#truth.refuse(process.pid, this.#say(process, body), body.message);
    this.#log.exit(process.pid);
  }

  #say(process: ServerProcess, body: Body): number {
    this.records += 1;
    return this.#log.say(process, body);
  }
}
