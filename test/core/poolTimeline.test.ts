import assert from 'node:assert/strict';
import { leakIn, mostPoolBuckets, PoolTimeline, summedBuckets } from '../../src/core/pool/poolTimeline.ts';

/** A pool that has these numbers out, one a minute. */
function timelineOf(outs: readonly number[]): PoolTimeline {
  const timeline = new PoolTimeline();
  outs.forEach((out, minute) => timeline.add(minute * 60_000, out));
  return timeline;
}

describe('the timeline of a pool', () => {
  it('never holds more than its buckets, and keeps every maximum', () => {
    const timeline = new PoolTimeline();
    for (let second = 0; second < 100_000; second++) timeline.add(second * 1000, second === 77_777 ? 99 : 1);
    assert.ok(timeline.buckets.length <= mostPoolBuckets);
    assert.equal(Math.max(...timeline.buckets.map(({ mostOut }) => mostOut)), 99);
  });

  it('counts a time that is out of order into the newest bucket', () => {
    const timeline = new PoolTimeline();
    timeline.add(5000, 2);
    timeline.add(1000, 7);
    assert.deepEqual(
      timeline.buckets.map(({ startAt, mostOut, out }) => [startAt, mostOut, out]),
      [[5000, 7, 7]],
    );
  });

  const verdicts: readonly (readonly [outs: readonly number[], growth: number | undefined])[] = [
    [[1, 2, 3, 4, 5, 6, 7, 8], 5],
    [[1, 3, 2, 4, 3, 5, 4, 6, 5, 7, 6, 8], 4],
    [[1, 5, 0, 6, 1, 7, 0, 8], undefined],
    [[5, 5, 5, 5, 5, 5, 5, 5], undefined],
    [[8, 7, 6, 5, 4, 3, 2, 1], undefined],
    [[1, 2, 9], undefined],
  ];
  for (const [outs, growth] of verdicts)
    it(`${growth === undefined ? 'is no leak' : `leaks ${growth}`}: ${outs.join(' ')}`, () => {
      assert.equal(leakIn(timelineOf(outs).buckets)?.growth, growth);
    });

  it('is summed over several pools, each as it was', () => {
    const one = new PoolTimeline();
    const other = new PoolTimeline();
    one.add(0, 2);
    other.add(1000, 3);
    one.add(2000, 0);
    assert.deepEqual(
      summedBuckets([one, other]).map(({ startAt, out, mostOut }) => [startAt, out, mostOut]),
      [
        [0, 2, 2],
        [1000, 5, 5],
        [2000, 3, 5],
      ],
    );
  });
});
