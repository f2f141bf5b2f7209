import { statSync, truncateSync } from 'node:fs';
import pg from 'pg';

import { until } from '../env/scenario/until.ts';
import { startServer, type Server } from '../env/servers.ts';

/** What most tests want of a server, and what none is disturbed by. */
const settings = {
  log_connections: 'on',
  log_disconnections: 'on',
  log_line_prefix: '%m [%p] ',
  wal_level: 'logical',
  max_prepared_transactions: '5',
  // no worker of it comes and goes while a test counts processes
  autovacuum_naptime: '1d',
};

interface Kept {
  readonly server: Server;
  /** Of the postmaster that has written the log's beginning. */
  readonly pid: number;
  /** The log up to where the server was ready, in bytes. */
  readonly startBytes: number;
}

const free = new Map<number, Kept[]>();
const lent = new Map<Server, Kept>();

/**
 * A server of that major with everything as initdb leaves it and a log that ends with its start, for a test alone: one
 * that another test has given back, else a new one. Give it back, or end it.
 */
export async function lendServer(major: number): Promise<Server> {
  const kept = free.get(major)?.pop() ?? (await startKept(major));
  truncateSync(kept.server.logFile, kept.startBytes);
  lent.set(kept.server, kept);
  return kept.server;
}

/** Ends a server; one that was lent is cleared for the next test instead, unless it has been restarted. */
export async function giveBack(server: Server): Promise<void> {
  const kept = lent.get(server);
  lent.delete(server);
  const isAsNew = kept !== undefined && kept.pid === server.pid && (await clear(server));
  if (!isAsNew) return server.dispose();
  free.set(server.major, [...(free.get(server.major) ?? []), kept]);
}

after(async () => {
  const servers = [...free.values()].flat().map(({ server }) => server);
  free.clear();
  await Promise.all(servers.map((server) => server.dispose()));
});

async function startKept(major: number): Promise<Kept> {
  const server = await startServer({ major, logTo: 'file', settings });
  return { server, pid: server.pid, startBytes: statSync(server.logFile).size };
}

/** Ends all sessions and drops whatever was made. False where that is not possible. */
async function clear(server: Server): Promise<boolean> {
  const client = new pg.Client(server.clientConfig({ ssl: false }));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await endEverybody(client);
    await dropPrepared(client, server);
    await client.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots');
    for (const statement of await namesOf(client, dropStatements)) await client.query(statement);
    if ((await namesOf(client, made)).length > 0) await client.query(newPublic(server.major));
    return (await namesOf(client, stillThere)).length === 0;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Resolves when nobody is connected any more, and their processes have written all that they will. */
async function endEverybody(client: pg.Client): Promise<void> {
  const ended = new Set<string>();
  await until('nobody is connected any more', async () => {
    const pids = await namesOf(
      client,
      `SELECT pid::text AS name, pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE backend_type IN ('client backend', 'walsender', 'parallel worker') AND pid <> pg_backend_pid()`,
    );
    for (const pid of pids) ended.add(pid);
    return pids.length === 0 && ![...ended].some((pid) => isAlive(Number(pid))) ? true : undefined;
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Each from its own database. */
async function dropPrepared(client: pg.Client, server: Server): Promise<void> {
  const { rows } = await client.query<{ database: string; statement: string }>(
    "SELECT database, format('ROLLBACK PREPARED %L', gid) AS statement FROM pg_prepared_xacts",
  );
  for (const { database, statement } of rows) {
    const inside = new pg.Client(server.clientConfig({ ssl: false, database }));
    await inside.connect();
    await inside.query(statement);
    await inside.end();
  }
}

async function namesOf(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(query);
  return rows.map(({ name }) => name);
}

/** From here on object ids are of what users make (access/transam.h, FirstNormalObjectId). */
const ofUsers = 'oid >= 16384';
const dropStatements = `
  SELECT format('DROP DATABASE %I', datname) AS name FROM pg_database WHERE ${ofUsers} AND datname NOT IN ('postgres', 'template0')
  UNION ALL SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE ${ofUsers}`;
const made = `SELECT 'a relation' AS name FROM pg_class WHERE ${ofUsers} UNION ALL SELECT 'a function' FROM pg_proc WHERE ${ofUsers}`;
const stillThere = `${made} UNION ALL SELECT nspname FROM pg_namespace WHERE ${ofUsers} AND nspname <> 'public'
  UNION ALL SELECT pubname FROM pg_publication`;

/** The schema as initdb makes it. */
function newPublic(major: number): string {
  const rights =
    major < 15
      ? 'GRANT ALL ON SCHEMA public TO PUBLIC'
      : 'ALTER SCHEMA public OWNER TO pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC';
  return `DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${rights}`;
}
