import assert from 'node:assert/strict';
import { countsOf } from '../../src/core/session/session.ts';
import type { Backend, ServerFacts } from '../../src/core/server/activity.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { seenSessions } from '../../src/core/session/logReportOf.ts';
import { LogState } from '../../src/core/session/logState.ts';
import type { SessionsPoll } from '../../src/core/session/reconciliation.ts';
import type { LogFold } from '../../src/engine/logFold.ts';
import { folded, pour, told } from './folded.ts';
import { factsOf } from './server/activitySample.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  random,
  received,
  says,
  stamp,
  type Client,
  type Printed,
} from './serverLog.ts';

const facts = factsOf({ ownPid: 9999, startedAt: dayAt - 3_600_000 });
const place = { fileNumber: 1, offsetBytes: 1e9 };
const formats: readonly (readonly [string, (records: readonly Printed[]) => string])[] = [
  ['stderr by pid', (records) => printStderr('%m [%p] ', records)],
  ['stderr by session id', (records) => printStderr('%m [%p] %c ', records)],
  ['stderr by pid and start', (records) => printStderr('%m [%p] %s ', records)],
  ['csv', printCsv],
  ['json', printJson],
];

const client = (pid: number, startedAt: number, more: Partial<Client> = {}): Client => ({
  pid,
  user: 'app',
  database: 'shop',
  host: '10.0.0.7',
  port: 40_000 + (pid % 20_000),
  app: 'web',
  startedAt,
  ...more,
});
const login = (who: Client): Printed[] => {
  const at = who.startedAt ?? 0;
  return [received(who, at), authorized(who, at + 3)];
};
const leave = (who: Client, at: number): Printed => disconnected(who, at, at - (who.startedAt ?? at));
/** A line that tells how late it is, and of nobody who is connected. */
const noise = (at: number): Printed =>
  says(client(5000, at, { user: 'bob' }), at, 'FATAL', 'password authentication failed for user "bob"', {
    sqlState: '28P01',
    ps: 'authentication',
  });

function backendOf({ pid, user, database, host, port, app, startedAt = 0 }: Client): Backend {
  return {
    pid,
    user,
    database,
    applicationName: app,
    clientAddress: host,
    clientPort: port,
    backendType: 'client backend',
    backendStartAt: startedAt,
    state: 'idle',
    blockedBy: [],
  };
}

function poll(serverAt: number, clients: readonly Client[], more: Partial<ServerFacts> = {}): SessionsPoll {
  return { facts: { ...facts, ...more }, serverAt, takenAt: serverAt + 5, backends: clients.map(backendOf) };
}

/** More of a log that was folded. */
function goOn({ log, state }: LogFold, text: string): void {
  pour(log, Buffer.from(text));
  log.caughtUp();
  log.settle();
  state.book.settle(Number.POSITIVE_INFINITY);
}

/** Everything that counts open sessions says the same. */
function assertConsistent(state: LogState): void {
  const open = state.book.sessions().filter(({ replication }) => !replication).length;
  const last = state.unfiltered.timeline.history({ bucketMinutes: 1, limit: 100_000 }).active.at(-1) ?? 0;
  assert.equal(last, open);
  assert.equal(new Set(state.book.sessions().map(({ pid }) => pid)).size, state.book.sessions().length);
  for (const user of ['app', 'eve']) {
    state.look({ ...noFilter, user: [user] }, undefined);
    const [shown, counted] = [
      seenSessions(state).filter(({ replication }) => !replication).length,
      state.seen.timeline.history({ bucketMinutes: 1, limit: 100_000 }).active.at(-1) ?? 0,
    ];
    assert.equal(counted, shown);
  }
  state.look(noFilter, undefined);
  const again = new LogState(10_000, structuredClone(state.save()));
  assert.deepEqual(again.openCounts().open, countsOf(state.book.sessions()));
  assert.deepEqual(again.book.sessions(), state.book.sessions());
  // what was saved goes where it belongs when somebody asks for it
  assert.equal(again.book.maps.open.size, state.book.sessions().length);
  assert.deepEqual(again.book.sessions(), state.book.sessions());
  assert.deepEqual(again.openCounts(), state.openCounts());
  assert.deepEqual(again.unfiltered.save(), state.unfiltered.save());
}

