/**
 * What one poll of a server answers: plain values, as `pg_stat_activity` and its neighbours have them (manual,
 * section 27.2.3). Instants are ms since the epoch by the server's clock; ages are `serverAt` minus an instant, so
 * that two clocks are never compared. Missing is undefined: not there, or hidden from the role that asked.
 */

/** `pg_stat_activity.state`; there is no state `waiting` (a wait for a lock is `waitEventType` `Lock`). */
export type BackendState =
  | 'active'
  | 'idle'
  | 'idle in transaction'
  | 'idle in transaction (aborted)'
  | 'fastpath function call'
  | 'disabled'
  | 'starting';

/** One row of `pg_stat_activity`. */
export interface Backend {
  readonly pid: number;
  /** `client backend`, `walsender`, `parallel worker`, `autovacuum worker`, an extension's own name, … */
  readonly backendType: string;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly applicationName?: string | undefined;
  /** `[local]` for a Unix socket; undefined = no client, or hidden. */
  readonly clientAddress?: string | undefined;
  readonly clientPort?: number | undefined;
  /** With `pid` what identifies a session; undefined = hidden. */
  readonly backendStartAt?: number | undefined;
  /** The same, as the server wrote it: microseconds, for comparing it again in the statement that ends it. */
  readonly backendStart?: string | undefined;
  readonly transactionStartAt?: number | undefined;
  readonly queryStartAt?: number | undefined;
  readonly stateChangeAt?: number | undefined;
  readonly state?: BackendState | undefined;
  readonly waitEventType?: string | undefined;
  readonly waitEvent?: string | undefined;
  /** The newest statement, at most `queryCharacters` of it; undefined = none, or hidden. */
  readonly query?: string | undefined;
  /** `pg_blocking_pids`, asked only for those that wait for a lock. 0 = a prepared transaction. */
  readonly blockedBy: readonly number[];
  /** A parallel worker's leader. */
  readonly leaderPid?: number | undefined;
}

/** How much of a query is kept. */
export const queryCharacters = 1024;

/** What holds a database without being a session of it. */
export interface PreparedTransaction {
  readonly gid: string;
  readonly database: string;
  readonly owner: string;
  readonly preparedAt: number;
}

/** A row of `pg_replication_slots`; `database` only of a logical one. */
export interface ReplicationSlot {
  readonly name: string;
  readonly slotType: 'physical' | 'logical';
  readonly database?: string | undefined;
  readonly active: boolean;
  readonly activePid?: number | undefined;
}

/** `rolconnlimit` or `datconnlimit` where one is set (not -1). A superuser's limit is not enforced by the server. */
export interface ConnectionLimit {
  readonly kind: 'user' | 'database';
  readonly name: string;
  readonly limit: number;
}

/** What the server is and how it is set; asked at the start and every minute. */
export interface ServerFacts {
  /** `17.4`. */
  readonly version: string;
  readonly majorVersion: number;
  readonly host: string;
  /** Where the host was connected to, if an address was given for it (`hostaddr`). */
  readonly hostAddress?: string | undefined;
  readonly port: number;
  readonly user: string;
  /** In which database we are. */
  readonly database?: string | undefined;
  /** Our own backend: never counted among the sessions, never ended. */
  readonly ownPid: number;
  /** `all` = superuser or pg_read_all_stats: other roles' states and queries are seen. */
  readonly sees: 'all' | 'own';
  /** Whether this role may signal others' backends: superuser, or pg_signal_backend (then not superusers'). */
  readonly maySignal: 'all' | 'ordinary' | 'own';
  readonly inRecovery: boolean;
  readonly startedAt: number;
  readonly maxConnections: number;
  readonly superuserReservedConnections: number;
  /** 16 and later; 0 before. */
  readonly reservedConnections: number;
  /** Settings that decide how long connections live and what the log says of them, as `pg_settings` shows them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly limits: readonly ConnectionLimit[];
  /** Roles that are superusers, to whom reserved slots are open and limits do not apply. */
  readonly superusers: readonly string[];
}

/** One poll, whole and consistent: one read-only transaction. */
export interface ActivitySample {
  readonly facts: ServerFacts;
  /** `clock_timestamp()` of the poll: the server's clock. */
  readonly serverAt: number;
  /** Our clock when the answer had come. */
  readonly takenAt: number;
  /** How long the poll took, as seen from here. */
  readonly tookMs: number;
  /** All rows, background processes too, our own left out. */
  readonly backends: readonly Backend[];
  readonly preparedTransactions: readonly PreparedTransaction[];
  readonly replicationSlots: readonly ReplicationSlot[];
  /** pg_tviews, where it is installed in the database we are in (facts, section 9). */
  readonly tviews?: TviewFigures | undefined;
}

/** `pg_tviews_queue_stats()`, numbers only, by their names there; and how many TVIEWs `pg_tview_meta` lists. */
export interface TviewFigures {
  readonly version?: string | undefined;
  readonly tviews?: number | undefined;
  readonly queue: Readonly<Record<string, number>>;
}

/** True for a session of a client: what `total`, utilization and every list of sessions are about. */
export function isClientBackend({ backendType }: Backend): boolean {
  return backendType === 'client backend';
}
