import assert from 'node:assert/strict';
import { Timeline, type HistoryRange } from '../../src/core/session/timeline.ts';
import { random } from './serverLog.ts';

const day = Date.UTC(2026, 10, 20);
const minute = (number: number): number => day + number * 60_000;
const range = (bucketMinutes: number, more: Partial<HistoryRange> = {}): HistoryRange => ({
  bucketMinutes,
  limit: 10_000,
  ...more,
});

/** Two come at 00:03 and 00:04, one leaves at 00:20, one comes and goes at 00:50. */
function sample(): Timeline {
  const timeline = new Timeline();
  timeline.count(minute(3), 'connects', 1);
  timeline.count(minute(4), 'connects', 2);
  timeline.count(minute(20) + 59_999, 'disconnects', 1);
  timeline.count(minute(50), 'connects', 2);
  timeline.count(minute(50) + 100, 'lost', 1);
  timeline.count(minute(51), 'failures', 1);
  return timeline;
}

describe('the timeline', () => {
  it('puts what happened into whole buckets and carries what is open', () => {
    assert.deepEqual(sample().history(range(15)), {
      bucketMinutes: 15,
      startAt: [0, 15, 30, 45].map(minute),
      connects: [2, 0, 0, 1],
      disconnects: [0, 1, 0, 0],
      lost: [0, 0, 0, 1],
      failures: [0, 0, 0, 1],
      maxActive: [2, 2, 1, 2],
      active: [2, 1, 1, 1],
    });
  });

  it('shows the wanted range, whatever happened before and after it', () => {
    const { startAt, active, connects } = sample().history(
      range(10, { fromAt: minute(25), toAt: minute(49) }),
    );
    assert.deepEqual([startAt, active, connects], [[20, 30, 40].map(minute), [1, 1, 1], [0, 0, 0]]);
    const later = sample().history(range(60, { fromAt: minute(600), toAt: minute(700) }));
    assert.deepEqual(
      [later.startAt, later.active, later.maxActive],
      [[600, 660].map(minute), [1, 1], [1, 1]],
    );
    const earlier = sample().history(range(60, { fromAt: minute(-120), toAt: minute(-61) }));
    assert.deepEqual([earlier.startAt, earlier.active], [[minute(-120)], [0]]);
    assert.deepEqual(sample().history(range(10, { fromAt: minute(50), toAt: minute(20) })).startAt, []);
  });

  it('keeps the newest buckets within the limit', () => {
    const { startAt, active, maxActive } = sample().history(range(15, { limit: 2 }));
    assert.deepEqual([startAt, active, maxActive], [[30, 45].map(minute), [1, 1], [1, 2]]);
  });

  it('begins buckets at whole multiples in the shown zone', () => {
    const { startAt, connects } = sample().history(range(60, { alignMinutes: 345 }));
    assert.deepEqual([startAt, connects], [[-45, 15].map(minute), [2, 1]]);
  });

  it('is empty where nothing happened, and a row of zeros where a range is wanted', () => {
    const timeline = new Timeline();
    assert.deepEqual(timeline.history(range(15)).startAt, []);
    const { startAt, active, connects } = new Timeline(3).history(
      range(15, { fromAt: minute(0), toAt: minute(29) }),
    );
    assert.deepEqual([startAt, active, connects], [[0, 15].map(minute), [3, 3], [0, 0]]);
  });

  it('counts what comes out of order in its own minute', () => {
    const timeline = sample();
    timeline.count(minute(10), 'failures', 1);
    timeline.count(minute(3), 'failures', 1);
    timeline.count(minute(1), 'failures', 1);
    const { startAt, failures, connects } = timeline.history(range(5));
    assert.deepEqual(startAt[0], minute(0));
    assert.deepEqual(failures.slice(0, 3), [2, 0, 1]);
    assert.deepEqual(connects.slice(0, 3), [2, 0, 0]);
    assert.equal(timeline.history(range(5)).active.at(-1), 1);
  });

  it('takes back', () => {
    const timeline = new Timeline();
    timeline.count(minute(3), 'connects', 1);
    timeline.count(minute(3), 'connects', 0, -1);
    assert.deepEqual(timeline.history(range(5)).connects, [0]);
    assert.deepEqual(timeline.history(range(5)).active, [0]);
  });

  for (const filled of [0, 1, 2, 255, 256, 257, 1000]) {
    it(`goes on after ${filled} saved minutes as if it had never been saved`, () => {
      const [whole, first] = [new Timeline(2), new Timeline(2)];
      for (let number = 0; number < filled; number += 1)
        for (const each of [whole, first]) each.count(minute(number), 'connects', number + 1);
      const second = Timeline.load(first.save());
      for (let number = 0; number < 600; number += 7)
        for (const each of [whole, second]) each.count(minute(filled + number), 'disconnects', 5);
      assert.deepEqual(second.history(range(3)), whole.history(range(3)));
      assert.deepEqual(
        second.history(range(3, { fromAt: minute(-9) })),
        whole.history(range(3, { fromAt: minute(-9) })),
      );
    });
  }

  it('counts like a plain list, in any order', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const next = random(seed);
      const timeline = new Timeline();
      const plain = new Map<number, number>();
      for (let count = 0; count < 400; count += 1) {
        const bucket = Math.floor(next() * 60);
        timeline.count(minute(bucket * 5 + Math.floor(next() * 5)), 'connects', count);
        plain.set(bucket, (plain.get(bucket) ?? 0) + 1);
      }
      const { startAt, connects } = timeline.history(range(5, { fromAt: minute(0), toAt: minute(299) }));
      assert.deepEqual(
        connects,
        startAt.map((_, bucket) => plain.get(bucket) ?? 0),
      );
    }
  });

  it('forgets the oldest minutes, not what is open', () => {
    const timeline = new Timeline();
    for (let number = 0; number < 160_000; number += 1) timeline.count(minute(number), 'connects', 7);
    const { startAt, connects, active } = timeline.history(range(60, { limit: 200_000 }));
    assert.ok(startAt.length * 60 >= 135_000 && startAt.length * 60 <= 150_060);
    assert.equal(connects.at(-2), 60);
    assert.deepEqual([...new Set(active)], [7]);
    const before = timeline.history(range(60, { fromAt: minute(-120), toAt: minute(-61) }));
    assert.deepEqual(before.connects, [0]);
  });
});
