import assert from 'node:assert/strict';
import pg from 'pg';
import { isClientBackend } from '../../src/core/server/activity.ts';
import { openServer, type LiveServer } from '../../src/sources/server/liveServer.ts';
import { poolerVersion, startPooler } from '../env/pooler.ts';
import { newestMajor, type Server } from '../env/servers.ts';
import { giveBack, lendServer } from './lentServers.ts';

describe('a live server behind a PgBouncer', () => {
  let server: Server;

  before(async function () {
    if (poolerVersion() === undefined) return this.skip();
    server = await lendServer(newestMajor());
  });
  after(async () => {
    if (server as Server | undefined) await giveBack(server);
  });

  /** A pooler with one connection to the server, a watcher of that, and one of its clients. */
  async function through(
    mode: string,
    work: (live: LiveServer, client: pg.Client, open: (database: string) => LiveServer) => Promise<void>,
  ): Promise<void> {
    // whoever comes is postgres there
    const pooler = await startPooler(
      server,
      { postgres: 'postgres user=postgres' },
      { auth_type: 'trust', pool_mode: mode, default_pool_size: '1' },
    );
    const open = (database: string): LiveServer =>
      openServer({ uri: `postgres://boss@127.0.0.1:${pooler.port}/${database}`, environment: {} });
    const live = open('postgres');
    const client = new pg.Client({
      ...{
        host: '127.0.0.1',
        port: pooler.port,
        user: 'boss',
        database: 'postgres',
        application_name: 'web',
      },
    });
    try {
      await client.connect();
      await work(live, client, open);
    } finally {
      await live.close();
      await client.end();
      await pooler.dispose();
    }
  }
  /** What the sessions of a client are set to, which it shares with everybody. */
  const settingsOf = async (client: pg.Client): Promise<unknown> => {
    const names = ['search_path', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const { rows } = await client.query<{ name: string; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY($1) ORDER BY name',
      [names],
    );
    return rows;
  };

  it('leaves the sessions that it shares with others as they are', () =>
    through('transaction', async (live, client) => {
      const before = await settingsOf(client);
      for (let count = 0; count < 3; count++) {
        const sample = await live.poll();
        assert.deepEqual(sample.backends.filter(isClientBackend), [], 'the one session is ours while we ask');
        assert.equal(sample.facts.maxConnections, 100);
      }
      assert.deepEqual(await settingsOf(client), before);
    }));
  it('ends what it was asked to end, and leaves the sessions as they are then too', () =>
    through('transaction', async (live, client) => {
      const before = await settingsOf(client);
      const victim = new pg.Client({
        host: '127.0.0.1',
        port: server.port,
        user: 'postgres',
        database: 'postgres',
      });
      await victim.connect();
      victim.on('error', () => undefined);
      const gone = new Promise<void>((resolve) => victim.once('end', resolve));
      const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const pid = rows[0]!.pid;
      const preview = await live.preview({ kind: 'terminate', pids: [pid] });
      const { results } = await live.end(preview);
      assert.deepEqual(
        results.map(({ result }) => result),
        ['done'],
      );
      await gone;
      assert.deepEqual(await settingsOf(client), before);
    }));
  it('says of its console what that is', () =>
    through('transaction', async (_, __, open) => {
      const console = open('pgbouncer');
      await assert.rejects(
        console.poll(),
        /is the console of a PgBouncer: name another one, or read it as a pool\.$/,
      );
      await console.close();
    }));
});
