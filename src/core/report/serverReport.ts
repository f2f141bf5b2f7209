import { sentence, type Sentence } from '../sentence.ts';
import type { ActivityHistory } from '../server/activityHistory.ts';
import type { ActivitySample, Backend } from '../server/activity.ts';
import type { Finding, ServerThresholds } from '../server/finding.ts';
import { findingsOf, type KnownElsewhere } from '../server/findings.ts';
import { overviewOf, overviewWhenFull } from '../server/overview.ts';
import { namesOf } from '../server/serverSnapshotOf.ts';
import type { ServerRefusal } from '../server/refusal.ts';
import type { Overview, ServerSnapshot } from '../server/serverSnapshot.ts';
import { clientSessions } from '../server/sessionAges.ts';
import { longestList } from './logReport.ts';

/**
 * Everything that the terminal, JSON, Markdown and CSV tell of one poll of a server: plain values. The counts come apart
 * from the sessions, because their list ends at `longestList`.
 */
export interface ServerReport extends Pick<
  ServerSnapshot,
  'byDatabase' | 'byUser' | 'byApplication' | 'byClient'
> {
  readonly sample: ActivitySample;
  readonly overview: Overview;
  /** Client sessions, oldest first. */
  readonly sessions: readonly Backend[];
  readonly findings: readonly Finding[];
  /** What the server says instead of an answer: the figures are those of its last one. */
  readonly refusal?: ServerRefusal | undefined;
  /** What the figures cannot tell, each with the remedy. */
  readonly warnings: readonly Sentence[];
}

/** The report of a sample; when the server refuses us (`isFull`), of the last good one. */
export function serverReportOf(
  sample: ActivitySample,
  thresholds: ServerThresholds,
  history?: ActivityHistory,
  elsewhere: KnownElsewhere = {},
): ServerReport {
  const overview = overviewOf(sample, thresholds);
  const sessions = clientSessions(sample);
  return {
    sample,
    overview: elsewhere.isFull === true ? overviewWhenFull(overview) : overview,
    sessions: sessions.slice(0, longestList),
    findings: findingsOf(sample, history, thresholds, elsewhere),
    ...namesOf(sample),
    warnings: warningsOf(sample, sessions.length, elsewhere.isFull === true),
  };
}

/** True while a critical finding stands: exit code 3. */
export function isCritical({ findings }: Pick<ServerReport, 'findings'>): boolean {
  return findings.some(({ severity }) => severity === 'critical');
}

function warningsOf({ facts }: ActivitySample, sessions: number, isFull: boolean): Sentence[] {
  const warnings: Sentence[] = [];
  if (isFull)
    warnings.push(
      sentence('The server is full and refuses us: the sessions are those of the last answer it gave.'),
    );
  if (facts.sees === 'own')
    warnings.push(
      sentence(
        'The role {0} sees the states and statements of its own sessions only: grant it pg_monitor to see all.',
        facts.user,
      ),
    );
  if (sessions > longestList)
    warnings.push(sentence('Only the oldest {0} of {1} sessions are listed.', longestList, sessions));
  return warnings;
}
