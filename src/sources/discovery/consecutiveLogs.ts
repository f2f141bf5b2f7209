import { basename } from 'node:path';
import { clockLagMs } from '../../core/log/retelling.ts';

/** What a log itself tells of whose it is, and when it was written. */
export interface LogSpan {
  /** Of its first and its newest entry of connections, ms since the epoch; undefined = it tells no times. */
  readonly fromAt: number | undefined;
  readonly toAt: number | undefined;
  /** Who wrote it: `PostgreSQL`, `PgBouncer`, `application`. */
  readonly program: string;
  /** Undefined = it is not told. */
  readonly majorVersion: string | undefined;
}

/** Reads a log's files, oldest first; undefined = they tell of no connection. */
export type SpanOf = (paths: readonly string[]) => Promise<LogSpan | undefined>;

/** Files of one log with names of one kind, oldest first. */
export interface NamedSequence {
  readonly stem: string;
  readonly paths: readonly string[];
  /** mtime of the last, ms since the epoch. */
  readonly modifiedAt: number;
}

/** Lines stand in a log in about the order of their times, which may be whole seconds. */
const disorderMs = 1000 + clockLagMs;

/**
 * The sequences as one server's log, oldest first, where the logs themselves say that one began when the other had
 * ended: a server writes one log at a time. What tells of no connection makes no difference, and is where it was written.
 * Undefined = they are not known to be one server's: written at the same time, by another program or major version, for
 * another of Debian's clusters, or without times.
 */
export async function consecutive(
  sequences: readonly NamedSequence[],
  spanOf: SpanOf,
): Promise<NamedSequence[] | undefined> {
  const clusters = new Set(sequences.map(({ stem }) => basename(stem)).filter(isOfCluster));
  if (clusters.size > 1) return undefined;
  const silent: NamedSequence[] = [];
  const telling: (LogSpan & { readonly sequence: NamedSequence })[] = [];
  for (const sequence of sequences) {
    const span = await spanOf(sequence.paths);
    if (span) telling.push({ ...span, sequence });
    else silent.push(sequence);
  }
  telling.sort((a, b) => (a.fromAt ?? 0) - (b.fromAt ?? 0));
  if (!telling.every((span, index) => index === 0 || follows(span, telling[index - 1]))) return undefined;
  const ordered = telling.map(({ sequence }) => sequence);
  const newestAt = Math.max(...ordered.map(({ modifiedAt }) => modifiedAt));
  const isLast = ({ modifiedAt }: NamedSequence): boolean => modifiedAt >= newestAt;
  return [...silent.filter((each) => !isLast(each)), ...ordered, ...silent.filter(isLast)];
}

function follows(next: LogSpan, before: LogSpan | undefined): boolean {
  if (before?.toAt === undefined || next.fromAt === undefined) return false;
  const versions = new Set([before.majorVersion, next.majorVersion, undefined]);
  return versions.size <= 2 && next.program === before.program && next.fromAt >= before.toAt - disorderMs;
}

/** Debian names a cluster's log after it: `postgresql-15-main.log`. */
function isOfCluster(stem: string): boolean {
  return /^postgresql-(?:9\.\d|\d\d)-[^*]+\.log$/.test(stem);
}
