import assert from 'node:assert/strict';
import type pg from 'pg';

import type { EndingReport, EndingRequest } from '../../src/core/server/ending.ts';
import { renderSentence } from '../../src/core/sentence.ts';
import type { LiveServer } from '../../src/sources/server/liveServer.ts';
import { testedMajors, newestMajor } from '../env/servers.ts';
import { LiveWorld, pidOf, untilTrue } from './liveWorld.ts';

/** What happened, as `pid result`. */
function resultsOf({ results }: EndingReport): string[] {
  return results.map(({ row, result }) =>
    row.what === 'session' || row.what === 'worker'
      ? `${row.backend.pid} ${result}`
      : `${row.what} ${result}`,
  );
}

const reasonsOf = ({ results }: EndingReport): string =>
  results.map(({ sentence }) => (sentence === undefined ? '' : renderSentence(sentence))).join('\n');

async function endAll(live: LiveServer, request: EndingRequest): Promise<EndingReport> {
  return live.end(await live.preview(request));
}

const sleep = (client: pg.Client) =>
  client.query('SELECT pg_sleep(60)').then(
    () => 'slept',
    (error: unknown) => (error as { code: string }).code,
  );
const areSleeping = (count: number) =>
  `count(*) = ${count} FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
const isThere = 'count(*) = 1 FROM pg_stat_activity WHERE pid = $1';
const isGone = 'count(*) = 0 FROM pg_stat_activity WHERE pid = $1';

describe('ending sessions', () => {
  let world: LiveWorld;
  afterEach(() => world.end());

  for (const major of testedMajors()) {
    it(`shows the rows and the SQL first and then ends exactly those, on PostgreSQL ${major}`, async () => {
      world = await LiveWorld.start({ major });
      const admin = await world.client();
      const [idle, running] = [await world.client(), await world.client()];
      const [idlePid, runningPid, adminPid] = [await pidOf(idle), await pidOf(running), await pidOf(admin)];
      const slept = sleep(running);
      await untilTrue(admin, areSleeping(1));
      const live = world.watch();
      const preview = await live.preview({ kind: 'terminate', pids: [idlePid, runningPid] });
      assert.deepEqual(
        preview.rows.map((row) => row.what === 'session' && row.backend.pid).sort(),
        [idlePid, runningPid].sort(),
      );
      assert.match(
        preview.sql,
        /^SELECT pg_terminate_backend\(pid\) .* WHERE pid = \$1 AND backend_start = \$2::timestamptz AND pid <> pg_backend_pid\(\) AND backend_type = 'client backend';\n-- \$1 = \d+, \$2 = '\d{4}-\d\d-\d\dT[\d:]+\.\d{6}Z'\n-- /,
      );
      assert.match(renderSentence(preview.headline), /^Terminate 2 of 3 sessions at 127\.0\.0\.1:\d+\.$/);
      await untilTrue(admin, areSleeping(1));
      const plain = JSON.parse(JSON.stringify(preview)) as typeof preview;
      const report = await live.end(plain);
      assert.deepEqual(resultsOf(report).sort(), [`${idlePid} done`, `${runningPid} done`].sort());
      assert.equal(renderSentence(report.headline), 'Done: 2. Already gone: 0. Refused: 0.');
      await untilTrue(admin, isGone, [idlePid]);
      assert.equal(await slept, '57P01');
      await untilTrue(admin, isThere, [adminPid]);
      // the same once more: they are gone, and nobody else is ended
      assert.deepEqual(
        resultsOf(await live.end(plain)).sort(),
        [`${idlePid} alreadyGone`, `${runningPid} alreadyGone`].sort(),
      );
    });

    it(`cancels the statement that was shown and no later one, on PostgreSQL ${major}`, async () => {
      world = await LiveWorld.start({ major });
      const admin = await world.client();
      const running = await world.client();
      const pid = await pidOf(running);
      const live = world.watch();
      const first = sleep(running);
      await untilTrue(admin, areSleeping(1));
      const preview = await live.preview({ kind: 'cancel', pids: [pid] });
      assert.deepEqual(resultsOf(await live.end(preview)), [`${pid} done`]);
      assert.equal(await first, '57014');
      const second = sleep(running);
      await untilTrue(admin, areSleeping(1));
      const late = await live.end(preview);
      assert.deepEqual(resultsOf(late), [`${pid} refused`]);
      assert.match(reasonsOf(late), /does something else now/);
      await untilTrue(admin, areSleeping(1));
      await endAll(live, { kind: 'cancel', pids: [pid] });
      assert.equal(await second, '57014');
      await untilTrue(admin, isThere, [pid]);
    });
  }

  it('refuses to cancel what is idle in transaction, or runs nothing, and names the remedy', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const admin = await world.client();
    const holder = await world.client();
    const pid = await pidOf(holder);
    const live = world.watch();
    const running = sleep(holder);
    await untilTrue(admin, areSleeping(1));
    const shownRunning = await live.preview({ kind: 'cancel', pids: [pid] });
    await admin.query('SELECT pg_cancel_backend($1)', [pid]);
    await running;
    await holder.query('BEGIN');
    const preview = await live.preview({ kind: 'cancel', pids: [pid, await pidOf(admin)] });
    assert.deepEqual(preview.rows, []);
    assert.deepEqual(
      preview.warnings.map(renderSentence).sort(),
      [
        `Session ${await pidOf(admin)} runs no statement: there is nothing to cancel.`,
        `Session ${pid} is idle in transaction: there is nothing to cancel, terminate it instead.`,
      ].sort(),
    );
    assert.match(
      reasonsOf(await live.end(shownRunning)),
      /idle in transaction now: there is nothing to cancel/,
    );
    await untilTrue(admin, isThere, [pid]);
  });

  it('never ends itself, a background process or a session that took over the pid', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const admin = await world.client();
    const client = await world.client();
    const pid = await pidOf(client);
    const live = world.watch();
    const { facts } = await live.poll();
    const { rows } = await admin.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'",
    );
    const preview = await live.preview({ kind: 'terminate', pids: [facts.ownPid, rows[0]!.pid, pid] });
    assert.equal(preview.rows.length, 1);
    assert.equal(preview.warnings.length, 2);
    const [row] = preview.rows;
    assert.ok(row?.what === 'session');
    // microseconds earlier: it is not the one that was shown
    const backendStart = row.backend.backendStart!.replace(/\d{3}Z$/, (end) =>
      end === '000Z' ? '001Z' : '000Z',
    );
    const other = { ...preview, rows: [{ ...row, backend: { ...row.backend, backendStart } }] };
    await assert.rejects(live.end(other), /not what would run/);
    const changed = { ...other, sql: preview.sql.replace(row.backend.backendStart!, backendStart) };
    assert.deepEqual(resultsOf(await live.end(changed)), [`${pid} alreadyGone`]);
    await untilTrue(admin, isThere, [pid]);
    await assert.rejects(live.end({ ...preview, sql: 'SELECT 1' }), /not what would run: look at it again/);
    assert.equal((await live.poll()).facts.ownPid, facts.ownPid);
  });

  it('ends the sets that were asked for, and leaves who has begun to work since', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const admin = await world.client();
    await admin.query('CREATE ROLE keeper LOGIN; CREATE ROLE goer LOGIN');
    await admin.query('CREATE DATABASE shop');
    const keeper = await world.client({ user: 'keeper' });
    const goer = await world.client({ user: 'goer' });
    const shop = await world.client({ user: 'keeper', database: 'shop' });
    const pids = { keeper: await pidOf(keeper), goer: await pidOf(goer), shop: await pidOf(shop) };
    await goer.query('BEGIN');
    const live = world.watch();
    const pidsOf = async (request: EndingRequest) =>
      (await live.preview(request)).rows.map((row) => (row.what === 'session' ? row.backend.pid : 0)).sort();
    const own = await pidOf(admin);
    assert.deepEqual(
      await pidsOf({ kind: 'idleLongerThan', minutes: 0 }),
      [own, pids.keeper, pids.shop].sort(),
    );
    assert.deepEqual(await pidsOf({ kind: 'idleLongerThan', minutes: 30 }), []);
    assert.deepEqual(await pidsOf({ kind: 'idleInTransactionLongerThan', minutes: 0 }), [pids.goer]);
    assert.deepEqual(await pidsOf({ kind: 'database', database: 'shop' }), [pids.shop]);
    assert.deepEqual(await pidsOf({ kind: 'database', database: "'; DROP" }), []);
    assert.deepEqual(await pidsOf({ kind: 'allButUsers', users: ['keeper', 'postgres'] }), [pids.goer]);
    const idle = await live.preview({ kind: 'idleLongerThan', minutes: 0 });
    await keeper.query('BEGIN');
    const report = await live.end({ ...idle, rows: idle.rows, request: idle.request });
    assert.deepEqual(
      resultsOf(report).sort(),
      [`${own} done`, `${pids.keeper} refused`, `${pids.shop} done`].sort(),
    );
    const second = await world.client();
    await untilTrue(second, isThere, [pids.keeper]);
    await endAll(live, { kind: 'idleInTransactionLongerThan', minutes: 0 });
    await untilTrue(second, isGone, [pids.goer]);
  });

  it('says plainly when a backend was told to end and is still there', async function () {
    if (process.platform !== 'linux') this.skip();
    world = await LiveWorld.start({ major: newestMajor() });
    const client = await world.client();
    const pid = await pidOf(client);
    const live = world.watch();
    const preview = await live.preview({ kind: 'terminate', pids: [pid] });
    process.kill(pid, 'SIGSTOP');
    try {
      const report = await live.end(preview);
      assert.deepEqual(resultsOf(report), [`${pid} refused`]);
      assert.match(reasonsOf(report), /told to end but is still there/);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('lets a role end only what the server lets it, and tells before', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const admin = await world.client();
    await admin.query(
      'CREATE ROLE plain LOGIN; CREATE ROLE other LOGIN; CREATE ROLE seer LOGIN IN ROLE pg_monitor',
    );
    await admin.query('CREATE ROLE signaller LOGIN IN ROLE pg_monitor, pg_signal_backend');
    const other = await world.client({ user: 'other' });
    const otherPid = await pidOf(other);
    const ownPid = await pidOf(await world.client({ user: 'plain' }));
    const adminPid = await pidOf(admin);
    const all: EndingRequest = { kind: 'allButUsers', users: [] };
    const plain = await world.watch('plain').preview(all);
    assert.deepEqual(
      plain.rows.map((row) => row.what === 'session' && row.backend.pid),
      [ownPid],
    );
    assert.match(
      plain.warnings.map(renderSentence).join('\n'),
      /Sessions of other roles that plain may not see stay: 2\./,
    );
    const seer = world.watch('seer');
    const seen = await seer.preview({ kind: 'terminate', pids: [otherPid] });
    assert.match(seen.warnings.map(renderSentence).join('\n'), /seer may only end its own sessions/);
    const refused = await seer.end(seen);
    assert.deepEqual(resultsOf(refused), [`${otherPid} refused`]);
    assert.match(reasonsOf(refused), /^The server refuses: permission denied/);
    const signaller = world.watch('signaller');
    const some = await signaller.preview(all);
    assert.ok(!some.rows.some((row) => row.what === 'session' && row.backend.pid === adminPid));
    assert.match(some.warnings.map(renderSentence).join('\n'), /Sessions of superusers stay: 1\./);
    assert.deepEqual(resultsOf(await endAll(signaller, { kind: 'terminate', pids: [otherPid] })), [
      `${otherPid} done`,
    ]);
  });
});
