import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';

import { isClientBackend } from '../../src/core/server/activity.ts';
import { ownApplicationName } from '../../src/sources/logging/ownName.ts';
import { destinationsOf } from '../../src/sources/server/destination.ts';
import { ServerProblem } from '../../src/sources/server/liveServer.ts';
import { Polling } from '../../src/sources/server/poll.ts';
import { ServerConnection } from '../../src/sources/server/serverConnection.ts';
import { until } from '../env/scenario/until.ts';
import { testedMajors, newestMajor } from '../env/servers.ts';
import { WireClient } from '../env/scenario/wire.ts';
import { backendIn, LiveWorld, pidOf, untilTrue } from './liveWorld.ts';

interface TruthRow {
  readonly pid: number;
  readonly type: string;
  readonly user: string | null;
  readonly database: string | null;
  readonly state: string | null;
  readonly start: string;
}

/** What the server has by the test's own query: without our watcher, and without the one who asks. */
async function truthOf(client: pg.Client): Promise<TruthRow[]> {
  const { rows } = await client.query<TruthRow>(
    `SELECT pid, backend_type AS type, usename AS user, datname AS database, state, extract(epoch FROM backend_start)::text AS start
     FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name <> $1 ORDER BY pid`,
    [ownApplicationName],
  );
  return rows;
}

