import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import type { ActivitySample, Backend } from '../../src/core/server/activity.ts';
import { startsByHour } from '../../src/core/server/connectionAges.ts';
import type { EndingRequest } from '../../src/core/server/ending.ts';
import { defaultThresholds, type Finding, type ServerThresholds } from '../../src/core/server/finding.ts';
import { findingsOf } from '../../src/core/server/findings.ts';
import { overviewOf } from '../../src/core/server/overview.ts';
import { defaultQueryTags, queryTagsOf, tagCounts } from '../../src/core/server/queryTags.ts';
import { namesOf } from '../../src/core/server/serverSnapshotOf.ts';
import { clientSessions, idleMs } from '../../src/core/server/sessionAges.ts';
import { settingAdvice } from '../../src/core/server/settingAdvice.ts';
import { testedMajors } from '../env/servers.ts';
import { StillScene } from './stillScene.ts';

const page = readFileSync(new URL('../../docs/runbooks.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| ([RMC]\d+) *\|/gm)].map(([, id]) => id);
const told = new Set<string>();
/** A row of the page, under its number there. */
const row = (id: string, claim: string, test: () => Promise<void>): void => {
  told.add(id);
  it(`${id}: ${claim}`, test);
};

const sorted = (pids: Iterable<number>): number[] => [...pids].sort((a, b) => a - b);
const pidsOf = (sessions: readonly { pid: number }[]): number[] => sorted(sessions.map(({ pid }) => pid));
const local = (address: string | null): string => address ?? '[local]';

const majors = testedMajors();
for (const major of new Set([majors[0]!, majors.at(-1)!]))
  describe(`what runbooks ask, on PostgreSQL ${major}`, () => {
    let scene: StillScene;
    /** Our sample without the observer. */
    let sample: ActivitySample;
    /** Seconds that tell those that have been idle from the one whose statement took long. */
    let late: number;
    before(async () => {
      scene = await StillScene.set(major);
      sample = await scene.others();
      const justIdle = sample.backends.find(({ pid }) => pid === scene.pid('just idle'));
      late = (idleMs(justIdle!, sample.serverAt) ?? 0) / 1000 + 0.25;
    });
    after(async () => scene.dispose());

    const overview = () => overviewOf(sample, defaultThresholds);
    const findings = (thresholds: Partial<ServerThresholds>): Finding[] =>
      findingsOf(sample, undefined, { ...defaultThresholds, ...thresholds });
    const found = (kind: Finding['kind'], thresholds: Partial<ServerThresholds> = {}): number[] =>
      sorted(
        findings(thresholds)
          .filter((finding) => finding.kind === kind)
          .flatMap(({ pids }) => pids),
      );
    const pids = async (query: string): Promise<number[]> =>
      pidsOf(await scene.query<{ pid: number }>(query));
    const count = async (query: string): Promise<number> =>
      (await scene.query<{ count: number }>(query))[0]!.count;
    const wouldEnd = async (request: EndingRequest): Promise<number[]> => {
      const preview = await scene.live.preview(request);
      const ended = preview.rows.flatMap((each) => (each.what === 'session' ? [each.backend.pid] : []));
      return sorted(ended.filter((pid) => pid !== scene.observer.pid));
    };
    const missing = (query: string): Promise<void> => assert.rejects(scene.query(query), { code: '42P01' });

    describe('the pg_tviews connection runbook', () => {
      row('R1', 'counts sessions by state as the overview does, once it counts sessions', async () => {
        const asked = (from: string, waiting: string, transactions: string, since: string) => `
          SELECT COUNT(*)::int AS total,
                 COUNT(*) FILTER (WHERE state = 'active')::int AS active,
                 COUNT(*) FILTER (WHERE state = 'idle')::int AS idle,
                 COUNT(*) FILTER (WHERE ${transactions})::int AS "idleInTransaction",
                 COUNT(*) FILTER (WHERE ${waiting})::int AS waiting,
                 ROUND((MAX(EXTRACT(EPOCH FROM (NOW() - query_start))) FILTER (WHERE state = 'active'))::numeric, 1)::float
                   AS "longestActiveSeconds",
                 ROUND((MAX(EXTRACT(EPOCH FROM (NOW() - ${since}))) FILTER (WHERE ${transactions}))::numeric, 1)::float
                   AS "longestIdleInTransactionSeconds"
            FROM ${from}`;
        const [corrected = {}] = await scene.query<Record<string, number>>(
          asked(
            'CLIENTS',
            "wait_event_type = 'Lock'",
            "state LIKE 'idle in transaction%'",
            'COALESCE(xact_start, state_change)',
          ),
        );
        const ours = { ...overview() } as Record<string, unknown>;
        // theirs is rounded to a tenth; ours is taken from milliseconds
        const isTheSame = (key: string, value: number): boolean =>
          key.endsWith('Seconds') ? Math.abs(value - Number(ours[key])) <= 0.052 : value === ours[key];
        const different = Object.entries(corrected).filter(([key, value]) => !isTheSame(key, value));
        assert.deepEqual(different, [], JSON.stringify(ours));
        assert.deepEqual([corrected['total'], corrected['waiting']], [16, 2]);
        const [asIs] = await scene.query<Record<string, number>>(
          asked('pg_stat_activity', "state = 'waiting'", "state = 'idle in transaction'", 'query_start'),
        );
        assert.ok(asIs!['total']! > 16 + 2, 'background processes and ourselves among them');
        assert.equal(asIs!['waiting'], 0, 'there is no such state');
        assert.equal(asIs!['idleInTransaction'], 1, 'the aborted one is missing');
      });

      row('R2', 'finds by user, client, state and tag what the lists of names and the tag have', async () => {
        const groups = await scene.query<{ usename: string; client: string; count: number; tviews: number }>(`
          SELECT usename, host(client_addr) AS client, COUNT(*)::int AS count,
                 COUNT(*) FILTER (WHERE query ILIKE '%tview%' OR query ILIKE '%refresh%')::int AS tviews
            FROM CLIENTS GROUP BY usename, client_addr`);
        const byUser = new Map<string, number>();
        for (const { usename, count: each } of groups) byUser.set(usename, (byUser.get(usename) ?? 0) + each);
        const names = namesOf(sample);
        assert.deepEqual(byUser, new Map(names.byUser.map(({ name, count: each }) => [name ?? '', each])));
        const [tag] = tagCounts(sample, queryTagsOf(defaultQueryTags));
        assert.equal(
          groups.reduce((sum, { tviews }) => sum + tviews, 0),
          tag?.pids.length,
        );
      });

      row('R3', 'divides by what ordinary roles can have, and health follows from that', async () => {
        const [asked] = await scene.query<{ share: number; raw: number }>(`
          SELECT (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::float
                 / (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                    - COALESCE(current_setting('reserved_connections', true), '0')::int) AS share,
                 (SELECT COUNT(*) FROM pg_stat_activity)::float / current_setting('max_connections')::int AS raw`);
        const whole = overviewOf(await scene.sample(), defaultThresholds);
        assert.equal(asked?.share, whole.utilization);
        assert.equal(whole.usable, major >= 16 ? 25 : 27);
        assert.notEqual(asked.raw, whole.utilization);
      });

      row(
        'R4',
        'finds idle sessions by state_change, where query_start accuses one that was busy',
        async () => {
          const asked = (from: string, since: string) => `SELECT pid FROM ${from}
          WHERE state = 'idle' AND ${since} < NOW() - make_interval(secs => ${late}) ORDER BY ${since} ASC`;
          const idle = found('idle', { idleMinutes: late / 60 });
          assert.deepEqual(await pids(asked('CLIENTS', 'state_change')), idle);
          assert.ok(!idle.includes(scene.pid('just idle')));
          assert.ok((await pids(asked('CLIENTS', 'query_start'))).includes(scene.pid('just idle')));
        },
      );

      row('R5', 'would end the idle sessions that the preview of “idle longer than” lists', async () => {
        // who has just asked something is not idle for so long
        await pause(100);
        const idle = await pids("SELECT pid FROM CLIENTS WHERE state = 'idle'");
        assert.deepEqual(await wouldEnd({ kind: 'idleLongerThan', minutes: 0.001 }), idle);
      });

      row('R6', 'finds idle transactions by xact_start, and cancelling one changes nothing', async () => {
        const asked = `SELECT pid FROM CLIENTS WHERE state LIKE 'idle in transaction%'
          AND COALESCE(xact_start, state_change) < NOW() - make_interval(secs => 0.001)`;
        const idling = sorted([scene.pid('holder'), scene.pid('aborted')]);
        assert.deepEqual(await pids(asked), idling);
        assert.deepEqual(found('idleInTransaction', { idleInTransactionMinutes: 0.001 / 60 }), idling);
        const holder = scene.pid('holder');
        const [answer] = await scene.query<{ cancelled: boolean }>(
          `SELECT pg_cancel_backend(${holder}) AS cancelled`,
        );
        assert.equal(answer?.cancelled, true, 'so it says');
        assert.deepEqual(await pids(asked), idling, 'and still it is there');
        const preview = await scene.live.preview({ kind: 'cancel', pids: [holder] });
        assert.deepEqual(preview.rows, [], 'so it is not offered');
        assert.equal(preview.warnings.length, 1);
      });

      row('R7', 'counts connections by the hour of backend_start', async () => {
        const asked = await scene.query<{ hour: number; count: number }>(`
          SELECT EXTRACT(EPOCH FROM DATE_TRUNC('hour', backend_start))::float * 1000 AS hour, COUNT(*)::int AS count
            FROM CLIENTS WHERE backend_start > NOW() - INTERVAL '23 hours' GROUP BY 1 ORDER BY 1 DESC`);
        assert.deepEqual(
          asked.map(({ hour, count: each }) => ({ startAt: hour, count: each })),
          startsByHour(sample),
        );
      });

      row('R8', 'reads the settings that are shown with advice', async () => {
        const [asked] = await scene.query<{ setting: string }>(
          "SELECT setting FROM pg_settings WHERE name = 'max_connections'",
        );
        const shown = settingAdvice(sample.facts).find(({ name }) => name === 'max_connections');
        assert.equal(shown?.value, asked?.setting);
      });

      row('R9', 'finds users with more than five connections from one client', async () => {
        const asked = await scene.query<{ usename: string; client: string | null; count: number }>(`
          SELECT usename, host(client_addr) AS client, COUNT(*)::int AS count FROM CLIENTS
           GROUP BY usename, client_addr HAVING COUNT(*) > 5 ORDER BY COUNT(*) DESC`);
        assert.deepEqual(
          findings({})
            .filter(({ kind }) => kind === 'perClient')
            .map(({ subject, value }) => [subject, value]),
          asked.map(({ usename, client, count: each }) => [`${usename} · ${local(client)}`, each]),
        );
        assert.equal(asked.length, 1);
        const asIs = await scene.query<{ usename: string | null }>(`
          SELECT usename FROM pg_stat_activity GROUP BY usename, client_addr HAVING COUNT(*) > 1`);
        assert.ok(
          asIs.some(({ usename }) => usename === null),
          'background processes are a user of no name',
        );
      });

      row(
        'R10',
        'lists the sessions whose statement names a tview or a refresh, in either case',
        async () => {
          const [tag] = tagCounts(sample, queryTagsOf(defaultQueryTags));
          const asked = (like: string, from: string) =>
            `SELECT pid FROM ${from} WHERE query ${like} '%tview%' OR query ${like} '%refresh%'`;
          assert.deepEqual(sorted(tag!.pids), await pids(asked('ILIKE', 'CLIENTS')));
          assert.deepEqual(sorted(tag!.pids), sorted([scene.pid('tview'), scene.pid('REFRESH')]));
          const asIs = await pids(asked('LIKE', 'pg_stat_activity'));
          assert.ok(!asIs.includes(scene.pid('REFRESH')));
          assert.ok(asIs.includes(scene.observer.pid), 'the question finds itself');
        },
      );

      row('R11', 'asks for tables that no pg_tviews has; without it nothing is shown', async () => {
        await missing('SELECT COUNT(*) FROM pg_tviews_queue WHERE processed_at IS NULL');
        await missing('SELECT AVG(last_refresh_duration_ms) FROM pg_tviews_metadata');
        assert.equal(sample.tviews, undefined);
        assert.equal(
          await count("SELECT COUNT(*)::int AS count FROM CLIENTS WHERE state = 'active'"),
          overview().active,
        );
      });

      row(
        'R12',
        'advises by a table that is not there, and by a number of connections that fits no server',
        async () => {
          await missing('SELECT COUNT(*) FROM pg_tviews_queue');
          const advised = findings({ utilizationWarning: 0.1 }).map(({ kind }) => kind);
          assert.ok(advised.includes('utilization'), String(advised));
        },
      );

      row('R13', 'assesses what the overview tells', async () => {
        assert.equal(await count('SELECT COUNT(*)::int AS count FROM CLIENTS'), overview().total);
        assert.equal(
          await count("SELECT COUNT(*)::int AS count FROM CLIENTS WHERE wait_event_type = 'Lock'"),
          overview().waiting,
        );
      });

      row(
        'R14',
        'would end all but some users, as the preview lists them; long statements are found',
        async () => {
          assert.deepEqual(
            await wouldEnd({ kind: 'allButUsers', users: ['postgres'] }),
            await pids("SELECT pid FROM CLIENTS WHERE usename NOT IN ('postgres')"),
          );
          assert.deepEqual(
            found('longActive', { activeSeconds: 0.001 }),
            await pids(
              "SELECT pid FROM CLIENTS WHERE state = 'active' AND query_start < NOW() - INTERVAL '1 millisecond'",
            ),
          );
        },
      );

      row('R15', 'assesses afterwards what the next poll tells', async () => {
        const again = await scene.live.poll();
        const others = clientSessions(again).filter(({ pid }) => pid !== scene.observer.pid);
        assert.equal(await count('SELECT COUNT(*)::int AS count FROM CLIENTS'), others.length);
      });

      row(
        'R16',
        'alerts of what is found; its function fails at the first idle transactions too many',
        async () => {
          const alerts = (cast: string, from: string) => `
          CREATE OR REPLACE FUNCTION alerts() RETURNS TABLE (metric TEXT, current_value INTEGER) AS $$
          BEGIN
            IF (SELECT COUNT(*) FROM ${from} WHERE state LIKE 'idle in transaction%') > 1 THEN
              RETURN QUERY SELECT 'idleInTransactionCount'::TEXT,
                (SELECT COUNT(*) FROM ${from} WHERE state LIKE 'idle in transaction%')${cast};
            END IF;
            IF (SELECT COUNT(*) FROM ${from} WHERE state = 'active' AND query_start < NOW() - INTERVAL '1 millisecond') > 0 THEN
              RETURN QUERY SELECT 'longActive'::TEXT, (SELECT COUNT(*) FROM ${from}
                WHERE state = 'active' AND query_start < NOW() - INTERVAL '1 millisecond')${cast};
            END IF;
          END; $$ LANGUAGE plpgsql`;
          await scene.query(alerts('', 'pg_stat_activity'));
          await assert.rejects(scene.query('SELECT * FROM alerts()'), { code: '42804' });
          await scene.query(alerts('::INTEGER', 'CLIENTS'));
          const asked = await scene.query<{ metric: string; current_value: number }>(
            'SELECT * FROM alerts()',
          );
          const thresholds = { idleInTransactionCount: 1, activeSeconds: 0.001 };
          assert.deepEqual(
            Object.fromEntries(asked.map(({ metric, current_value }) => [metric, current_value])),
            {
              idleInTransactionCount: found('idleInTransactionCount', thresholds).length,
              longActive: found('longActive', thresholds).length,
            },
          );
        },
      );

      row('R17', 'diagnoses exhaustion by two numbers of the overview', async () => {
        const [asked] = await scene.query<{ total: number; most: number }>(`
          SELECT (SELECT COUNT(*) FROM CLIENTS)::int AS total, current_setting('max_connections')::int AS most`);
        assert.deepEqual(asked, { total: overview().total, most: overview().maxConnections });
      });

      row('R18', 'finds users with more than three idle connections from one client', async () => {
        const asked = await scene.query<{ usename: string; client: string | null; count: number }>(`
          SELECT usename, host(client_addr) AS client, COUNT(*)::int AS count FROM CLIENTS WHERE state = 'idle'
           GROUP BY usename, client_addr HAVING COUNT(*) > 3 ORDER BY COUNT(*) DESC`);
        assert.equal(asked.length, 1);
        assert.deepEqual(
          findings({})
            .filter(({ kind }) => kind === 'idlePerClient')
            .map(({ subject, value }) => [subject, value]),
          asked.map(({ usename, client, count: each }) => [`${usename} · ${local(client)}`, each]),
        );
      });

      row('R19', 'counts tview sessions as the tag does, and a queue that is no table', async () => {
        await missing('SELECT COUNT(*) FROM pg_tviews_queue');
        const [tag] = tagCounts(sample, queryTagsOf({ tview: 'tview' }));
        assert.equal(
          await count("SELECT COUNT(*)::int AS count FROM CLIENTS WHERE query ILIKE '%tview%'"),
          tag?.pids.length,
        );
      });
    });

    describe('the go-crablet monitor script', () => {
      const inShop = (sessions: readonly Backend[]): Backend[] =>
        sessions.filter(({ database }) => database === 'shop');

      row('M1', 'calls numbackends active, which are all of the database, workers too', async () => {
        const backends = await count(
          "SELECT numbackends::int AS count FROM pg_stat_database WHERE datname = 'shop'",
        );
        const sessions = namesOf(sample).byDatabase.find(({ name }) => name === 'shop')?.count;
        assert.equal(backends, sample.backends.filter(({ database }) => database === 'shop').length);
        assert.equal(backends, (sessions ?? 0) + 1, 'the parallel worker');
        assert.ok(backends > overview().active);
      });

      row('M2', 'counts the sessions of one database by state', async () => {
        const [asked] = await scene.query<Record<string, number>>(`
          SELECT count(*)::int AS total, count(*) FILTER (WHERE state = 'active')::int AS active,
                 count(*) FILTER (WHERE state = 'idle')::int AS idle
            FROM CLIENTS WHERE datname = 'shop'`);
        const sessions = inShop(clientSessions(sample));
        const inState = (state: string) => sessions.filter((session) => session.state === state).length;
        assert.deepEqual(asked, { total: sessions.length, active: inState('active'), idle: inState('idle') });
      });

      row('M3', 'lists sessions with application, state and statement', async () => {
        const asked = await scene.query(`
          SELECT pid, usename, nullif(application_name, '') AS application_name, state,
                 FLOOR(EXTRACT(EPOCH FROM query_start) * 1000)::float AS query_start, query
            FROM CLIENTS WHERE datname = 'shop' ORDER BY pid`);
        assert.deepEqual(
          asked,
          inShop(clientSessions(sample))
            .sort((a, b) => a.pid - b.pid)
            .map(({ pid, user, applicationName, state, queryStartAt, query }) => ({
              pid,
              usename: user,
              application_name: applicationName ?? null,
              state,
              query_start: queryStartAt ?? null,
              query,
            })),
        );
      });

      row('M4', 'lists idle transactions by state_change, without the aborted ones', async () => {
        const asIs = await pids(
          "SELECT pid FROM CLIENTS WHERE datname = 'shop' AND state = 'idle in transaction'",
        );
        assert.deepEqual(asIs, [scene.pid('holder')]);
        assert.equal(overview().idleInTransaction, 2);
      });

      row('M5', 'lists statements that run for longer than the threshold', async () => {
        const asked = await pids(`SELECT pid FROM CLIENTS WHERE datname = 'shop' AND state = 'active'
          AND query_start < NOW() - INTERVAL '1 millisecond' ORDER BY query_start`);
        assert.deepEqual(found('longActive', { activeSeconds: 0.001 }), asked);
      });

      row('M6', 'would end the idle transactions that the preview lists', async () => {
        const asked = await pids(
          "SELECT pid FROM CLIENTS WHERE datname = 'shop' AND state LIKE 'idle in transaction%'",
        );
        assert.deepEqual(await wouldEnd({ kind: 'idleInTransactionLongerThan', minutes: 0.001 }), asked);
      });

      row('M7', 'would end a whole database; the preview leaves out what has no client', async () => {
        const asIs = await pids(
          "SELECT pid FROM pg_stat_activity WHERE datname = 'shop' AND pid <> pg_backend_pid()",
        );
        const sessions = await pids("SELECT pid FROM CLIENTS WHERE datname = 'shop'");
        assert.equal(asIs.length, sessions.length + 1, 'the parallel worker would be hit');
        assert.deepEqual(await wouldEnd({ kind: 'database', database: 'shop' }), sessions);
      });
    });

    describe('the connection management chapter', () => {
      row('C1', 'shows max_connections', async () => {
        const [asked] = await scene.query<{ max_connections: string }>('SHOW max_connections');
        assert.equal(Number(asked?.max_connections), overview().maxConnections);
      });

      row('C2', 'counts connections, once background processes are left out', async () => {
        assert.equal(await count('SELECT count(*)::int AS count FROM CLIENTS'), overview().total);
        const all = await count('SELECT count(*)::int AS count FROM pg_stat_activity');
        assert.equal(all, overview().total + overview().background + 2, 'and ourselves, twice');
      });

      row('C3', 'counts by database as the list of databases does', async () => {
        const asked = await scene.query<{ name: string; count: number }>(
          'SELECT datname AS name, count(*)::int AS count FROM CLIENTS GROUP BY datname ORDER BY 2 DESC, 1',
        );
        assert.deepEqual(namesOf(sample).byDatabase, asked);
        const asIs = await scene.query('SELECT datname FROM pg_stat_activity WHERE datname IS NULL');
        assert.ok(asIs.length > 0, 'background processes are in no database');
      });

      row('C4', 'raises max_connections, which we advise against where it is high', () => {
        const advice = settingAdvice({ ...sample.facts, maxConnections: 2000 });
        assert.equal(advice.find(({ name }) => name === 'max_connections')?.looksRight, false);
        return Promise.resolve();
      });

      row('C5', 'sets timeouts and keepalives, which are shown with advice', async () => {
        const names = [
          ...[
            'idle_in_transaction_session_timeout',
            'statement_timeout',
            'lock_timeout',
            'tcp_keepalives_idle',
          ],
          ...[
            'tcp_keepalives_interval',
            'tcp_keepalives_count',
            ...(major >= 14 ? ['idle_session_timeout'] : []),
          ],
        ];
        const shown = new Set(settingAdvice(sample.facts).map(({ name }) => name));
        assert.deepEqual(
          names.filter((name) => !shown.has(name)),
          [],
        );
        const [asked] = await scene.query<{ timeout: string }>('SHOW idle_in_transaction_session_timeout');
        assert.ok(asked !== undefined);
      });

      row('C6', 'lists active sessions, once walsenders and the question itself are left out', async () => {
        const active = pidsOf(clientSessions(sample).filter(({ state }) => state === 'active'));
        assert.deepEqual(await pids("SELECT pid FROM CLIENTS WHERE state = 'active'"), active);
        const asIs = await pids("SELECT pid FROM pg_stat_activity WHERE state = 'active'");
        assert.ok(asIs.includes(scene.observer.pid));
        assert.ok(asIs.length > active.length);
      });

      row('C7', 'orders connections by age', async () => {
        const asked = await scene.query<{ pid: number }>('SELECT pid FROM CLIENTS ORDER BY backend_start');
        assert.deepEqual(
          asked.map(({ pid }) => pid),
          clientSessions(sample).map(({ pid }) => pid),
        );
      });

      row('C8', 'kills by pid alone; the preview names the session that has it now', async () => {
        const pid = scene.pid('idle 1');
        const preview = await scene.live.preview({ kind: 'terminate', pids: [pid] });
        assert.match(preview.sql, /backend_start/);
        assert.deepEqual(
          preview.rows.map((each) => (each.what === 'session' ? each.backend.pid : undefined)),
          [pid],
        );
      });

      row('C10', 'computes what ordinary roles can have, and forgets reserved_connections', async () => {
        const usable = await count(`
          SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS count`);
        assert.equal(usable - overview().usable, major >= 16 ? 2 : 0);
      });

      row('C9', 'kills all connections to a database: ours ends exactly those it has shown', async () => {
        const preview = await scene.live.preview({ kind: 'database', database: 'shop' });
        const report = await scene.live.end(preview);
        assert.deepEqual(new Set(report.results.map(({ result }) => result)), new Set(['done']));
        assert.equal(report.results.length, preview.rows.length);
        assert.deepEqual(
          await pids("SELECT pid FROM CLIENTS WHERE datname = 'shop' AND state <> 'active'"),
          [],
        );
      });
    });
  });

describe('the page about runbooks', () => {
  it('has a test for each of its rows, and a row for each test', () => {
    assert.deepEqual([...told].sort(), [...rows].sort());
  });
});
