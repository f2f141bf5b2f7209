import { sentence, type Sentence } from '../sentence.ts';
import type { PoolTotals } from './poolBook.ts';
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

function exhausted(name: string, timeouts: number): PoolFinding {
  return {
    kind: 'poolExhausted',
    subject: name,
    severity: 'critical',
    sentence: sentence('Checkouts from {0} were given up because none was free: {1}.', name, timeouts),
    nextStep: sentence(
      'Give connections back sooner (shorter transactions, no waiting while one is held), or raise the size if the server has room.',
    ),
    value: timeouts,
    threshold: 0,
  };
}
