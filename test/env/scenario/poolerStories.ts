import { renameSync } from 'node:fs';
import { connect } from 'node:net';
import pg from 'pg';

import type { Server } from '../servers.ts';
import type { PoolerCrowd } from './poolerCrowd.ts';
import { until } from './until.ts';

/** What happens at a pooler, and how it is configured for it. */
export interface PoolerStory {
  /** `name` → the server's database; '' = the same name. */
  readonly databases?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly play: (crowd: PoolerCrowd) => Promise<void>;
}

const shops = { shop: 'shop', other: 'shop', nopg: 'nosuch' };

/** Clients come over TCP and the Unix socket, some go in each of the ways in which clients go, some stay. */
async function everyday(crowd: PoolerCrowd): Promise<void> {
  const first = await crowd.connect();
  await first.query('select 1');
  for (const login of [{ database: 'other' }, { overSocket: true }, { user: 'my user' }]) {
    const client = await crowd.connect(login);
    await client.query('select 1');
    await client.leave();
    await (await crowd.connect(login)).hangUp();
  }
  await first.leave();
  for (const login of [{}, { overSocket: true }, { user: 'my user', database: 'other' }])
    await crowd.connect(login);
}

/** Names that can be told apart only because a login attempt says them twice. */
async function names(crowd: PoolerCrowd): Promise<void> {
  const logins = [
    { user: 'w/x@y', database: 'a/b' },
    { user: 'w/x@y', database: 'c@d' },
    { user: 'my user', database: 'x login attempt: db=y user=z tls=no' },
    { user: 'app', database: 'e@1.1.1.1:1 closing because: f' },
    { user: 'app', database: 'd user=e' },
  ];
  for (const login of logins) await (await crowd.connect(login)).leave();
  for (const login of logins) await crowd.connect(login);
}

/** Everything for which a client is not let in. */
async function refused(crowd: PoolerCrowd): Promise<void> {
  await crowd.connect();
  for (const login of [
    { password: 'wrong' },
    { user: 'nobody' },
    { database: 'nosuch' },
    { database: 'nopg' },
    { user: 'ghost' },
    { database: 'dead' },
  ])
    await crowd.knock(login);
  await crowd.boss();
  while ('session' in (await crowd.knock({ database: 'other' })));
  // the end of a silent one is no refusal of anybody
  const probe = connect(crowd.pooler.port, '127.0.0.1');
  await new Promise((resolve) => probe.once('close', resolve).once('connect', () => probe.end()));
}

/** Sessions that the pooler ends, or that end with their server. */
async function ended(crowd: PoolerCrowd, server: Server): Promise<void> {
  const idle = await crowd.connect();
  await idle.query('begin');
  await idle.closed;
  const slow = await crowd.connect();
  await slow.query('select pg_sleep(30)').catch((error: unknown) => slow.note(error));
  await slow.closed;
  const killed = await crowd.connect({ database: 'other' });
  const admin = new pg.Client(server.clientConfig());
  await admin.connect();
  const query = killed.query('select pg_sleep(1.5)').catch((error: unknown) => killed.note(error));
  await until('the query runs', async () => {
    const ended = await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep(1.5%' and pid <> pg_backend_pid()`,
    );
    return ended.rowCount === 0 ? undefined : true;
  });
  await Promise.all([query, killed.closed, admin.end()]);
  await crowd.connect();
}

/** The process is stopped and killed, and comes back. */
async function restarted(crowd: PoolerCrowd): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const login of [{}, { overSocket: true }, { database: 'other' }]) await crowd.connect(login);
    const [first] = crowd.open;
    await first?.leave();
    await crowd.end(signal);
    await crowd.pooler.start();
  }
  await crowd.connect();
}

/** The log that is left begins when some are in already: it was renamed, and PgBouncer told to open another. */
async function late(crowd: PoolerCrowd): Promise<void> {
  const [first, second] = [await crowd.connect(), await crowd.connect({ overSocket: true })];
  await crowd.boss();
  await crowd.atRest();
  renameSync(crowd.pooler.logFile, `${crowd.pooler.logFile}.1`);
  await (await crowd.boss()).query('reload');
  crowd.forget();
  await first.leave();
  await (await crowd.connect({ database: 'other' })).leave();
  await crowd.connect();
  await second.hangUp();
}

/** Stories for a pooler of their own. */
export function poolerStories(server: Server): Readonly<Record<string, PoolerStory>> {
  return {
    everyday: { play: everyday },
    names: { databases: { '*': '' }, play: names },
    refused: { settings: { max_client_conn: '5', query_wait_timeout: '1' }, play: refused },
    ended: {
      settings: { idle_transaction_timeout: '1', query_timeout: '2' },
      play: (crowd) => ended(crowd, server),
    },
    restarted: { play: restarted },
    late: { play: late },
  };
}

/** The databases of a story's pooler. */
export function databasesOf(story: PoolerStory): Readonly<Record<string, string>> {
  return story.databases ?? shops;
}

/** Creates the roles and databases of the stories. */
export async function castForPooler(server: Server): Promise<void> {
  const admin = new pg.Client(server.clientConfig());
  await admin.connect();
  for (const role of ['app', 'my user', 'w/x@y']) await admin.query(`create role "${role}" login`);
  for (const name of [
    'shop',
    'a/b',
    'c@d',
    'x login attempt: db=y user=z tls=no',
    'e@1.1.1.1:1 closing because: f',
    'd user=e',
  ])
    await admin.query(`create database "${name}" strategy file_copy`);
  await admin.end();
}
