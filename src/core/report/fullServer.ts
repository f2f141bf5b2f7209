import { sentence, type Sentence, renderSentence } from '../sentence.ts';
import { fullFinding } from '../server/capacityFindings.ts';
import type { Finding, ServerThresholds } from '../server/finding.ts';
import type { Overview } from '../server/serverSnapshot.ts';
import type { ServerRefusal } from '../server/refusal.ts';
import { findingDocument, refusalDocument, type ServerDocument } from './serverJson.ts';
import { findingsBlock, serverHeading, shownHealth } from './serverText.ts';
import { createPaint, shownSentence } from './shownText.ts';
import type { TextStyle } from './summaryText.ts';

/** A server that refused us before it ever answered: that it is full is known, and nothing else. */
export interface FullServer {
  readonly refusal: ServerRefusal;
  /** When, our clock. */
  readonly refusedAt: number;
  readonly findings: readonly Finding[];
  /** What is not known, with the remedy. */
  readonly warnings: readonly Sentence[];
}

/** What is known, and what is not, of a server that refused us at that time. */
export function fullServerOf(
  refusal: ServerRefusal,
  refusedAt: number,
  thresholds: ServerThresholds,
): FullServer {
  const unknown = sentence(
    'The server is full and refuses us: how many connections it has, and who holds them, is not known. Ask as a role that may use reserved slots, or read its log.',
  );
  return { refusal, refusedAt, findings: [fullFinding(thresholds)], warnings: [unknown] };
}

/** The overview when the refusal is the only measurement. */
const unknownOverview = {
  ...{ total: null, active: null, idle: null, idleInTransaction: null, waiting: null, background: null },
  ...{ maxConnections: null, reserved: null, usable: null },
  ...{ utilization: 1, health: 'CRITICAL' },
  ...{ longestActiveSeconds: null, longestIdleInTransactionSeconds: null },
} as const satisfies Record<Exclude<keyof Overview, 'walsenders'>, unknown>;

/** What a full server's document leaves open is null: no sessions would be an empty list. */
export interface FullServerDocument extends Pick<ServerDocument, 'findings' | 'warnings'> {
  readonly server: {
    readonly version: null;
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly sees: null;
  };
  readonly refusal: NonNullable<ServerDocument['refusal']>;
  readonly overview: typeof unknownOverview;
  readonly sessions: null;
  readonly byDatabase: null;
  readonly byUser: null;
  readonly byApplication: null;
  readonly byClient: null;
}

/** As `connections server --json` prints it (schemas/server.schema.json). */
export function fullServerDocument({ refusal, findings, warnings }: FullServer): FullServerDocument {
  const { host, port, user } = refusal;
  return {
    server: { version: null, host, port, user, sees: null },
    refusal: refusalDocument(refusal),
    overview: unknownOverview,
    sessions: null,
    findings: findings.map(findingDocument),
    ...{ byDatabase: null, byUser: null, byApplication: null, byClient: null },
    warnings: warnings.map(renderSentence),
  };
}

/** For a terminal. Ends without a line break; warnings are apart (`warningLines`). */
export function fullServerText({ refusal, refusedAt, findings }: FullServer, style: TextStyle): string {
  const paint = createPaint(style.colour);
  const { sqlState, message } = refusal;
  const said = shownSentence(sentence('it refused us with {0}: {1}', sqlState, message));
  return [
    serverHeading(refusal, refusedAt, style),
    `Connections: 100 % (${shownHealth('CRITICAL', paint)}), how many is not known\n  ${said}`,
    ...findingsBlock(findings, paint),
  ].join('\n\n');
}
