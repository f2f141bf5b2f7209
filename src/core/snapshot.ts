/**
 * The plain values that every view draws. They are computed by the engine from the state, the filter and `now`;
 * a view adds nothing to them and decides nothing. Instants are ms since the epoch (UTC); missing is undefined.
 */
import type { EndReason } from './connection/connectionEvent.ts';
import type { BackendState } from './server/activity.ts';
import type { DiscoveredLog, LogFormatName } from './log/logPlace.ts';
import type { Sentence } from './sentence.ts';
import type { Dimension, Filter } from './session/filter.ts';

/** How much the log can say of who is connected now (no `log_disconnections`, or a start in the middle). */
export type ActiveIs = 'exact' | 'atLeast' | 'unknown';

/** What a session was doing at the newest poll of its server; ages are at that moment. */
export interface LiveSession {
  readonly state?: BackendState | undefined;
  readonly waitEventType?: string | undefined;
  readonly waitEvent?: string | undefined;
  readonly queryAgeMs?: number | undefined;
  readonly stateAgeMs?: number | undefined;
  readonly transactionAgeMs?: number | undefined;
  /** Pids; 0 = a prepared transaction. Undefined = nobody, or nobody has asked. */
  readonly blockedBy?: readonly number[] | undefined;
}

/** One open session, as a row of the Active view and of `active` in JSON. */
export interface SessionRow extends LiveSession {
  /** Identity of the session within its source: stable as long as the session is open. */
  readonly key: string;
  readonly pid?: number | undefined;
  readonly sessionId?: string | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly applicationName?: string | undefined;
  /** A later application_name than the one at authorization, where seen. */
  readonly applicationLatest?: string | undefined;
  /** `[local]` for a Unix socket. */
  readonly remoteHost?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly connectedAt?: number | undefined;
  readonly replication: boolean;
  /** Known from the server only: the log does not tell of its connect. Undefined = from the log. */
  readonly source?: 'server' | undefined;
  /** Connected at or before the last Clear. */
  readonly beforeClear: boolean;
}

/** Everything that the log told of one session. */
export interface SessionDetails extends SessionRow {
  readonly authenticationMethod?: string | undefined;
  readonly authenticatedIdentity?: string | undefined;
  /** `FILE:LINE` of the pg_hba.conf rule that let it in (PostgreSQL 14 and later). */
  readonly hbaRule?: string | undefined;
  /** Its names could be told apart in several ways, and nothing says which is right. */
  readonly namesAreGuessed?: boolean | undefined;
  /** As logged: `protocol=TLSv1.3, cipher=…, bits=256`. */
  readonly tls?: string | undefined;
  /** As logged: `authenticated=yes, encrypted=yes, principal=…`. */
  readonly gss?: string | undefined;
  /** PostgreSQL 18 `connection ready`: total, fork and authentication, in ms. */
  readonly setupTotalMs?: number | undefined;
  readonly setupForkMs?: number | undefined;
  readonly setupAuthenticationMs?: number | undefined;
}

/** A name and how many open sessions have it; undefined = unknown (no application_name, for instance). */
export interface NameCount {
  readonly name: string | undefined;
  readonly count: number;
}

/** failure = refused login; ending = session ended by the server; problem = about the server itself. */
export type TroubleCategory = 'failure' | 'ending' | 'problem';

/** One refused login, ended session or server problem. */
export interface Trouble {
  /** Number of the event within its source, ascending in log order. */
  readonly id: number;
  readonly category: TroubleCategory;
  /** Stable short word: `password`, `unknownDatabase`, `administratorCommand`, `crash`, … (core/connection/failure.ts). */
  readonly kind: string;
  readonly severity: string;
  readonly at?: number | undefined;
  readonly pid?: number | undefined;
  readonly sqlState?: string | undefined;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly statement?: string | undefined;
  /** What an extension wrote to the server's stderr past the log: a panic of its thread, or before a crash. */
  readonly rawText?: string | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly applicationName?: string | undefined;
  readonly remoteHost?: string | undefined;
  /** The file as it was called when it was read, and where the entry starts in it. */
  readonly file: string;
  readonly offsetBytes: number;
}

/** Repeats of one trouble within 15 minutes, drawn as one row. */
export interface TroubleGroup {
  /** Stable while the group lives. */
  readonly key: string;
  readonly category: TroubleCategory;
  readonly kind: string;
  readonly sqlState?: string | undefined;
  /** Message of the newest member. */
  readonly message: string;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly remoteHost?: string | undefined;
  readonly count: number;
  readonly firstAt?: number | undefined;
  readonly lastAt?: number | undefined;
  /** What it means, in one sentence, and what to do next. */
  readonly meaning: Sentence;
  readonly nextStep: Sentence;
  /** The pg_hba.conf line that DETAIL names, or a source line that a Rust panic names. */
  readonly link?: { readonly path: string; readonly line: number } | undefined;
  /** The newest 50, newest first. */
  readonly members: readonly Trouble[];
  readonly acknowledged: boolean;
}

/** The Failures view: newest first in each list. */
export interface TroubleLists {
  readonly failures: readonly TroubleGroup[];
  readonly endings: readonly TroubleGroup[];
  readonly problems: readonly TroubleGroup[];
  /** How many entries the mute rules hide. */
  readonly muted: number;
}

export type FeedSign = '+' | '-' | '!';

