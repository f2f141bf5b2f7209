import type { Sentence } from '../sentence.ts';

/** From where a finding is worth a look, and from where it is an emergency. From the settings, already checked. */
export interface ServerThresholds {
  /** Shares of the usable connections, 0…1. */
  readonly utilizationWarning: number;
  readonly utilizationCritical: number;
  readonly idleMinutes: number;
  readonly idleInTransactionMinutes: number;
  readonly idleInTransactionCount: number;
  readonly activeSeconds: number;
  /** Connections, and idle ones, of one user from one client. */
  readonly connectionsPerClient: number;
  readonly idlePerClient: number;
}

/** product.md, section 4. */
export const defaultThresholds: ServerThresholds = {
  utilizationWarning: 0.7,
  utilizationCritical: 0.9,
  idleMinutes: 30,
  idleInTransactionMinutes: 5,
  idleInTransactionCount: 10,
  activeSeconds: 30,
  connectionsPerClient: 5,
  idlePerClient: 3,
};

export type FindingKind =
  | 'full'
  | 'utilization'
  | 'roleLimit'
  | 'databaseLimit'
  | 'idle'
  | 'idleInTransaction'
  | 'idleInTransactionCount'
  | 'longActive'
  | 'blocked'
  | 'perClient'
  | 'idlePerClient'
  | 'leak'
  | 'churn'
  | 'preparedTransaction';

/** Something about the server that somebody should look at. */
export interface Finding {
  readonly kind: FindingKind;
  /** What it is about (a user, database, application, pid): with `kind` its identity from poll to poll. */
  readonly subject: string;
  readonly severity: 'warning' | 'critical';
  readonly sentence: Sentence;
  /** What to do next. */
  readonly nextStep: Sentence;
  /** The sessions it is about, oldest first; at most 1,000. */
  readonly pids: readonly number[];
  /** What was measured and where the threshold lies, in the same unit. */
  readonly value: number;
  readonly threshold: number;
  /** Since when it stands, our clock; undefined in a sample that was stepped back to. */
  readonly sinceAt?: number | undefined;
  /** The sample of that moment: its evidence, kept as long as the finding stands, and for a while after. */
  readonly evidenceId?: number | undefined;
}

/** A finding that began, became critical, or ended: told once each, and never of a silenced one. */
export interface FindingChange {
  readonly change: 'began' | 'worse' | 'ended';
  readonly at: number;
  /** As it stands now, or stood last. */
  readonly finding: Finding;
}

/** Its identity from poll to poll: what the settings name to silence it. */
export function findingIdentity({
  kind,
  subject,
}: {
  readonly kind: string;
  readonly subject: string;
}): string {
  return `${kind} ${subject}`;
}
