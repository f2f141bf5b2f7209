/**
 * The plain values that the Pools view draws: of one followed log or console and the pools it tells of. Instants are ms
 * since the epoch; missing is undefined: nothing has told it.
 */
import type { BackendState } from '../server/activity.ts';
import type { Sentence } from '../sentence.ts';
import type { TroubleGroup } from '../snapshot/troubleLists.ts';
import type { PoolTotals } from './poolBook.ts';
import type { PoolFinding } from './poolFinding.ts';
import type { PoolerPoolRow, PoolerTrace } from './poolerSample.ts';
import type { PoolFigures } from './poolSample.ts';
import type { PoolBucket } from './poolTimeline.ts';

/** What is followed for its pools. A URI is without its password. */
export type PoolTarget =
  | { readonly kind: 'console'; readonly uri: string }
  | {
      readonly kind: 'log';
      /** Absolute. */
      readonly path: string;
      /** The user's own, for lines that nobody else knows (ownPattern.ts). */
      readonly pattern?: string | undefined;
      /** What the application calls itself on its server. */
      readonly application?: string | undefined;
    };

export type PoolState =
  /** A log is read for the first time, or a console is reached for the first time. */
  | 'reading'
  | 'following'
  /** The log is missing or unreadable, or the console does not answer; it is tried again. */
  | 'waiting'
  /** The console refuses us; it is tried again only when something changes. */
  | 'refused'
  | 'removed';

/** What the source turned out to be; `unknown` until its first lines or answer are there. */
export type PoolOrigin = 'console' | 'poolerLog' | 'applicationLog' | 'unknown';

/** One followed source of pools in a few words. */
export interface PoolStatus {
  readonly poolId: string;
  readonly target: PoolTarget;
  /** `user@host:port`, or the name of the file. */
  readonly label: string;
  readonly origin: PoolOrigin;
  readonly state: PoolState;
  readonly needsPassword: boolean;
  /** What is not as it should be, with the next step. */
  readonly sentence?: Sentence | undefined;
  readonly warnings: number;
  readonly critical: number;
  /** When what is known was told; of a log, its newest line. */
  readonly toldAt?: number | undefined;
  /** The log's file, where there is one on this machine. */
  readonly path?: string | undefined;
  /** Grows with every change. */
  readonly version: number;
}

/** A finding, and since when it stands. */
export type DatedPoolFinding = PoolFinding & { readonly sinceAt?: number | undefined };

/** A finding that began, became critical, or ended: told once each. */
export interface PoolFindingChange {
  readonly change: 'began' | 'worse' | 'ended';
  readonly at: number;
  readonly finding: DatedPoolFinding;
}

/** One pool: its totals, and what it is now. */
export interface PoolRow extends PoolTotals {
  readonly now: PoolFigures;
  /** Of a PgBouncer whose console is asked. */
  readonly pooler?: PoolerPoolRow | undefined;
}

/** The clients of one application that come through a pooler. */
export interface PooledApplication {
  readonly name: string | undefined;
  readonly clients: number;
  /** Of them: with a server connection now, and waiting for one. */
  readonly linked: number;
  readonly waiting: number;
}

/** One client of a pooler, with the backend that works for it and what the backend's server tells of that. */
export interface TracedClient extends PoolerTrace {
  readonly backend?: { readonly state?: BackendState | undefined; readonly stateAgeMs?: number | undefined };
}

/** How many connections of an application a followed server counts. */
export interface ServerCount {
  readonly application: string;
  readonly count: number;
  /** Whether the live server counts them, or its log; and which. */
  readonly by: 'server' | 'log';
  readonly label: string;
}

/** All that the view shows of one source. */
export interface PoolSnapshot {
  readonly status: PoolStatus;
  /** In the order in which they were named; at most `mostPoolRows`. */
  readonly pools: readonly PoolRow[];
  readonly poolCount: number;
  /** All of them as one, where there are several. */
  readonly sum?: PoolRow | undefined;
  /** Critical ones first. */
  readonly findings: readonly DatedPoolFinding[];
  /** Largest first. */
  readonly applications: readonly PooledApplication[];
  readonly pooler?: {
    readonly version: string;
    readonly clients: number | undefined;
    readonly maxClients: number | undefined;
  };
  readonly onServer: readonly ServerCount[];
  /** Refused logins, ended clients and checkouts that were given up: newest first. */
  readonly troubles: readonly TroubleGroup[];
  readonly warnings: readonly Sentence[];
}

/** Pools of one source that are shown; the sum has all. */
export const mostPoolRows = 200;

/** One pool, or all of a source, over time. */
export interface PoolChart {
  readonly label: string;
  /** Undefined = the sum of all. */
  readonly pool: string | undefined;
  readonly size: number | undefined;
  /** Size and overflow: no more can be out. */
  readonly limit: number | undefined;
  readonly bucketMs: number;
  readonly buckets: readonly PoolBucket[];
  readonly now: number;
}