const pids = ({ book }: LogState): (number | undefined)[] =>
  book
    .sessions()
    .map(({ pid }) => pid)
    .sort((a = 0, b = 0) => a - b);

for (const [format, print] of formats) {
  describe(`a log and the server's own sessions (${format})`, () => {
    const stays = client(100, dayAt);
    const ghost = client(101, dayAt + 1000);
    const unseen = client(102, dayAt + 2000, { user: 'eve', app: 'psql' });
    const begin = [...login(stays), ...login(ghost), noise(dayAt + 10_000)];
    const at = (seconds: number): number => dayAt + seconds * 1000;

    it('ends who two polls lack as lost, and lets in whom the log does not tell of', () => {
      const { state } = folded(print(begin));
      state.reconcile(poll(at(8), [stays, unseen]), { place });
      assert.deepEqual(pids(state), [100, 101, 102]);
      assert.equal(state.isReconciled, false);
      state.reconcile(poll(at(9), [stays, unseen]), { place });
      assert.deepEqual(pids(state), [100, 102]);
      assert.equal(state.isReconciled, true);
      assert.equal(state.unfiltered.totals.lost, 1);
      assert.equal(state.unfiltered.totals.connects, 2);
      const shown = state.book.sessions().find(({ pid }) => pid === 102);
      assert.deepEqual(
        [shown?.source, shown?.connectedAt, shown?.user, shown?.remoteHost],
        ['server', at(2), 'eve', '10.0.0.7'],
      );
      assertConsistent(state);
    });

    it('is not changed by polls ahead of the log', () => {
      const { state } = folded(print(begin));
      const before = state.version;
      const young = client(103, at(60));
      for (const second of [61, 70, 80, 90]) state.reconcile(poll(at(second), [young]), { place });
      assert.deepEqual(pids(state), [100, 101]);
      assert.equal(state.version, before);
      assert.equal(state.isReconciled, false);
    });

    it('ends nobody because of a poll that lags behind the log', () => {
      const { state } = folded(print(begin));
      state.reconcile(poll(dayAt - 2000, []), { place });
      state.reconcile(poll(dayAt - 1000, []), { place });
      assert.deepEqual(pids(state), [100, 101]);
    });

    it('believes a quiet log that is read to its end', () => {
      const { state } = folded(print(begin));
      state.reconcile(poll(at(100), [stays, unseen]), { place, caughtUpAt: at(99) });
      state.reconcile(poll(at(102), [stays, unseen]), { place, caughtUpAt: at(101) });
      assert.deepEqual(pids(state), [100, 102]);
      assertConsistent(state);
    });

    it('does not let in again who has just left', () => {
      const fold = folded(print([...begin, leave(ghost, at(11)), noise(at(12))]));
      for (const second of [11, 13, 20]) {
        fold.state.reconcile(poll(at(second), [stays, ghost]), { place, caughtUpAt: at(second) });
        assert.deepEqual(pids(fold.state), [100]);
      }
      assertConsistent(fold.state);
    });

    it('goes on with the log when that tells of a session late', () => {
      const fold = folded(print(begin));
      fold.state.reconcile(poll(at(20), [stays, ghost, unseen]), { place, caughtUpAt: at(19) });
      assert.deepEqual(pids(fold.state), [100, 101, 102]);
      goOn(fold, print([...login(unseen), noise(at(21))]));
      assert.deepEqual(pids(fold.state), [100, 101, 102]);
      assert.equal(fold.state.book.sessions().find(({ pid }) => pid === 102)?.source, undefined);
      assert.equal(fold.state.unfiltered.totals.connects, 3);
      assert.equal(fold.state.unfiltered.totals.lost, 0);
      assertConsistent(fold.state);
      goOn(fold, print([leave(unseen, at(30)), noise(at(31))]));
      assert.deepEqual(pids(fold.state), [100, 101]);
      assert.equal(fold.state.unfiltered.totals.disconnects, 1);
      assertConsistent(fold.state);
    });

    it('books the end of a session that only the server showed', () => {
      const fold = folded(print(begin));
      fold.state.reconcile(poll(at(20), [stays, ghost, unseen]), { place, caughtUpAt: at(19) });
      goOn(fold, print([leave(unseen, at(30)), noise(at(31))]));
      assert.deepEqual(pids(fold.state), [100, 101]);
      assert.deepEqual([fold.state.unfiltered.totals.disconnects, fold.state.unfiltered.totals.lost], [1, 0]);
      assertConsistent(fold.state);
    });

    it('counts who came and went unlogged neither as connect nor as lost', () => {
      const { state } = folded(print(begin));
      for (const second of [20, 22])
        state.reconcile(poll(at(second), [stays, ghost, unseen]), { place, caughtUpAt: at(second) });
      for (const second of [24, 26])
        state.reconcile(poll(at(second), [stays, ghost]), { place, caughtUpAt: at(second) });
      assert.deepEqual(pids(state), [100, 101]);
      assert.deepEqual([state.unfiltered.totals.connects, state.unfiltered.totals.lost], [2, 0]);
      assertConsistent(state);
    });

    it('tells of the end by the server of a session that it showed', () => {
      const fold = folded(print(begin));
      fold.state.reconcile(poll(at(20), [stays, ghost, unseen]), { place, caughtUpAt: at(19) });
      const fatal = says(unseen, at(30), 'FATAL', 'terminating connection due to administrator command', {
        sqlState: '57P01',
        ps: 'idle',
      });
      goOn(fold, print([fatal, noise(at(31))]));
      assert.deepEqual(pids(fold.state), [100, 101]);
      assert.equal(fold.state.unfiltered.totals.endings, 1);
      assertConsistent(fold.state);
    });

    it('loses all at a crash, whoever told of them', () => {
      const fold = folded(print(begin));
      fold.state.reconcile(poll(at(20), [stays, ghost, unseen]), { place, caughtUpAt: at(19) });
      goOn(fold, print([background(1, at(40), 'all server processes terminated; reinitializing')]));
      assert.deepEqual(pids(fold.state), []);
      assert.equal(fold.state.unfiltered.totals.lost, 2);
      assertConsistent(fold.state);
    });

    it('takes the latest application_name from the poll', () => {
      const { state } = folded(print(begin));
      const renamed = { ...stays, app: 'worker 7' };
      const before = state.version;
      state.reconcile(poll(at(9), [renamed, ghost]), { place });
      const session = state.book.sessions().find(({ pid }) => pid === 100);
      assert.deepEqual([session?.applicationName, session?.applicationLatest], ['web', 'worker 7']);
      assert.ok(state.version > before);
      assertConsistent(state);
    });

    it('tells a reused pid from the session that had it', () => {
      const { state } = folded(print(begin));
      const next = client(101, at(6), { user: 'eve' });
      state.reconcile(poll(at(8), [stays, next]), { place });
      state.reconcile(poll(at(9), [stays, next]), { place });
      const session = state.book.sessions().find(({ pid }) => pid === 101);
      assert.deepEqual([session?.user, session?.source], ['eve', 'server']);
      assert.equal(state.unfiltered.totals.lost, 1);
      assertConsistent(state);
    });

    it('counts walsenders apart, and leaves our own session and background processes alone', () => {
      const own = client(9999, dayAt + 500, { app: 'PostgreSQL Connections' });
      const { state } = folded(print([...login(own), ...begin]));
      const others = poll(at(8), [stays, ghost]);
      const backends = [
        ...others.backends,
        { ...backendOf(client(300, at(1))), backendType: 'walsender' },
        { ...backendOf(client(301, at(1))), backendType: 'parallel worker' },
        { ...backendOf(client(302, at(1))), state: 'starting' as const },
      ];
      for (const second of [8, 9]) state.reconcile({ ...others, backends, serverAt: at(second) }, { place });
      assert.deepEqual(pids(state), [100, 101, 300, 9999]);
      assert.deepEqual(
        state.book
          .sessions()
          .filter(({ replication }) => replication)
          .map(({ pid }) => pid),
        [300],
      );
      assertConsistent(state);
    });

    it('is never exact by the word of a role that does not see all', () => {
      const { state } = folded(print(begin));
      const hidden = poll(at(8), [stays], { sees: 'own' });
      const backends = [
        ...hidden.backends,
        { ...backendOf(ghost), backendStartAt: undefined, state: undefined },
        { ...backendOf(unseen), backendStartAt: undefined, state: undefined },
      ];
      for (const second of [8, 9]) state.reconcile({ ...hidden, backends, serverAt: at(second) }, { place });
      assert.deepEqual(pids(state), [100, 101]);
      assert.equal(state.isReconciled, false);
    });

    it('keeps whom the server showed only as long as somebody tells of their end', () => {
      for (const areLogged of [true, false]) {
        const { state } = folded(print(begin));
        state.reconcile(poll(at(20), [stays, ghost, unseen]), { place, caughtUpAt: at(19) });
        state.endPolls(areLogged, { place });
        assert.deepEqual(pids(state), areLogged ? [100, 101, 102] : [100, 101]);
        assertConsistent(state);
      }
    });

    it('is exact after two polls, whatever lines the log lost', () => {
      for (const seed of [1, 2, 3, 4, 5, 6]) {
        const next = random(seed);
        const records: Printed[] = [];
        let open: Client[] = [];
        let now = dayAt;
        for (let count = 0; count < 300; count += 1) {
          now += 1 + Math.floor(next() * 4000);
          const leaving = open[Math.floor(next() * open.length)];
          if (next() < 0.55 || !leaving) {
            const pid = 100 + Math.floor(next() * 60);
            if (open.some((each) => each.pid === pid)) continue;
            const who = client(pid, now, { user: next() < 0.5 ? 'app' : 'eve' });
            open.push(who);
            records.push(...login(who));
          } else {
            records.push(leave(leaving, now));
            open = open.filter((each) => each !== leaving);
          }
        }
        const kept = records.filter(() => next() > 0.2);
        const { state } = folded(print([...kept, noise(now + 20_000)]));
        for (const second of [10, 12]) {
          const more = { place, caughtUpAt: now + second * 1000 - 500 };
          state.reconcile(poll(now + second * 1000, open), more);
          assertConsistent(state);
        }
        assert.deepEqual(
          pids(state),
          open.map(({ pid }) => pid).sort((a, b) => a - b),
          `seed ${seed}`,
        );
        assert.equal(state.isReconciled, true);
      }
    });
  });
}

