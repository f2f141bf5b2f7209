import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type pg from 'pg';
import type { DiscoveredLog } from '../../core/log/logPlace.ts';
import { SentenceError } from '../../core/sentence.ts';
import { realPathOr } from '../discovery/smallFile.ts';
import { ownApplicationName } from './ownName.ts';

/** Where and as whom a server was reached; never a password. */
export interface ServerAddress {
  /** A socket directory or an address. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

const connectMs = 3000;
const statementMs = 5000;

/**
 * Runs `work` on one connection to the database `postgres`, which is closed afterwards. A password, should the
 * server ask for one, comes from pgpass or PGPASSWORD as everywhere. Rejects with the server's or socket's error.
 */
export async function withServer<T>(
  address: ServerAddress,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  // a large library, and seldom needed
  const { Client } = (await import('pg')).default;
  const client = new Client({
    ...address,
    database: 'postgres',
    application_name: ownApplicationName,
    ssl: false,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + 1000,
  });
  // a server that stops while we are connected ends the running query, which tells enough
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Where the log's own server may let us in, likeliest first: over its socket, then 127.0.0.1, as the operating
 * system's user and as `postgres`. Empty = its port is not known.
 */
export async function ownAddresses(log: DiscoveredLog): Promise<ServerAddress[]> {
  const { port, socketDirectory } = log;
  if (port === undefined) return [];
  const hosts = [...(socketDirectory?.startsWith('/') ? [socketDirectory] : []), '127.0.0.1'];
  const users = [...(await likelySuperusers(log))];
  return hosts.flatMap((host) => users.map((user) => ({ host, port, user })));
}

/**
 * A superuser's way into the log's own server. Undefined with the last reason when there is none. Every refused
 * attempt is a line in the server's log, so a place that nobody listens at is not tried twice.
 */
export async function findSuperuser(
  log: DiscoveredLog,
): Promise<{ address?: ServerAddress; reason: string }> {
  let reason = 'its port is not known';
  let absentHost: string | undefined;
  for (const address of await ownAddresses(log)) {
    if (address.host === absentHost) continue;
    try {
      await withServer(address, (client) => requireOwnServer(client, log));
      return { address, reason: '' };
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
      if (isNobodyThere(error)) absentHost = address.host;
    }
  }
  return { reason };
}

/** initdb makes its caller the superuser: of our own data directory that is us, of another's mostly `postgres`. */
async function likelySuperusers({ dataDirectory }: DiscoveredLog): Promise<Set<string>> {
  const { uid, username } = userInfo();
  const owner = dataDirectory === undefined ? undefined : await stat(dataDirectory).catch(() => undefined);
  const isOurs = owner === undefined || owner.uid === uid || uid === -1;
  return new Set(isOurs ? [username, 'postgres'] : ['postgres', username]);
}

function isNobodyThere(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'EACCES';
}

async function requireOwnServer(client: pg.Client, log: DiscoveredLog): Promise<void> {
  const { rows } = await client.query<{ superuser: boolean; allowed: string | null }>(
    "SELECT rolsuper AS superuser, current_setting('allow_alter_system', true) AS allowed FROM pg_roles WHERE rolname = current_user",
  );
  if (rows[0]?.superuser !== true) throw new SentenceError('the role {0} is no superuser', client.user ?? '');
  if (rows[0].allowed === 'off') throw new SentenceError('allow_alter_system is off on this server');
  const { rows: places } = await client.query<{ data_directory: string }>('SHOW data_directory');
  await requireOwnData(places[0]?.data_directory ?? '', log);
}

/** Another server may listen at the port that this one is configured for: rejects if its data is elsewhere. */
export async function requireOwnData(
  directory: string,
  { dataDirectory, port }: DiscoveredLog,
): Promise<void> {
  const actual = await realPathOr(directory);
  if (dataDirectory !== undefined && actual !== (await realPathOr(dataDirectory)))
    throw new SentenceError('at port {0} is another server, whose data is in {1}', port ?? '', actual);
}

/** For `catch`: makes a rejection one sentence, whose place takes the reason; what already is one stays. */
export function failWith(message: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof SentenceError) throw error;
    throw new SentenceError(message, error instanceof Error ? error.message : String(error));
  };
}
