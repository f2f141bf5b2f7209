import assert from 'node:assert/strict';
import { countsOf } from '../../src/core/session/session.ts';
import { logReportOf } from '../../src/core/session/logReportOf.ts';
import type { ClearPoint } from '../../src/core/session/clearPoint.ts';
import { LogState } from '../../src/core/session/logState.ts';
import type { BookEntry } from '../../src/core/session/bookFacts.ts';
import { noFilter, type Filter } from '../../src/core/session/filter.ts';
import { entriesOf } from './folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printJson,
  printStderr,
  random,
  received,
  says,
  type Client,
  type Printed,
} from './serverLog.ts';

const users = ['app', 'bob', 'eve'];
const databases = ['shop', 'shop2', 'hr'];

/** A random day of a server: stays, refusals, kills, crashes, restarts, walsenders, reused pids. */
function history(seed: number, length: number): Printed[] {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const records: Printed[] = [];
  let open: Client[] = [];
  let at = dayAt;
  const step = (most: number): number => (at += 1 + Math.floor(next() * most));
  for (let count = 0; count < length; count += 1) {
    step(40_000);
    const what = next();
    const leaving = open[Math.floor(next() * open.length)];
    if (what < 0.45) {
      const pid = 100 + Math.floor(next() * 40);
      open = open.filter((each) => each.pid !== pid);
      const client: Client = {
        pid,
        user: pick(users),
        database: pick(databases),
        host: pick(['[local]', '10.0.0.7']),
        app: pick(['web', 'psql', 'job']),
        startedAt: at,
      };
      records.push(received(client, at));
      if (next() < 0.2)
        records.push(
          says(client, step(50), 'FATAL', `password authentication failed for user "${client.user}"`, {
            sqlState: '28P01',
            ps: 'authentication',
          }),
        );
      else {
        records.push(authorized(client, step(50)));
        if (next() < 0.15)
          records.push(
            says(client, step(50), 'FATAL', `database "${client.database}" does not exist`, {
              sqlState: '3D000',
              ps: 'startup',
            }),
          );
        else open.push(client);
      }
    } else if (what < 0.8 && leaving) {
      if (next() < 0.3)
        records.push(
          says(leaving, step(50), 'FATAL', 'terminating connection due to administrator command', {
            sqlState: '57P01',
            ps: 'idle',
          }),
        );
      records.push(disconnected(leaving, step(50), at - (leaving.startedAt ?? at)));
      open = open.filter((each) => each !== leaving);
    } else if (what < 0.83) {
      records.push(
        background(1, at, 'all server processes terminated; reinitializing'),
        background(3, step(50), 'database system was interrupted; last known up at x'),
        background(1, step(50), 'database system is ready to accept connections'),
      );
      open = [];
    } else if (what < 0.9) {
      records.push(
        disconnected(
          { pid: 1000 + count, user: pick(users), database: pick(databases), host: '[local]' },
          at,
          5_000_000,
        ),
      );
    } else if (what < 0.93) {
      const client: Client = {
        pid: 2000 + count,
        user: 'repl',
        database: '',
        host: '10.0.0.9',
        startedAt: at,
      };
      records.push({
        ...authorized(client, at),
        message: 'replication connection authorized: user=repl application_name=stb1',
        backendType: 'walsender',
      });
    } else {
      records.push(background(5, at, 'checkpoint starting: time'));
    }
  }
  return records;
}

const booked = (text: string): BookEntry[] =>
  entriesOf(text).entries.map(({ entry, offset }) => ({
    entry,
    place: { fileNumber: 1, offsetBytes: offset },
    arrivedAt: 0,
  }));

function state(entries: readonly BookEntry[], capacity = 10_000, before = new LogState(capacity)): LogState {
  for (const entry of entries) before.apply(entry);
  return before;
}

/** Everything that is seen of a state. */
function seen(of: LogState): unknown {
  const { active, activeReplication, totals, groups, history, failures, endings, problems, sessions } =
    logReportOf(of, {
      files: [],
      format: 'json',
      logLinePrefix: undefined,
      bytes: 0,
      skipped: 0,
      activeIs: 'exact',
      warnings: [],
      now: of.book.newestAt ?? 0,
      bucketMinutes: 5,
      fileName: () => 'x',
    });
  const troubles = [failures, endings, problems].map((list) =>
    list.map(({ message, at, offsetBytes }) => [message, at, offsetBytes]),
  );
  return { active, activeReplication, totals, groups, history, troubles, sessions };
}

const finished = (of: LogState): LogState => {
  of.book.settle(Number.POSITIVE_INFINITY);
  return of;
};
const filters: readonly Filter[] = [
  noFilter,
  { ...noFilter, database: ['shop*'] },
  { ...noFilter, user: ['bob', 'eve'], application: ['psql'] },
  { ...noFilter, host: ['[local]'] },
  { ...noFilter, database: ['none'] },
];

