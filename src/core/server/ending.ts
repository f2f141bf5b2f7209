/** Ending what should end: what was asked for, what would happen, and what did. */
import type { Sentence } from '../sentence.ts';
import type { Backend, PreparedTransaction, ReplicationSlot } from './activity.ts';

/** Which sessions: never our own, never a background process (Free this database lists those apart). */
export type EndingRequest =
  /** pg_cancel_backend: the running statement only. Refused for one that is idle in transaction: it does nothing. */
  | { readonly kind: 'cancel'; readonly pids: readonly number[] }
  | { readonly kind: 'terminate'; readonly pids: readonly number[] }
  | { readonly kind: 'idleLongerThan'; readonly minutes: number }
  | { readonly kind: 'idleInTransactionLongerThan'; readonly minutes: number }
  | { readonly kind: 'database'; readonly database: string }
  | { readonly kind: 'allButUsers'; readonly users: readonly string[] }
  /** Everything that keeps a database from being dropped, used as a template or rebuilt. */
  | { readonly kind: 'free'; readonly database: string }
  /** `DROP DATABASE … WITH (FORCE)`, where a pool would reconnect in between. PostgreSQL 13 and later. */
  | { readonly kind: 'drop'; readonly database: string };

/** One row that would end. */
export type EndingRow =
  | { readonly what: 'session'; readonly backend: Backend }
  /** A background worker of an extension in that database. */
  | { readonly what: 'worker'; readonly backend: Backend }
  | { readonly what: 'preparedTransaction'; readonly transaction: PreparedTransaction }
  | { readonly what: 'slot'; readonly slot: ReplicationSlot };

/** Shown whole before anything happens; goes back as it is. */
export interface EndingPreview {
  readonly serverId: string;
  readonly request: EndingRequest;
  /** One sentence: what ends, how many, where. */
  readonly headline: Sentence;
  /** The SQL that will run, verbatim, with its parameters. */
  readonly sql: string;
  readonly rows: readonly EndingRow[];
  /** What stays, and why: superusers' sessions, databases that are templates, … */
  readonly warnings: readonly Sentence[];
}

export interface EndingResult {
  readonly row: EndingRow;
  readonly result: 'done' | 'alreadyGone' | 'refused';
  /** Why it was refused. */
  readonly sentence?: Sentence | undefined;
}

/** What happened, row by row. */
export interface EndingReport {
  readonly results: readonly EndingResult[];
  readonly headline: Sentence;
}

/** The process at the other end of a local connection (Linux, macOS). */
export interface ClientProcess {
  readonly pid: number;
  readonly command: string;
  /** The process and its parents, itself first: an editor's terminal is recognised by one of them. */
  readonly ancestry: readonly number[];
}
