/** Sessions that are too long in one state: by user and application, so that one finding is one cause. */
import { shownDuration } from '../report/shownTime.ts';
import { sentence, type Sentence } from '../sentence.ts';
import type { ActivitySample, Backend } from './activity.ts';
import type { Finding, FindingKind, ServerThresholds } from './finding.ts';
import { groupBy, pidsByAge, rounded, told, wholeServer } from './findingText.ts';
import {
  activeMs,
  clientSessions,
  idleMs,
  idleTransactionMs,
  isIdleInTransaction,
  longestOf,
} from './sessionAges.ts';

const minuteMs = 60_000;
const secondMs = 1000;

/** One kind of state and from when on it is too long. */
interface StateRule {
  readonly kind: FindingKind;
  readonly ageMs: (session: Backend, serverAt: number) => number | undefined;
  /** In the rule's unit, as the settings have it. */
  readonly threshold: number;
  readonly unitMs: number;
  readonly sentence: (user: string, application: string, count: number, longest: string) => Sentence;
  readonly nextStep: Sentence;
}

/** Idle, idle in a transaction, or active for too long. `blockers` are pids that others wait for. */
export function stateFindings(
  sample: ActivitySample,
  thresholds: ServerThresholds,
  blockers: ReadonlySet<number>,
): Finding[] {
  const rules = [
    idleRule(thresholds, sample.facts.majorVersion),
    idleInTransactionRule(thresholds),
    activeRule(thresholds),
  ];
  const sessions = clientSessions(sample);
  return rules.flatMap((rule) => findingsOfRule(rule, sessions, sample.serverAt, blockers));
}

function findingsOfRule(
  rule: StateRule,
  sessions: readonly Backend[],
  serverAt: number,
  blockers: ReadonlySet<number>,
): Finding[] {
  const late = sessions.filter(
    (session) => (rule.ageMs(session, serverAt) ?? 0) > rule.threshold * rule.unitMs,
  );
  const groups = groupBy(late, ({ user, applicationName }) => [user, applicationName]);
  return [...groups].map(([subject, group]) => {
    const longest = longestOf(group.map((session) => rule.ageMs(session, serverAt))) ?? 0;
    const [first] = group;
    const blocks = rule.kind === 'idleInTransaction' && group.some(({ pid }) => blockers.has(pid));
    return {
      kind: rule.kind,
      subject,
      severity: blocks ? 'critical' : 'warning',
      sentence: rule.sentence(
        told(first?.user),
        told(first?.applicationName),
        group.length,
        shownDuration(longest),
      ),
      nextStep: rule.nextStep,
      pids: pidsByAge(group),
      value: rounded(longest / rule.unitMs),
      threshold: rule.threshold,
    };
  });
}

function idleRule({ idleMinutes }: ServerThresholds, majorVersion: number): StateRule {
  return {
    kind: 'idle',
    ageMs: idleMs,
    threshold: idleMinutes,
    unitMs: minuteMs,
    sentence: (user, application, count, longest) =>
      sentence(
        'Sessions of {0} ({1}) that are idle for more than {2} min: {3}, the longest for {4}.',
        user,
        application,
        idleMinutes,
        count,
        longest,
      ),
    nextStep:
      majorVersion >= 14
        ? sentence(
            'Give the application’s pool a shorter idle time, or set idle_session_timeout for its role; terminate those that nobody uses.',
          )
        : sentence('Give the application’s pool a shorter idle time; terminate those that nobody uses.'),
  };
}

function idleInTransactionRule({ idleInTransactionMinutes }: ServerThresholds): StateRule {
  return {
    kind: 'idleInTransaction',
    ageMs: idleTransactionMs,
    threshold: idleInTransactionMinutes,
    unitMs: minuteMs,
    sentence: (user, application, count, longest) =>
      sentence(
        'Sessions of {0} ({1}) that idle in a transaction older than {2} min: {3}, the oldest {4}.',
        user,
        application,
        idleInTransactionMinutes,
        count,
        longest,
      ),
    nextStep: sentence(
      'They keep their locks and hold back VACUUM: commit or roll back in the application, or terminate them (to cancel does nothing here); idle_in_transaction_session_timeout ends such sessions by itself.',
    ),
  };
}

function activeRule({ activeSeconds }: ServerThresholds): StateRule {
  return {
    kind: 'longActive',
    ageMs: activeMs,
    threshold: activeSeconds,
    unitMs: secondMs,
    sentence: (user, application, count, longest) =>
      sentence(
        'Sessions of {0} ({1}) whose statement has been running for more than {2} s: {3}, the longest for {4}.',
        user,
        application,
        activeSeconds,
        count,
        longest,
      ),
    nextStep: sentence(
      'Look at the statement, and cancel it if nobody waits for its result; statement_timeout bounds such statements.',
    ),
  };
}

/** Too many sessions that idle in a transaction, however short. */
export function idleInTransactionCountFindings(
  sample: ActivitySample,
  thresholds: ServerThresholds,
): Finding[] {
  const idling = clientSessions(sample).filter(isIdleInTransaction);
  const most = thresholds.idleInTransactionCount;
  if (idling.length <= most) return [];
  return [
    {
      kind: 'idleInTransactionCount',
      subject: wholeServer,
      severity: 'warning',
      sentence: sentence(
        '{0} sessions idle in a transaction; more than {1} are too many.',
        idling.length,
        most,
      ),
      nextStep: sentence(
        'See which application opens transactions before it has work to do, or does other work inside them.',
      ),
      pids: pidsByAge(idling),
      value: idling.length,
      threshold: most,
    },
  ];
}
