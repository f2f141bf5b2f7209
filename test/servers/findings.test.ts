import assert from 'node:assert/strict';
import { ActivityHistory } from '../../src/core/server/activityHistory.ts';
import type { ActivitySample } from '../../src/core/server/activity.ts';
import { blockingOf } from '../../src/core/server/blocking.ts';
import { defaultThresholds, type Finding, type ServerThresholds } from '../../src/core/server/finding.ts';
import { findingsOf } from '../../src/core/server/findings.ts';
import { limitsOf } from '../../src/core/server/limits.ts';
import { overviewOf } from '../../src/core/server/overview.ts';
import { type LiveServer, openServer } from '../../src/sources/server/liveServer.ts';
import { until } from '../env/scenario/until.ts';
import { type Login, Visitor } from '../env/scenario/visitor.ts';
import { testedMajors, type Server, startServer } from '../env/servers.ts';

/** Everything is found at once, and nobody is too many. */
const impatient: ServerThresholds = {
  ...defaultThresholds,
  idleInTransactionMinutes: 0.0001,
  activeSeconds: 0.01,
  connectionsPerClient: 1000,
  idlePerClient: 1000,
};

for (const major of testedMajors())
  describe(`findings on PostgreSQL ${major}`, () => {
    let server: Server;
    let live: LiveServer;
    let observer: Visitor;
    let visitors: Visitor[];
    /** Statements that end when somebody lets them. */
    let running: Promise<unknown>[];

    before(async () => {
      const settings = { max_connections: '23', max_prepared_transactions: '2', deadlock_timeout: '10ms' };
      server = await startServer({ major, logTo: 'file', settings });
      live = openServer({ uri: `postgresql://postgres@127.0.0.1:${server.port}/postgres`, environment: {} });
      observer = new Visitor(server, { application: 'observer' });
      await observer.enter();
      await observer.query('CREATE TABLE seats (id int)');
      await observer.query('CREATE ROLE app LOGIN');
      await observer.query('CREATE ROLE limited LOGIN REPLICATION CONNECTION LIMIT 3');
      await observer.query('CREATE DATABASE shop CONNECTION LIMIT 3');
    });
    beforeEach(() => {
      visitors = [observer];
      running = [];
    });
    afterEach(async () => {
      const { ownPid } = (await live.poll()).facts;
      await observer.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE backend_type IN ('client backend', 'walsender') AND pid NOT IN (pg_backend_pid(), $1)`,
        [ownPid],
      );
      await Promise.allSettled([...running, ...visitors.slice(1).map(({ closed }) => closed)]);
    });
    after(async () => {
      await live.close();
      await server.dispose();
    });

    const enter = async (login: Login): Promise<Visitor> => {
      const visitor = new Visitor(server, login);
      const refusal = await visitor.enter();
      if (refusal) throw refusal;
      visitors.push(visitor);
      return visitor;
    };
    /** Somebody who waits for a lock of the table with that statement. */
    const wait = async (statement: string): Promise<Visitor> => {
      const visitor = await enter({ application: 'waiter' });
      running.push(visitor.query(statement).catch(() => undefined));
      await until(`“${statement}” waits`, async () => {
        const [row] = await observer.query(
          "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock' AND query = $2 AND cardinality(pg_blocking_pids(pid)) > 0",
          [visitor.pid, statement],
        );
        return row;
      });
      return visitor;
    };
    /** Polls until such a finding stands. */
    const finding = (
      kind: Finding['kind'],
      severity: Finding['severity'],
    ): Promise<{ found: Finding; sample: ActivitySample }> =>
      until(`${kind} is ${severity}`, async () => {
        const sample = await live.poll();
        const found = findingsOf(sample, undefined, impatient).find(
          (each) => each.kind === kind && each.severity === severity,
        );
        return found && { found, sample };
      });

    it('tell a chain of three, and that nothing will end it while its first idles', async () => {
      const first = await enter({ application: 'first' });
      await first.query('BEGIN');
      await first.query('LOCK TABLE seats IN ACCESS SHARE MODE');
      const second = await wait('TRUNCATE seats');
      const third = await wait('SELECT * FROM seats');
      const { found, sample } = await finding('blocked', 'critical');
      assert.deepEqual(found.pids, [first.pid, second.pid, third.pid]);
      assert.deepEqual(blockingOf(sample.backends), [
        { pid: first.pid, waiters: [{ pid: second.pid, waiters: [{ pid: third.pid, waiters: [] }] }] },
      ]);
      const asked = await observer.query<{ pid: number; by: number[] }>(
        'SELECT pid, pg_blocking_pids(pid) AS by FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0 ORDER BY pid',
      );
      assert.deepEqual(
        sample.backends
          .filter(({ blockedBy }) => blockedBy.length > 0)
          .sort((a, b) => a.pid - b.pid)
          .map(({ pid, blockedBy }) => ({ pid, by: blockedBy })),
        asked,
      );
      const { found: idling } = await finding('idleInTransaction', 'critical');
      assert.deepEqual(idling.pids, [first.pid]);
      await first.query('COMMIT');
      await Promise.all(running);
      assert.deepEqual(blockingOf((await live.poll()).backends), []);
    });

    it('tell a prepared transaction that was left, and who waits for it', async () => {
      const owner = await enter({ application: 'owner' });
      await owner.query('BEGIN');
      await owner.query('LOCK TABLE seats');
      await owner.query("PREPARE TRANSACTION 'left · behind'");
      const waiter = await wait('SELECT * FROM seats');
      const { found } = await finding('blocked', 'critical');
      assert.deepEqual([found.subject, found.pids], ['0', [waiter.pid]]);
      const { found: left } = await finding('preparedTransaction', 'warning');
      assert.equal(left.subject, 'postgres · left \\· behind');
      await observer.query("ROLLBACK PREPARED 'left · behind'");
      await Promise.all(running);
      const kinds = findingsOf(await live.poll(), undefined, impatient).map(({ kind }) => kind);
      assert.ok(!kinds.includes('blocked') && !kinds.includes('preparedTransaction'));
    });

    it('warn at 70 % and are critical at 90 % of what ordinary roles can have, until they are refused', async () => {
      const healthOfPoll = async () => {
        const sample = await live.poll();
        const { health, utilization, usable } = overviewOf(sample, defaultThresholds);
        const [asked] = await observer.query<{ share: number }>(
          `SELECT count(*)::float / ${usable} AS share FROM pg_stat_activity WHERE backend_type = 'client backend'`,
        );
        assert.equal(usable, 20);
        assert.equal(utilization, asked?.share);
        const [found] = findingsOf(sample, undefined, defaultThresholds);
        return [health, found?.kind === 'utilization' ? found.severity : undefined];
      };
      // the observer and our own connection are two
      while (visitors.length < 12) await enter({ user: 'app' });
      assert.deepEqual(await healthOfPoll(), ['HEALTHY', undefined]);
      await enter({ user: 'app' });
      assert.deepEqual(await healthOfPoll(), ['WARNING', 'warning']);
      while (visitors.length < 17) await enter({ user: 'app' });
      assert.deepEqual(await healthOfPoll(), ['CRITICAL', 'critical']);
      while (visitors.length < 19) await enter({ user: 'app' });
      const refused = new Visitor(server, { user: 'app' });
      assert.equal((await refused.enter())?.trouble.sqlState, '53300', 'at 100 % and not before');
      assert.equal(overviewOf(await live.poll(), defaultThresholds).utilization, 1);
    });

    it('tell a leak that grows on and on, and not the pool beside it', async () => {
      const history = new ActivityHistory({ enoughMs: 600, lifetimeMs: 50 });
      const pool = [await enter({ application: 'pool' }), await enter({ application: 'pool' })];
      let from: number | undefined;
      const { verdicts, sample } = await until('the verdict is there', async () => {
        const now = await live.poll();
        history.add(now);
        // one more every 150 ms of the server's clock, as long as there is room
        if (now.serverAt - (from ?? 0) > 150 && visitors.length < 18) {
          await enter({ application: 'leaky' });
          from = now.serverAt;
        }
        const all = history.leaks();
        return all.some(({ verdict }) => verdict === 'leaking') ? { verdicts: all, sample: now } : undefined;
      });
      assert.deepEqual(
        verdicts.filter(({ verdict }) => verdict === 'leaking').map(({ application }) => application),
        ['leaky'],
      );
      const leak = findingsOf(sample, history, impatient).find(({ kind }) => kind === 'leak');
      const held = visitors
        .filter(({ pid }) =>
          sample.backends.some((each) => each.pid === pid && each.applicationName === 'leaky'),
        )
        .map(({ pid }) => pid);
      assert.deepEqual([leak?.subject, leak?.value, leak?.pids], ['postgres · leaky', held.length, held]);
      assert.equal(pool.length, 2);
    });

    it('are none of limits that our own session fills, which is said of them', async () => {
      await observer.query('CREATE ROLE single LOGIN CONNECTION LIMIT 1');
      await observer.query('CREATE DATABASE narrow CONNECTION LIMIT 1');
      const uri = `postgresql://single@127.0.0.1:${server.port}/narrow`;
      const ours = openServer({ uri, environment: {} });
      try {
        const sample = await ours.poll();
        const kinds = findingsOf(sample, undefined, defaultThresholds).map(({ kind }) => kind);
        assert.deepEqual(
          kinds.filter((kind) => kind.endsWith('Limit')),
          [],
        );
        const counts = limitsOf(sample).map(({ name, count, limit, withOurs }) => [
          name,
          count,
          limit,
          withOurs,
        ]);
        for (const name of ['single', 'narrow'])
          assert.deepEqual(
            counts.find(([each]) => each === name),
            [name, 1, 1, true],
          );
        const refused = await new Visitor(server, { user: 'single' }).enter();
        assert.equal(refused?.trouble.sqlState, '53300');
      } finally {
        await ours.close();
        await until('ours is gone', async () => {
          const [row] = await observer.query("SELECT 1 FROM pg_stat_activity WHERE usename = 'single'");
          return row ? undefined : true;
        });
        await observer.query('DROP DATABASE narrow');
        await observer.query('DROP ROLE single');
      }
    });

    it('count towards limits what the server counts when it refuses', async () => {
      const limited = { user: 'limited', database: 'shop' };
      const sqlStateOf = async (login: Login) => {
        const visitor = new Visitor(server, login);
        const refusal = await visitor.enter();
        if (!refusal) visitors.push(visitor);
        return refusal?.trouble.sqlState;
      };
      await enter({ user: 'limited', replication: 'true' });
      await enter(limited);
      await enter(limited);
      const sample = await live.poll();
      const role = limitsOf(sample).find(({ kind }) => kind === 'user');
      const kinds = findingsOf(sample, undefined, defaultThresholds).map(({ kind }) => kind);
      // of the newest minor versions of all majors only 12 counts the walsender
      assert.deepEqual(
        [role?.name, role?.limit, role?.count, await sqlStateOf(limited), kinds.includes('roleLimit')],
        major === 12 ? ['limited', 3, 3, '53300', true] : ['limited', 3, 2, undefined, false],
      );
      const reached = limitsOf(await live.poll()).map(({ kind, count }): [string, number] => [kind, count]);
      assert.deepEqual(
        new Map(reached),
        new Map([
          ['user', 3],
          ['database', major === 12 ? 2 : 3],
        ]),
      );
      assert.equal(await sqlStateOf(limited), '53300');
    });
  });
