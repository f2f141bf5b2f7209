import { renderSentence } from '../sentence.ts';
import type { ActiveIs } from '../snapshot/sourceStatus.ts';
import type { HistoryColumns } from '../snapshot/dashboard.ts';
import type { NameCount, SessionRow } from '../snapshot/openSessions.ts';
import type { Trouble } from '../snapshot/troubleLists.ts';
import { isoInstant } from './jsonText.ts';
import { type LogReport, longestList } from './logReport.ts';

/** One open session in JSON. */
export interface SessionDocument {
  readonly pid: number | null;
  readonly sessionId: string | null;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly applicationLatest: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly connectedAt: string | null;
  readonly replication: boolean;
}

/** One refused login in JSON. */
export interface FailureDocument {
  readonly at: string | null;
  readonly pid: number | null;
  readonly sqlState: string | null;
  readonly kind: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly user: string | null;
  readonly database: string | null;
  readonly host: string | null;
  readonly file: string;
  readonly offset: number;
}

/** One session ended by the server: `reason` is its message. */
export type EndingDocument = FailureDocument & { readonly reason: string };

/** One server problem. */
export type ProblemDocument = FailureDocument & {
  readonly severity: string;
  readonly statement: string | null;
  readonly rawText: string | null;
};

/** One bucket of the history. */
export interface BucketDocument {
  readonly start: string;
  readonly connects: number;
  readonly disconnects: number;
  readonly lost: number;
  readonly failures: number;
  readonly maxActive: number;
  readonly active: number;
}

/** A name and its count; null = unknown. */
export interface NameCountDocument {
  readonly name: string | null;
  readonly count: number;
}

/** The summary as `--json` prints it (schemas/summary.schema.json): stable, additions only, missing = null. */
export interface SummaryDocument {
  readonly log: {
    readonly files: readonly string[];
    readonly format: string | null;
    readonly logLinePrefix: string | null;
    readonly wrapping: string | null;
    readonly serverVersion: string | null;
    readonly from: string | null;
    readonly to: string | null;
    readonly bytes: number;
    readonly skipped: number;
  };
  readonly activeIs: ActiveIs;
  readonly active: readonly SessionDocument[];
  readonly connects: number;
  readonly disconnects: number;
  readonly lost: number;
  readonly failed: number;
  readonly replicationConnects: number;
  readonly failures: readonly FailureDocument[];
  readonly endings: readonly EndingDocument[];
  readonly problems: readonly ProblemDocument[];
  readonly byDatabase: readonly NameCountDocument[];
  readonly byUser: readonly NameCountDocument[];
  readonly byApplication: readonly NameCountDocument[];
  readonly byHost: readonly NameCountDocument[];
  readonly history: { readonly bucketMinutes: number; readonly buckets: readonly BucketDocument[] };
  readonly warnings: readonly string[];
}

/**
 * The report as the summary document; keys in the published order. `--history` and `--failures` with `--json` give
 * the same document, so that there is one to know. Lists keep their newest `longestList`.
 */
export function summaryDocument(report: LogReport): SummaryDocument {
  const { totals, groups } = report;
  return {
    log: logDocument(report),
    activeIs: report.activeIs,
    active: newest(report.sessions).map(sessionDocument),
    connects: totals.connects,
    disconnects: totals.disconnects,
    lost: totals.lost,
    failed: totals.failures,
    replicationConnects: totals.replicationConnects,
    failures: newest(report.failures).map(failureDocument),
    endings: newest(report.endings).map((ending) => ({ ...failureDocument(ending), reason: ending.message })),
    problems: newest(report.problems).map((problem) => ({
      ...failureDocument(problem),
      severity: problem.severity,
      statement: problem.statement ?? null,
      rawText: problem.rawText ?? null,
    })),
    byDatabase: groups.database.map(nameCountDocument),
    byUser: groups.user.map(nameCountDocument),
    byApplication: groups.application.map(nameCountDocument),
    byHost: groups.host.map(nameCountDocument),
    history: {
      bucketMinutes: report.history.bucketMinutes,
      buckets: newest(bucketDocuments(report.history)),
    },
    warnings: report.warnings.map(renderSentence),
  };
}

function newest<T>(list: readonly T[]): readonly T[] {
  return list.slice(-longestList);
}

function logDocument(report: LogReport): SummaryDocument['log'] {
  return {
    files: report.files,
    format: report.format ?? null,
    logLinePrefix: report.logLinePrefix ?? null,
    wrapping: report.wrapping ?? null,
    serverVersion: report.serverVersion ?? null,
    from: isoInstant(report.fromAt),
    to: isoInstant(report.toAt),
    bytes: report.bytes,
    skipped: report.skipped,
  };
}

function sessionDocument(session: SessionRow): SessionDocument {
  return {
    pid: session.pid ?? null,
    sessionId: session.sessionId ?? null,
    user: session.user ?? null,
    database: session.database ?? null,
    application: session.applicationName ?? null,
    applicationLatest: session.applicationLatest ?? null,
    host: session.remoteHost ?? null,
    port: session.remotePort ?? null,
    connectedAt: isoInstant(session.connectedAt),
    replication: session.replication,
  };
}

function failureDocument(trouble: Trouble): FailureDocument {
  return {
    at: isoInstant(trouble.at),
    pid: trouble.pid ?? null,
    sqlState: trouble.sqlState ?? null,
    kind: trouble.kind,
    message: trouble.message,
    detail: trouble.detail ?? null,
    hint: trouble.hint ?? null,
    user: trouble.user ?? null,
    database: trouble.database ?? null,
    host: trouble.remoteHost ?? null,
    file: trouble.file,
    offset: trouble.offsetBytes,
  };
}

/** The same in JSON. */
export function nameCountDocument({ name, count }: NameCount): NameCountDocument {
  return { name: name ?? null, count };
}

function bucketDocuments(history: HistoryColumns): BucketDocument[] {
  return history.startAt.flatMap((startAt, index) => {
    const start = isoInstant(startAt);
    if (start === null) return [];
    return [
      {
        start,
        connects: history.connects[index] ?? 0,
        disconnects: history.disconnects[index] ?? 0,
        lost: history.lost[index] ?? 0,
        failures: history.failures[index] ?? 0,
        maxActive: history.maxActive[index] ?? 0,
        active: history.active[index] ?? 0,
      },
    ];
  });
}