describe('a poll of a live server', () => {
  let world: LiveWorld;
  afterEach(() => world.end());

  for (const major of testedMajors()) {
    it(`has every session of PostgreSQL ${major} as the server has it, our own left out`, async () => {
      world = await LiveWorld.start({ major });
      const admin = await world.client({ application_name: 'admin' });
      const idle = await world.client({ application_name: 'web "1"; DROP' });
      await idle.query('SELECT 42');
      const inTransaction = await world.client();
      await inTransaction.query('BEGIN');
      await inTransaction.query('SELECT 7');
      const aborted = await world.client();
      await aborted.query('BEGIN');
      await aborted.query('SELECT 1/0').catch(() => undefined);
      const working = await world.client();
      const work = working.query('SELECT pg_sleep(60)').catch(() => undefined);
      await untilTrue(admin, "count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
      // waits for every transaction that writes, also a prepared one
      await admin.query("SELECT pg_create_logical_replication_slot('logical_one', 'pgoutput')");
      await admin.query('CREATE TABLE held (id int)');
      await admin.query("BEGIN; INSERT INTO held VALUES (1); PREPARE TRANSACTION 'it''s held'");
      await admin.query("SELECT pg_create_physical_replication_slot('physical_one')");
      const before = Date.now();
      const sample = await world.watch().poll();
      const truth = await truthOf(admin);
      const adminPid = await pidOf(admin);
      assert.deepEqual(
        sample.backends
          .filter(({ pid }) => pid !== adminPid)
          .map(({ pid, backendType, user, database, state, backendStart }) => [
            pid,
            backendType,
            user ?? null,
            database ?? null,
            state ?? null,
            Date.parse(backendStart!),
          ])
          .sort((a, b) => Number(a[0]) - Number(b[0])),
        truth.map(({ pid, type, user, database, state, start }) => [
          pid,
          type,
          user,
          database,
          state,
          Math.floor(Number(start) * 1000),
        ]),
      );
      const states = sample.backends
        .filter(isClientBackend)
        .map(({ state }) => state)
        .sort();
      assert.deepEqual(states, [
        'active',
        'idle',
        'idle',
        'idle in transaction',
        'idle in transaction (aborted)',
      ]);
      const web = backendIn(sample, await pidOf(idle));
      assert.deepEqual(
        [web.applicationName, web.query, web.clientAddress, web.transactionStartAt],
        ['web "1"; DROP', 'SELECT 42', '127.0.0.1', undefined],
      );
      const sleeping = sample.backends.find(({ waitEvent }) => waitEvent === 'PgSleep')!;
      assert.equal(sleeping.waitEventType, 'Timeout');
      assert.ok(sleeping.queryStartAt! <= sample.serverAt && sleeping.stateChangeAt! <= sample.serverAt);
      assert.ok(sample.takenAt >= before && sample.tookMs > 0);
      const { rows: prepared } = await admin.query<{ gid: string; at: number }>(
        'SELECT gid, database, owner, floor(extract(epoch FROM prepared) * 1000)::float8 AS "preparedAt" FROM pg_prepared_xacts',
      );
      assert.deepEqual(sample.preparedTransactions, prepared);
      assert.equal(sample.preparedTransactions[0]?.gid, "it's held");
      assert.deepEqual(
        sample.replicationSlots.map(({ name, slotType, database, active }) => [
          name,
          slotType,
          database,
          active,
        ]),
        [
          ['logical_one', 'logical', 'postgres', false],
          ['physical_one', 'physical', undefined, false],
        ],
      );
      await admin.query('SELECT pg_cancel_backend($1)', [sleeping.pid]);
      await work;
    });

    it(`tells on PostgreSQL ${major} who waits for whom, as a chain of three`, async () => {
      world = await LiveWorld.start({ major });
      const [admin, first, second, third] = await Promise.all([1, 2, 3, 4].map(() => world.client()));
      await admin!.query('CREATE TABLE a (id int); CREATE TABLE b (id int)');
      await first!.query('BEGIN; LOCK TABLE a');
      await second!.query('BEGIN; LOCK TABLE b');
      const waits = [second!.query('LOCK TABLE a'), third!.query('BEGIN; LOCK TABLE b')];
      for (const wait of waits) wait.catch(() => undefined);
      await untilTrue(admin!, "count(*) = 2 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
      const sample = await world.watch().poll();
      const { rows } = await admin!.query<{ pid: number; by: number[] }>(
        "SELECT pid, pg_blocking_pids(pid) AS by FROM pg_stat_activity WHERE wait_event_type = 'Lock' ORDER BY backend_start",
      );
      const waiting = sample.backends.filter(({ waitEventType }) => waitEventType === 'Lock');
      assert.deepEqual(
        waiting.map(({ pid, blockedBy }) => ({ pid, by: blockedBy })).sort((a, b) => a.pid - b.pid),
        rows.sort((a, b) => a.pid - b.pid),
      );
      const [one, two] = rows.sort((a, b) => (a.by[0] === b.pid ? 1 : -1));
      assert.equal(two!.by[0], one!.pid, 'the third waits for the second, who waits for the first');
      assert.ok(sample.backends.filter((one) => one.blockedBy.length > 0).length === 2);
      await first!.query('ROLLBACK');
      await waits[0];
      await second!.query('ROLLBACK');
      await waits[1];
    });

    it(`knows at once what PostgreSQL ${major} is set to after a reload`, async () => {
      world = await LiveWorld.start({ major, settings: { idle_in_transaction_session_timeout: '90s' } });
      const admin = await world.client();
      const live = world.watch();
      const told = async () => (await live.poll()).facts.settings['idle_in_transaction_session_timeout'];
      assert.equal(await told(), '90000');
      await admin.query("ALTER SYSTEM SET idle_in_transaction_session_timeout = '5s'");
      assert.equal(await told(), '90000');
      await admin.query('SELECT pg_reload_conf()');
      await until('it is told', async () => ((await told()) === '5000' ? true : undefined));
    });

    it(`knows the limits, reserved slots and walsenders of PostgreSQL ${major}`, async () => {
      world = await LiveWorld.start({
        major,
        settings: {
          max_connections: '12',
          superuser_reserved_connections: '2',
          idle_in_transaction_session_timeout: '90s',
          statement_timeout: '7s',
          max_wal_senders: '3',
          ...(major >= 16 ? { reserved_connections: '1' } : {}),
        },
      });
      const admin = await world.client();
      await admin.query('CREATE ROLE "a ""b""" LOGIN CONNECTION LIMIT 3');
      await admin.query('CREATE DATABASE small CONNECTION LIMIT 4');
      const walsender = await WireClient.open(world.server);
      walsender.startup({ user: 'postgres', database: 'postgres', replication: 'true' });
      await walsender.awaitMessage('Z');
      const sample = await world.watch().poll();
      const { facts } = sample;
      assert.deepEqual(facts.limits, [
        { kind: 'user', name: 'a "b"', limit: 3 },
        { kind: 'database', name: 'small', limit: 4 },
      ]);
      assert.deepEqual(
        [facts.maxConnections, facts.superuserReservedConnections, facts.reservedConnections],
        [12, 2, major >= 16 ? 1 : 0],
      );
      assert.deepEqual(
        [facts.version, facts.majorVersion, facts.user, facts.inRecovery, facts.sees, facts.maySignal],
        [world.server.version, major, 'postgres', false, 'all', 'all'],
      );
      // the server's, and not those of our own session
      assert.equal(facts.settings['statement_timeout'], '7000');
      assert.equal(facts.settings['idle_in_transaction_session_timeout'], '90000');
      assert.deepEqual(facts.superusers, ['postgres']);
      const { rows } = await admin.query<{ started: number }>(
        'SELECT floor(extract(epoch FROM pg_postmaster_start_time()) * 1000)::float8 AS started',
      );
      assert.equal(facts.startedAt, rows[0]!.started);
      const senders = sample.backends.filter(({ backendType }) => backendType === 'walsender');
      assert.equal(senders.length, 1);
      assert.equal(sample.backends.filter(isClientBackend).length, 1);
      walsender.hangUp();
      await walsender.closed;
    });
  }

  it('has parallel workers with their leader', async () => {
    world = await LiveWorld.start({
      major: newestMajor(),
      settings: {
        max_parallel_workers_per_gather: '2',
        parallel_setup_cost: '0',
        parallel_tuple_cost: '0',
        min_parallel_table_scan_size: '0',
      },
    });
    const admin = await world.client();
    const leader = await world.client();
    await admin.query('CREATE TABLE wide AS SELECT generate_series(1, 1000) AS id');
    await admin.query('ALTER TABLE wide SET (parallel_workers = 2)');
    await admin.query('ANALYZE wide');
    await admin.query(
      "CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql PARALLEL SAFE AS 'BEGIN PERFORM pg_sleep(0.2); RETURN $1; END'",
    );
    const leaderPid = await pidOf(leader);
    const work = leader.query('SELECT count(*) FROM wide WHERE slow(id) > 0').catch(() => undefined);
    await untilTrue(admin, "count(*) = 2 FROM pg_stat_activity WHERE backend_type = 'parallel worker'");
    const sample = await world.watch().poll();
    const workers = sample.backends.filter(({ backendType }) => backendType === 'parallel worker');
    assert.deepEqual(
      workers.map((one) => one.leaderPid),
      [leaderPid, leaderPid],
    );
    await admin.query('SELECT pg_cancel_backend($1)', [leaderPid]);
    await work;
  });

  it('goes on without the texts of queries while one is no text of our encoding', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const admin = await world.client();
    await admin.query("CREATE DATABASE asia ENCODING 'EUC_JP' LOCALE 'C' TEMPLATE template0");
    await admin.query("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const latin = await world.client({ database: 'latin' });
    await latin.query("SELECT 'Zoë'");
    for (const database of ['postgres', 'asia']) {
      const sample = await world.watch('postgres', database).poll();
      const backend = backendIn(sample, await pidOf(latin));
      assert.equal(backend.database, 'latin');
      await latin.query("SELECT 'Zoë'");
    }
    const uri = `postgres://postgres@127.0.0.1:${world.server.port}/asia`;
    const [destination] = await destinationsOf({ uri, environment: { PGSSLMODE: 'disable' } });
    const connection = await ServerConnection.open(destination!, new AbortController().signal);
    const polling = new Polling(connection, 0);
    const pid = await pidOf(admin);
    const textOf = async () => backendIn(await polling.poll(), pid).query;
    await latin.query("SELECT 'Zoë'");
    assert.equal(await textOf(), undefined);
    await latin.query('SELECT 1');
    assert.match((await textOf()) ?? '', /pg_backend_pid/);
    await connection.close();
  });

  it('reads a standby, which takes no writes', async () => {
    world = await LiveWorld.start({ major: newestMajor(), settings: { hot_standby: 'on' } });
    await world.server.stop();
    writeFileSync(join(world.server.dataDirectory, 'standby.signal'), '');
    await world.server.start();
    const watcher = world.watch();
    let sample = await watcher.poll().catch(notYet);
    while (sample === undefined) sample = await watcher.poll().catch(notYet);
    assert.equal(sample.facts.inRecovery, true);
    assert.ok(sample.backends.some(({ backendType }) => backendType === 'startup'));
  });
});

/** It recovers: asking again is what the sentence says. */
function notYet(error: unknown): undefined {
  assert.ok(error instanceof ServerProblem);
  assert.equal(error.kind, 'unreachable');
}
