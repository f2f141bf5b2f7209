import assert from 'node:assert/strict';
import { blockingOf, pidsOf } from '../../../src/core/server/blocking.ts';
import type { BlockedBy } from '../../../src/core/server/serverSnapshot.ts';
import { backend } from './activitySample.ts';

/** `1(2(3),4)`: the tree in short. */
const short = ({ pid, waiters }: BlockedBy): string =>
  waiters.length === 0 ? String(pid) : `${pid}(${waiters.map(short).join(',')})`;

/** Trees of `waiter: blockers`. */
const trees = (waits: Record<number, number[]>): string =>
  blockingOf(Object.entries(waits).map(([pid, blockedBy]) => backend(Number(pid), { blockedBy })))
    .map(short)
    .join(' ');

describe('who waits for whom', () => {
  const cases: [string, Record<number, number[]>, string][] = [
    ['nobody', { 1: [] }, ''],
    ['one for another', { 2: [1] }, '1(2)'],
    ['a chain of three', { 2: [1], 3: [2] }, '1(2(3))'],
    ['a chain told out of order', { 3: [2], 2: [1], 4: [3] }, '1(2(3(4)))'],
    ['a queue for one lock, where the last waits for all before it', { 2: [1], 3: [1, 2] }, '1(2(3))'],
    ['two for one', { 3: [1], 2: [1] }, '1(2,3)'],
    ['the larger tree first', { 2: [1], 6: [5], 7: [5] }, '5(6,7) 1(2)'],
    ['a prepared transaction', { 2: [0], 3: [0] }, '0(2,3)'],
    ['one for several: it stands once', { 3: [1, 2] }, '1(3)'],
    ['a circle: its lowest is the root', { 5: [6], 6: [5] }, '5(6)'],
    ['a circle with somebody behind it', { 5: [6], 6: [5], 3: [6] }, '5(6(3))'],
    ['a circle of three behind a root', { 2: [1, 4], 3: [2], 4: [3] }, '1(2(3(4)))'],
    ['itself: that is no wait', { 1: [1] }, ''],
    ['the same blocker told twice', { 2: [1, 1] }, '1(2)'],
  ];
  for (const [title, waits, expected] of cases)
    it(title, () => {
      assert.equal(trees(waits), expected);
    });

  it('is bounded: a chain of five thousand is no deeper than what can be drawn', () => {
    const chain = Array.from({ length: 5000 }, (_, index) => backend(index + 2, { blockedBy: [index + 1] }));
    const all = blockingOf(chain);
    const depth = ({ waiters }: BlockedBy): number => 1 + Math.max(0, ...waiters.map(depth));
    assert.equal(all.length, 1);
    assert.equal(pidsOf(all[0]!).length, 1001);
    assert.ok(depth(all[0]!) <= 34);
  });

  it('has every waiter exactly once, however they wait', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 300; round++) {
      const waiters = Array.from({ length: 1 + random(12) }, (_, index) =>
        backend(index + 1, { blockedBy: Array.from({ length: random(4) }, () => random(16)) }),
      );
      const told = blockingOf(waiters).flatMap(pidsOf);
      assert.equal(new Set(told).size, told.length);
      const waits = waiters.filter(({ pid, blockedBy }) => blockedBy.some((blocker) => blocker !== pid));
      for (const { pid } of waits) assert.ok(told.includes(pid));
      const involved = new Set(waits.flatMap(({ pid, blockedBy }) => [pid, ...blockedBy]));
      assert.ok(told.every((pid) => involved.has(pid)));
    }
  });
});
