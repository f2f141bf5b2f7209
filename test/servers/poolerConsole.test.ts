import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';
import { poolerFindingsOf } from '../../src/core/pool/poolerFindings.ts';
import type { PoolerSample } from '../../src/core/pool/poolerSample.ts';
import { renderSentence } from '../../src/core/sentence.ts';
import { jsonText } from '../../src/core/report/jsonText.ts';
import { poolerDocument } from '../../src/core/report/poolerReport.ts';
import { openPoolerConsole, type PoolerConsole } from '../../src/sources/pool/pgbouncerConsole.ts';
import { assertFollowsSchema } from '../core/schemas.ts';
import { poolerVersion, startPooler, type Pooler } from '../env/pooler.ts';
import { PoolerCrowd, type PoolerClient } from '../env/scenario/poolerCrowd.ts';
import { castForPooler } from '../env/scenario/poolerStories.ts';
import { until } from '../env/scenario/until.ts';
import { newestMajor, startServer, type Server } from '../env/servers.ts';

const password = 'open sesame';

describe('the console of a real PgBouncer', () => {
  let server: Server;

  before(async function () {
    if (poolerVersion() === undefined) return this.skip();
    server = await startServer({ major: newestMajor(), logTo: 'file' });
    await castForPooler(server);
  });
  after(() => (server as Server | undefined)?.dispose());

  /** A pooler of this mode with two server connections for each pool, and its console as `watcher`, who is no admin. */
  async function withPooler(
    mode: string,
    work: (pooler: Pooler, crowd: PoolerCrowd, console: PoolerConsole) => Promise<void>,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const pooler = await startPooler(
      server,
      { shop: 'shop' },
      { pool_mode: mode, default_pool_size: '2', stats_users: 'my user', ...settings },
    );
    const crowd = new PoolerCrowd(pooler);
    const uri = `postgres://my%20user:${encodeURIComponent(password)}@127.0.0.1:${pooler.port}/pgbouncer`;
    const console = openPoolerConsole({ uri });
    try {
      await work(pooler, crowd, console);
    } finally {
      await console.close();
      for (const client of crowd.open) client.socket.destroy();
      await pooler.dispose();
    }
  }

  for (const mode of ['session', 'transaction', 'statement'])
    it(`shows the figures of SHOW POOLS and finds each backend: ${mode} mode`, async () => {
      await withPooler(mode, async (_, crowd, console) => {
        const [first, second, third] = [await crowd.connect(), await crowd.connect(), await crowd.connect()];
        const ends = [hold(first), hold(second)];
        const sample = await until('two work', async () => {
          const seen = await console.poll();
          return seen.pools[0]?.serversActive === 2 ? seen : undefined;
        });
        assertFollowsSchema('pooler', jsonText(poolerDocument(sample)));
        const boss = await crowd.boss();
        const { rows } = await boss.query('SHOW POOLS');
        const row = rows.find(({ database }) => database === 'shop')!;
        const [pool] = sample.pools;
        assert.deepEqual(
          [pool?.serversActive, pool?.serversIdle, pool?.clientsWaiting, pool?.poolMode, pool?.size],
          [Number(row['sv_active']), Number(row['sv_idle']), Number(row['cl_waiting']), mode, 2],
        );
        const working = await backendsThatSleep();
        for (const client of [first, second]) {
          const trace = traceOf(sample, client);
          assert.ok(trace?.server?.backendPid !== undefined, 'a client that works has a backend');
          assert.equal(working.get(trace.server.backendPid), trace.server.localPort);
        }
        assert.equal(traceOf(sample, third)?.server, undefined);
        await release(ends);
      });
    });

  it('is where its URI says, whatever PG* variables say of servers', async () => {
    const variables = { PGHOSTADDR: '10.255.255.1', PGHOST: 'a,b', PGTARGETSESSIONATTRS: 'standby' };
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, variables);
    try {
      await withPooler('session', async ({ port }, _, console) => {
        assert.notEqual((await console.poll()).version, '');
        const secret = encodeURIComponent(password);
        const uri = `postgres://my%20user:${secret}@pooler.invalid:${port}/pgbouncer?hostaddr=127.0.0.1`;
        const named = openPoolerConsole({ uri });
        assert.notEqual((await named.poll()).version, '');
        assert.equal(named.label, `my user@pooler.invalid:${port}`);
        await named.close();
      });
    } finally {
      for (const [name, value] of before)
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
    }
  });

  it('tells of a pool that took from its reserve as much as there is', async () => {
    const few = { default_pool_size: '1', reserve_pool_size: '2', reserve_pool_timeout: '1' };
    await withPooler(
      'transaction',
      async (_, crowd, console) => {
        const ends = [hold(await crowd.connect()), hold(await crowd.connect())];
        const sample = await until('the reserve is taken from', async () => {
          const seen = await console.poll();
          return seen.pools[0]?.serversActive === 2 ? seen : undefined;
        });
        const [{ sentence } = { sentence: undefined }] = poolerFindingsOf(sample).filter(
          ({ kind }) => kind === 'poolFull',
        );
        assert.equal(
          sentence && renderSentence(sentence),
          'Every server connection of shop/app is in use: 1 of 1, and 1 of the reserve of 2.',
        );
        await release(ends);
      },
      few,
    );
  });

  it('raises waiting, a long wait and a full pool, and clears them', async () => {
    await withPooler('session', async (_, crowd, console) => {
      const idle = await console.poll();
      assert.deepEqual(poolerFindingsOf(idle), []);
      const holders = [await crowd.connect(), await crowd.connect()];
      for (const holder of holders) await holder.query('select 1');
      const waiting = await crowd.connect();
      const answer = waiting.query('select 1');
      const kinds = await until('one waits for more than a second', async () => {
        const found = poolerFindingsOf(await console.poll()).map(({ kind }) => kind);
        return found.includes('poolMaxWait') ? found.sort() : undefined;
      });
      assert.deepEqual(kinds, ['poolFull', 'poolMaxWait', 'poolWaiting']);
      for (const holder of holders) await holder.leave();
      await answer;
      await waiting.leave();
      const rest = await until('nothing waits', async () => {
        const found = poolerFindingsOf(await console.poll());
        return found.length === 0 ? found : undefined;
      });
      assert.deepEqual(rest, []);
    });
  });

  it('tells that max_client_conn is near', async () => {
    await withPooler(
      'session',
      async (_, crowd, console) => {
        for (let count = 0; count < 8; count++) await crowd.connect();
        const [finding] = poolerFindingsOf(await console.poll());
        assert.equal(finding?.kind, 'poolerNearlyFull');
        assert.equal(finding.severity, 'critical');
        assert.equal(finding.value, 9, 'eight clients and the console itself');
      },
      { max_client_conn: '10' },
    );
  });

  it('connects again after PgBouncer was restarted, and says in between that nobody listens', async () => {
    await withPooler('session', async (pooler, _, console) => {
      await console.poll();
      await pooler.end();
      await assert.rejects(console.poll(), /does not answer|Nobody listens/);
      await assert.rejects(console.poll(), /Nobody listens/);
      await pooler.start();
      assert.ok((await console.poll()).version.length > 0);
    });
  });

  it('says what to do for a wrong password, a user who may not look, and a database that is no console', async () => {
    await withPooler('session', async (pooler) => {
      const to = (user: string, word: string): string =>
        `postgres://${user}:${encodeURIComponent(word)}@127.0.0.1:${pooler.port}/pgbouncer`;
      const tryIt = async (uri: string): Promise<string> => {
        const console = openPoolerConsole({ uri });
        const error = await console.poll().then(
          () => assert.fail('it was let in'),
          (reason: unknown) => reason as Error,
        );
        await console.close();
        assert.ok(!error.message.includes('wrong horse') && !error.message.includes(password));
        return error.message;
      };
      assert.match(await tryIt(to('boss', 'wrong horse')), /refuses the password/);
      assert.match(await tryIt(to('app', password)), /add it to stats_users/);
      assert.throws(() => openPoolerConsole({ uri: 'postgres://a@b:6432/shop' }), /database “pgbouncer”/);
      assert.throws(() => openPoolerConsole({ uri: 'postgres://[' }), /no URI/);
    });
  });

  it('is read from its URI as a server is: TLS where it is wanted, sockets, who asks', async () => {
    await withPooler('session', async (pooler) => {
      const word = encodeURIComponent(password);
      const tcp = `postgres://my%20user:${word}@127.0.0.1:${pooler.port}/pgbouncer`;
      const socket = `postgres:///pgbouncer?host=${pooler.directory}&port=${pooler.port}&user=boss&password=${word}`;
      const labels = [`my user@127.0.0.1:${pooler.port}`, `boss@${pooler.directory}:${pooler.port}`];
      for (const [index, uri] of [`${tcp}?sslmode=prefer`, socket].entries()) {
        const console = openPoolerConsole({ uri });
        assert.ok((await console.poll()).version.length > 0);
        assert.equal(console.label, labels[index]);
        await console.close();
      }
      const strict = openPoolerConsole({ uri: `${tcp}?sslmode=require` });
      await assert.rejects(strict.poll(), {
        kind: 'refused',
        message: /No TLS connection to .*check sslmode/,
      });
      const other = openPoolerConsole({ uri: `postgres://postgres@127.0.0.1:${server.port}/pgbouncer` });
      await assert.rejects(other.poll(), { kind: 'refused', message: /is no PgBouncer, but a PostgreSQL/ });
    });
  });

  it('is closed in about a second also when nobody answers any more', async () => {
    await withPooler('session', async (pooler) => {
      const between: Socket[] = [];
      const cable = createServer((socket) => {
        const up = connect(pooler.port, '127.0.0.1');
        between.push(socket, up);
        socket.pipe(up).pipe(socket);
      });
      await new Promise<void>((resolve) => cable.listen(0, '127.0.0.1', resolve));
      const { port } = cable.address() as AddressInfo;
      const console = openPoolerConsole({
        uri: `postgres://my%20user:${encodeURIComponent(password)}@127.0.0.1:${port}/pgbouncer`,
      });
      try {
        await console.poll();
        for (const socket of between) socket.unpipe().pause();
        const startedAt = performance.now();
        await console.close();
        assert.ok(performance.now() - startedAt < 5000);
      } finally {
        for (const socket of between) socket.destroy();
        cable.close();
      }
    });
  });

  /** Works on a backend until it is released. */
  function hold(client: PoolerClient): Promise<unknown> {
    return client.query('select pg_sleep(60) /* held */').catch(() => undefined);
  }

  async function release(ends: readonly Promise<unknown>[]): Promise<void> {
    await bySuperuser(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%/* held */' and pid <> pg_backend_pid()",
    );
    await Promise.all(ends);
  }

  /** What the server itself says: pid → the client's port, of those that work for us. */
  async function backendsThatSleep(): Promise<Map<number, number>> {
    const rows = await bySuperuser(
      "select pid, client_port from pg_stat_activity where query like '%/* held */' and state = 'active' and pid <> pg_backend_pid()",
    );
    return new Map(rows.map((row) => [Number(row['pid']), Number(row['client_port'])]));
  }

  async function bySuperuser(text: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(server.clientConfig());
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(text);
    await client.end();
    return rows;
  }
});

function traceOf(sample: PoolerSample, client: PoolerClient): PoolerSample['clients'][number] | undefined {
  return sample.clients.find(({ clientPort }) => clientPort === client.session.port);
}
