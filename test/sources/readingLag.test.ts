import assert from 'node:assert/strict';
import { ReadingLag } from '../../src/sources/tail/readingLag.ts';

describe('ReadingLag', () => {
  it('tells of no look that lasts less than a second', () => {
    const lag = new ReadingLag(0);
    lag.begin(5000);
    assert.equal(lag.behindMs(5999, 10, 20), undefined);
    assert.equal(lag.behindMs(6000, 11, 20), 6000);
  });

  it('counts from when all was read, while nothing of what was there since is', () => {
    const lag = new ReadingLag(0);
    lag.caughtUp(1000);
    lag.begin(1025);
    assert.equal(lag.behindMs(2100, 500, 1000), 1100);
    assert.equal(lag.behindMs(2200, 600, 1100), 1200);
  });

  it('counts from the last moment at which no more was there than is read by now', () => {
    const lag = new ReadingLag(0);
    lag.begin(0);
    lag.behindMs(1000, 100, 1000);
    lag.behindMs(1100, 200, 1500);
    lag.behindMs(1200, 300, 2000);
    assert.equal(lag.behindMs(1300, 1499, 2500), 300);
    assert.equal(lag.behindMs(1400, 1500, 3000), 300);
    assert.equal(lag.behindMs(1500, 2900, 3200), 200);
  });

  it('counts the bytes of each look anew, and remembers when it caught up', () => {
    const lag = new ReadingLag(0);
    lag.begin(0);
    lag.behindMs(1000, 900, 5000);
    lag.caughtUp(3000);
    lag.begin(3025);
    assert.equal(lag.behindMs(4025, 10, 20), 1025);
  });

  it('is as near after hours, within a thousandth, and never says too little', () => {
    const lag = new ReadingLag(0);
    lag.begin(0);
    const behind = (at: number, readBytes: number) => lag.behindMs(at, readBytes, at) ?? 0;
    for (let at = 0; at <= 10_000_000; at += 100) behind(at, 0);
    const told = behind(10_000_100, 5_000_000);
    assert.ok(told >= 5_000_100 && told <= 5_030_000, `${told} ms`);
  });
});
