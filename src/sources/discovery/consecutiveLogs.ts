import { basename } from 'node:path';
import type { LogFormatName } from '../../core/log/logPlace.ts';
import { UsageError } from '../../core/report/usage.ts';
import { clockLagMs } from '../../core/log/retelling.ts';

/** What a log itself tells of whose it is, and when it was written. */
export interface LogSpan {
  /** Of its first and its newest entry of connections, ms since the epoch; undefined = it tells no times. */
  readonly fromAt: number | undefined;
  readonly toAt: number | undefined;
  /** Who wrote it: `PostgreSQL`, `PgBouncer`, `application`. */
  readonly program: string;
  /** Undefined = of an application, several processes of which may write at the same time. */
  readonly format: LogFormatName | undefined;
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

/** What sequences are together: one log, of several servers as these two show, or not known. */
export type Together =
  | { readonly kind: 'one'; readonly ordered: readonly NamedSequence[] }
  | { readonly kind: 'several'; readonly two: readonly [NamedSequence, NamedSequence] }
  | { readonly kind: 'unknown' };

interface Telling {
  readonly sequence: NamedSequence;
  readonly span: LogSpan;
}

/**
 * What the logs themselves say. One server's are those of which one began when the other had ended, for a server writes
 * one log at a time (in several formats more); they come oldest first. What tells of no connection makes no difference,
 * and is where it was written.
 */
export async function togetherOf(sequences: readonly NamedSequence[], spanOf: SpanOf): Promise<Together> {
  const [cluster, other] = sequences.filter(({ stem }) => isOfCluster(basename(stem)));
  if (cluster && other) return { kind: 'several', two: [cluster, other] };
  const silent: NamedSequence[] = [];
  const telling: Telling[] = [];
  for (const sequence of sequences) {
    const span = await spanOf(sequence.paths);
    const others = span && telling.find((before) => isOfAnother(before.span, span));
    if (others) return { kind: 'several', two: [others.sequence, sequence] };
    if (span) telling.push({ sequence, span });
    else silent.push(sequence);
  }
  telling.sort((a, b) => (a.span.fromAt ?? 0) - (b.span.fromAt ?? 0));
  if (telling.some(({ span }, index) => index > 0 && !follows(span, telling[index - 1]?.span)))
    return { kind: 'unknown' };
  const ordered = telling.map(({ sequence }) => sequence);
  const newestAt = Math.max(...ordered.map(({ modifiedAt }) => modifiedAt));
  const isLast = ({ modifiedAt }: NamedSequence): boolean => modifiedAt >= newestAt;
  const before = silent.filter((sequence) => !isLast(sequence));
  return { kind: 'one', ordered: [...before, ...ordered, ...silent.filter(isLast)] };
}

/** Two that no one server wrote. */
export function ofSeveral([one, other]: readonly [NamedSequence, NamedSequence]): UsageError {
  return new UsageError(
    '{0} and {1} are logs of two servers, written at the same time or by different programs or versions: name the files of one.',
    one.paths.at(-1) ?? '',
    other.paths.at(-1) ?? '',
  );
}

/** Written by another program or major version, or in the same format at the same time. */
function isOfAnother(one: LogSpan, other: LogSpan): boolean {
  const versions = new Set([one.majorVersion, other.majorVersion, undefined]);
  if (one.program !== other.program || versions.size > 2) return true;
  const isOpen = [one.format, one.fromAt, one.toAt, other.fromAt, other.toAt].includes(undefined);
  return !isOpen && one.format === other.format && !follows(one, other) && !follows(other, one);
}

function follows(next: LogSpan, before: LogSpan | undefined): boolean {
  return before?.toAt !== undefined && next.fromAt !== undefined && next.fromAt >= before.toAt - disorderMs;
}

/** Debian names a cluster's log after it: `postgresql-15-main.log`. */
function isOfCluster(stem: string): boolean {
  return /^postgresql-(?:9\.\d|\d\d)-[^*]+\.log$/.test(stem);
}
