/**
 * The plain values that the Server view, the status bar and the terminal draw of a live server. Computed by the
 * engine from the newest sample; a view adds nothing. Every figure has a source and an age: `takenAt` for the server's,
 * and `fromLog` where only the log could tell.
 */
import type { Sentence } from '../sentence.ts';
import type { NameCount } from '../snapshot/openSessions.ts';
import type { Backend, PreparedTransaction, ReplicationSlot, ServerFacts, TviewFigures } from './activity.ts';
import type { Finding } from './finding.ts';
import type { LimitCount } from './limits.ts';

export type Health = 'HEALTHY' | 'WARNING' | 'CRITICAL';

/** Counts of client backends, our own left out (product.md, section 3). */
export interface Overview {
  readonly total: number;
  readonly active: number;
  readonly idle: number;
  readonly idleInTransaction: number;
  /** `wait_event_type = 'Lock'`. */
  readonly waiting: number;
  /** Everything that is no client backend. */
  readonly background: number;
  /** Walsenders among those; they take no slot of `max_connections`. */
  readonly walsenders: number;
  readonly maxConnections: number;
  /** superuser_reserved_connections + reserved_connections. */
  readonly reserved: number;
  /** What ordinary roles can have: max − reserved. */
  readonly usable: number;
  /** Client backends, ours included, as a share of `usable`; 1 when a connection was refused with 53300. */
  readonly utilization: number;
  readonly health: Health;
  readonly longestActiveSeconds: number | undefined;
  readonly longestIdleInTransactionSeconds: number | undefined;
}

/** A chain of waits, drawn as a tree: who waits for whom; a prepared transaction has pid 0. */
export interface BlockedBy {
  readonly pid: number;
  readonly waiters: readonly BlockedBy[];
}

/** A setting worth a sentence: idle_in_transaction_session_timeout, keepalives, log_*, … */
export interface SettingAdvice {
  readonly name: string;
  readonly value: string;
  readonly looksRight: boolean;
  readonly sentence: Sentence;
}

/** Whether an application's connections only ever grow, with the evidence. */
export interface LeakVerdict {
  readonly application: string | undefined;
  readonly user: string | undefined;
  readonly verdict: 'leaking' | 'steady' | 'notEnoughData';
  readonly sentence: Sentence;
  readonly samples: number;
  readonly fromAt: number;
  readonly toAt: number;
  readonly lowest: number;
  readonly now: number;
}

/** What an application's way of connecting costs: sessions shorter than a second, and their set-up time. */
export interface ConnectionCost {
  readonly application: string | undefined;
  readonly sessions: number;
  readonly shortSessions: number;
  readonly medianSetupMs: number | undefined;
  readonly shouldPool: boolean;
}

/** A named pattern over the query texts (`pgConnections.server.queryTags`), and the sessions it matches. */
export interface TagCount {
  readonly tag: string;
  readonly pids: readonly number[];
}

export type ServerState = 'connecting' | 'connected' | 'full' | 'unreachable' | 'refused' | 'disconnected';

/** A server in a few words: title, status bar, context keys. */
export interface ServerStatus {
  readonly serverId: string;
  /** The followed log whose server it is. */
  readonly sourceId?: string | undefined;
  /** `user@host:port`, as it is shown. Never a password. */
  readonly label: string;
  /** Where it was reached, for a `psql` of the user's own; undefined = not yet. */
  readonly address?: Pick<ServerFacts, 'host' | 'hostAddress' | 'port' | 'user'> | undefined;
  readonly state: ServerState;
  /** It is refused for want of a password, or of the right one. */
  readonly needsPassword?: boolean | undefined;
  /** Why not connected, or what this role cannot see; with the next step. */
  readonly sentence?: Sentence | undefined;
  readonly environment?: 'development' | 'test' | 'production' | undefined;
  /** Settings, an unsafe environment or Restricted Mode forbid ending sessions. */
  readonly readOnly: boolean;
  readonly health?: Health | undefined;
  readonly utilization?: number | undefined;
  /** Findings that are not silenced. */
  readonly warnings: number;
  readonly critical: number;
  /** When the newest sample was taken, our clock. */
  readonly takenAt?: number | undefined;
  /** The server needs longer than the interval: polled every so many ms instead. */
  readonly backedOffToMs?: number | undefined;
  /** Grows with every change. */
  readonly version: number;
}

/** A moment that can be stepped back to. */
export interface SampleMark {
  readonly id: number;
  readonly takenAt: number;
  readonly total: number;
  /** Findings began or ended here. */
  readonly changed: boolean;
}

/** Everything that the Server view draws, of one sample. */
export interface ServerSnapshot {
  readonly status: ServerStatus;
  readonly version: string | undefined;
  readonly sees: 'all' | 'own';
  readonly sampleId: number;
  readonly takenAt: number;
  readonly serverAt: number;
  /** The figures are of the last good sample: the server is full, or cannot be reached now. */
  readonly stale: boolean;
  readonly overview: Overview;
  /** Client backends, oldest first; at most 1,000. */
  readonly sessions: readonly Backend[];
  readonly background: readonly Backend[];
  readonly blocking: readonly BlockedBy[];
  readonly findings: readonly Finding[];
  /** Identity (`kind subject`) of the silenced ones. */
  readonly silenced: readonly string[];
  readonly byDatabase: readonly NameCount[];
  readonly byUser: readonly NameCount[];
  readonly byApplication: readonly NameCount[];
  readonly byClient: readonly NameCount[];
  readonly limits: readonly LimitCount[];
  readonly settings: readonly SettingAdvice[];
  readonly leaks: readonly LeakVerdict[];
  readonly cost: readonly ConnectionCost[];
  readonly tags: readonly TagCount[];
  readonly preparedTransactions: readonly PreparedTransaction[];
  readonly replicationSlots: readonly ReplicationSlot[];
  readonly tviews?: TviewFigures | undefined;
  /** The newest 300, oldest first. */
  readonly samples: readonly SampleMark[];
}
