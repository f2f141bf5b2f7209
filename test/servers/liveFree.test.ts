import assert from 'node:assert/strict';

import type { EndingReport, EndingRequest } from '../../src/core/server/ending.ts';
import { renderSentence } from '../../src/core/sentence.ts';
import type { LiveServer } from '../../src/sources/server/liveServer.ts';
import { WireClient } from '../env/scenario/wire.ts';
import { testedMajors, newestMajor } from '../env/servers.ts';
import { LiveWorld, pidOf, untilTrue } from './liveWorld.ts';

const name = 'shop "1"';
const free: EndingRequest = { kind: 'free', database: name };
const resultsOf = ({ results }: EndingReport): string[] =>
  results.map(({ row, result }) => `${row.what} ${result}`).sort();
const warningsOf = async (live: LiveServer, request: EndingRequest): Promise<string> =>
  (await live.preview(request)).warnings.map(renderSentence).join('\n');

describe('freeing a database', () => {
  let world: LiveWorld;
  afterEach(() => world.end());

  for (const major of testedMajors()) {
    it(`ends on PostgreSQL ${major} exactly what holds it, so that it can be dropped`, async () => {
      world = await LiveWorld.start({ major });
      const admin = await world.client();
      await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`);
      const inside = await world.client({ database: name });
      await inside.query("SELECT pg_create_logical_replication_slot('it', 'pgoutput')");
      const sender = await WireClient.open(world.server);
      sender.startup({ user: 'postgres', database: name, replication: 'database' });
      await sender.awaitMessage('Z');
      await inside.query('CREATE TABLE t (id int)');
      await inside.query("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION E'it''s\\n; DROP'");
      await admin.query("BEGIN; CREATE TABLE other (); PREPARE TRANSACTION 'elsewhere'");
      const working = await world.client({ database: name });
      const work = working.query('SELECT pg_sleep(60)').catch(() => undefined);
      await untilTrue(admin, "count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
      // our own connection is in it too
      const live = world.watch('postgres', encodeURIComponent(name));
      const preview = await live.preview(free);
      assert.deepEqual(
        preview.rows.map(({ what }) => what),
        ['session', 'session', 'session', 'preparedTransaction', 'slot'],
      );
      assert.match(preview.sql, /ROLLBACK PREPARED 'it''s\n; DROP';\n/);
      assert.match(
        preview.sql,
        /\nSELECT pg_drop_replication_slot\(slot_name\) .*;\n-- \$1 = 'it', \$2 = 'shop "1"'$/,
      );
      const report = await live.end(preview);
      assert.deepEqual(resultsOf(report), [
        'preparedTransaction done',
        'session done',
        'session done',
        'session done',
        'slot done',
      ]);
      await work;
      await untilTrue(admin, 'count(*) = 1 FROM pg_prepared_xacts');
      await untilTrue(admin, 'count(*) = 0 FROM pg_replication_slots');
      await untilTrue(admin, 'count(*) = 0 FROM pg_stat_activity WHERE datname = $1', [name]);
      await admin.query(`DROP DATABASE ${admin.escapeIdentifier(name)}`);
      assert.ok((await live.poll()).facts.ownPid > 0, 'it goes on from another database');
      await admin.query("ROLLBACK PREPARED 'elsewhere'");
      await assert.rejects(
        live.preview(free),
        /^SentenceError: There is no database "shop "1"": it may have been dropped/,
      );
      sender.hangUp();
      await sender.closed;
    });

    it(`drops it on PostgreSQL ${major} with what is in it, where the server can`, async () => {
      world = await LiveWorld.start({ major });
      const admin = await world.client();
      await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`);
      const pid = await pidOf(await world.client({ database: name }));
      const live = world.watch('postgres', encodeURIComponent(name));
      const drop: EndingRequest = { kind: 'drop', database: name };
      if (major < 13) {
        await assert.rejects(
          live.preview(drop),
          /PostgreSQL 12 cannot drop a database that is in use: free "shop/,
        );
        return;
      }
      const preview = await live.preview(drop);
      assert.equal(preview.sql, 'DROP DATABASE "shop ""1""" WITH (FORCE);');
      assert.match(preview.warnings.map(renderSentence).join('\n'), /everything in it will be gone for good/);
      assert.deepEqual(
        preview.rows.map((row) => row.what === 'session' && row.backend.pid),
        [pid],
      );
      await untilTrue(admin, 'count(*) = 1 FROM pg_database WHERE datname = $1', [name]);
      const report = await live.end(preview);
      assert.deepEqual(resultsOf(report), ['session done']);
      assert.equal(renderSentence(report.headline), 'Database "shop "1"" was dropped.');
      await untilTrue(admin, 'count(*) = 0 FROM pg_database WHERE datname = $1', [name]);
      await untilTrue(admin, 'count(*) = 0 FROM pg_stat_activity WHERE pid = $1', [pid]);
      const ours = "count(*) = 1 FROM pg_stat_activity WHERE application_name = 'PostgreSQL Connections'";
      await untilTrue(admin, ours);
    });
  }

  it('says what FORCE does not end, what is no database to drop, and what is refused', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const admin = await world.client();
    await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`);
    const inside = await world.client({ database: name });
    await inside.query("BEGIN; CREATE TABLE t (); PREPARE TRANSACTION 'held'");
    await admin.query('CREATE ROLE plain LOGIN IN ROLE pg_monitor');
    const live = world.watch();
    const drop: EndingRequest = { kind: 'drop', database: name };
    assert.match(await warningsOf(live, drop), /are not ended by FORCE: 1\. Free the database first\./);
    const refused = await live.end(await live.preview(drop));
    assert.deepEqual(resultsOf(refused), ['session refused']);
    assert.match(
      renderSentence(refused.headline),
      /^Database "shop "1"" was not dropped: .*used by prepared transactions/,
    );
    await assert.rejects(live.preview({ kind: 'drop', database: 'template1' }), /is a template database/);
    const plain = world.watch('plain');
    const report = await plain.end(await plain.preview(free));
    assert.deepEqual(resultsOf(report), ['preparedTransaction refused', 'session refused']);
    for (const { sentence } of report.results)
      assert.match(renderSentence(sentence!), /^The server refuses: permission denied/);
    const stale = await live.preview(free);
    await inside.query("ROLLBACK PREPARED 'held'");
    await inside.end();
    await untilTrue(admin, 'count(*) = 0 FROM pg_stat_activity WHERE datname = $1', [name]);
    assert.deepEqual(resultsOf(await live.end(stale)), [
      'preparedTransaction alreadyGone',
      'session alreadyGone',
    ]);
    await admin.query(`ALTER DATABASE ${admin.escapeIdentifier(name)} ALLOW_CONNECTIONS false`);
    assert.match(await warningsOf(live, free), /takes no connections, so what is prepared there stays/);
  });

  it('ends background workers of the database too, and says that they may come back', async () => {
    world = await LiveWorld.start({ major: newestMajor(), settings: { wal_level: 'logical' } });
    const admin = await world.client();
    await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`);
    const inside = await world.client({ database: name });
    // a subscription's apply worker is such a worker; its publisher is the same server
    await admin.query('CREATE PUBLICATION p FOR ALL TABLES');
    await admin.query("SELECT pg_create_logical_replication_slot('s', 'pgoutput')");
    const connection = `host=127.0.0.1 port=${world.server.port} user=postgres dbname=postgres`;
    await inside.query(
      `CREATE SUBSCRIPTION s CONNECTION '${connection}' PUBLICATION p WITH (create_slot = false, slot_name = 's')`,
    );
    const applies = "datname = $1 AND backend_type LIKE 'logical replication%'";
    await untilTrue(admin, `count(*) = 1 FROM pg_stat_activity WHERE ${applies}`, [name]);
    const live = world.watch();
    const preview = await live.preview(free);
    const worker = preview.rows.find(({ what }) => what === 'worker');
    assert.ok(worker?.what === 'worker' && worker.backend.database === name);
    const warnings = preview.warnings.map(renderSentence).join('\n');
    assert.match(warnings, /may be started again/);
    assert.match(warnings, /Subscriptions in "shop "1"" stay, and their workers come back: 1\./);
    const report = await live.end(preview);
    assert.deepEqual(resultsOf(report), ['session done', 'worker done']);
    await untilTrue(admin, 'count(*) = 0 FROM pg_stat_activity WHERE pid = $1', [worker.backend.pid]);
  });
});
