import { Socket } from 'node:net';
import pg from 'pg';

import type { Server } from '../servers.ts';
import type { TrueTrouble } from './truth.ts';

/** `FATAL` as the servers of the stories say it: clients are told the severity in the server's language. */
const fatalWords = new Set([
  ...['FATAL', 'FATALE', 'FATALT', '致命错误', 'ВАЖНО', '치명적오류', 'ФАТАЛЬНО', 'ფატალური'],
]);

/** How somebody comes to a server; by default the superuser to `postgres` over TCP, without a name for itself. */
export interface Login {
  readonly user?: string;
  readonly database?: string;
  readonly application?: string;
  readonly password?: string;
  /** Like `-c work_mem=1MB`. */
  readonly options?: string;
  readonly overSocket?: boolean;
  /** A walsender: `true` = physical, `database` = logical. */
  readonly replication?: 'true' | 'database';
}

/** The server refused a login, and this is what it said. */
export class Refusal extends Error {
  readonly trouble: TrueTrouble;

  constructor(trouble: TrueTrouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/** One client of the server, from its login until its connection is closed. */
export class Visitor {
  readonly user: string;
  readonly database: string;
  readonly isReplication: boolean;
  /** Zero for a walsender, which has no SQL to tell it. */
  pid = 0;
  /** `log_disconnections` of this session, fixed at its start. */
  endIsLogged = true;
  /** What the server said when it ended the session. */
  fatal: TrueTrouble | undefined;
  /** Resolves when the server has closed the connection: its process has written all that it will. */
  readonly closed: Promise<void>;
  readonly #socket = new Socket();
  readonly #client: pg.Client;
  #leaving = false;

  constructor(server: Server, login: Login) {
    const { user = 'postgres', database = 'postgres', application, overSocket, replication, ...rest } = login;
    this.user = user;
    this.database = database;
    this.isReplication = replication !== undefined;
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
    const host = overSocket === true ? { host: server.socketDirectory } : {};
    const name = application === undefined ? {} : { application_name: application };
    const config = { ...host, ...name, ...rest, ...(replication ? { replication } : {}) };
    const stream = () => this.#socket;
    this.#client = new pg.Client(server.clientConfig({ user, database, ...config, stream }));
    this.#client.on('error', (error: Error) => this.#note(error));
  }

  /** Its own end of the connection, known while it is open. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** True when it went by itself. */
  get hasLeft(): boolean {
    return this.#leaving;
  }

  /** Logs in; comes back with the server's `Refusal`, once the server has closed the connection. */
  async enter(): Promise<Refusal | undefined> {
    try {
      await this.#client.connect();
    } catch (error) {
      const trouble = this.#troubleOf(error);
      if (!trouble) throw error;
      await this.closed;
      return new Refusal(trouble);
    }
    if (this.isReplication) return undefined;
    const [row] = await this.query<{ pid: number; logged: boolean }>(
      `select pg_backend_pid() as pid, current_setting('log_disconnections')::boolean as logged`,
    );
    this.pid = row!.pid;
    this.endIsLogged = row!.logged;
    return undefined;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]> {
    try {
      return (await this.#client.query<Row>(text, values)).rows;
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  /** Says goodbye, and waits until the server has heard it. */
  async leave(): Promise<void> {
    this.#leaving = true;
    await this.#client.end();
    await this.closed;
  }

  /** Goes without a goodbye: the server reads the end of the connection. */
  async hangUp(): Promise<void> {
    this.#leaving = true;
    this.#socket.end();
    await this.closed;
  }

  /** Goes with a reset of the connection, as when its process is killed with unread data. */
  async reset(): Promise<void> {
    this.#leaving = true;
    this.#socket.resetAndDestroy();
    await this.closed;
  }

  #note(error: unknown): void {
    this.fatal ??= this.#troubleOf(error);
  }

  #troubleOf(error: unknown): TrueTrouble | undefined {
    if (!(error instanceof pg.DatabaseError) || !fatalWords.has(error.severity ?? '')) return undefined;
    const { message, code = '' } = error;
    return { message, sqlState: code, user: this.user, database: this.database };
  }
}
