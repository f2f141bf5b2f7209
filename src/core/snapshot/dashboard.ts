/** What the dashboard draws: plain values, to which a view adds nothing. Instants are ms since the epoch (UTC); missing is undefined. */
import type { EndReason } from '../connection/connectionEvent.ts';
import type { Dimension } from '../session/filter.ts';
import type { SourceStatus, Totals } from './sourceStatus.ts';
import type { TroubleCategory } from './troubleLists.ts';

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
