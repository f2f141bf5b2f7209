/**
 * The messages between the editor's host and the engine, and between the host and the page: plain data, one union
 * per direction. Everything that belongs to a log carries its source id; nothing assumes that there is only one.
 */
import type { DashboardNews } from './core/dashboardNews.ts';
import type { CommandSource, DiscoveredLog, FoundCommand } from './core/log/logPlace.ts';
import type { PatternTrial } from './core/pool/ownPattern.ts';
import type {
  PoolChart,
  PoolFindingChange,
  PoolSnapshot,
  PoolStatus,
  PoolTarget,
  TracedClient,
} from './core/pool/poolSnapshot.ts';
import type { Sentence } from './core/sentence.ts';
import type { ClientProcess, EndingPreview, EndingReport, EndingRequest } from './core/server/ending.ts';
import type { FindingChange, ServerThresholds } from './core/server/finding.ts';
import type { ServerSnapshot, ServerStatus } from './core/server/serverSnapshot.ts';
import type { Dimension, Filter } from './core/session/filter.ts';
import type {
  DashboardScope,
  DashboardSnapshot,
  NameCount,
  SessionDetails,
  SessionRow,
  SourceStatus,
  TroubleLists,
} from './core/snapshot.ts';

// ---- host ↔ engine -------------------------------------------------------------------------------------------

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

/** Which server: the followed log's own, or what libpq would make of a URI and the environment (PG*, service, pgpass). */
export type ServerTarget =
  { readonly sourceId: string } | { readonly uri: string; readonly sourceId?: string | undefined };

/** `pgConnections.server.*`, already checked against their bounds by the host. */
export interface ServerSettings {
  /** Between polls while a view shows the server, and while only alerts need it. */
  readonly seenMs: number;
  readonly alertsMs: number;
  readonly thresholds: ServerThresholds;
  /** Name → regular expression over the query text. */
  readonly queryTags: Readonly<Record<string, string>>;
  readonly environment?: 'development' | 'test' | 'production' | undefined;
  readonly readOnly: boolean;
  /** Findings (`kind subject`) that the user knows of. */
  readonly silenced: readonly string[];
}

/** Who needs a server's figures: a view that is visible, alerts only, or nobody (then nothing is asked). */
export type ServerAttention = 'seen' | 'alerts' | 'none';

/** The questions about a live server. */
export interface ServerQuestions {
  /** Answers at once; how it goes comes as `server`. The password is kept in memory for reconnecting until then, and never written. */
  connectServer: {
    ask: { target: ServerTarget; settings: ServerSettings; password?: string };
    answer: { status: ServerStatus };
  };
  disconnectServer: { ask: { serverId: string }; answer: undefined };
  configureServer: { ask: { serverId: string; settings: ServerSettings }; answer: undefined };
  /** Which followed log may be that of a server which was named by a URI, from now on. */
  joinServer: { ask: { serverId: string; sourceId: string }; answer: undefined };
  attendServer: { ask: { serverId: string; attention: ServerAttention }; answer: undefined };
  /** Of the newest sample, or of one of `samples`; undefined while there is none. */
  serverSnapshot: { ask: { serverId: string; sampleId?: number }; answer: { snapshot?: ServerSnapshot } };
  previewEnding: { ask: { serverId: string; request: EndingRequest }; answer: EndingPreview };
  endSessions: { ask: { preview: EndingPreview }; answer: EndingReport };
  /** What to put into a report: connections by age and hour of start, overview, findings, settings. */
  serverReport: {
    ask: { serverId: string; format: 'markdown' | 'csv'; masked: boolean };
    answer: { text: string };
  };
  /** The local process behind a session; undefined when it is not on this machine. */
  clientProcess: { ask: { serverId: string; pid: number }; answer: { process?: ClientProcess } };
}

/** `pgConnections.server.seenSeconds` and `alertSeconds`, for a pooler's console; the zone of a log that states none. */
export interface PoolSettings extends Pick<ServerSettings, 'seenMs' | 'alertsMs'> {
  readonly timeZone: string;
}

