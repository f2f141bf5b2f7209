import assert from 'node:assert/strict';
import type { LogReport } from '../../src/core/report/logReport.ts';
import { ServerLines } from '../engine/engineWorld.ts';
import { folded } from './folded.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 0, 5, 12);

/** Connects so many minutes after noon, the last of which is now. */
function connectsAt(...minutes: number[]): string {
  return minutes
    .map((after, index) => new ServerLines(noon + after * minute).connect({ pid: 10 + index }))
    .join('');
}

describe('the history of a window', () => {
  const historyOf = (text: string, windowMinutes: number, bucketMinutes: number): LogReport['history'] =>
    folded(text).report({ windowMinutes, bucketMinutes }).history;

  for (const [window, bucket, begins, connects] of [
    [60, 15, 11.75, [1, 1, 0, 0, 1]],
    [30, 60, 12, [2]],
    [10, 1440, 0, [4]],
    [90, 60, 11, [2, 2]],
    [46, 15, 12, [1, 0, 0, 1]],
  ] as const)
    it(`has all of it, in whole buckets: ${window} min in steps of ${bucket}`, () => {
      const history = historyOf(connectsAt(-30, -10, 2, 46), window, bucket);
      assert.deepEqual(
        [new Date(history.startAt[0] ?? 0).toISOString(), history.connects],
        [new Date(Date.UTC(2026, 0, 5) + begins * 60 * minute).toISOString(), connects],
      );
    });

  it('is empty where the log tells no times', () => {
    const timeless = connectsAt(0, 5).replaceAll(/^.*? UTC /gm, '');
    assert.equal(folded(timeless).report({ bucketMinutes: 15 }).totals.connects, 2);
    for (const text of [timeless, '']) assert.deepEqual(historyOf(text, 60, 15).startAt, []);
  });
});
