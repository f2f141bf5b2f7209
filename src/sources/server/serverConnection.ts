import type pg from 'pg';
import type { Destination } from './destination.ts';
import { answered, answerMs, endClient, openClient, type PgClient } from './pgClient.ts';
import { Unanswered } from './serverProblem.ts';
import type { SessionKind } from './wantedSession.ts';

/** A statement of a poll may take so long on the server, and wait so long for a lock. */
const statementMs = 5000;
const lockMs = 1000;
/** Dropping a database waits for checkpoints, and for its sessions to go. */
export const longErrandMs = 60_000;

type Row = Readonly<Record<string, unknown>>;

/**
 * One connection, set up so that it can do no harm: its statements are short, and find functions in pg_catalog
 * only. The limits are SET and not sent at the start, so that pg_settings.reset_val keeps the server's own, and a
 * pooler in between does not refuse them. Behind a pooler they hold for a transaction only: it hands a session that was
 * SET on to its other clients.
 */
export class ServerConnection {
  readonly destination: Destination;
  readonly majorVersion: number;
  readonly pid: number;
  /** Where the server's data is; undefined = this role may not know. */
  readonly dataDirectory: string | undefined;
  readonly sessionKind: SessionKind;
  /** A pooler is in between: each transaction may be in another session. */
  readonly isPooled: boolean;
  readonly #opened: PgClient;
  readonly #limits: readonly string[];
  #lost = false;

  private constructor(destination: Destination, opened: PgClient, setUp: Row, longestMs: number) {
    this.destination = destination;
    this.#opened = opened;
    this.#limits = limitsOf(longestMs);
    this.majorVersion = Math.floor(Number(setUp['version']) / 10_000);
    this.pid = Number(setUp['pid']);
    // a pooler gives its clients keys of its own (protocol, BackendKeyData)
    this.isPooled = (opened.client as { processID?: unknown }).processID !== this.pid;
    this.sessionKind = { isStandby: setUp['standby'] === true, isReadOnly: setUp['readonly'] === 'on' };
    this.dataDirectory = typeof setUp['directory'] === 'string' ? setUp['directory'] : undefined;
    const lose = () => (this.#lost = true);
    opened.client.on('error', lose);
    opened.client.on('end', lose);
  }

  /**
   * Connects, in at most the destination's time, or until `signal`; rejects with the server's or Node's error, and
   * nothing left open.
   */
  static open(
    destination: Destination,
    signal: AbortSignal,
    longestMs = statementMs,
  ): Promise<ServerConnection> {
    return openClient(destination, signal, longestMs, async (opened) => {
      const { client } = opened;
      const [setUp = {}] = (await client.query<Row>(setUpQuery)).rows;
      const connection = new ServerConnection(destination, opened, setUp, longestMs);
      if (!connection.isPooled) await client.query(setAll('SET', connection.#limits).join(';\n'));
      return connection;
    });
  }

  /** The connection is gone: the server ended it, or it did not answer. */
  get isLost(): boolean {
    return this.#lost;
  }

  /** The rows of one statement with parameters. */
  async rows<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    if (!this.isPooled || standsAlone.test(sql)) return this.#rows(sql, values);
    try {
      await this.batch(['BEGIN']);
      return await this.#rows(sql, values);
    } finally {
      if (!this.isLost) await this.batch(['COMMIT']);
    }
  }

  async #rows<T extends object>(sql: string, values: readonly unknown[]): Promise<T[]> {
    const { rows } = await this.#guarded(this.#opened.client.query<T & pg.QueryResultRow>(sql, [...values]));
    return rows;
  }

  /** The rows of each of several statements without parameters, sent and answered at once. */
  async batch(statements: readonly string[]): Promise<Row[][]> {
    const [begin = '', ...others] = statements;
    const limits = this.isPooled && begin.startsWith('BEGIN') ? setAll('SET LOCAL', this.#limits) : [];
    const sent: Promise<unknown> = this.#opened.client.query([begin, ...limits, ...others].join(';\n'));
    const answer = (await this.#guarded(sent)) as pg.QueryResult<Row> | pg.QueryResult<Row>[];
    const all = (Array.isArray(answer) ? answer : [answer]).map(({ rows }) => rows);
    return [...all.slice(0, 1), ...all.slice(1 + limits.length)];
  }

  /** A text as a literal, a name as an identifier of SQL. */
  literal(text: string): string {
    return this.#opened.client.escapeLiteral(text);
  }

  identifier(name: string): string {
    return this.#opened.client.escapeIdentifier(name);
  }

  /** Ends it; also where the server does not answer any more. Idempotent. */
  async close(): Promise<void> {
    if (this.#lost) {
      this.#opened.socket.destroy();
      return;
    }
    this.#lost = true;
    await endClient(this.#opened);
  }

  /** Who did not answer in time will answer the wrong question next. */
  async #guarded<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const why = answered(error);
      if (why instanceof Unanswered) {
        this.#lost = true;
        this.#opened.socket.destroy();
      }
      throw why;
    }
  }
}

/** What is refused within a transaction. */
const standsAlone = /^(?:DROP DATABASE|ROLLBACK PREPARED)\b/;

const setUpQuery =
  "SELECT pg_catalog.current_setting('server_version_num') AS version, pg_catalog.pg_backend_pid() AS pid, pg_catalog.pg_is_in_recovery() AS standby, pg_catalog.current_setting('default_transaction_read_only') AS readonly, (SELECT setting FROM pg_catalog.pg_settings WHERE name = 'data_directory') AS directory";

function limitsOf(longestMs: number): string[] {
  return [
    'search_path = pg_catalog',
    `statement_timeout = ${longestMs}`,
    `lock_timeout = ${longestMs > statementMs ? statementMs : lockMs}`,
    `idle_in_transaction_session_timeout = ${longestMs + answerMs}`,
  ];
}

function setAll(command: 'SET' | 'SET LOCAL', limits: readonly string[]): string[] {
  return limits.map((limit) => `${command} ${limit}`);
}