/** One line of the live feed: somebody came, left, or was turned away. */
export interface FeedRow {
  readonly id: number;
  readonly sign: FeedSign;
  readonly at?: number | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly applicationName?: string | undefined;
  readonly remoteHost?: string | undefined;
  readonly pid?: number | undefined;
  /** `-` only: how long the session lasted. */
  readonly sessionTimeMs?: number | undefined;
  /** `-` only: ended without a disconnection line (crash, restart, pid reused). */
  readonly lost?: boolean | undefined;
  /** `!` only; undefined = a refused login. */
  readonly category?: TroubleCategory | undefined;
  /** `!` only. */
  readonly sqlState?: string | undefined;
  /** `!`: the log's words. `-`: how it ended, where it was not as usual (`core/report/endText.ts`), in English. */
  readonly message?: string | undefined;
  /** `-` only: what `message` says, as a word that a view can say in its own language. */
  readonly reason?: EndReason | undefined;
  /** Where several logs are followed: whose row it is, by a short name and by its id, and which of its rows. */
  readonly log?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly rowId?: number | undefined;
}

/** Counts of a window or of the whole log. */
export interface Totals {
  readonly connects: number;
  readonly disconnects: number;
  readonly lost: number;
  readonly failures: number;
  readonly endings: number;
  readonly problems: number;
  readonly replicationConnects: number;
}

/** Columns of the history: entry i of each belongs to the bucket that starts at startAt[i]. */
export interface HistoryColumns {
  readonly bucketMinutes: number;
  readonly startAt: readonly number[];
  readonly connects: readonly number[];
  readonly disconnects: readonly number[];
  readonly lost: readonly number[];
  readonly failures: readonly number[];
  /** Highest number of open sessions at any moment of the bucket. */
  readonly maxActive: readonly number[];
  /** Open sessions at the end of the bucket. */
  readonly active: readonly number[];
}

/** A name with what it did in a stretch of time, and how many of its sessions are open now; undefined = unknown. */
export interface NameTally {
  readonly name: string | undefined;
  readonly connects: number;
  readonly active: number;
}

/** The names that connected most often, and what the others have together. */
export interface TopNames {
  readonly names: readonly NameTally[];
  readonly others: { readonly names: number; readonly connects: number; readonly active: number };
}

export type DashboardScope = 'hour' | 'day' | 'restart' | 'all';

/** Everything the dashboard needs to be drawn from nothing. */
export interface DashboardSnapshot {
  readonly status: SourceStatus;
  readonly scope: DashboardScope;
  readonly now: number;
  readonly history: HistoryColumns;
  /** When the log begins: what was before nobody knows. Undefined = it has no times. */
  readonly beganAt?: number | undefined;
  /** Counts inside the scope. */
  readonly totals: Totals;
  readonly active: number;
  /** Starts of the server inside the scope. */
  readonly restartsAt: readonly number[];
  /** The one that the log begins with: of no session and no stop before it is anything known. */
  readonly firstStartAt?: number | undefined;
  /** How many sessions that ended inside the scope lasted how long: classes by `lengthBoundsMs`, one more than these. */
  readonly lengths: readonly number[];
  /** Who connected most often inside the scope, of the stored events: fewer than `totals.connects` where those are. */
  readonly top: Readonly<Record<Dimension, TopNames>>;
  /** How many connects `top` is made of. */
  readonly topOf: number;
  /** Oldest first; at most `feed.rows`. */
  readonly feed: readonly FeedRow[];
}

/** What a source is doing. */
export type SourceState =
  /** The existing file is being read; `readBytes` of `totalBytes`. */
  | 'reading'
  | 'following'
  | 'paused'
  /** The followed file is missing or unreadable; it is tried again. `trouble` says which and what to do. */
  | 'waiting'
  /** Reading was cancelled by the user: the numbers tell of a part of the log. */
  | 'stopped';

/** One source in a few numbers: status bar, badge, view titles, welcome texts. */
export interface SourceStatus {
  readonly sourceId: string;
  readonly log: DiscoveredLog;
  readonly state: SourceState;
  readonly readBytes: number;
  readonly totalBytes: number;
  /**
   * The log is written faster than it is read: what was written in the last so many ms is not counted yet. Undefined
   * while following keeps up (within a second).
   */
  readonly behindMs?: number | undefined;
  readonly trouble?: Sentence | undefined;
  /** What the numbers cannot tell, each with the remedy. */
  readonly warnings: readonly Sentence[];
  readonly activeIs: ActiveIs;
  /** Open client sessions, unfiltered; walsenders apart. */
  readonly active: number;
  readonly activeReplication: number;
  /** Unfiltered, since the last Clear. */
  readonly totals: Totals;
  /** Failures not yet looked at (badge), unfiltered, mute rules applied. */
  readonly newFailures: number;
  /** Of those that Clear, the filter and mute rules let be seen. */
  readonly newestFailureId?: number | undefined;
  /** Of the problems of the server itself that Clear lets be seen. */
  readonly newestProblemId?: number | undefined;
  readonly filter: Filter;
  /** Open client sessions that the filter lets through, and walsenders. */
  readonly activeFiltered: number;
  readonly activeReplicationFiltered: number;
  readonly clearedAt?: number | undefined;
  readonly canUndoClear: boolean;
  readonly format?: LogFormatName | undefined;
  readonly logLinePrefix?: string | undefined;
  readonly serverVersion?: string | undefined;
  /** Instant of the newest line understood. */
  readonly newestAt?: number | undefined;
  /** Grows with every change of the state: an unchanged version needs no redraw. */
  readonly version: number;
}
