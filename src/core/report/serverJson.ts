import { renderSentence } from '../sentence.ts';
import type { Backend } from '../server/activity.ts';
import type { Finding } from '../server/finding.ts';
import type { ServerRefusal } from '../server/refusal.ts';
import type { Health, Overview } from '../server/serverSnapshot.ts';
import { isoInstant } from './jsonText.ts';
import type { ServerReport } from './serverReport.ts';
import { type NameCountDocument, nameCountDocument } from './summaryJson.ts';

interface OverviewDocument {
  readonly total: number;
  readonly active: number;
  readonly idle: number;
  readonly idleInTransaction: number;
  readonly waiting: number;
  readonly background: number;
  readonly maxConnections: number;
  readonly reserved: number;
  readonly usable: number;
  readonly utilization: number;
  readonly health: Health;
  readonly longestActiveSeconds: number | null;
  readonly longestIdleInTransactionSeconds: number | null;
}

interface SessionDocument {
  readonly pid: number;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly clientAddress: string | null;
  readonly state: string | null;
  readonly waitEventType: string | null;
  readonly waitEvent: string | null;
  readonly backendStart: string | null;
  readonly transactionStart: string | null;
  readonly queryStart: string | null;
  readonly stateChange: string | null;
  readonly query: string | null;
  readonly blockedBy: readonly number[];
}

/** What the server said when it refused us. */
interface RefusalDocument {
  readonly sqlState: string;
  /** Its own words, in its language. */
  readonly message: string;
}

interface FindingDocument {
  readonly kind: string;
  readonly severity: 'warning' | 'critical';
  /** What was found, and the next step. */
  readonly message: string;
  readonly pids: readonly number[];
  readonly value: number;
  readonly threshold: number;
}

/** A server as `connections server --json` prints it (schemas/server.schema.json): stable, additions only, missing = null. */
export interface ServerDocument {
  readonly server: {
    readonly version: string;
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly sees: 'all' | 'own';
  };
  /** Why the figures are those of its last answer; null = they are those of now. */
  readonly refusal: RefusalDocument | null;
  readonly overview: OverviewDocument;
  readonly sessions: readonly SessionDocument[];
  readonly findings: readonly FindingDocument[];
  readonly byDatabase: readonly NameCountDocument[];
  readonly byUser: readonly NameCountDocument[];
  readonly byApplication: readonly NameCountDocument[];
  readonly byClient: readonly NameCountDocument[];
  readonly warnings: readonly string[];
}

/** One poll as one document. */
export function serverDocument(report: ServerReport): ServerDocument {
  const { version, host, port, user, sees } = report.sample.facts;
  return {
    server: { version, host, port, user, sees },
    refusal: report.refusal ? refusalDocument(report.refusal) : null,
    overview: overviewDocument(report.overview),
    sessions: report.sessions.map(sessionDocument),
    findings: report.findings.map(findingDocument),
    byDatabase: report.byDatabase.map(nameCountDocument),
    byUser: report.byUser.map(nameCountDocument),
    byApplication: report.byApplication.map(nameCountDocument),
    byClient: report.byClient.map(nameCountDocument),
    warnings: report.warnings.map(renderSentence),
  };
}

function overviewDocument(overview: Overview): OverviewDocument {
  return {
    total: overview.total,
    active: overview.active,
    idle: overview.idle,
    idleInTransaction: overview.idleInTransaction,
    waiting: overview.waiting,
    background: overview.background,
    maxConnections: overview.maxConnections,
    reserved: overview.reserved,
    usable: overview.usable,
    utilization: overview.utilization,
    health: overview.health,
    longestActiveSeconds: overview.longestActiveSeconds ?? null,
    longestIdleInTransactionSeconds: overview.longestIdleInTransactionSeconds ?? null,
  };
}

function sessionDocument(session: Backend): SessionDocument {
  return {
    pid: session.pid,
    user: session.user ?? null,
    database: session.database ?? null,
    application: session.applicationName ?? null,
    clientAddress: session.clientAddress ?? null,
    state: session.state ?? null,
    waitEventType: session.waitEventType ?? null,
    waitEvent: session.waitEvent ?? null,
    backendStart: isoInstant(session.backendStartAt),
    transactionStart: isoInstant(session.transactionStartAt),
    queryStart: isoInstant(session.queryStartAt),
    stateChange: isoInstant(session.stateChangeAt),
    query: session.query ?? null,
    blockedBy: session.blockedBy,
  };
}

export function refusalDocument({ sqlState, message }: ServerRefusal): RefusalDocument {
  return { sqlState, message };
}

export function findingDocument({
  kind,
  severity,
  sentence,
  nextStep,
  pids,
  value,
  threshold,
}: Finding): FindingDocument {
  const message = `${renderSentence(sentence)} ${renderSentence(nextStep)}`;
  return { kind, severity, message, pids, value, threshold };
}
