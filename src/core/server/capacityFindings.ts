/** What is full, or nearly: the server, a role's limit, a database's limit. */
import { sentence, type Sentence } from '../sentence.ts';
import { type ActivitySample, isClientBackend } from './activity.ts';
import type { Finding, ServerThresholds } from './finding.ts';
import type { Overview } from './serverSnapshot.ts';
import { percent, pidsByAge, rounded, subjectOf, wholeServer } from './findingText.ts';
import { type LimitCount, limitsOf } from './limits.ts';
import { isBeyondUsable, overviewOf } from './overview.ts';
import { clientSessions } from './sessionAges.ts';

/** The server refuses new connections, ours too: the refusal (53300) is the measurement. */
export function fullFinding(thresholds: ServerThresholds, pids: readonly number[] = []): Finding {
  return {
    kind: 'full',
    subject: wholeServer,
    severity: 'critical',
    sentence: sentence('The server is full: it refuses new connections, ours too.'),
    nextStep: sentence(
      'End sessions that are idle, as a superuser through a reserved slot if need be; then let its clients share connections in a pool.',
    ),
    pids,
    value: 1,
    threshold: thresholds.utilizationCritical,
  };
}

/** How much of what ordinary roles can have is taken. */
export function utilizationFindings(sample: ActivitySample, thresholds: ServerThresholds): Finding[] {
  const overview = overviewOf(sample, thresholds);
  const { utilization, health } = overview;
  if (health === 'HEALTHY') return [];
  const isCritical = health === 'CRITICAL';
  return [
    {
      kind: 'utilization',
      subject: wholeServer,
      severity: isCritical ? 'critical' : 'warning',
      sentence: takenSentence(overview),
      nextStep: sentence(
        'End idle sessions or let clients share connections in a pool; more max_connections takes a restart, and memory for each.',
      ),
      pids: pidsByAge(clientSessions(sample)),
      value: percent(utilization) / 100,
      threshold: isCritical ? thresholds.utilizationCritical : thresholds.utilizationWarning,
    },
  ];
}

function takenSentence(overview: Overview): Sentence {
  const { utilization, usable, total, maxConnections } = overview;
  return isBeyondUsable(overview)
    ? sentence(
        'No connection is left for ordinary roles: {0} of all {1} are taken, reserved ones among them.',
        total + 1,
        maxConnections,
      )
    : sentence(
        '{0} % of the connections that ordinary roles can have are taken: {1} of {2}.',
        percent(utilization),
        total + 1,
        usable,
      );
}

/**
 * Limits of roles and databases that are nearly reached, at the same shares as the server itself. The server does not
 * enforce a superuser's; a limit of 0 is there to keep everybody out, and nothing to warn of. Our own session goes when it is
 * asked to, and is nothing to warn of either.
 */
export function limitFindings(sample: ActivitySample, thresholds: ServerThresholds): Finding[] {
  return limitsOf(sample)
    .filter(({ isEnforced, limit }) => isEnforced && limit > 0)
    .filter((reached) => othersOf(reached) / reached.limit >= thresholds.utilizationWarning)
    .map((reached) => limitFinding(reached, sample, thresholds));
}

function othersOf({ count, withOurs }: LimitCount): number {
  return withOurs ? count - 1 : count;
}

function limitFinding(reached: LimitCount, sample: ActivitySample, thresholds: ServerThresholds): Finding {
  const { kind, name, limit } = reached;
  const count = othersOf(reached);
  const isCritical = count / limit >= thresholds.utilizationCritical;
  const isRole = kind === 'user';
  const holders = sample.backends
    .filter(isClientBackend)
    .filter(({ user, database }) => (isRole ? user : database) === name);
  return {
    kind: isRole ? 'roleLimit' : 'databaseLimit',
    subject: subjectOf(name),
    severity: isCritical ? 'critical' : 'warning',
    sentence: isRole ? roleSentence(reached, count) : databaseSentence(reached, count),
    nextStep: isRole
      ? sentence('End sessions that it does not need, or raise its limit: ALTER ROLE … CONNECTION LIMIT.')
      : sentence('End sessions that nobody needs, or raise its limit: ALTER DATABASE … CONNECTION LIMIT.'),
    pids: pidsByAge(holders),
    value: count,
    threshold: rounded(limit * (isCritical ? thresholds.utilizationCritical : thresholds.utilizationWarning)),
  };
}

/** `others` = without our own session. */
function roleSentence({ name, limit, count }: LimitCount, others: number): Sentence {
  if (others > limit)
    return sentence(
      'The role {0} holds {1} connections, more than the {2} that its limit allows.',
      name,
      others,
      limit,
    );
  if (count === limit && others < limit)
    return sentence(
      'The role {0} holds {1} of the {2} connections that its limit allows; the last one is ours.',
      ...[name, others, limit],
    );
  return sentence(
    'The role {0} holds {1} of the {2} connections that its limit allows.',
    name,
    others,
    limit,
  );
}

function databaseSentence({ name, limit, count }: LimitCount, others: number): Sentence {
  if (others > limit)
    return sentence(
      'The database {0} has {1} connections, more than the {2} that its limit allows.',
      name,
      others,
      limit,
    );
  if (count === limit && others < limit)
    return sentence(
      'The database {0} has {1} of the {2} connections that its limit allows; the last one is ours.',
      ...[name, others, limit],
    );
  return sentence(
    'The database {0} has {1} of the {2} connections that its limit allows.',
    name,
    others,
    limit,
  );
}
