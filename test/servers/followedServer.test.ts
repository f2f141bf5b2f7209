import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { renderSentence } from '../../src/core/sentence.ts';
import { ownApplicationName } from '../../src/sources/logging/ownName.ts';
import { testedMajors, newestMajor } from '../env/servers.ts';
import { eventually } from '../sources/tailWorld.ts';
import { itTogether } from './itTogether.ts';
import { serverSettings, ServerWorld, untilTrue, valueOf, within } from './serverWorld.ts';

const ours = `SELECT count(*)::int FROM pg_stat_activity WHERE application_name = '${ownApplicationName}'`;
const clientsSql = `SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> '${ownApplicationName}'`;

/** One that is soon full. */
const smallServer = () => ({
  major: newestMajor(),
  settings: { max_connections: '8', superuser_reserved_connections: '2' },
});

describe('a live server in the engine', () => {
  let world: ServerWorld | undefined;
  const start = async (...options: Parameters<typeof ServerWorld.start>): Promise<ServerWorld> =>
    (world = await ServerWorld.start(...options));
  afterEach(async () => {
    await world?.end();
    world = undefined;
  });

  for (const major of testedMajors()) {
    it(`is connected to from its log, polled, and left without a trace (PostgreSQL ${major})`, async () => {
      const running = await start({ major });
      const own = await running.client({ application_name: 'own' });
      await running.client({ application_name: 'web', database: 'template1' });
      await running.follow();
      const first = await running.connect();
      assert.equal(first.state, 'connecting');
      const status = await running.until('connected', ({ state }) => state === 'connected');
      assert.equal(status.sourceId, running.sourceId);
      assert.match(status.label, new RegExp(`^postgres@.*:${running.server.port}$`));
      const snapshot = await running.snapshot();
      assert.equal(snapshot.overview.total, await valueOf<number>(own, clientsSql));
      assert.equal(snapshot.version, running.server.version);
      assert.equal(await valueOf(own, ours), 1);
      await running.engine.engine.close();
      await untilTrue(own, `(${ours}) = 0`);
    });
  }

  itTogether({
    'asks nothing while nobody needs it, less for alerts, and holds no connection then': () =>
      within(
        {
          major: newestMajor(),
          settings: { log_statement: 'all', log_line_prefix: '%m [%p] %a ' },
        },
        async (running) => {
          const own = await running.client({ application_name: 'own' });
          await running.connect();
          await running.polls(3);
          await running.ask('attendServer', { serverId: running.serverId, attention: 'none' });
          await untilTrue(own, `(${ours}) = 0`);
          const asked = (): number =>
            readFileSync(running.server.logFile, 'utf8')
              .split('\n')
              .filter(
                (line) => line.includes(`${ownApplicationName} LOG:  `) && /statement:|execute/.test(line),
              ).length;
          const before = asked();
          assert.ok(before > 0);
          await delay(serverSettings.seenMs * 5);
          assert.equal(asked(), before);
          await running.ask('attendServer', { serverId: running.serverId, attention: 'alerts' });
          await running.polls(2);
          assert.equal(await valueOf(own, ours), 1);
          const [taken] = running.statuses.slice(-1);
          assert.equal(taken?.state, 'connected');
        },
      ),
    'says within one poll that it is full, by whom, and when it is not any more': () =>
      within(smallServer(), async (running) => {
        const own = await running.client({ application_name: 'own' });
        await own.query('CREATE ROLE plain LOGIN');
        await running.follow();
        await running.connect({}, 'plain');
        await running.until('connected', ({ state }) => state === 'connected');
        await running.ask('attendServer', { serverId: running.serverId, attention: 'none' });
        await untilTrue(own, `(${ours}) = 0`);
        const holders: pg.Client[] = [];
        for (let count = 0; count < 7; count += 1)
          holders.push(await running.client({ application_name: 'hoarder' }));
        const before = running.statuses.length;
        await running.ask('attendServer', { serverId: running.serverId, attention: 'seen' });
        const full = await running.until('full', ({ state }) => state === 'full');
        assert.equal(running.statuses[before], full, 'the first poll says so');
        assert.deepEqual([full.utilization, full.health], [1, 'CRITICAL']);
        assert.ok(full.critical > 0);
        const snapshot = await running.snapshot();
        assert.equal(snapshot.stale, true);
        assert.equal(snapshot.overview.utilization, 1);
        assert.deepEqual(snapshot.findings[0]?.kind, 'full');
        assert.ok(snapshot.sessions.length >= 1);
        // the log goes on telling
        await eventually(
          () => (running.engine.status(running.sourceId)?.active ?? 0) >= 8,
          () => JSON.stringify(running.engine.status(running.sourceId)),
        );
        for (const holder of holders.slice(0, 5)) await running.leave(holder);
        const back = await running.until('recovered', ({ state }) => state === 'connected');
        assert.ok((back.utilization ?? 1) < 1);
        await eventually(
          () => running.changes.some(({ change, finding }) => change === 'ended' && finding.kind === 'full'),
          () => JSON.stringify(running.changes),
        );
        assert.equal(
          running.changes.filter(({ change, finding }) => change === 'began' && finding.kind === 'full')
            .length,
          1,
        );
      }),
    'hears from the log between two polls that the server refused somebody because it is full': () =>
      within(smallServer(), async (running) => {
        const own = await running.client({ application_name: 'own' });
        await own.query('CREATE ROLE plain LOGIN');
        await running.follow();
        await running.connect({ seenMs: 60_000 });
        await running.until('connected', ({ state }) => state === 'connected');
        for (let count = 0; count < 4; count += 1) await running.client();
        await assert.rejects(running.client({ user: 'plain' }));
        const full = await running.until('full', ({ state }) => state === 'full');
        assert.equal(full.utilization, 1);
        assert.match(renderSentence(full.sentence!), /its log tells/);
      }),
    'keeps samples to step back through, and the sessions of the moment a finding began': () =>
      within({ major: newestMajor() }, async (running) => {
        const own = await running.client({ application_name: 'own' });
        await running.connect({ seenMs: 100 });
        await running.polls(2);
        const idler = await running.client({ application_name: 'idler' });
        await idler.query('BEGIN; SELECT 1');
        const thresholds = { ...serverSettings.thresholds, idleInTransactionMinutes: 0.005 };
        await running.ask('configureServer', {
          serverId: running.serverId,
          settings: { ...serverSettings, seenMs: 100, thresholds },
        });
        await eventually(
          () =>
            running.changes.some(
              ({ change, finding }) => change === 'began' && finding.kind === 'idleInTransaction',
            ),
          () => JSON.stringify(running.changes),
        );
        await running.leave(idler);
        await running.polls(3);
        const now = await running.snapshot();
        assert.ok(!now.sessions.some(({ applicationName }) => applicationName === 'idler'));
        const began = running.changes.find(({ finding }) => finding.kind === 'idleInTransaction')!;
        const evidence = await running.snapshot(began.finding.evidenceId);
        assert.ok(
          evidence.sessions.some(
            ({ applicationName, state }) => applicationName === 'idler' && state === 'idle in transaction',
          ),
        );
        assert.ok(now.samples.length >= 5);
        assert.ok(now.samples.some(({ id, changed }) => changed && id === began.finding.evidenceId));
        const first = await running.snapshot(now.samples[0]!.id);
        assert.equal(first.sessions.length, now.samples[0]!.total);
        assert.equal(first.stale, false);
        await own.query('SELECT 1');
      }),
    'comes back by itself after a restart, and says so meanwhile': () =>
      within({ major: newestMajor() }, async (running) => {
        await running.connect();
        await running.until('connected', ({ state }) => state === 'connected');
        await running.server.stop('immediate');
        const away = await running.until('away', ({ state }) => state === 'unreachable');
        assert.ok(away.sentence);
        assert.equal((await running.snapshot()).stale, true);
        await running.server.start();
        await running.until('back', ({ state }) => state === 'connected');
      }),
  });

  it('shows in the Active tree what sessions do', async () => {
    const running = await start({ major: newestMajor() });
    const own = await running.client({ application_name: 'own' });
    const [holder, waiter] = [await running.client(), await running.client()];
    await own.query('CREATE TABLE t (i int)');
    await holder.query('BEGIN; LOCK TABLE t');
    const waits = waiter.query('SELECT * FROM t').catch(() => undefined);
    await untilTrue(own, "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')");
    await running.follow();
    await running.connect();
    await running.until('connected', ({ state }) => state === 'connected');
    const page = { sourceId: running.sourceId, dimension: 'database', from: 0, limit: 10 } as const;
    const { sessions } = await running.ask('sessions', { ...page, name: 'postgres' });
    const pid = (client: pg.Client): number => (client as unknown as { processID: number }).processID;
    const row = (client: pg.Client) => sessions.find((session) => session.pid === pid(client));
    assert.equal(row(holder)?.state, 'idle in transaction');
    assert.ok((row(holder)?.transactionAgeMs ?? -1) >= 0);
    assert.deepEqual(
      [row(waiter)?.state, row(waiter)?.waitEventType, row(waiter)?.blockedBy],
      ['active', 'Lock', [pid(holder)]],
    );
    const { session } = await running.ask('session', {
      sourceId: running.sourceId,
      key: row(holder)?.key ?? '',
    });
    assert.equal(session?.state, 'idle in transaction');
    await holder.query('ROLLBACK');
    await waits;
  });

  it('shows in the Active tree nothing that it does not know any more', async () => {
    const running = await start({ major: newestMajor() });
    const admin = await running.client({ application_name: 'own' });
    await running.follow();
    const states = async () => {
      const page = { sourceId: running.sourceId, dimension: 'database', from: 0, limit: 10 } as const;
      const { sessions } = await running.ask('sessions', { ...page, name: 'postgres' });
      return sessions.map(({ state }) => state);
    };
    await running.connect();
    await running.until('connected', ({ state }) => state === 'connected');
    assert.deepEqual(await states(), ['idle']);
    // our next connection is refused, and sessions go on without us
    await admin.query('ALTER ROLE postgres NOLOGIN');
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${ownApplicationName}'`,
    );
    await running.until('refused', ({ state }) => state === 'refused');
    assert.deepEqual(await states(), [undefined]);
    const { sourceId } = running;
    const { text } = await running.ask('incidentNote', { sourceId, scope: 'all', masked: false });
    assert.match(text, /of 97 that ordinary roles can have/, 'how many it lets in is still true');
    await admin.query('ALTER ROLE postgres LOGIN');
    await running.connect();
    await running.until('connected', ({ state }) => state === 'connected');
    assert.deepEqual(await states(), ['idle']);
    await running.ask('disconnectServer', { serverId: running.serverId });
    assert.deepEqual(await states(), [undefined]);
  });

  it('joins the log that is followed after it was connected to by a URI', async () => {
    const running = await start({ major: newestMajor() });
    const client = await running.client();
    await running.connect();
    await running.until('connected', ({ state }) => state === 'connected');
    await running.follow();
    const { sourceId, serverId } = running;
    await running.ask('joinServer', { serverId, sourceId });
    await running.until('joined', (status) => status.sourceId === sourceId);
    const page = { sourceId, dimension: 'database', from: 0, limit: 10 } as const;
    const { sessions } = await running.ask('sessions', { ...page, name: 'postgres' });
    const pid = (client as unknown as { processID: number }).processID;
    assert.equal(sessions.find((session) => session.pid === pid)?.state, 'idle');
  });

  it('has one connection however quickly it is connected to again, and none once it is left', async () => {
    const running = await start({ major: newestMajor() });
    const watcher = await running.client();
    await Promise.all([running.connect(), running.connect()]);
    await Promise.all([running.connect(), running.connect(), running.connect()]);
    await running.until('it answers', ({ state }) => state === 'connected');
    await running.ask('disconnectServer', { serverId: running.serverId });
    await untilTrue(watcher, `(${ours}) = 0`);
    await delay(serverSettings.seenMs * 3);
    assert.equal(await valueOf(watcher, ours), 0);
  });

  it('ends nobody where the settings say so, and somebody where they do not', async () => {
    const running = await start({ major: newestMajor() });
    const victim = await running.client({ application_name: 'victim' });
    const pid = await valueOf<number>(victim, 'SELECT pg_backend_pid()');
    await running.connect({ environment: 'production' });
    const status = await running.until('connected', ({ state }) => state === 'connected');
    assert.equal(status.readOnly, true);
    const { serverId } = running;
    const request = { kind: 'terminate', pids: [pid] } as const;
    await assert.rejects(running.ask('previewEnding', { serverId, request }), /read-only/);
    await running.ask('configureServer', { serverId, settings: serverSettings });
    const preview = await running.ask('previewEnding', { serverId, request });
    assert.equal(preview.rows.length, 1);
    const report = await running.ask('endSessions', { preview });
    assert.deepEqual(
      report.results.map(({ result }) => result),
      ['done'],
    );
    await assert.rejects(victim.query('SELECT 1'));
  });

  it('is asked less often when an answer takes long', async () => {
    const running = await start({ major: newestMajor() });
    await running.connect({ seenMs: 1 });
    await running.until('backed off', ({ backedOffToMs }) => (backedOffToMs ?? 0) > 1);
  });

  it('writes a report, and shows nothing of a server that was disconnected', async () => {
    const running = await start({ major: newestMajor() });
    await running.client({ application_name: 'secret app' });
    await running.connect();
    await running.until('connected', ({ state }) => state === 'connected');
    const { serverId } = running;
    const { text } = await running.ask('serverReport', { serverId, format: 'markdown', masked: false });
    assert.match(text, /secret app/);
    const masked = await running.ask('serverReport', { serverId, format: 'csv', masked: true });
    assert.doesNotMatch(masked.text, /secret app/);
    await running.ask('disconnectServer', { serverId });
    assert.equal(running.statuses.at(-1)?.state, 'disconnected');
    await assert.rejects(running.ask('serverSnapshot', { serverId }), /no longer connected/);
  });
});
