import assert from 'node:assert/strict';
import { defaultThresholds } from '../../../src/core/server/finding.ts';
import { percent } from '../../../src/core/server/findingText.ts';
import { healthOf, overviewOf, overviewWhenFull } from '../../../src/core/server/overview.ts';
import { ago, backend, background, crowd, minute, sampleOf, second } from './activitySample.ts';

describe('the overview', () => {
  it('counts client backends by state, waits by their lock, everything else apart', () => {
    const sample = sampleOf([
      backend(10, { state: 'active', queryStartAt: ago(4.5 * second) }),
      backend(11, { state: 'active', waitEventType: 'Lock', queryStartAt: ago(3 * second) }),
      backend(12, { state: 'active', waitEventType: 'IO' }),
      backend(13, { state: 'idle in transaction', transactionStartAt: ago(2 * minute) }),
      backend(14, { state: 'idle in transaction (aborted)', transactionStartAt: ago(minute) }),
      backend(15),
      backend(16, { state: undefined, query: undefined }),
      background(20),
      background(21, 'walsender'),
      background(22, 'parallel worker'),
    ]);
    assert.deepEqual(overviewOf(sample, defaultThresholds), {
      total: 7,
      active: 3,
      idle: 1,
      idleInTransaction: 2,
      waiting: 1,
      background: 3,
      walsenders: 1,
      maxConnections: 100,
      reserved: 3,
      usable: 97,
      utilization: 8 / 97,
      health: 'HEALTHY',
      longestActiveSeconds: 4.5,
      longestIdleInTransactionSeconds: 120,
    });
  });

  it('leaves both kinds of reserved slots to those for whom they are', () => {
    const facts = { maxConnections: 20, superuserReservedConnections: 3, reservedConnections: 4 };
    const { reserved, usable } = overviewOf(sampleOf([], { facts }), defaultThresholds);
    assert.deepEqual({ reserved, usable }, { reserved: 7, usable: 13 });
  });

  it('has our own connection in the utilization, not in the total', () => {
    const facts = { maxConnections: 13 };
    const { total, utilization, health } = overviewOf(sampleOf(crowd(9), { facts }), defaultThresholds);
    assert.deepEqual({ total, utilization, health }, { total: 9, utilization: 1, health: 'CRITICAL' });
  });

  it('is never more than full, though superusers sit in their reserve', () => {
    const facts = { maxConnections: 10 };
    assert.equal(overviewOf(sampleOf(crowd(9), { facts }), defaultThresholds).utilization, 1);
    const all = { maxConnections: 3, superuserReservedConnections: 3 };
    assert.equal(overviewOf(sampleOf([], { facts: all }), defaultThresholds).utilization, 1);
  });

  const percents: [number, number][] = [
    [0, 0],
    [0.0001, 1],
    [0.014, 1],
    [0.016, 2],
    [0.994, 99],
    [0.9999, 99],
    [1, 100],
  ];
  for (const [share, told] of percents)
    it(`tells a share of ${share} as ${told} %`, () => assert.equal(percent(share), told));

  it('says nothing of ages where nobody is in that state, and never a negative one', () => {
    const nobody = overviewOf(sampleOf([backend(1)]), defaultThresholds);
    assert.equal(nobody.longestActiveSeconds, undefined);
    assert.equal(nobody.longestIdleInTransactionSeconds, undefined);
    const ahead = backend(1, { state: 'active', queryStartAt: ago(-second) });
    assert.equal(overviewOf(sampleOf([ahead]), defaultThresholds).longestActiveSeconds, 0);
  });

  const shares: [number, string][] = [
    [0.699, 'HEALTHY'],
    [0.7, 'WARNING'],
    [0.899, 'WARNING'],
    [0.9, 'CRITICAL'],
    [1, 'CRITICAL'],
  ];
  for (const [share, health] of shares)
    it(`of ${share} is ${health}`, () => assert.equal(healthOf(share, defaultThresholds), health));

  it('of a server that refuses us is full, whatever the last sample had', () => {
    const last = overviewOf(sampleOf(crowd(5)), defaultThresholds);
    assert.deepEqual(overviewWhenFull(last), { ...last, utilization: 1, health: 'CRITICAL' });
  });
});
