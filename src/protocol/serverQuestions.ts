import type { ClientProcess, EndingPreview, EndingReport, EndingRequest } from '../core/server/ending.ts';
import type { ServerThresholds } from '../core/server/finding.ts';
import type { ServerSnapshot, ServerStatus } from '../core/server/serverSnapshot.ts';

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
