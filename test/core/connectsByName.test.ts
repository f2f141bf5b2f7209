import assert from 'node:assert/strict';
import type { BookEntry } from '../../src/core/session/bookFacts.ts';
import { ConnectsByName } from '../../src/core/session/connectsByName.ts';
import { dimensions, noFilter } from '../../src/core/session/filter.ts';
import { LogState } from '../../src/core/session/logState.ts';
import { topNames } from '../../src/core/session/topNames.ts';
import { entriesOf } from './folded.ts';
import { authorized, dayAt, disconnected, printStderr, random, says, type Printed } from './serverLog.ts';

const minuteMs = 60_000;

/** Stays, and logins that are authorized and refused a moment later. */
function visits(seed: number, length: number): BookEntry[] {
  const next = random(seed);
  const pick = (names: readonly string[]): string => names[Math.floor(next() * names.length)] ?? '';
  const records: Printed[] = [];
  for (let pid = 1; pid <= length; pid += 1) {
    const at = dayAt + pid * 1000 + Math.floor(next() * 3000);
    const app = pick(['web', 'job', 'psql']);
    const client = {
      ...{ pid, user: pick(['app', 'bob']), database: pick(['shop', 'hr']), host: '[local]' },
      ...(next() < 0.8 && { app }),
    };
    records.push(authorized(client, at));
    if (next() < 0.1)
      records.push(
        says(client, at + 1, 'FATAL', `database "${client.database}" does not exist`, {
          sqlState: '3D000',
          ps: 'startup',
        }),
      );
    else records.push(disconnected(client, at + 2, 2));
  }
  const { entries } = entriesOf(printStderr('%m [%p] %i ', records));
  return entries.map(({ entry, offset }) => ({
    entry,
    place: { fileNumber: 1, offsetBytes: offset },
    arrivedAt: 0,
  }));
}

/** The same, counted the slow way. */
function counted(state: LogState, startAt: number): unknown {
  const sums = dimensions.map(() => new Map<string | undefined, number>());
  for (const { kind, at, names, wasLost } of state.newestEvents()) {
    if (at === undefined || at < startAt) continue;
    const by = kind === 'connect' ? 1 : kind === 'takenBack' && !wasLost ? -1 : 0;
    dimensions.forEach((dimension, index) => {
      const name = names[dimension];
      sums[index]?.set(name, (sums[index].get(name) ?? 0) + by);
    });
  }
  return sums.map((sum) => sorted(sum));
}

const sorted = (counts: ReadonlyMap<string | undefined, number>): unknown[] =>
  [...counts].filter(([, count]) => count !== 0).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));

describe('connects by name', () => {
  it('are those of the stored events, however the log grows, the start moves and the filter changes', () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const next = random(seed);
      const state = new LogState(100_000);
      const connects = new ConnectsByName(state);
      let startAt = dayAt;
      for (const [index, entry] of visits(seed, 1500).entries()) {
        state.apply(entry);
        if (next() < 0.01) startAt += 5 * minuteMs * Math.floor(next() * 3);
        if (next() < 0.002) state.look({ ...noFilter, application: ['web'] }, undefined);
        if (next() < 0.002)
          state.look(noFilter, { fileNumber: undefined, offsetBytes: 0, at: startAt + minuteMs });
        if (next() > 0.05) continue;
        const sums = connects.since(startAt, 5 * minuteMs);
        assert.deepEqual(
          dimensions.map((dimension) => sorted(sums[dimension])),
          counted(state, startAt),
          `seed ${seed}, entry ${index}`,
        );
      }
    }
  });

  it('are all told while the page is open, also of events that have left the ring', () => {
    const state = new LogState(50);
    const connects = new ConnectsByName(state);
    const entries = visits(7, 400);
    const sum = (): number =>
      [...connects.since(dayAt, minuteMs).database.values()].reduce((a, b) => a + b, 0);
    for (const [index, entry] of entries.entries()) {
      state.apply(entry);
      if (index % 20 === 19) sum();
    }
    state.book.settle(Number.POSITIVE_INFINITY);
    assert.equal(sum(), state.seen.totals.connects);
  });
});

describe('top names', () => {
  const connects = new Map<string | undefined, number>([
    ['b', 3],
    ['a', 3],
    [undefined, 3],
    ['c', 9],
    ['d', 1],
  ]);
  const active = new Map<string | undefined, number>([
    ['a', 1],
    ['z', 4],
  ]);

  it('come by connects, then by open sessions, then by name, unknown last', () => {
    const { names } = topNames(connects, active, 10);
    assert.deepEqual(
      names.map(({ name }) => name),
      ['c', 'a', 'b', undefined, 'd', 'z'],
    );
    assert.deepEqual(names[1], { name: 'a', connects: 3, active: 1 });
  });

  it('leave the rest to one sum', () => {
    const { names, others } = topNames(connects, active, 4);
    assert.equal(names.length, 4);
    assert.deepEqual(others, { names: 2, connects: 1, active: 4 });
  });
});
