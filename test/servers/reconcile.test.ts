import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { testedMajors, newestMajor } from '../env/servers.ts';
import { eventually } from '../sources/tailWorld.ts';
import { itTogether } from './itTogether.ts';
import { untilTrue, valueOf, within, type ServerWorld } from './serverWorld.ts';

const clientPids = `SELECT coalesce(array_agg(pid ORDER BY pid), '{}') FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'PostgreSQL Connections'`;
const pidOf = (client: pg.Client): Promise<number> => valueOf<number>(client, 'SELECT pg_backend_pid()');

describe("a log reconciled with its server's sessions", () => {
  /** The pids that the engine has for open sessions of clients. */
  const shown = async (of: ServerWorld): Promise<number[]> => {
    const ask = {
      sourceId: of.sourceId,
      dimension: 'database',
      name: 'postgres',
      from: 0,
      limit: 1000,
    } as const;
    const { sessions } = await of.ask('sessions', ask);
    return sessions.map(({ pid }) => pid ?? 0).sort((a, b) => a - b);
  };

  /** One session's login and another's end are missing in the log: two polls make up for it. */
  const regains = async (major: number, prefix: string): Promise<void> => {
    await within({ major, settings: { log_line_prefix: prefix } }, async (running) => {
      const own = await running.client({ application_name: 'own' });
      const [stays, unseen, ghost] = [
        await running.client({ application_name: 'stays' }),
        await running.client({ application_name: 'unseen' }),
        await running.client({ application_name: 'ghost' }),
      ];
      const [unseenPid, ghostPid] = [await pidOf(unseen), await pidOf(ghost)];
      await running.leave(ghost);
      await untilTrue(own, `NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ${ghostPid})`);
      await eventually(
        () => readFileSync(running.server.logFile, 'utf8').includes('disconnection: '),
        'the disconnection is logged',
      );
      // one session's login is cut out, and another's end
      const lines = readFileSync(running.server.logFile, 'utf8').split('\n');
      const cut = lines.filter(
        (line) =>
          !line.includes(`[${unseenPid}]`) &&
          !(line.includes(`[${ghostPid}]`) && line.includes('disconnection')),
      );
      assert.ok(cut.length < lines.length - 1);
      const path = running.engine.directory.write('cut.log', cut.join('\n'));
      await running.follow(path);
      assert.deepEqual(
        await shown(running),
        [await pidOf(own), await pidOf(stays), ghostPid].sort((a, b) => a - b),
      );
      // younger ones may still be on their way into the log, or into pg_stat_activity
      await untilTrue(
        own,
        `(SELECT max(backend_start) FROM pg_stat_activity WHERE backend_type = 'client backend') < now() - interval '3.5 s'`,
      );
      await running.connect({ seenMs: 2000 }, 'postgres');
      await running.polls(2);
      assert.deepEqual(await shown(running), await valueOf<number[]>(own, clientPids));
      const status = await running.engine.until(running.sourceId, 'told', ({ totals }) => totals.lost > 0);
      assert.deepEqual([status.activeIs, status.active], ['exact', 3]);
      assert.deepEqual([status.totals.lost, status.totals.connects], [1, 3]);
      const { sessions } = await running.ask('sessions', {
        sourceId: running.sourceId,
        dimension: 'application',
        name: 'unseen',
        from: 0,
        limit: 10,
      });
      const startedAt = await valueOf<number>(
        own,
        `SELECT (extract(epoch FROM backend_start) * 1000)::float8 FROM pg_stat_activity WHERE pid = ${unseenPid}`,
      );
      assert.deepEqual(
        sessions.map(({ source, pid }) => [source, pid]),
        [['server', unseenPid]],
      );
      assert.ok(Math.abs((sessions[0]?.connectedAt ?? 0) - startedAt) < 1);
      // the log tells of the end of whom it had not told
      await running.leave(unseen);
      await eventually(
        () => readFileSync(running.server.logFile, 'utf8').split('disconnection: ').length === 3,
        'the disconnection is logged',
      );
      const last = readFileSync(running.server.logFile, 'utf8')
        .split('\n')
        .find((line) => line.includes(`[${unseenPid}]`) && line.includes('disconnection'));
      appendFileSync(path, `${last}\n`);
      await running.engine.until(
        running.sourceId,
        'gone',
        ({ active, totals }) => active === 2 && totals.disconnects === 1,
      );
      assert.equal(running.engine.status(running.sourceId)?.totals.lost, 1);
    });
  };

  const regainsEverywhere = async (prefix: string): Promise<void> => {
    const outcomes = await Promise.allSettled(testedMajors().map((major) => regains(major, prefix)));
    const failed = outcomes.flatMap((outcome, index) =>
      outcome.status === 'rejected' ? [[testedMajors()[index], String(outcome.reason)]] : [],
    );
    assert.deepEqual(failed, []);
  };

  const claimOf = (prefix: string): string =>
    `is exact again after two polls when it lost lines (${prefix.trim()}, every version)`;

  itTogether({
    [claimOf('%m [%p] ')]: () => regainsEverywhere('%m [%p] '),
    'shows who is connected where the log tells of no connections at all': () =>
      within(
        { major: newestMajor(), settings: { log_connections: 'off', log_disconnections: 'off' } },
        async (running) => {
          const own = await running.client({ application_name: 'own' });
          const leaver = await running.client({ application_name: 'leaver' });
          await running.follow();
          await running.connect();
          await running.engine.until(
            running.sourceId,
            'exact',
            ({ activeIs, active }) => activeIs === 'exact' && active === 2,
          );
          assert.deepEqual(await shown(running), await valueOf<number[]>(own, clientPids));
          await running.leave(leaver);
          await running.engine.until(running.sourceId, 'gone', ({ active }) => active === 1);
          const status = running.engine.status(running.sourceId);
          assert.deepEqual([status?.totals.connects, status?.totals.lost], [0, 0]);
          await running.ask('disconnectServer', { serverId: running.serverId });
          await running.engine.until(
            running.sourceId,
            'forgotten',
            ({ activeIs, active }) => activeIs === 'unknown' && active === 0,
          );
        },
      ),
  });

  itTogether({
    [claimOf('%m [%p] %c %q%u@%d ')]: () => regainsEverywhere('%m [%p] %c %q%u@%d '),
    'ends nobody because of polls that are ahead of the log': () =>
      within({ major: newestMajor() }, async (running) => {
        const own = await running.client({ application_name: 'own' });
        const leaver = await running.client({ application_name: 'leaver' });
        const leaverPid = await pidOf(leaver);
        await running.follow();
        await running.connect();
        await running.polls(3);
        await running.ask('pause', { sourceId: running.sourceId, paused: true });
        await running.leave(leaver);
        await untilTrue(own, `NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ${leaverPid})`);
        const newcomer = await running.client({ application_name: 'newcomer' });
        await running.polls(5);
        const before = await shown(running);
        assert.ok(before.includes(leaverPid));
        assert.ok(!before.includes(await pidOf(newcomer)));
        await running.ask('pause', { sourceId: running.sourceId, paused: false });
        await running.engine.until(running.sourceId, 'read', ({ totals }) => totals.disconnects === 1);
        await running.polls(3);
        const status = running.engine.status(running.sourceId);
        assert.equal(status?.totals.lost, 0);
        assert.ok(!(await shown(running)).includes(leaverPid));
        assert.ok((await shown(running)).includes(await pidOf(newcomer)));
      }),
  });

  it('follows a busy server without inventing or losing a session', () =>
    within({ major: newestMajor() }, async (running) => {
      const own = await running.client({ application_name: 'own' });
      await running.follow();
      await running.connect({ seenMs: 50 });
      await running.polls(2);
      for (let round = 0; round < 40; round += 1) {
        const clients = await Promise.all(
          [1, 2, 3, 4].map(() => running.client({ application_name: 'busy' })),
        );
        await Promise.all(clients.map((client) => running.leave(client)));
      }
      await running.engine.until(running.sourceId, 'all gone', ({ totals }) => totals.disconnects === 160);
      await running.polls(3);
      const status = running.engine.status(running.sourceId);
      assert.deepEqual([status?.totals.lost, status?.active], [0, 2]);
      assert.equal(await valueOf(own, 'SELECT 1'), 1);
    }));
});
