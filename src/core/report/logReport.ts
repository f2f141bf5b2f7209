import type { LogFormatName } from '../log/logPlace.ts';
import type { Sentence } from '../sentence.ts';
import type { Dimension, Filter } from '../session/filter.ts';
import type { ActiveIs, Totals } from '../snapshot/sourceStatus.ts';
import type { HistoryColumns } from '../snapshot/dashboard.ts';
import type { NameCount, SessionRow } from '../snapshot/openSessions.ts';
import type { Trouble } from '../snapshot/troubleLists.ts';

/** The longest list in a report: sessions, failures, endings, problems, buckets. Counts stay exact beyond it. */
export const longestList = 10_000;

/**
 * Everything that the terminal, JSON and *Copy Summary* tell of one log, filter applied: plain values, filled by
 * the engine. Instants are ms since the epoch (UTC); missing is undefined. The counts come apart from the lists,
 * because the lists end at `longestList`.
 */
export interface LogReport {
  /** As they were called when they were read, oldest first; `-` is standard input. */
  readonly files: readonly string[];
  readonly format?: LogFormatName | undefined;
  readonly logLinePrefix?: string | undefined;
  /** What its lines are wrapped in, from the outside in: `docker json-file`, …; undefined = nothing. */
  readonly wrapping?: string | undefined;
  readonly serverVersion?: string | undefined;
  /** Instants of the oldest and the newest line understood. */
  readonly fromAt?: number | undefined;
  readonly toAt?: number | undefined;
  /** Bytes read, decompressed. */
  readonly bytes: number;
  /** Lines that look like log lines and were not understood. */
  readonly skipped: number;
  readonly activeIs: ActiveIs;
  /** Open client sessions; walsenders apart. */
  readonly active: number;
  readonly activeReplication: number;
  /** Open sessions, walsenders flagged, oldest connect first: the newest `longestList`. */
  readonly sessions: readonly SessionRow[];
  readonly totals: Totals;
  /** Oldest first: the newest `longestList` of each. */
  readonly failures: readonly Trouble[];
  readonly endings: readonly Trouble[];
  readonly problems: readonly Trouble[];
  /** Open client sessions by name, largest first, then by name; complete. */
  readonly groups: Readonly<Record<Dimension, readonly NameCount[]>>;
  readonly history: HistoryColumns;
  /** What the numbers cannot tell, each with the remedy. */
  readonly warnings: readonly Sentence[];
  readonly filter: Filter;
  /** Wall clock while following, the newest line's instant for a file at rest. */
  readonly now: number;
}
