import { connect } from 'node:net';

import type { Server } from '../servers.ts';
import { awaitMarker, removeOlderLogs } from './logFiles.ts';
import { sessionsOf } from './statActivity.ts';
import type { Truth, TrueTrouble } from './truth.ts';
import { until } from './until.ts';
import { Refusal, Visitor, type Login } from './visitor.ts';

/** All clients of one server since its log began. Whoever comes and goes through it is in the truth. */
export class Crowd {
  readonly server: Server;
  readonly #open = new Set<Visitor>();
  #failed: TrueTrouble[] = [];
  #endings: TrueTrouble[] = [];
  #counts = { connects: 0, disconnects: 0, lost: 0, unlogged: 0, replicationConnects: 0 };
  /** Those who were in when the log that is left begins. */
  #older = new Set<Visitor>();
  #observer: Visitor | undefined;
  #markers = 0;

  constructor(server: Server) {
    this.server = server;
  }

  /** Those who are in, oldest first. */
  get open(): readonly Visitor[] {
    return [...this.#open];
  }

  /** Lets one in. */
  async connect(login: Login = {}): Promise<Visitor> {
    const outcome = await this.knock(login);
    if (outcome instanceof Visitor) return outcome;
    throw outcome;
  }

  /** What a login that the server must refuse was told. */
  async refused(login: Login): Promise<TrueTrouble> {
    const outcome = await this.knock(login);
    if (outcome instanceof Refusal) return outcome.trouble;
    throw new Error(`${outcome.user} was let in to ${outcome.database}, against the story.`);
  }

  /** Whether the server lets one in, only it knows; both is in the truth. */
  async knock(login: Login): Promise<Visitor | Refusal> {
    const visitor = new Visitor(this.server, login);
    const refusal = await visitor.enter();
    if (refusal) {
      this.#failed.push(refusal.trouble);
      return refusal;
    }
    this.#counts[visitor.isReplication ? 'replicationConnects' : 'connects'] += 1;
    this.#open.add(visitor);
    void visitor.closed.then(() => this.#closed(visitor));
    return visitor;
  }

  /** A port scanner: a TCP connection that says nothing. It is neither a connect nor a failure. */
  async probe(): Promise<void> {
    const socket = connect(this.server.port, '127.0.0.1');
    await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', resolve);
      socket.once('connect', () => socket.end());
    });
  }

  /** The superuser's own session, opened when it is needed and kept. */
  async observer(): Promise<Visitor> {
    if (!this.#observer || !this.#open.has(this.#observer))
      this.#observer = await this.connect({ application: 'observer' });
    return this.#observer;
  }

  /** The log begins anew with another file: what was before, and who is in, it cannot tell. Nobody may come meanwhile. */
  async beginLog(): Promise<void> {
    const observer = await this.observer();
    const name = async (): Promise<string> =>
      (await observer.query<{ name: string }>('select pg_current_logfile() as name'))[0]!.name;
    const old = await name();
    await until('the log has a new file', async () => {
      await observer.query('select pg_rotate_logfile()');
      return (await name()) === old ? undefined : true;
    });
    removeOlderLogs(this.server);
    this.#counts = { connects: 0, disconnects: 0, lost: 0, unlogged: 0, replicationConnects: 0 };
    this.#failed = [];
    this.#endings = [];
    this.#older = new Set(this.#open);
  }

  /**
   * The truth now, once the server shows exactly those who are in and has written everything to its log. Nobody
   * may come or go meanwhile.
   */
  async atRest(): Promise<Truth> {
    const observer = await this.observer();
    const clients = pidText(this.open.filter(({ isReplication }) => !isReplication));
    const walsenders = this.open.filter(({ isReplication }) => isReplication).length;
    const seen = await until('pg_stat_activity shows the clients that are in', async () => {
      const sessions = await sessionsOf(observer);
      const same = pidText(sessions.active) === clients && sessions.walsenders.length === walsenders;
      return same ? sessions : undefined;
    });
    this.#markers += 1;
    await awaitMarker(this.server, observer, `at rest ${this.#markers}`);
    const older = new Set([...this.#older].map(({ pid }) => pid));
    const active = seen.active.filter(({ pid }) => !older.has(pid));
    const beginsLate = this.#older.size > 0;
    return {
      ...this.#counts,
      failed: [...this.#failed],
      endings: [...this.#endings],
      ...seen,
      active,
      ...(beginsLate ? { beginsLate: true } : {}),
    };
  }

  #closed(visitor: Visitor): void {
    this.#open.delete(visitor);
    if (visitor.fatal) this.#endings.push(visitor.fatal);
    if (visitor.isReplication) return;
    const endedByItself = visitor.hasLeft || visitor.fatal !== undefined;
    if (!endedByItself) this.#counts.lost += 1;
    else if (visitor.endIsLogged) this.#counts.disconnects += 1;
    else this.#counts[visitor.fatal ? 'lost' : 'unlogged'] += 1;
  }
}

function pidText(sessions: readonly { readonly pid: number }[]): string {
  return sessions
    .map(({ pid }) => pid)
    .sort((a, b) => a - b)
    .join(' ');
}
