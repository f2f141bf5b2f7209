import { sentence, type Sentence } from '../sentence.ts';
import type { PoolTotals } from './poolBook.ts';
import type { PoolFigures } from './poolSample.ts';
import { leakIn, type PoolBucket } from './poolTimeline.ts';

export type PoolFindingKind =
  'poolExhausted' | 'poolLeak' | 'poolWaiting' | 'poolMaxWait' | 'poolFull' | 'poolerNearlyFull';

/** Something about a pool that somebody should look at. */
export interface PoolFinding {
  readonly kind: PoolFindingKind;
  /** The pool's name: with `kind` its identity from sample to sample. */
  readonly subject: string;
  readonly severity: 'warning' | 'critical';
  readonly sentence: Sentence;
  readonly nextStep: Sentence;
  /** What was measured and where the threshold lies, in the same unit. */
  readonly value: number;
  readonly threshold: number;
}

/** What the log of one pool makes somebody look at: checkouts given up, a leak. */
export function poolFindingsOf(totals: PoolTotals, buckets: readonly PoolBucket[]): PoolFinding[] {
  const findings: PoolFinding[] = [];
  const { name, timeouts, leaksDetected } = totals;
  if (timeouts > 0) findings.push(exhausted(name, timeouts));
  const leak = leakIn(buckets);
  if (leak) {
    findings.push({
      kind: 'poolLeak',
      subject: name,
      severity: 'warning',
      sentence: sentence(
        'What {0} has checked out grew by {1} and never fell: connections are not given back.',
        name,
        leak.growth,
      ),
      nextStep: leakStep,
      value: leak.growth,
      threshold: 0,
    });
  } else if (leaksDetected > 0) {
    findings.push({
      kind: 'poolLeak',
      subject: name,
      severity: 'warning',
      sentence: sentence('The leak detection of {0} named {1} connections.', name, leaksDetected),
      nextStep: leakStep,
      value: leaksDetected,
      threshold: 0,
    });
  }
  return findings;
}

const leakStep = sentence(
  'Find the code that takes a connection and does not close it on every path: with, using, try and finally.',
);

/** From so long ago a checkout that was given up is history: the list of failures has it. */
const recentMs = 5 * 60_000;

/**
 * The same of a pool that is followed, at the moment `at`: what is over is no finding any more. Critical ones first.
 */
export function livePoolFindings(
  totals: PoolTotals,
  now: PoolFigures,
  buckets: readonly PoolBucket[],
  at: number,
): PoolFinding[] {
  const recent = buckets
    .filter(({ startAt }) => startAt >= at - recentMs)
    .reduce((sum, { timeouts }) => sum + timeouts, 0);
  return [...poolFindingsOf({ ...totals, timeouts: recent }, buckets), ...waitingAndFull(totals, now)].sort(
    (one, other) => one.severity.localeCompare(other.severity),
  );
}

function waitingAndFull({ name, kind }: PoolTotals, now: PoolFigures): PoolFinding[] {
  const { waiting = 0, checkedOut = 0, size, maxOverflow } = now;
  // where overflow is allowed but not told, its limit is not known
  const isLimited = kind !== 'sqlalchemy' || maxOverflow !== undefined;
  const limit = size === undefined || !isLimited ? undefined : size + (maxOverflow ?? 0);
  const findings: PoolFinding[] = [];
  if (waiting > 0)
    findings.push({
      kind: 'poolWaiting',
      subject: name,
      severity: 'warning',
      sentence: sentence('Checkouts from {0} wait for a connection: {1}.', name, waiting),
      nextStep: freeStep,
      value: waiting,
      threshold: 0,
    });
  if (limit !== undefined && limit > 0 && checkedOut >= limit)
    findings.push({
      kind: 'poolFull',
      subject: name,
      severity: waiting > 0 ? 'critical' : 'warning',
      sentence: sentence('Every connection of {0} is checked out: {1} of {2}.', name, checkedOut, limit),
      nextStep: freeStep,
      value: checkedOut,
      threshold: limit,
    });
  return findings;
}

const freeStep = sentence(
  'Give connections back sooner (shorter transactions, no waiting while one is held), or raise the size if the server has room.',
);

function exhausted(name: string, timeouts: number): PoolFinding {
  return {
    kind: 'poolExhausted',
    subject: name,
    severity: 'critical',
    sentence: sentence('Checkouts from {0} were given up because none was free: {1}.', name, timeouts),
    nextStep: freeStep,
    value: timeouts,
    threshold: 0,
  };
}
