import { nameCounts } from '../session/nameCounts.ts';
import type { ActivityHistory } from './activityHistory.ts';
import { type ActivitySample, isClientBackend } from './activity.ts';
import { blockingOf } from './blocking.ts';
import type { Finding, ServerThresholds } from './finding.ts';
import { findingIdentity } from './finding.ts';
import { limitsOf } from './limits.ts';
import { overviewOf, overviewWhenFull } from './overview.ts';
import { type QueryTags, tagCounts } from './queryTags.ts';
import type { ConnectionCost, SampleMark, ServerSnapshot, ServerStatus } from './serverSnapshot.ts';
import { byStart, clientSessions } from './sessionAges.ts';
import { settingAdvice } from './settingAdvice.ts';

const mostSessions = 1000;
const mostBackground = 200;
const mostNames = 1000;
const mostSamples = 300;

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly status: ServerStatus;
  readonly sample: ActivitySample;
  readonly sampleId: number;
  /** `findingsOf` this sample. */
  readonly findings: readonly Finding[];
  readonly history: ActivityHistory;
  readonly thresholds: ServerThresholds;
  /** Identities of findings that the user knows of. */
  readonly silenced: readonly string[];
  readonly tags: QueryTags;
  readonly cost: readonly ConnectionCost[];
  readonly samples: readonly SampleMark[];
  /** The sample is older than the state of the server: it is full, or cannot be reached now. */
  readonly stale: boolean;
}

/** Everything that the Server view draws, of one sample: plain values, bounded. */
export function serverSnapshotOf(parts: SnapshotParts): ServerSnapshot {
  const { status, sample, sampleId, findings, thresholds, stale } = parts;
  const { facts } = sample;
  const clients = clientSessions(sample);
  const overview = overviewOf(sample, thresholds);
  return {
    status,
    version: facts.version,
    sees: facts.sees,
    sampleId,
    takenAt: sample.takenAt,
    serverAt: sample.serverAt,
    stale,
    overview: stale && status.state === 'full' ? overviewWhenFull(overview) : overview,
    sessions: clients.slice(0, mostSessions),
    background: sample.backends
      .filter((backend) => !isClientBackend(backend))
      .sort(byStart)
      .slice(0, mostBackground),
    blocking: blockingOf(sample.backends),
    findings,
    silenced: findings.map(findingIdentity).filter((identity) => parts.silenced.includes(identity)),
    ...namesOf(sample),
    limits: limitsOf(sample).slice(0, mostNames),
    settings: settingAdvice(facts),
    leaks: parts.history.leaks(),
    cost: parts.cost,
    tags: tagCounts(sample, parts.tags),
    preparedTransactions: sample.preparedTransactions.slice(0, mostNames),
    replicationSlots: sample.replicationSlots.slice(0, mostNames),
    tviews: sample.tviews,
    samples: parts.samples.slice(-mostSamples),
  };
}

/** Client sessions by their names; the 1,000 largest of each. */
export function namesOf(
  sample: Pick<ActivitySample, 'backends'>,
): Pick<ServerSnapshot, 'byDatabase' | 'byUser' | 'byApplication' | 'byClient'> {
  const clients = clientSessions(sample);
  const largest = (names: readonly (string | undefined)[]) => nameCounts(names).slice(0, mostNames);
  return {
    byDatabase: largest(clients.map(({ database }) => database)),
    byUser: largest(clients.map(({ user }) => user)),
    byApplication: largest(clients.map(({ applicationName }) => applicationName)),
    byClient: largest(clients.map(({ clientAddress }) => clientAddress)),
  };
}