describe('a log in a zone whose abbreviation means several', () => {
  /** As a server in India would have written it: `IST` is Israel's and Ireland's too. */
  const inIndia = (text: string): string =>
    text.replaceAll(/\d{4}-\d\d-\d\d [\d:.]+ UTC/g, (time) =>
      stamp(Date.parse(time) + 5.5 * 3_600_000, time.includes('.')).replace('UTC', 'IST'),
    );
  for (const prefix of ['%m [%p] ', '%m [%p] %c ', '%m [%p] %s '])
    it(`has the sessions that the server has (${prefix})`, () => {
      const stays = [client(100, dayAt), client(101, dayAt + 1000)];
      const written = printStderr(prefix, [...stays.flatMap(login), noise(dayAt + 10_000)]);
      // read in Tokyo: three and a half hours too early
      const { state } = folded(inIndia(written), { logLinePrefix: prefix, logTimezone: 'Asia/Tokyo' });
      for (const second of [12, 14, 16]) {
        const serverAt = dayAt + second * 1000;
        state.reconcile(poll(serverAt, stays), { place, caughtUpAt: serverAt - 500 });
      }
      assert.deepEqual(pids(state), [100, 101]);
      assert.deepEqual([state.unfiltered.totals.lost, state.isReconciled], [0, true]);
    });
});

describe('a log without pids', () => {
  it('is not compared with the server', () => {
    const fold = folded(printStderr('%m ', [...login(client(100, dayAt)), noise(dayAt + 10_000)]));
    for (const second of [8, 9]) fold.state.reconcile(poll(dayAt + second * 1000, []), { place });
    assert.deepEqual(told(fold), ['connect app@shop', 'failure bob@']);
    assert.equal(fold.state.isReconciled, false);
  });
});
