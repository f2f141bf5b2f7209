import assert from 'node:assert/strict';
import { ActivityHistory } from '../../../src/core/server/activityHistory.ts';
import type { ActivitySample } from '../../../src/core/server/activity.ts';
import { defaultThresholds } from '../../../src/core/server/finding.ts';
import { findingIdentity } from '../../../src/core/server/finding.ts';
import { findingsOf } from '../../../src/core/server/findings.ts';
import { limitsOf } from '../../../src/core/server/limits.ts';
import { defaultQueryTags, queryTagsOf } from '../../../src/core/server/queryTags.ts';
import { namesOf, serverSnapshotOf, type SnapshotParts } from '../../../src/core/server/serverSnapshotOf.ts';
import type { ServerStatus } from '../../../src/core/server/serverSnapshot.ts';
import { ago, backend, background, crowd, hour, sampleOf } from './activitySample.ts';

const status: ServerStatus = {
  serverId: '1',
  label: 'postgres@127.0.0.1:5432',
  state: 'connected',
  readOnly: false,
  warnings: 0,
  critical: 0,
  version: 1,
};

function snapshotOf(sample: ActivitySample, parts: Partial<SnapshotParts> = {}) {
  const history = new ActivityHistory();
  history.add(sample);
  const findings = findingsOf(sample, history, defaultThresholds);
  const tags = queryTagsOf(defaultQueryTags);
  const rest = { status, sampleId: 1, silenced: [], cost: [], samples: [], stale: false };
  return serverSnapshotOf({
    ...rest,
    sample,
    findings,
    history,
    tags,
    thresholds: defaultThresholds,
    ...parts,
  });
}

describe('the snapshot of a server', () => {
  it('has sessions oldest first, background processes apart, and every part of the sample', () => {
    const sample = sampleOf(
      [
        background(50),
        backend(2, { backendStartAt: ago(1000), query: 'refresh', applicationName: undefined }),
        backend(1, { backendStartAt: ago(2000), blockedBy: [2] }),
      ],
      {
        preparedTransactions: [{ gid: 'g', database: 'shop', owner: 'app', preparedAt: ago(1) }],
        replicationSlots: [{ name: 's', slotType: 'physical', active: false }],
      },
    );
    const snapshot = snapshotOf(sample);
    assert.deepEqual(
      snapshot.sessions.map(({ pid }) => pid),
      [1, 2],
    );
    assert.deepEqual(
      snapshot.background.map(({ pid }) => pid),
      [50],
    );
    assert.deepEqual(snapshot.blocking, [{ pid: 2, waiters: [{ pid: 1, waiters: [] }] }]);
    assert.deepEqual(snapshot.tags, [{ tag: 'tview', pids: [2] }]);
    assert.deepEqual(snapshot.byApplication, [
      { name: 'web', count: 1 },
      { name: undefined, count: 1 },
    ]);
    assert.equal(snapshot.leaks[0]?.verdict, 'notEnoughData');
    assert.deepEqual([snapshot.preparedTransactions.length, snapshot.replicationSlots.length], [1, 1]);
    assert.deepEqual(structuredClone(snapshot), snapshot, 'plain values');
  });

  it('tells which of its findings are silenced, and not those that are gone', () => {
    const sample = sampleOf(crowd(4, { stateChangeAt: ago(hour) }));
    const [first] = findingsOf(sample, undefined, defaultThresholds);
    const known = findingIdentity(first!);
    assert.deepEqual(snapshotOf(sample, { silenced: [known, 'idle of long ago'] }).silenced, [known]);
  });

  it('of a full server keeps who held what, and says 100 %', () => {
    const full = snapshotOf(sampleOf(crowd(5)), { status: { ...status, state: 'full' }, stale: true });
    assert.deepEqual(
      [full.overview.utilization, full.overview.health, full.overview.total],
      [1, 'CRITICAL', 5],
    );
    assert.equal(full.sessions.length, 5);
  });

  it('is bounded, and its counts are not', () => {
    const many = crowd(1500).map((each, index) => ({ ...each, user: `u${index}` }));
    const snapshot = snapshotOf(sampleOf([...many, ...crowd(300).map(({ pid }) => background(9000 + pid))]));
    assert.deepEqual(
      [snapshot.overview.total, snapshot.sessions.length, snapshot.byUser.length, snapshot.background.length],
      [1500, 1000, 1000, 200],
    );
  });
});

describe('names of client sessions', () => {
  it('come largest first, then by name, unknown last', () => {
    const sample = sampleOf([
      backend(1, { clientAddress: '[local]' }),
      backend(2, { clientAddress: undefined }),
      backend(3),
      backend(4),
      background(5),
    ]);
    assert.deepEqual(namesOf(sample).byClient, [
      { name: '10.0.0.7', count: 2 },
      { name: '[local]', count: 1 },
      { name: undefined, count: 1 },
    ]);
  });
});

describe('limits', () => {
  it('count what the server counts: clients, our own for its role, on older servers walsenders', () => {
    const limits = [
      { kind: 'user' as const, name: 'postgres', limit: 10 },
      { kind: 'database' as const, name: 'shop', limit: 10 },
    ];
    const walsender = { ...backend(3, { user: 'postgres' }), backendType: 'walsender' };
    const worker = { ...backend(4, { user: 'postgres' }), backendType: 'parallel worker' };
    const backends = [backend(1), backend(2, { user: 'postgres' }), walsender, worker];
    const counts = (version: string) => {
      const facts = { limits, version, majorVersion: Number.parseInt(version) };
      return limitsOf(sampleOf(backends, { facts })).map(({ name, count }) => `${name} ${count}`);
    };
    for (const older of ['12.22', '13.18', '17.2']) assert.deepEqual(counts(older), ['postgres 3', 'shop 3']);
    const [role, database] = limitsOf(sampleOf(backends, { facts: { limits, database: 'other' } }));
    assert.deepEqual([role?.withOurs, role?.isEnforced], [true, false]);
    assert.deepEqual([database?.withOurs, database?.isEnforced], [false, true]);
    for (const newer of ['13.19', '17.3', '17.3 (Debian 17.3-1)', '18.0'])
      assert.deepEqual(counts(newer), ['postgres 2', 'shop 2'], newer);
  });
});
