import assert from 'node:assert/strict';
import { renderSentence } from '../../../src/core/sentence.ts';
import type { ActivitySample } from '../../../src/core/server/activity.ts';
import { defaultThresholds, type Finding, type FindingKind } from '../../../src/core/server/finding.ts';
import { findingIdentity } from '../../../src/core/server/finding.ts';
import { findingsOf } from '../../../src/core/server/findings.ts';
import { ago, backend, background, crowd, hour, minute, sampleOf, second } from './activitySample.ts';

const findings = (sample: ActivitySample) => findingsOf(sample, undefined, defaultThresholds);
const kinds = (sample: ActivitySample): FindingKind[] => findings(sample).map(({ kind }) => kind);
const only = (sample: ActivitySample, kind: FindingKind): Finding => {
  const found = findings(sample).filter((finding) => finding.kind === kind);
  assert.equal(found.length, 1, JSON.stringify(found));
  return found[0]!;
};
const words = ({ sentence }: Finding): string => renderSentence(sentence);
/** So many sessions that no other rule minds: each from a client of its own. */
const apart = (count: number, parts: Parameters<typeof backend>[1] = {}) =>
  crowd(count, parts).map((each, index) => ({ ...each, clientAddress: `10.0.1.${index}` }));

describe('findings', () => {
  it('are none of a quiet server', () => {
    assert.deepEqual(findings(sampleOf([backend(1), background(2), background(3, 'walsender')])), []);
  });

  it('of utilization warn at 70 % and are critical at 90 % of what ordinary roles can have', () => {
    const facts = { maxConnections: 23 };
    assert.deepEqual(kinds(sampleOf(apart(12), { facts })), []);
    const warning = only(sampleOf(apart(13), { facts }), 'utilization');
    assert.deepEqual([warning.severity, warning.value, warning.threshold], ['warning', 0.7, 0.7]);
    assert.equal(words(warning), '70 % of the connections that ordinary roles can have are taken: 14 of 20.');
    const critical = only(sampleOf(apart(17), { facts }), 'utilization');
    assert.deepEqual([critical.severity, critical.value, critical.threshold], ['critical', 0.9, 0.9]);
  });

  it('of a full server stand instead of its utilization', () => {
    const sample = sampleOf(apart(20), { facts: { maxConnections: 23 } });
    const found = findingsOf(sample, undefined, defaultThresholds, { isFull: true });
    assert.deepEqual(
      found.map(({ kind, severity }) => [kind, severity]),
      [['full', 'critical']],
    );
    assert.equal(found[0]?.pids.length, 20);
  });

  it('of limits compare a role and a database with their own, a superuser and a limit of 0 never', () => {
    const limit = (kind: 'user' | 'database', name: string, most: number) => ({ kind, name, limit: most });
    const limits = [
      limit('user', 'app', 10),
      limit('database', 'shop', 8),
      limit('user', 'postgres', 1),
      limit('user', 'locked', 0),
    ];
    const sample = sampleOf([...apart(7), backend(5, { user: 'postgres', database: 'x' })], {
      facts: { limits },
    });
    const found = findings(sample);
    assert.deepEqual(
      found.map(({ kind, subject, severity, value, threshold }) => [
        kind,
        subject,
        severity,
        value,
        threshold,
      ]),
      [
        ['roleLimit', 'app', 'warning', 7, 7],
        ['databaseLimit', 'shop', 'warning', 7, 5.6],
      ],
    );
    assert.equal(words(found[0]!), 'The role app holds 7 of the 10 connections that its limit allows.');
  });

  it('of limits leave our own session out, and say where it is the one that fills them', () => {
    const limits = [
      { kind: 'user' as const, name: 'watcher', limit: 1 },
      { kind: 'database' as const, name: 'small', limit: 1 },
    ];
    const facts = { limits, user: 'watcher', database: 'small' };
    assert.deepEqual(kinds(sampleOf([], { facts })), []);
    const others = apart(4, { user: 'watcher', database: 'small' });
    const five = { ...facts, limits: limits.map((limit) => ({ ...limit, limit: 5 })) };
    const found = findings(sampleOf(others, { facts: five }));
    assert.deepEqual(
      found.map((finding) => [finding.severity, finding.value, words(finding)]),
      [
        [
          'warning',
          4,
          'The role watcher holds 4 of the 5 connections that its limit allows; the last one is ours.',
        ],
        [
          'warning',
          4,
          'The database small has 4 of the 5 connections that its limit allows; the last one is ours.',
        ],
      ],
    );
    const six = { ...facts, limits: limits.map((limit) => ({ ...limit, limit: 6 })) };
    assert.deepEqual(kinds(sampleOf(others, { facts: six })), []);
  });

  it('of limits that were lowered meanwhile say that more are there', () => {
    const limits = [
      { kind: 'user' as const, name: 'app', limit: 3 },
      { kind: 'database' as const, name: 'shop', limit: 2 },
    ];
    assert.deepEqual(findings(sampleOf(apart(5), { facts: { limits } })).map(words), [
      'The role app holds 5 connections, more than the 3 that its limit allows.',
      'The database shop has 5 connections, more than the 2 that its limit allows.',
    ]);
  });

  it('of utilization tell no share of more than there is, though superusers sit in their reserve', () => {
    const facts = { maxConnections: 15 };
    const told = (others: number) => words(only(sampleOf(apart(others), { facts }), 'utilization'));
    assert.equal(told(11), '100 % of the connections that ordinary roles can have are taken: 12 of 12.');
    assert.equal(
      told(12),
      'No connection is left for ordinary roles: 13 of all 15 are taken, reserved ones among them.',
    );
    assert.equal(
      told(14),
      'No connection is left for ordinary roles: 15 of all 15 are taken, reserved ones among them.',
    );
  });

  it('of utilization call nothing full where a connection is left', () => {
    const facts = { maxConnections: 1003 };
    const nearly = only(sampleOf(apart(995), { facts }), 'utilization');
    assert.match(words(nearly), /^99 % .*: 996 of 1000\.$/);
    assert.equal(nearly.value, 0.99);
  });

  it('of idle sessions go by state_change, not by the start of their last statement', () => {
    const recent = backend(1, { queryStartAt: ago(2 * hour), stateChangeAt: ago(29 * minute) });
    assert.deepEqual(kinds(sampleOf([recent])), []);
    const old = [
      backend(1, { stateChangeAt: ago(31 * minute), backendStartAt: ago(hour) }),
      backend(2, { stateChangeAt: ago(45 * minute), backendStartAt: ago(2 * hour) }),
      backend(3, { stateChangeAt: ago(5 * minute) }),
    ];
    const idle = only(sampleOf(old), 'idle');
    assert.deepEqual(
      [idle.subject, idle.severity, idle.value, idle.threshold],
      ['app · web', 'warning', 45, 30],
    );
    assert.deepEqual(idle.pids, [2, 1], 'oldest first');
    assert.equal(
      words(idle),
      'Sessions of app (web) that are idle for more than 30 min: 2, the longest for 45m 0s.',
    );
  });

  it('of idle sessions name idle_session_timeout from 14 on, which has it', () => {
    const old = [backend(1, { stateChangeAt: ago(31 * minute) })];
    const step = (majorVersion: number) =>
      renderSentence(only(sampleOf(old, { facts: { majorVersion } }), 'idle').nextStep);
    assert.match(step(14), /idle_session_timeout/);
    assert.doesNotMatch(step(13), /idle_session_timeout/);
  });

  it('of idle transactions go by xact_start, aborted ones too, and never advise to cancel', () => {
    const idling = (
      pid: number,
      age: number,
      state: 'idle in transaction' | 'idle in transaction (aborted)',
    ) => backend(pid, { state, transactionStartAt: ago(age), stateChangeAt: ago(second) });
    const found = only(
      sampleOf([
        idling(1, 4 * minute, 'idle in transaction'),
        idling(2, 6 * minute, 'idle in transaction'),
        idling(3, 7 * minute, 'idle in transaction (aborted)'),
      ]),
      'idleInTransaction',
    );
    assert.deepEqual([found.value, found.threshold, found.severity, found.pids], [7, 5, 'warning', [2, 3]]);
    assert.match(renderSentence(found.nextStep), /to cancel does nothing here/);
  });

  it('of an aborted transaction go by when it aborted: it has no xact_start any more', () => {
    const aborted = backend(1, { state: 'idle in transaction (aborted)', stateChangeAt: ago(6 * minute) });
    assert.equal(only(sampleOf([aborted]), 'idleInTransaction').value, 6);
  });

  it('of idle transactions are critical where others wait for one', () => {
    const sample = sampleOf([
      backend(1, { state: 'idle in transaction', transactionStartAt: ago(6 * minute) }),
      backend(2, { state: 'active', waitEventType: 'Lock', queryStartAt: ago(5 * second), blockedBy: [1] }),
    ]);
    assert.deepEqual(
      findings(sample).map(({ kind, severity }) => [kind, severity]),
      [
        ['idleInTransaction', 'critical'],
        ['blocked', 'warning'],
      ],
    );
  });

  it('of active sessions go by query_start', () => {
    const sample = sampleOf([
      backend(1, { state: 'active', queryStartAt: ago(29 * second) }),
      backend(2, { state: 'active', queryStartAt: ago(90 * second) }),
    ]);
    const found = only(sample, 'longActive');
    assert.deepEqual([found.value, found.threshold, found.pids], [90, 30, [2]]);
  });

  it('count sessions that idle in a transaction, from eleven on', () => {
    const idling = { state: 'idle in transaction', transactionStartAt: ago(second) } as const;
    assert.deepEqual(kinds(sampleOf(apart(10, idling))), []);
    const found = only(sampleOf(apart(11, idling)), 'idleInTransactionCount');
    assert.deepEqual([found.value, found.threshold, found.pids.length], [11, 10, 11]);
  });

  it('of clients count by user and address: more than 5, or more than 3 idle', () => {
    const active = { state: 'active', queryStartAt: ago(second) } as const;
    assert.deepEqual(kinds(sampleOf([...crowd(3), ...crowd(2, active, 200)])), []);
    const many = only(sampleOf(crowd(6, active)), 'perClient');
    assert.deepEqual([many.subject, many.value, many.threshold], ['app · 10.0.0.7', 6, 5]);
    const idle = only(sampleOf(crowd(4)), 'idlePerClient');
    assert.deepEqual([idle.subject, idle.value, idle.threshold], ['app · 10.0.0.7', 4, 3]);
    const others = [
      ...crowd(3),
      ...crowd(3, { user: 'other' }, 200),
      ...crowd(3, { clientAddress: '[local]' }, 300),
    ];
    assert.deepEqual(kinds(sampleOf(others)), []);
    assert.deepEqual(
      kinds(sampleOf(crowd(9, { clientAddress: undefined }))),
      [],
      'hidden addresses are nobody’s',
    );
  });

  it('of waits begin with deadlock_timeout, and tell the chain', () => {
    const chain = (waitedMs: number) => [
      backend(1, { state: 'active', queryStartAt: ago(20 * second) }),
      backend(2, { state: 'active', waitEventType: 'Lock', queryStartAt: ago(waitedMs), blockedBy: [1] }),
      backend(3, { state: 'active', waitEventType: 'Lock', queryStartAt: ago(waitedMs / 2), blockedBy: [2] }),
    ];
    assert.deepEqual(kinds(sampleOf(chain(900))), []);
    const found = only(sampleOf(chain(3000)), 'blocked');
    assert.deepEqual([found.subject, found.severity, found.value, found.threshold], ['1', 'warning', 3, 1]);
    assert.deepEqual(found.pids, [1, 2, 3]);
    const facts = { settings: { deadlock_timeout: '5s' } };
    assert.deepEqual(kinds(sampleOf(chain(3000), { facts })), []);
  });

  it('of waits that nothing will end are critical once they are long', () => {
    const waiting = (blockedBy: number[], queryAge: number) =>
      backend(9, { state: 'active', waitEventType: 'Lock', queryStartAt: ago(queryAge), blockedBy });
    const prepared = only(sampleOf([waiting([0], 31 * second)]), 'blocked');
    assert.deepEqual([prepared.severity, prepared.subject, prepared.pids], ['critical', '0', [9]]);
    assert.match(words(prepared), /a prepared transaction: 1, the longest for 31/);
    const idling = backend(1, { state: 'idle in transaction', transactionStartAt: ago(minute) });
    assert.equal(only(sampleOf([idling, waiting([1], 31 * second)]), 'blocked').severity, 'critical');
    const busy = backend(1, { state: 'active', queryStartAt: ago(25 * second) });
    assert.equal(only(sampleOf([busy, waiting([1], 31 * second)]), 'blocked').severity, 'warning');
  });

  it('tell of prepared transactions that were left', () => {
    const left = (gid: string, age: number) => ({
      gid,
      database: 'shop',
      owner: 'app',
      preparedAt: ago(age),
    });
    const sample = sampleOf([], { preparedTransactions: [left('new', minute), left('old', 8 * minute)] });
    const found = only(sample, 'preparedTransaction');
    assert.deepEqual([found.subject, found.value, found.threshold], ['shop · old', 8, 5]);
  });

  it('of churn come from the log’s cost', () => {
    const cost = {
      application: 'cron',
      sessions: 40,
      shortSessions: 30,
      medianSetupMs: 4.2,
      shouldPool: true,
    };
    const found = findingsOf(
      sampleOf([backend(1, { applicationName: 'cron' })]),
      undefined,
      defaultThresholds,
      {
        cost: [cost, { ...cost, application: 'web', shouldPool: false }],
      },
    );
    assert.deepEqual(
      found.map(({ kind, subject, value, threshold, pids }) => [kind, subject, value, threshold, pids]),
      [['churn', 'cron', 30, 20, [1]]],
    );
    assert.match(words(found[0]!), /30 of 40 sessions lasted less than a second, and each took 4.2 ms/);
  });

  it('have an identity that hostile names cannot share', () => {
    const old = { stateChangeAt: ago(hour) };
    const sample = sampleOf([
      backend(1, { ...old, user: 'a · b', applicationName: 'c', clientAddress: '1' }),
      backend(2, { ...old, user: 'a', applicationName: 'b · c', clientAddress: '2' }),
      backend(3, { ...old, user: '?', applicationName: undefined, clientAddress: '3' }),
      backend(4, { ...old, user: undefined, applicationName: undefined, clientAddress: '4' }),
    ]);
    const identities = findings(sample).map(findingIdentity);
    assert.equal(new Set(identities).size, 4);
  });

  it('are bounded, and so are their pids', () => {
    const old = crowd(3000, { stateChangeAt: ago(hour), clientAddress: undefined }).map((each, index) => ({
      ...each,
      applicationName: `app ${index % 700}`,
    }));
    assert.equal(findings(sampleOf(old, { facts: { maxConnections: 9000 } })).length, 500);
    const one = crowd(3000, { stateChangeAt: ago(hour) });
    for (const { pids } of findings(sampleOf(one))) assert.equal(pids.length, 1000);
  });

  it('each say a whole sentence and a next step', () => {
    const sample = sampleOf(crowd(95, { stateChangeAt: ago(hour) }));
    for (const { sentence, nextStep } of findings(sample))
      for (const said of [sentence, nextStep]) assert.match(renderSentence(said), /^\S.*[.]$/);
  });
});
