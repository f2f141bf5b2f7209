import assert from 'node:assert/strict';
import { affordableMs, retryMs, wantedMs } from '../../src/engine/pollPace.ts';

const settings = { seenMs: 2000, alertsMs: 15_000 };

describe('the pace of polls', () => {
  it('is what the user set for what is needed', () => {
    assert.deepEqual(
      (['seen', 'alerts', 'none'] as const).map((attention) => wantedMs(attention, settings)),
      [2000, 15_000, undefined],
    );
  });

  it('takes no more than a tenth of the time, and at least one poll a minute', () => {
    assert.deepEqual(
      [0, 5, 200, 201, 1000, 5000, 60_000].map((tookMs) => affordableMs(2000, tookMs)),
      [2000, 2000, 2000, 2010, 10_000, 50_000, 60_000],
    );
  });

  it('stays the same with a full server, and slows down with one that is away', () => {
    assert.deepEqual(
      [1, 2, 50].map((failures) => retryMs('full', failures, 2000)),
      [2000, 2000, 2000],
    );
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 50, 5000].map((failures) => retryMs('unreachable', failures, 2000)),
      [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000],
    );
    assert.equal(retryMs('noServer', 1, 15_000), 15_000);
  });

  it('spares the log of a server that refuses us, and never tries a wrong password again', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 50].map((failures) => retryMs('refused', failures, 2000)),
      [30_000, 60_000, 120_000, 240_000, 300_000, 300_000],
    );
    assert.equal(retryMs('tls', 1, 2000), 30_000);
    assert.equal(retryMs('password', 1, 2000), undefined);
  });
});