describe('the state of a log', () => {
  const seeds = [1, 2, 3, 4];

  it('adds up: who came, left, was lost and is there', () => {
    for (const seed of seeds) {
      const of = finished(state(booked(printJson(history(seed, 400)))));
      const { connects, disconnects, lost } = of.seen.totals;
      const older = [...of.newestEvents()].filter(
        ({ kind, connectSeen, replication }) => kind === 'disconnect' && !connectSeen && !replication,
      ).length;
      const active = [...of.book.sessions()].filter(({ replication }) => !replication).length;
      assert.equal(connects - (disconnects - older) - lost, active);
      assert.equal(of.seen.timeline.history({ bucketMinutes: 5, limit: 10_000 }).active.at(-1), active);
      assert.ok(connects > 100 && lost > 0 && older > 0);
    }
  });

  it('counts what is filtered, cleared and both as it would from the beginning', () => {
    for (const seed of seeds) {
      const entries = booked(printJson(history(seed, 300)));
      const middle = Math.floor(entries.length / 2);
      const clear: ClearPoint = {
        fileNumber: 1,
        offsetBytes: entries[middle]?.place.offsetBytes ?? 0,
        at: 0,
      };
      for (const filter of filters) {
        for (const point of [undefined, clear]) {
          const replayed = finished(state(entries));
          replayed.look(filter, point);
          const counted = finished(state(entries.slice(0, middle)));
          counted.look(filter, point);
          finished(state(entries.slice(middle), 0, counted));
          assert.deepEqual(seen(counted), seen(replayed), `seed ${seed} ${JSON.stringify(filter)}`);
          assert.deepEqual(counted.unfiltered.totals, replayed.unfiltered.totals);
          const open = counted.book.sessions();
          assert.deepEqual(counted.openCounts(), {
            open: countsOf(open),
            seen: countsOf(open.filter((session) => counted.shows(session))),
          });
        }
      }
    }
  });

  it('is after a Clear and its undo as it was', () => {
    const of = finished(state(booked(printJson(history(7, 300)))));
    const before = seen(of);
    const { length } = [...of.newestEvents()];
    of.look({ ...noFilter, user: ['bob'] }, { fileNumber: 1, offsetBytes: 1e9, at: 0 });
    assert.deepEqual(
      [of.seen.totals.connects, of.seenTroubles('failure').length, [...of.newestEvents()].length],
      [0, 0, 0],
    );
    assert.ok([...of.book.sessions()].length > 0);
    of.look(noFilter, undefined);
    assert.deepEqual(seen(of), before);
    assert.equal([...of.newestEvents()].length, length);
  });

  it('is clear up to a place, in any file', () => {
    const of = new LogState(10);
    of.look(noFilter, { fileNumber: 2, offsetBytes: 100, at: 5000 });
    const after = (fileNumber: number, offsetBytes: number): boolean =>
      of.isAfterClear({ fileNumber, offsetBytes });
    assert.deepEqual([after(1, 500), after(2, 99), after(2, 100), after(3, 0)], [false, false, true, true]);
    of.look(noFilter, { fileNumber: undefined, offsetBytes: 100, at: 5000 });
    assert.deepEqual(
      [4999, 5000, undefined].map((at) => of.isAfterClear({ fileNumber: 1, offsetBytes: 0, at })),
      [false, true, true],
    );
  });

  it('keeps its counts when the ring of events changes its size', () => {
    const of = finished(state(booked(printJson(history(8, 300))), 100));
    const before = seen(of);
    for (const capacity of [50, 400, 20]) {
      of.resize(capacity);
      assert.deepEqual(seen(of), before);
    }
    assert.equal([...of.newestEvents()].length, 20);
  });

  it('finds a trouble by its number', () => {
    const of = finished(state(booked(printJson(history(9, 300)))));
    for (const trouble of of.troubles.failure) assert.equal(of.troubles.byId('failure', trouble.id), trouble);
    assert.equal(of.troubles.byId('failure', 0), undefined);
    assert.equal(of.troubles.byId('problem', of.troubles.failure[0]?.id ?? 0), undefined);
  });

  for (const [format, print] of [
    ['json', printJson],
    ['stderr', (records: readonly Printed[]) => printStderr('%m [%p] %q%u@%d ', records)],
  ] as const) {
    it(`goes on after being saved and loaded as if it had never stopped (${format})`, () => {
      for (const seed of seeds) {
        const entries = booked(print(history(seed, 150)));
        const whole = finished(state(entries));
        const next = random(seed);
        for (let tries = 0; tries < 12; tries += 1) {
          const cut = Math.floor(next() * entries.length);
          const first = finished(state(entries.slice(0, cut)));
          const second = finished(
            state(entries.slice(cut), 0, new LogState(10_000, structuredClone(first.save()))),
          );
          const { history: _a, ...resumed } = seen(second) as { history: unknown };
          const { history: _b, ...expected } = seen(whole) as { history: unknown };
          assert.deepEqual(resumed, expected, `seed ${seed}, cut ${cut}`);
          assert.deepEqual(second.fromAt, whole.fromAt);
          assert.deepEqual(second.book.evidence.connectsSeen, whole.book.evidence.connectsSeen);
        }
      }
    });
  }
});
