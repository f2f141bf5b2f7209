/** What a log is in a few numbers, as views draw them: plain values, to which a view adds nothing. Instants are ms since the epoch (UTC); missing is undefined. */
import type { DiscoveredLog, LogFormatName } from '../log/logPlace.ts';
import type { Sentence } from '../sentence.ts';
import type { Filter } from '../session/filter.ts';

/** How much the log can say of who is connected now (no `log_disconnections`, or a start in the middle). */
export type ActiveIs = 'exact' | 'atLeast' | 'unknown';

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
