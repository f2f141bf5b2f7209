import assert from 'node:assert/strict';
import type { SessionRow } from '../../src/core/snapshot/openSessions.ts';
import { withLive } from '../../src/engine/liveRows.ts';
import { ago, backend, sampleOf, serverAt } from '../core/server/activitySample.ts';

const row = (pid: number | undefined, connectedAt = ago(1_000_000)): SessionRow => ({
  key: `pid ${pid}`,
  pid,
  connectedAt,
  replication: false,
  beforeClear: false,
});

describe('rows of sessions', () => {
  it('tell what the server shows of them', () => {
    const busy = backend(7, {
      backendStartAt: ago(1_000_100),
      state: 'active',
      waitEventType: 'Lock',
      waitEvent: 'relation',
      queryStartAt: ago(3000),
      stateChangeAt: ago(3000),
      transactionStartAt: ago(4000),
      blockedBy: [8],
    });
    const [live] = withLive([row(7)], sampleOf([busy]));
    assert.deepEqual(live, {
      ...row(7),
      state: 'active',
      waitEventType: 'Lock',
      waitEvent: 'relation',
      queryAgeMs: 3000,
      stateAgeMs: 3000,
      transactionAgeMs: 4000,
      blockedBy: [8],
    });
  });

  it('stay as they are where the server shows another session, or none', () => {
    const sample = sampleOf([backend(7, { backendStartAt: serverAt - 10 })]);
    const rows = [row(7), row(8), row(undefined)];
    assert.deepEqual(withLive(rows, sample), rows);
  });

  it('stay as they are where the process that the server shows is an earlier one of the same pid', () => {
    const began = ago(60_000);
    const late = { ...row(7, began + 20), key: `${Math.floor(began / 1000).toString(16)}.7` };
    const earlier = sampleOf([backend(7, { backendStartAt: began - 300_000, state: 'active' })]);
    assert.deepEqual(withLive([late], earlier), [late]);
    const same = sampleOf([backend(7, { backendStartAt: began, state: 'active' })]);
    assert.equal(withLive([late], same)[0]?.state, 'active');
  });

  it('tell it of sessions of a log that is read in another zone than it was written in', () => {
    const shifted = row(7, ago(1_000_000 + 5.5 * 3_600_000));
    const sample = sampleOf([backend(7, { backendStartAt: ago(1_000_100), state: 'idle' })]);
    assert.equal(withLive([shifted], sample)[0]?.state, 'idle');
  });
});
