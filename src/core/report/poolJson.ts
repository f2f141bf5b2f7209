import type { PoolTotals } from '../pool/poolBook.ts';
import type { PoolFinding } from '../pool/poolFinding.ts';
import { renderSentence } from '../sentence.ts';
import { isoInstant } from './jsonText.ts';
import { longestList } from './logReport.ts';
import { sumOfPools, type PoolReport } from './poolReport.ts';
import type { FailureDocument, SummaryDocument } from './summaryJson.ts';

/** One pool in JSON; null = the log never says. */
export interface PoolDocument {
  readonly name: string;
  readonly kind: string;
  readonly process: string | null;
  readonly size: number | null;
  readonly maxOverflow: number | null;
  readonly checkedOut: number | null;
  readonly maxCheckedOut: number | null;
  readonly maxOverflowUsed: number | null;
  readonly maxWaiting: number | null;
  readonly maxWaitMs: number | null;
  readonly checkouts: number | null;
  readonly returns: number | null;
  readonly created: number | null;
  readonly timeouts: number;
  readonly leaksDetected: number;
  readonly samples: number;
  /** Of PgBouncer only. */
  readonly servers?: number;
  readonly maxServers?: number;
}

export interface PoolFindingDocument {
  readonly kind: string;
  readonly severity: string;
  readonly pool: string;
  readonly message: string;
  readonly nextStep: string;
  readonly value: number;
  readonly threshold: number;
}

/** What `connections pool LOG --json` prints of an application's log (schemas/pool.schema.json): additions only. */
export interface PoolLogDocument {
  readonly log: {
    readonly files: readonly string[];
    readonly format: 'pool';
    readonly from: string | null;
    readonly to: string | null;
    readonly bytes: number;
    readonly lines: number;
  };
  readonly pools: readonly PoolDocument[];
  readonly pool: PoolDocument;
  readonly failed: number;
  readonly failures: readonly (FailureDocument & { readonly pool: string })[];
  readonly findings: readonly PoolFindingDocument[];
  readonly history: {
    readonly buckets: readonly {
      readonly start: string;
      readonly checkedOut: number;
      readonly maxCheckedOut: number;
      readonly maxWaiting: number;
      readonly timeouts: number;
    }[];
  };
  readonly warnings: readonly string[];
}

/** The report as a document, keys in the published order. */
export function poolLogDocument(report: PoolReport): PoolLogDocument {
  const { files, bytes, lines, pools } = report;
  return {
    log: {
      files,
      format: 'pool',
      from: isoInstant(report.fromAt),
      to: isoInstant(report.toAt),
      ...{ bytes, lines },
    },
    pools: pools.slice(0, longestList).map(poolDocument),
    pool: poolDocument(sumOfPools(pools)),
    failed: pools.reduce((sum, { timeouts }) => sum + timeouts, 0),
    failures: report.failures.map(({ at, pool, message, place, process }) => ({
      at: isoInstant(at),
      pid: process !== undefined && /^\d{1,10}$/.test(process) ? Number(process) : null,
      sqlState: null,
      kind: 'poolExhausted',
      message,
      ...{ detail: null, hint: null, user: null, database: null, host: null },
      file: place.file,
      offset: place.offsetBytes,
      pool,
    })),
    findings: report.findings.map(findingDocument),
    history: {
      buckets: report.buckets.map(({ startAt, out, mostOut, mostWaiting, timeouts }) => ({
        start: isoInstant(startAt) ?? '',
        checkedOut: out,
        maxCheckedOut: mostOut,
        maxWaiting: mostWaiting,
        timeouts,
      })),
    },
    warnings: report.warnings.map(renderSentence),
  };
}

export function poolDocument(pool: PoolTotals): PoolDocument {
  return {
    name: pool.name,
    kind: pool.kind,
    process: pool.process ?? null,
    size: pool.size ?? null,
    maxOverflow: pool.maxOverflow ?? null,
    checkedOut: pool.checkedOut ?? null,
    maxCheckedOut: pool.maxCheckedOut ?? null,
    maxOverflowUsed: pool.maxOverflowUsed ?? null,
    maxWaiting: pool.maxWaiting ?? null,
    maxWaitMs: pool.maxWaitMs ?? null,
    checkouts: pool.checkouts ?? null,
    returns: pool.returns ?? null,
    created: pool.created ?? null,
    timeouts: pool.timeouts,
    leaksDetected: pool.leaksDetected,
    samples: pool.samples,
    ...(pool.servers !== undefined && { servers: pool.servers }),
    ...(pool.maxServers !== undefined && { maxServers: pool.maxServers }),
  };
}

export function findingDocument(finding: PoolFinding): PoolFindingDocument {
  const { kind, severity, subject, value, threshold } = finding;
  return {
    ...{ kind, severity, pool: subject },
    message: renderSentence(finding.sentence),
    nextStep: renderSentence(finding.nextStep),
    ...{ value, threshold },
  };
}

/**
 * The summary of a PgBouncer log, as `connections LOG --json` prints it, and its pools (schemas/poolerLog.schema.json):
 * additions only.
 */
export type PoolerLogDocument = SummaryDocument & Pick<PoolLogDocument, 'pools' | 'pool'>;

export function poolerLogDocument(summary: SummaryDocument, pools: readonly PoolTotals[]): PoolerLogDocument {
  return {
    ...summary,
    pools: pools.slice(0, longestList).map(poolDocument),
    pool: poolDocument(sumOfPools(pools)),
  };
}
