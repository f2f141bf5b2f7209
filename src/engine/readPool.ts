import { poolFindingsOf } from '../core/pool/poolFinding.ts';
import type { PoolTotals } from '../core/pool/poolBook.ts';
import type { OwnPattern } from '../core/pool/ownPattern.ts';
import { summedBuckets } from '../core/pool/poolTimeline.ts';
import type { PoolReport } from '../core/report/poolReport.ts';
import { sentence, SentenceError, type Sentence } from '../core/sentence.ts';
import { lostSentence } from '../core/session/logWarnings.ts';
import type { SpanOf } from '../sources/discovery/consecutiveLogs.ts';
import type { PoolLog } from '../sources/pool/poolLog.ts';
import { tailLog, tailStream } from '../sources/tail/tailLog.ts';
import type { LogFold } from './logFold.ts';
import { PoolLogSink } from './poolLogSink.ts';
import type { ReadTarget } from './readLog.ts';

const keptEvents = 20_000;

export interface PoolReadOptions {
  readonly pattern?: OwnPattern | undefined;
  readonly timeZone?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a log turned out to be. */
export type PoolReading =
  | { readonly kind: 'application'; readonly report: PoolReport }
  | { readonly kind: 'pgbouncer'; readonly fold: LogFold; readonly pools: readonly PoolTotals[] };

/**
 * Reads the log of an application or of PgBouncer to its end; its first lines tell which. Throws a SentenceError when
 * it cannot be read, or no line of it is about a pool.
 */
export async function readPool(target: ReadTarget, options: PoolReadOptions = {}): Promise<PoolReading> {
  return readingOf(await sinkOf(target, options));
}

/** Holds the whole log, and knows which kind it is. */
async function sinkOf(target: ReadTarget, options: PoolReadOptions): Promise<PoolLogSink> {
  const signal = options.signal ?? new AbortController().signal;
  const sink = new PoolLogSink({ ...options, keptEvents });
  if ('settings' in target)
    await tailLog(target.place ?? { kind: 'files', paths: [] }, sink, { signal, follow: false });
  else await tailStream(target, sink, { signal });
  sink.decide();
  return sink;
}

/** Reads files for what they tell of when they were written: the log of an application, or of a PgBouncer. */
export function poolSpanBy(options: PoolReadOptions): SpanOf {
  return async (paths) => {
    const sink = await sinkOf({ place: { kind: 'files', paths }, settings: {} }, options);
    if (sink.origin === 'poolerLog') return sink.fold.span;
    const { told, fromAt, toAt } = sink.log.books;
    if (told === 0) return undefined;
    return { fromAt, toAt, program: 'application', format: undefined, majorVersion: undefined };
  };
}

function readingOf(sink: PoolLogSink): PoolReading {
  const { fold, log, pools } = sink;
  if (sink.origin === 'poolerLog') {
    fold.finish();
    return { kind: 'pgbouncer', fold, pools: pools.totals() };
  }
  requirePools(log, fold.log.understanding.format !== undefined);
  return { kind: 'application', report: poolReportOf(log) };
}

/** The report of an application's log as it is now. */
export function poolReportOf(log: PoolLog): PoolReport {
  const { books } = log;
  const pools = books.totals();
  return {
    files: [...new Set(log.files)],
    fromAt: books.fromAt,
    toAt: books.toAt,
    bytes: log.bytes,
    lines: books.told,
    pools,
    buckets: summedBuckets(books.books.map(({ timeline }) => timeline)),
    failures: books.failures,
    findings: pools.flatMap((pool, index) =>
      poolFindingsOf(pool, books.books[index]?.timeline.buckets ?? []),
    ),
    warnings: warningsOf(log),
  };
}

function warningsOf(log: PoolLog): Sentence[] {
  const warnings: Sentence[] = [];
  if (log.bytes === 0) warnings.push(sentence('The log is empty: nothing is known of a pool yet.'));
  if (log.longLines > 0)
    warnings.push(sentence('Of {0} very long lines only the beginning was read.', log.longLines));
  if (log.lostBytes > 0) warnings.push(lostSentence(log.lostBytes));
  return warnings;
}

/** Throws a SentenceError when a log that is not empty says nothing of a pool. */
export function requirePools(log: PoolLog, isServers: boolean): void {
  if (log.bytes === 0 || log.books.told > 0) return;
  const [file = '-'] = log.files;
  const name = file === '-' ? 'standard input' : file;
  if (isServers)
    throw new SentenceError(
      '{0} is the log of a PostgreSQL server, which knows nothing of pools: name the log of an application or of PgBouncer.',
      name,
    );
  throw new SentenceError(
    'No line of {0} is about a pool: log what it does (SQLAlchemy: echo_pool="debug"; HikariCP: level DEBUG), or describe its lines with --pattern.',
    name,
  );
}