/** The questions about pools. */
export interface PoolQuestions {
  /** Answers at once; what is found comes as `pool`. The password is kept in memory, and never written. */
  addPool: {
    ask: { target: PoolTarget; settings: PoolSettings; password?: string };
    answer: { status: PoolStatus };
  };
  removePool: { ask: { poolId: string }; answer: undefined };
  /** How often a console is asked from now on. A log is read in another zone by adding it again. */
  configurePool: { ask: { poolId: string; settings: PoolSettings }; answer: undefined };
  /** Who needs the figures of a console; a log is followed in any case. */
  attendPool: { ask: { poolId: string; attention: ServerAttention }; answer: undefined };
  poolSnapshot: { ask: { poolId: string }; answer: { snapshot: PoolSnapshot } };
  /** The clients of one application that come through a pooler: those with a backend first; `limit` of them. */
  tracePool: {
    ask: { poolId: string; application: string | undefined; limit: number };
    answer: { clients: TracedClient[]; total: number };
  };
  /** One pool by its name, or their sum, over time. */
  poolChart: { ask: { poolId: string; pool?: string }; answer: { chart: PoolChart } };
  /** Where a trouble of a pool stands in its log now. */
  locatePoolTrouble: {
    ask: { poolId: string; troubleId: number; largestFileBytes: number };
    answer: EntryPlace;
  };
  /** What a pattern finds in the newest lines of a file. */
  tryPattern: { ask: { path: string; pattern: string }; answer: PatternTrial };
}

/** Every question that the host asks the engine, with its answer. */
export interface EngineQuestions extends ServerQuestions, PoolQuestions {
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
  /** Writes what configures another program, with the thresholds in use, to a file. */
  exportConfig: {
    ask: { format: 'panels' | 'grafana' | 'prometheus'; path: string; thresholds: ServerThresholds };
    answer: undefined;
  };
  previewLogging: { ask: { sourceId: string }; answer: LoggingPreview };
  applyLogging: { ask: { preview: LoggingPreview }; answer: { undo: LoggingUndo; done: Sentence } };
  undoLogging: { ask: { undo: LoggingUndo }; answer: { done: Sentence } };
}
export type QuestionName = keyof EngineQuestions;

/** Questions about one log. */
export type LogQuestion = {
  [Q in QuestionName]: EngineQuestions[Q]['ask'] extends { sourceId: string } ? Q : never;
}[QuestionName];

/** Host → engine. */
export type ToEngine = {
  [Q in QuestionName]: { readonly id: number; readonly question: Q; readonly ask: EngineQuestions[Q]['ask'] };
}[QuestionName];

/** Host → engine, the last word: sources end, checkpoints are written, the thread exits. */
export type EngineFarewell = 'close';

/** Engine → host. `changed` comes at most ten times a second for each source, however much happened. */
export type FromEngine =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly sentence: Sentence }
  | { readonly type: 'changed'; readonly status: SourceStatus }
  /** The live server: at most ten times a second. */
  | {
      readonly type: 'server';
      readonly status: ServerStatus;
      /** What began, became critical or ended since the last message, oldest first. */
      readonly changes: readonly FindingChange[];
    }
  /** A followed pool: at most ten times a second for each. */
  | {
      readonly type: 'pool';
      readonly status: PoolStatus;
      /** What began, became critical or ended since the last message, oldest first. */
      readonly changes: readonly PoolFindingChange[];
    }
  /** Discovery found a server started later than the followed one. */
  | { readonly type: 'newestServer'; readonly log: DiscoveredLog }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };

// ---- host ↔ the page of a pool's chart --------------------------------------------------------------------------

/** Host → page. */
export type ToPoolPage =
  | { readonly type: 'strings'; readonly strings: PageStrings; readonly locale: string }
  | { readonly type: 'chart'; readonly chart: PoolChart };

/** Page → host. */
export interface FromPoolPage {
  readonly type: 'ready';
}

// ---- host ↔ page ---------------------------------------------------------------------------------------------

/** Every text of the page, translated by the host; keys are the page's own (webview/strings.ts). */
export type PageStrings = Readonly<Record<string, string>>;

/** Host → page. */
export type ToPage =
  | { readonly type: 'strings'; readonly strings: PageStrings; readonly locale: string }
  | { readonly type: 'nothing'; readonly sentence: string }
  | { readonly type: 'dashboard'; readonly news: DashboardNews };

/** Page → host. The page speaks first, with `ready`; the answers hold all it needs to draw. It says so again when it lacks the news that others follow. */
export type FromPage =
  | { readonly type: 'ready'; readonly scope: DashboardScope; readonly bucketMinutes?: number }
  | {
      readonly type: 'scope';
      readonly sourceId: string;
      readonly scope: DashboardScope;
      readonly bucketMinutes?: number;
    }
  /** The user clicked `[!]`: open the log at that entry. */
  | { readonly type: 'open'; readonly sourceId: string; readonly troubleId: number }
  | { readonly type: 'pause'; readonly sourceId: string; readonly paused: boolean }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'command'; readonly command: 'chooseLog' | 'turnOnLogging' | 'filter' | 'clearFilter' };
