import assert from 'node:assert/strict';
import type { HistoryColumns } from '../../src/core/snapshot/dashboard.ts';
import { levelOf, wholeRange } from '../../src/webview/chartLevels.ts';
import { random } from './serverLog.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const midnight = Date.UTC(2026, 9, 1);
const next = random(5);
const some = (length: number): number[] => Array.from({ length }, () => Math.floor(next() * 9));

function month(bucketMinutes: number): HistoryColumns {
  const length = (31 * 1440) / bucketMinutes;
  return {
    bucketMinutes,
    startAt: Array.from({ length }, (_, index) => midnight + index * bucketMinutes * minuteMs),
    ...{ connects: some(length), disconnects: some(length), lost: some(length), failures: some(length) },
    ...{ maxActive: some(length), active: some(length) },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

describe('buckets for the room there is', () => {
  for (const bucketMinutes of [1, 15]) {
    const history = month(bucketMinutes);
    const whole = wholeRange(history);

    it(`of ${bucketMinutes} minutes are put together, and lose nothing`, () => {
      for (const atMost of [20, 100, 500, 1500]) {
        const level = levelOf(history, whole, atMost, 0);
        assert.ok(level.startAt.length <= atMost + 1, `${level.startAt.length} of ${atMost}`);
        for (const name of ['connects', 'disconnects', 'lost', 'failures'] as const)
          assert.equal(sum(level[name]), sum(history[name]), name);
        assert.equal(Math.max(...level.maxActive), Math.max(...history.maxActive));
        assert.equal(level.active.at(-1), history.active.at(-1));
        level.startAt.forEach((at, index) => {
          assert.equal(at, level.startAt[0]! + index * level.bucketMinutes * minuteMs);
        });
      }
    });

    it(`of ${bucketMinutes} minutes are as they are where there is room, with those at the edges`, () => {
      const range = { from: midnight + dayMs + 1, to: midnight + dayMs + 90 * minuteMs };
      const level = levelOf(history, range, 500, 0);
      assert.equal(level.bucketMinutes, bucketMinutes);
      assert.equal(level.startAt[0], midnight + dayMs);
      assert.equal(level.startAt.length, 90 / bucketMinutes);
      assert.deepEqual(
        level.connects,
        history.connects.slice(1440 / bucketMinutes, (1440 + 90) / bucketMinutes),
      );
    });
  }

  it('begin at midnight of the shown zone where they are days', () => {
    const level = levelOf(month(15), wholeRange(month(15)), 40, 120);
    assert.equal(level.bucketMinutes, 1440);
    assert.equal(level.startAt[1], midnight + 22 * 60 * minuteMs);
  });

  it('are none of an empty history', () => {
    const none = levelOf({ ...month(15), startAt: [] }, { from: 0, to: 0 }, 100, 0);
    assert.deepEqual(none.startAt, []);
  });
});
