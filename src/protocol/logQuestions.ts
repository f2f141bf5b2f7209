import type { DashboardNews } from '../core/dashboardNews.ts';
import type { CommandSource, DiscoveredLog, FoundCommand } from '../core/log/logPlace.ts';
import type { Sentence } from '../core/sentence.ts';
import type { Dimension, Filter } from '../core/session/filter.ts';
import type { DashboardScope, DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import type { NameCount, SessionDetails, SessionRow } from '../core/snapshot/openSessions.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { TroubleLists } from '../core/snapshot/troubleLists.ts';

/** A mute rule: hides failures all of whose given parts match (`*` wildcards). */
export interface MuteRule {
  readonly kind?: string;
  readonly message?: string;
  readonly user?: string;
  readonly database?: string;
  readonly application?: string;
  readonly host?: string;
}

/** The settings that the engine obeys, already checked against their bounds by the host. */
export interface EngineSettings {
  readonly logLinePrefix: string;
  readonly timeZone: string;
  readonly historyWindowMinutes: number;
  readonly historyBucketMinutes: number;
  readonly memoryEvents: number;
  readonly feedRows: number;
  readonly mute: readonly MuteRule[];
  /** Of 127.0.0.1, where Prometheus finds /metrics; 0, or undefined = it is not served. */
  readonly metricsPort?: number | undefined;
  /** Commands whose output may be followed, by name; none in Restricted Mode. */
  readonly commandSources?: readonly CommandSource[] | undefined;
}

/** Where discovery may look beside the machine's fixed places. Empty in Restricted Mode. */
export interface WorkspaceHints {
  readonly folders: readonly string[];
}

/**
 * What to follow: a discovered log by id, a path, directory or glob the user named, a command of the settings by its
 * name, the log of a connected server, read over its connection, or the demo, which the recorded log at a path plays.
 */
export type FollowTarget =
  | { readonly discoveredId: string }
  | { readonly path: string }
  | { readonly commandName: string }
  | { readonly serverId: string }
  | { readonly demo: string };

/** Up to where Clear forgets: a place in a log, kept per workspace by the host. */
export interface ClearMark {
  readonly sourceId: string;
  /** Head fingerprint and inode of the file, as FileIdentity. */
  readonly file?: {
    readonly device: number;
    readonly inode: number;
    readonly head: string;
    readonly headBytes: number;
  };
  readonly offsetBytes: number;
  readonly at: number;
}

/**
 * A place in a file that the editor can open, or a text to show instead when the file is too large for it. `line`
 * counts from 0, as in the editor's positions; the lines that a `TroubleGroup.link` names count from 1, as in its text.
 */
export type EntryPlace =
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'excerpt'; readonly title: string; readonly text: string; readonly line: number };

/** What *Turn On Connection Logging* is about to do; shown whole before anything happens. */
export interface LoggingPreview {
  readonly sourceId: string;
  /** Opaque to the host; goes back with `applyLogging`. */
  readonly plan: unknown;
  /** One sentence: what changes, where and how. */
  readonly headline: Sentence;
  /** The SQL or the configuration block, verbatim. */
  readonly text: string;
  readonly warnings: readonly Sentence[];
}

/** What undo needs; kept by the host in global state, plain JSON. */
export interface LoggingUndo {
  readonly logId: string;
  readonly label: string;
  readonly record: unknown;
}

/** The questions about logs. */
export interface LogQuestions {
  /** Looks at the machine: all candidates, and which one to follow unasked (undefined = none, or ask the user). */
  discover: {
    ask: { hints: WorkspaceHints; pinnedId?: string };
    answer: { logs: DiscoveredLog[]; chosenId?: string };
  };
  /** Looks for running containers, pods and units: what follows their logs, those about PostgreSQL first. */
  findCommands: { ask: Readonly<Record<string, never>>; answer: { found: FoundCommand[] } };
  /** Reads the log whole, then follows it. Answers at once; progress comes as `changed`. */
  follow: {
    ask: { target: FollowTarget; settings: EngineSettings; clearMark?: ClearMark };
    answer: { status: SourceStatus };
  };
  unfollow: { ask: { sourceId: string }; answer: undefined };
  pause: { ask: { sourceId: string; paused: boolean }; answer: undefined };
  /** Cancels the first read; what was read so far stays. */
  stopReading: { ask: { sourceId: string }; answer: undefined };
  configure: { ask: { settings: EngineSettings }; answer: undefined };
  setFilter: { ask: { sourceId: string; filter: Filter }; answer: undefined };
  clear: { ask: { sourceId: string }; answer: { mark: ClearMark } };
  undoClear: { ask: { sourceId: string }; answer: { mark?: ClearMark } };
  /** Failures up to now have been looked at: the badge falls to 0. */
  markSeen: { ask: { sourceId: string }; answer: undefined };
  acknowledge: { ask: { sourceId: string; groupKey: string }; answer: undefined };
  /** Open client sessions by name, largest first. */
  groups: {
    ask: { sourceId: string; dimension: Dimension; limit: number };
    answer: { groups: NameCount[]; total: number };
  };
  sessions: {
    ask: { sourceId: string; dimension: Dimension; name: string | undefined; from: number; limit: number };
    answer: { sessions: SessionRow[]; total: number };
  };
  /** Open walsenders that the filter lets through, oldest first: `groups` and `sessions` hold clients only. */
  walsenders: {
    ask: { sourceId: string; from: number; limit: number };
    answer: { sessions: SessionRow[]; total: number };
  };
  session: { ask: { sourceId: string; key: string }; answer: { session?: SessionDetails } };
  /** The log's own lines of one session, as text. */
  sessionLog: { ask: { sourceId: string; key: string }; answer: { title: string; text: string } };
  troubles: { ask: { sourceId: string }; answer: TroubleLists };
  dashboard: {
    ask: { sourceId: string; scope: DashboardScope; bucketMinutes?: number };
    answer: DashboardSnapshot;
  };
  /** The same for a page that has the news numbered `have`: only what differs from those. */
  dashboardNews: {
    ask: {
      sourceId: string;
      scope: DashboardScope;
      bucketMinutes?: number;
      page: string;
      have?: number | undefined;
    };
    answer: DashboardNews;
  };
  /** Where a failure, ending or problem stands in its log now, also after rotation. */
  locate: { ask: { sourceId: string; troubleId: number; largestFileBytes: number }; answer: EntryPlace };
  /** The summary as the terminal prints it. */
  summaryText: { ask: { sourceId: string }; answer: { text: string } };
  /** Everything *Show Status* says, as Markdown. */
  statusText: { ask: { sourceId?: string }; answer: { text: string } };
  /** Writes the stored events (filter and Clear applied) to a file; answers how many. */
  exportEvents: { ask: { sourceId: string; format: 'csv' | 'json'; path: string }; answer: { rows: number } };
  /** What happened in a stretch of the log up to now, as Markdown. */
  incidentNote: {
    ask: { sourceId: string; scope: DashboardScope; masked: boolean };
    answer: { text: string };
  };
  previewLogging: { ask: { sourceId: string }; answer: LoggingPreview };
  applyLogging: { ask: { preview: LoggingPreview }; answer: { undo: LoggingUndo; done: Sentence } };
  undoLogging: { ask: { undo: LoggingUndo }; answer: { done: Sentence } };
}
