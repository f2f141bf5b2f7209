import { shownDuration } from '../report/shownTime.ts';
import { sentence, type Sentence } from '../sentence.ts';
import { told } from './findingText.ts';
import type { LeakVerdict } from './serverSnapshot.ts';

/** What a verdict takes. */
export interface LeakRule {
  /** Growth shorter than this is no leak yet, ms. The history is twelve times as long. */
  readonly enoughMs: number;
  /** How long a pool keeps a connection that nobody uses, ms: one that is idle for longer was forgotten. */
  readonly lifetimeMs: number;
  /** More idle ones of one client than this have been forgotten as well. */
  readonly idlePerClient: number;
  /** So many more than there were. */
  readonly growth: number;
}

/** Half an hour of growth, and the lifetime of the usual pools. */
export const defaultLeakRule: LeakRule = {
  enoughMs: 30 * 60_000,
  lifetimeMs: 15 * 60_000,
  idlePerClient: 3,
  growth: 3,
};

/** A pool that fills itself rises once or twice; what grows on and on rises more often. */
const leastRises = 3;

/** What is known of one application's connections. */
export interface LeakEvidence {
  readonly user: string | undefined;
  readonly application: string | undefined;
  readonly samples: number;
  readonly now: number;
  /** Known at all since, and without a fall since, by the server's clock; the newest sample. */
  readonly watchedFromAt: number;
  readonly risingFromAt: number;
  readonly toAt: number;
  /** The floor, slot by slot, since it fell last: it never falls. */
  readonly floor: readonly number[];
  /** Idle for longer than the lifetime; most idle ones of one client; the longest idle age in ms. */
  readonly forgotten: number;
  readonly mostIdle: number;
  readonly longestIdleMs: number;
}

/**
 * Whether the connections leak: over a time that is long enough their floor never fell and rose again and again, and some
 * of them lie about unused. Growth whose connections are in use is load. What was watched too shortly is no verdict.
 */
export function leakVerdict(evidence: LeakEvidence, rule: LeakRule): LeakVerdict {
  const { user, application, samples, now, risingFromAt, toAt, floor } = evidence;
  const decided = decide(evidence, rule);
  return { user, application, ...decided, samples, fromAt: risingFromAt, toAt, lowest: floor[0] ?? now, now };
}

function decide(evidence: LeakEvidence, rule: LeakRule): Pick<LeakVerdict, 'verdict' | 'sentence'> {
  const { now, watchedFromAt, risingFromAt, toAt, floor } = evidence;
  const risingMs = toAt - risingFromAt;
  const rises = floor.filter((low, index) => index > 0 && low > (floor[index - 1] ?? low)).length;
  if (toAt - watchedFromAt < rule.enoughMs || (risingMs >= rule.enoughMs && floor.length <= leastRises))
    return { verdict: 'notEnoughData', sentence: tooShort(evidence, rule) };
  if (risingMs < rule.enoughMs) return { verdict: 'steady', sentence: fell(evidence) };
  if (rises < leastRises || now - (floor[0] ?? now) < rule.growth)
    return { verdict: 'steady', sentence: held(evidence) };
  const isForgotten = evidence.forgotten > 0 || evidence.mostIdle > rule.idlePerClient;
  return isForgotten
    ? { verdict: 'leaking', sentence: leaks(evidence, rule) }
    : { verdict: 'steady', sentence: inUse(evidence) };
}

function tooShort({ watchedFromAt, toAt, samples }: LeakEvidence, { enoughMs }: LeakRule): Sentence {
  return sentence(
    'Watched for {0}, {1} times: a verdict takes {2}.',
    shownDuration(toAt - watchedFromAt),
    samples,
    shownDuration(enoughMs),
  );
}

function fell({ risingFromAt, toAt, now }: LeakEvidence): Sentence {
  return sentence(
    'Connections were given back within the last {0}; {1} are open now.',
    shownDuration(toAt - risingFromAt),
    now,
  );
}

function held({ risingFromAt, toAt, floor, now }: LeakEvidence): Sentence {
  return sentence(
    'Between {0} and {1} connections for {2}, and no steady growth.',
    floor[0] ?? now,
    Math.max(now, floor[0] ?? now),
    shownDuration(toAt - risingFromAt),
  );
}

function inUse({ risingFromAt, toAt, floor, now }: LeakEvidence): Sentence {
  return sentence(
    'Grew from {0} to {1} connections in {2}, but they are in use.',
    floor[0] ?? now,
    now,
    shownDuration(toAt - risingFromAt),
  );
}

function leaks(evidence: LeakEvidence, { lifetimeMs }: LeakRule): Sentence {
  const { user, application, risingFromAt, toAt, floor, now } = evidence;
  return sentence(
    '{0} ({1}) grew from {2} to {3} connections in {4} and never gave one back: {5} are idle for longer than {6} (the longest for {7}), and up to {8} are idle at one client.',
    told(user),
    told(application),
    floor[0] ?? now,
    now,
    shownDuration(toAt - risingFromAt),
    evidence.forgotten,
    shownDuration(lifetimeMs),
    shownDuration(evidence.longestIdleMs),
    evidence.mostIdle,
  );
}
