import { Socket } from 'node:net';
import pg from 'pg';

import { poolerUsers, type Pooler } from '../pooler.ts';
import { until } from './until.ts';

/** How somebody comes to the pooler; by default `app` to `shop` over TCP, with the right password. */
export interface PoolerLogin {
  readonly user?: string;
  readonly database?: string;
  readonly password?: string;
  readonly overSocket?: boolean;
}

/** What a client was told when it was refused, or when the pooler ended its session. */
export interface PoolerTrouble {
  readonly message: string;
  readonly user: string;
  readonly database: string;
}

/** A client that is in, as SHOW CLIENTS has it. */
export interface PoolerSession {
  readonly user: string;
  readonly database: string;
  readonly host: string;
  readonly port: number | null;
}

/** What really happened at a pooler since its log began: from its clients and its console, never from the log. */
export interface PoolerTruth {
  readonly connects: number;
  readonly disconnects: number;
  readonly lost: number;
  readonly failed: readonly PoolerTrouble[];
  readonly endings: readonly PoolerTrouble[];
  readonly active: readonly PoolerSession[];
}

/** One client that was let in. */
export class PoolerClient {
  readonly session: PoolerSession;
  readonly client: pg.Client;
  readonly closed: Promise<void>;
  readonly socket: Socket;
  hasLeft = false;
  error: string | undefined;

  constructor(session: PoolerSession, client: pg.Client, socket: Socket) {
    this.session = session;
    this.client = client;
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    client.on('error', (error: Error) => {
      if (error instanceof pg.DatabaseError) this.error = error.message;
    });
  }

  /** What a query was told; the pooler's own words come behind it, while no query runs, and count more. */
  note(error: unknown): void {
    if (error instanceof pg.DatabaseError) this.error ??= error.message;
  }

  async leave(): Promise<void> {
    this.hasLeft = true;
    await this.client.end();
    await this.closed;
  }

  /** Goes without a goodbye. */
  async hangUp(): Promise<void> {
    this.hasLeft = true;
    this.socket.end();
    await this.closed;
  }

  async query(text: string): Promise<pg.QueryResult<Record<string, unknown>>> {
    return this.client.query<Record<string, unknown>>(text);
  }
}

/** All clients of one pooler since its log began. */
export class PoolerCrowd {
  readonly pooler: Pooler;
  readonly open = new Set<PoolerClient>();
  #counts = { connects: 0, disconnects: 0, lost: 0 };
  #failed: PoolerTrouble[] = [];
  #endings: PoolerTrouble[] = [];
  #unknown = new Set<PoolerClient>();
  #boss: PoolerClient | undefined;

  constructor(pooler: Pooler) {
    this.pooler = pooler;
  }

  /** Lets one in. */
  async connect(login: PoolerLogin = {}): Promise<PoolerClient> {
    const outcome = await this.knock(login);
    if (outcome instanceof PoolerClient) return outcome;
    throw new Error(`${outcome.user} was refused by ${outcome.database}: ${outcome.message}`);
  }

  async knock(login: PoolerLogin): Promise<PoolerClient | PoolerTrouble> {
    const { user = 'app', database = 'shop', overSocket = false } = login;
    const password = login.password ?? poolerUsers[user] ?? 'none';
    const socket = new Socket();
    const host = overSocket ? this.pooler.directory : '127.0.0.1';
    const client = new pg.Client({
      host,
      port: this.pooler.port,
      user,
      database,
      password,
      stream: () => socket,
    });
    const gone = new Promise((resolve) => socket.once('close', resolve));
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      await gone;
      const trouble = { message: error.message, user, database };
      this.#failed.push(trouble);
      return trouble;
    }
    const port = overSocket ? null : (socket.localPort ?? null);
    const visitor = new PoolerClient(
      { user, database, host: overSocket ? '[local]' : host, port },
      client,
      socket,
    );
    this.#counts.connects += 1;
    this.open.add(visitor);
    void visitor.closed.then(() => this.#closed(visitor));
    return visitor;
  }

  /** The console of the administrator, itself a client. */
  async boss(): Promise<PoolerClient> {
    if (!this.#boss || !this.open.has(this.#boss))
      this.#boss = await this.connect({ user: 'boss', database: 'pgbouncer' });
    return this.#boss;
  }

  /** Ends the pooler; whoever is in is lost. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const lost = [...this.open];
    for (const client of lost) this.open.delete(client);
    this.#counts.lost += lost.length - this.#unknown.size;
    this.#unknown.clear();
    await this.pooler.end(signal);
    await Promise.all(lost.map(({ closed }) => closed));
  }

  /** The log begins anew: what was before it cannot tell, but how those end who are in. */
  forget(): void {
    this.#counts = { connects: 0, disconnects: 0, lost: 0 };
    this.#failed = [];
    this.#endings = [];
    this.#unknown = new Set(this.open);
  }

  /** The truth now, once the console shows exactly those who are in. */
  async atRest(): Promise<PoolerTruth> {
    const boss = await this.boss();
    const texts = (sessions: readonly PoolerSession[]): string => JSON.stringify(sessions.map(textOf).sort());
    await until('SHOW CLIENTS shows those who are in', async () => {
      const shown = (await boss.query('show clients')).rows.map(sessionOf);
      return texts(shown) === texts([...this.open].map(({ session }) => session)) ? true : undefined;
    });
    const known = [...this.open].filter((client) => !this.#unknown.has(client));
    const active = known.map(({ session }) => session);
    return { ...this.#counts, failed: [...this.#failed], endings: [...this.#endings], active };
  }

  #closed(client: PoolerClient): void {
    if (!this.open.delete(client)) return;
    this.#unknown.delete(client);
    this.#counts.disconnects += 1;
    if (client.hasLeft || client.error === undefined) return;
    const { user, database } = client.session;
    this.#endings.push({ message: client.error, user, database });
  }
}

function textOf({ user, database, host, port }: PoolerSession): string {
  return JSON.stringify([user, database, host, port]);
}

/** A row of SHOW CLIENTS; the port of a Unix socket is the pooler's own. */
function sessionOf(row: Record<string, unknown>): PoolerSession {
  const isLocal = row['addr'] === 'unix';
  return {
    user: String(row['user']),
    database: String(row['database']),
    host: isLocal ? '[local]' : String(row['addr']),
    port: isLocal ? null : Number(row['port']),
  };
}
