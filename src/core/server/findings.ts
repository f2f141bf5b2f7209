import { sentence } from '../sentence.ts';
import type { ActivityHistory } from './activityHistory.ts';
import type { ActivitySample } from './activity.ts';
import { blockedFindings, blockersIn, preparedTransactionFindings } from './blockedFindings.ts';
import { fullFinding, limitFindings, utilizationFindings } from './capacityFindings.ts';
import { clientFindings } from './clientFindings.ts';
import { churnSessions } from './connectionCost.ts';
import type { Finding, FindingKind, ServerThresholds } from './finding.ts';
import { pidsByAge, subjectOf, told } from './findingText.ts';
import type { ConnectionCost, LeakVerdict } from './serverSnapshot.ts';
import { clientSessions } from './sessionAges.ts';
import { idleInTransactionCountFindings, stateFindings } from './stateFindings.ts';

/** What is known of the server besides its own answer. */
export interface KnownElsewhere {
  /** From the log: what its applications' way of connecting costs. */
  readonly cost?: readonly ConnectionCost[] | undefined;
  /** Our own connection is refused with 53300; the sample is the last good one. */
  readonly isFull?: boolean | undefined;
}

/** The order of kinds among findings of equal severity: what keeps others out comes first. */
const kindOrder: readonly FindingKind[] = [
  'full',
  'utilization',
  'roleLimit',
  'databaseLimit',
  'blocked',
  'idleInTransaction',
  'leak',
  'longActive',
  'preparedTransaction',
  'idleInTransactionCount',
  'perClient',
  'idlePerClient',
  'idle',
  'churn',
];
const mostFindings = 500;

/**
 * Everything about a sample that somebody should look at: critical ones first, then by kind, then by value; at most 500.
 * `history` has the sample already; without it nothing is said of leaks.
 */
export function findingsOf(
  sample: ActivitySample,
  history: ActivityHistory | undefined,
  thresholds: ServerThresholds,
  { cost = [], isFull = false }: KnownElsewhere = {},
): Finding[] {
  const all = [
    ...(isFull
      ? [fullFinding(thresholds, pidsByAge(clientSessions(sample)))]
      : utilizationFindings(sample, thresholds)),
    ...limitFindings(sample, thresholds),
    ...blockedFindings(sample, thresholds),
    ...stateFindings(sample, thresholds, blockersIn(sample)),
    ...idleInTransactionCountFindings(sample, thresholds),
    ...clientFindings(sample, thresholds),
    ...preparedTransactionFindings(sample, thresholds),
    ...(history?.leaks(sample.serverAt) ?? []).flatMap((verdict) => leakFinding(verdict, sample)),
    ...cost.flatMap((each) => churnFinding(each, sample)),
  ];
  return all.sort(byUrgency).slice(0, mostFindings);
}

function byUrgency(a: Finding, b: Finding): number {
  return (
    Number(b.severity === 'critical') - Number(a.severity === 'critical') ||
    kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind) ||
    b.value - a.value ||
    (a.subject < b.subject ? -1 : Number(a.subject > b.subject))
  );
}

function leakFinding(verdict: LeakVerdict, sample: ActivitySample): Finding[] {
  if (verdict.verdict !== 'leaking') return [];
  const { user, application } = verdict;
  const held = clientSessions(sample).filter(
    (session) => session.user === user && session.applicationName === application,
  );
  return [
    {
      kind: 'leak',
      subject: subjectOf(user, application),
      severity: 'warning',
      sentence: verdict.sentence,
      nextStep: sentence(
        'Look where the application opens connections that it does not close or give back; its oldest sessions show their last statement.',
      ),
      pids: pidsByAge(held),
      value: verdict.now,
      threshold: verdict.lowest,
    },
  ];
}

function churnFinding(cost: ConnectionCost, sample: ActivitySample): Finding[] {
  if (!cost.shouldPool) return [];
  const { application, sessions, shortSessions, medianSetupMs } = cost;
  const open = clientSessions(sample).filter(({ applicationName }) => applicationName === application);
  return [
    {
      kind: 'churn',
      subject: subjectOf(application),
      severity: 'warning',
      sentence:
        medianSetupMs === undefined
          ? sentence(
              '{0} connects anew for nearly everything: {1} of {2} sessions lasted less than a second.',
              told(application),
              shortSessions,
              sessions,
            )
          : sentence(
              '{0} connects anew for nearly everything: {1} of {2} sessions lasted less than a second, and each took {3} ms to set up.',
              told(application),
              shortSessions,
              sessions,
              medianSetupMs,
            ),
      nextStep: sentence('This client should use a pool: its own, or PgBouncer in front of the server.'),
      pids: pidsByAge(open),
      value: shortSessions,
      threshold: churnSessions,
    },
  ];
}
