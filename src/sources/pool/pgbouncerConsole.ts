import type pg from 'pg';
import type { PoolerSample } from '../../core/pool/poolerSample.ts';
import { sentence, SentenceError, type Sentence } from '../../core/sentence.ts';
import { withOneHost } from '../../core/server/severalHosts.ts';
import type { PgClient } from '../server/pgClient.ts';
import { poolerSampleOf, type ConsoleAnswers, type ConsoleRow } from './consoleRows.ts';

const console = 'pgbouncer';
/** One question may take so long. */
const longestMs = 3000;

/** The questions, in this order: clients right behind servers, for links change with every transaction. */
const questions = [
  'DATABASES',
  'POOLS',
  'SERVERS',
  'CLIENTS',
  'STATS',
  'LISTS',
  'CONFIG',
  'VERSION',
] as const;

/** Why a console does not answer: the password is missing or wrong · it does not let this user look · nobody answers. */
export class PoolerProblem extends SentenceError {
  readonly kind: 'password' | 'refused' | 'unreachable';

  constructor(kind: PoolerProblem['kind'], { message, args }: Sentence) {
    super(message, ...args);
    this.kind = kind;
  }
}

/** The admin console of one PgBouncer, reached when it is asked first. */
export interface PoolerConsole {
  /** `user@host:port`. */
  readonly label: string;
  /** What it shows now; connects again when the connection was lost. Rejects with a SentenceError. */
  poll(): Promise<PoolerSample>;
  /** Nothing is left afterwards. */
  close(): Promise<void>;
}

/**
 * The console behind a URI such as `postgres://user@host:6432/pgbouncer`, read as that of a server is: its parameters, the
 * PG* variables for the user, the password and TLS, and pgpass; `password` goes before those. The user has to be in
 * stats_users or admin_users. Only SHOW commands are sent, by the simple protocol, which is all that the console speaks.
 * Throws a SentenceError for a URI that is none.
 */
export function openPoolerConsole({
  uri,
  password,
}: {
  readonly uri: string;
  readonly password?: string | undefined;
}): PoolerConsole {
  return new OneConsole(uri, password);
}

class OneConsole implements PoolerConsole {
  readonly label: string;
  readonly #uri: string;
  readonly #password: string | undefined;
  readonly #closing = new AbortController();
  #opened: PgClient | undefined;

  constructor(uri: string, password: string | undefined) {
    this.label = labelOf(uri);
    this.#uri = uri;
    this.#password = password;
  }

  async poll(): Promise<PoolerSample> {
    try {
      this.#opened ??= await this.#open();
      return await sampleBy(this.#opened.client);
    } catch (error) {
      await this.#drop();
      throw await problemOf(error, this.label);
    }
  }

  async close(): Promise<void> {
    // what is under way may be waiting for the console: this ends it
    this.#closing.abort();
    await this.#drop();
  }

  async #open(): Promise<PgClient> {
    const { consoleWays, openClient } = await connecting();
    let failed: unknown;
    for (const way of await consoleWays(this.#uri, this.#password))
      try {
        return await openClient(way, this.#closing.signal, longestMs, (opened) => Promise.resolve(opened));
      } catch (error) {
        failed = error;
      }
    throw failed;
  }

  async #drop(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) await (await connecting()).endClient(opened);
  }
}

/** What connects to servers: large, and only needed by those who connect. */
const connecting = () => import('../server/liveServer.ts');

/** `user@host:port`. Throws a SentenceError for what is no URI of a console; it never repeats the text, which may hold a password. */
function labelOf(uri: string): string {
  const { database, host, port, user } = partsOf(uri);
  if (database !== console)
    throw new SentenceError(
      'The console of a PgBouncer is the database “pgbouncer”: write {0} at the end of the URI.',
      '/pgbouncer',
    );
  if (host.includes(','))
    throw new SentenceError(
      'PgBouncers are read one by one: give the URI of one host here, and of each other apart.',
    );
  return `${user === '' ? '' : `${user}@`}${host}:${port}`;
}

function partsOf(several: string): Record<'database' | 'host' | 'port' | 'user', string> {
  const { uri, hosts } = withOneHost(several);
  try {
    const { pathname, hostname, port, username, searchParams } = new URL(uri);
    const named = (keyword: string, text: string): string =>
      searchParams.get(keyword) ?? decodeURIComponent(text);
    return {
      database: named('dbname', pathname.slice(1)),
      host: named('host', hosts ?? hostname) || 'localhost',
      port: named('port', port) || '6432',
      user: named('user', username),
    };
  } catch {
    throw new SentenceError(
      'This is no URI of a PgBouncer: write one such as postgres://user@host:6432/pgbouncer.',
    );
  }
}

async function sampleBy(client: pg.Client): Promise<PoolerSample> {
  const answers: Record<string, readonly ConsoleRow[]> = {};
  for (const question of questions)
    answers[question] = (await client.query<ConsoleRow>(`SHOW ${question}`)).rows;
  return poolerSampleOf(answers as ConsoleAnswers, Date.now());
}

/** Why the console does not answer, as one sentence; never with a password. */
async function problemOf(error: unknown, label: string): Promise<PoolerProblem> {
  const { codeOf, isTls, wordsOf } = await connecting();
  if (error instanceof PoolerProblem) return error;
  if (error instanceof SentenceError) return new PoolerProblem('refused', error.sentence);
  const code = codeOf(error);
  const message = wordsOf(error);
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return new PoolerProblem(
      'unreachable',
      sentence('Nobody listens at {0}: start PgBouncer, or correct host and port.', label),
    );
  // the console always is there, and knows every question
  if (code === '3D000' || code === '42704')
    return new PoolerProblem(
      'refused',
      sentence('At {0} is no PgBouncer, but a PostgreSQL server: correct the port.', label),
    );
  if (/admin_users|not allowed|no such database|no such user/i.test(message))
    return new PoolerProblem(
      'refused',
      sentence(
        'PgBouncer at {0} does not let this user look ({1}): add it to stats_users in pgbouncer.ini, and run RELOAD.',
        ...[label, message],
      ),
    );
  // the second: the pooler wants it (client.c)
  if (isTls(code, message) || message === 'SSL required')
    return new PoolerProblem(
      'refused',
      sentence('No TLS connection to {0} ({1}): check sslmode and sslrootcert.', label, message),
    );
  if (/password|SASL|authentication/i.test(message))
    return new PoolerProblem(
      'password',
      sentence(
        'PgBouncer at {0} refuses the password ({1}): put it into pgpass or PGPASSWORD.',
        ...[label, message],
      ),
    );
  return new PoolerProblem(
    'unreachable',
    sentence(
      'The console of PgBouncer at {0} does not answer ({1}): see whether it runs, and its log.',
      ...[label, message],
    ),
  );
}
