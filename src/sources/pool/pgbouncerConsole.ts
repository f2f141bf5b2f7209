import type pg from 'pg';
import type { PoolerSample } from '../../core/pool/poolerSample.ts';
import { sentence, SentenceError, type Sentence } from '../../core/sentence.ts';
import { ownApplicationName } from '../logging/ownName.ts';
import { poolerSampleOf, type ConsoleAnswers, type ConsoleRow } from './consoleRows.ts';

const connectMs = 3000;
const queryMs = 5000;

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
 * The console behind a URI such as `postgres://user@host:6432/pgbouncer`; a password comes from it, from `password`,
 * PGPASSWORD or pgpass. The user has to be in stats_users or admin_users. Only SHOW commands are sent, by the simple
 * protocol, which is all that the console speaks. Throws a SentenceError for a URI that is none.
 */
export function openPoolerConsole({
  uri,
  password,
}: {
  readonly uri: string;
  readonly password?: string | undefined;
}): PoolerConsole {
  const address = addressOf(uri);
  let client: pg.Client | undefined;
  const close = async (): Promise<void> => {
    const open = client;
    client = undefined;
    await open?.end().catch(() => undefined);
  };
  return {
    label: address.label,
    close,
    poll: async () => {
      try {
        client ??= await connected(uri, password);
        return await sampleBy(client);
      } catch (error) {
        await close();
        throw problemOf(error, address.label);
      }
    },
  };
}

function addressOf(uri: string): { label: string } {
  const { database, host, port, user } = partsOf(uri);
  if (database !== 'pgbouncer')
    throw new SentenceError(
      'The console of a PgBouncer is the database “pgbouncer”: write {0} at the end of the URI.',
      '/pgbouncer',
    );
  return { label: `${user === '' ? '' : `${user}@`}${host}:${port}` };
}

function partsOf(uri: string): Record<'database' | 'host' | 'port' | 'user', string> {
  try {
    const url = new URL(uri);
    return {
      database: decodeURIComponent(url.pathname.slice(1)),
      host: url.searchParams.get('host') ?? (url.hostname === '' ? 'localhost' : url.hostname),
      port: url.port === '' ? '6432' : url.port,
      user: decodeURIComponent(url.username),
    };
  } catch {
    throw new SentenceError(
      'This is no URI of a PgBouncer: write one such as postgres://user@host:6432/pgbouncer.',
    );
  }
}

async function connected(uri: string, password: string | undefined): Promise<pg.Client> {
  const { Client } = (await import('pg')).default;
  const url = new URL(uri);
  // pg would take 5432 for a URI without a port
  if (url.port === '') url.port = '6432';
  // what a connection string leaves out wins over what stands beside it
  if (password !== undefined) url.password = encodeURIComponent(password);
  const client = new Client({
    connectionString: url.href,
    application_name: ownApplicationName,
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
  });
  // a console that goes away fails the next question, which tells enough
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

async function sampleBy(client: pg.Client): Promise<PoolerSample> {
  const answers: Record<string, readonly ConsoleRow[]> = {};
  for (const question of questions)
    answers[question] = (await client.query<ConsoleRow>(`SHOW ${question}`)).rows;
  return poolerSampleOf(answers as ConsoleAnswers, Date.now());
}

/** Why the console does not answer, as one sentence; never with a password. */
function problemOf(error: unknown, label: string): SentenceError {
  if (error instanceof SentenceError) return error;
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return new PoolerProblem(
      'unreachable',
      sentence('Nobody listens at {0}: start PgBouncer, or correct host and port.', label),
    );
  if (/admin_users|not allowed|no such database|no such user/i.test(message))
    return new PoolerProblem(
      'refused',
      sentence(
        'PgBouncer at {0} does not let this user look ({1}): add it to stats_users in pgbouncer.ini, and run RELOAD.',
        ...[label, message],
      ),
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
