import assert from 'node:assert/strict';
import type { HistoryColumns } from '../../src/core/snapshot/dashboard.ts';
import { bucketAt, bucketOf, chartColumns, isEmptyHistory } from '../../src/webview/chartSeries.ts';

const minuteMs = 60_000;
const noon = Date.UTC(2025, 9, 24, 12);

function history(starts: readonly number[], part: Partial<HistoryColumns> = {}): HistoryColumns {
  const none = starts.map(() => 0);
  return {
    bucketMinutes: 15,
    startAt: starts.map((minutes) => noon + minutes * minuteMs),
    ...{ connects: none, disconnects: none, lost: none, failures: none, maxActive: none, active: none },
    ...part,
  };
}

const minutesOf = (at: readonly number[]): number[] => at.map((instant) => (instant - noon) / minuteMs);

describe('chartColumns', () => {
  it('puts who left below zero, and what was lost below that', () => {
    const columns = chartColumns(history([0, 15], { connects: [4, 1], disconnects: [3, 0], lost: [0, 2] }));
    assert.deepEqual(columns.connects.slice(0, 2), [4, 1]);
    assert.deepEqual(columns.disconnects.slice(0, 2), [-3, 0]);
    assert.deepEqual(columns.ended.slice(0, 2), [-3, -2]);
  });

  it('lets the step of the last bucket run to its end, with no bar there', () => {
    const columns = chartColumns(history([0, 15], { active: [2, 5], maxActive: [3, 7] }));
    assert.deepEqual(minutesOf(columns.at), [0, 15, 30]);
    assert.deepEqual(columns.active, [2, 5, 5]);
    assert.deepEqual(columns.maxActive, [3, 7, 7]);
    assert.deepEqual(columns.connects, [0, 0, null]);
  });

  it('draws nobody where the log had not begun', () => {
    const began = noon + 20 * minuteMs;
    const columns = chartColumns(history([0, 15, 30], { active: [0, 2, 5], maxActive: [0, 3, 7] }), began);
    assert.deepEqual(columns.active, [null, 2, 5, 5]);
    assert.deepEqual(columns.maxActive, [null, 3, 7, 7]);
  });

  it('breaks the line where a bucket is missing', () => {
    const columns = chartColumns(history([0, 60], { active: [2, 5] }));
    assert.deepEqual(columns.active, [2, 2, null, 5, 5]);
    assert.ok(columns.at.every((at, index) => index === 0 || at > (columns.at[index - 1] ?? at)));
  });

  it('has as many values in every column as instants', () => {
    const { at, active, maxActive, connects, disconnects, ended } = chartColumns(
      history([0, 15, 45, 60, 120]),
    );
    for (const column of [active, maxActive, connects, disconnects, ended])
      assert.equal(column.length, at.length);
  });

  it('has no value for no bucket', () => assert.deepEqual(chartColumns(history([])).at, []));
});

describe('bucketAt', () => {
  const days = history([0, 15, 30, 120]);
  const found: readonly (readonly [minutes: number, index: number])[] = [
    [0, 0],
    [14.9, 0],
    [15, 1],
    [31, 2],
    [46, 2],
    [110, 3],
    [125, 3],
    [999, 3],
    [-5, 0],
  ];
  for (const [minutes, index] of found) {
    it(`finds ${String(index)} at minute ${String(minutes)}`, () =>
      assert.equal(bucketAt(days, noon + minutes * minuteMs), index));
  }

  it('finds nothing in an empty history', () => assert.equal(bucketAt(history([]), noon), undefined));
});

describe('bucketOf', () => {
  it('gives the numbers of one bucket, and when it ends', () => {
    const bucket = bucketOf(history([0, 15], { failures: [0, 2], active: [1, 4] }), 1);
    assert.equal(bucket?.failures, 2);
    assert.equal(bucket.active, 4);
    assert.ok(bucket.isKnown);
    assert.deepEqual(minutesOf([bucket.startAt, bucket.endAt]), [15, 30]);
  });

  it('knows nothing of one that ends before the log begins', () => {
    const known = (minutes: number): boolean | undefined =>
      bucketOf(history([0, 15]), 1, noon + minutes * minuteMs)?.isKnown;
    assert.deepEqual([known(29), known(30)], [true, false]);
  });

  it('gives nothing outside of the history', () => assert.equal(bucketOf(history([0]), 1), undefined));
});

describe('isEmptyHistory', () => {
  it('is true without buckets, and with buckets of nothing', () => {
    assert.equal(isEmptyHistory(history([])), true);
    assert.equal(isEmptyHistory(history([0, 15])), true);
  });

  for (const column of ['connects', 'disconnects', 'lost', 'failures', 'maxActive'] as const) {
    it(`is false once ${column} tells of something`, () =>
      assert.equal(isEmptyHistory(history([0, 15], { [column]: [0, 1] })), false));
  }
});
