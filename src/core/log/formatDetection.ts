import { CsvLog } from './csvLog.ts';
import { JsonLog } from './jsonLog.ts';
import type { LogFormat } from './logFormat.ts';
import { LogLinePrefix } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { inferPrefix } from './prefixInference.ts';
import { StderrLog } from './stderrLog.ts';

/** What is known before the first byte: from the user's settings and from the server's configuration. */
export interface FormatHints {
  /** The user's own word: taken as it is. */
  readonly logLinePrefix?: string | undefined;
  /** The configuration's: tried first. */
  readonly configuredPrefix?: string | undefined;
}

export interface DetectedFormat {
  readonly format: LogFormat;
  /** stderr only. */
  readonly logLinePrefix?: string | undefined;
}

const csvStart =
  /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [^,\s]{1,12},(?:"(?:[^"]|"")*")?,(?:"(?:[^"]|"")*")?,\d{0,10},/m;
const jsonStart = /^\{"timestamp":"[^"]{20,40}",.*"error_severity":"/m;

/**
 * Decides how a log is written from a sample of it (its first kilobytes), or answers undefined when no line of the
 * sample is one of a PostgreSQL log; more bytes may tell.
 */
export function detectFormat(
  sample: string,
  clock: LogClock,
  hints: FormatHints = {},
): DetectedFormat | undefined {
  if (jsonStart.test(sample)) return { format: new JsonLog(clock) };
  if (csvStart.test(sample)) return { format: new CsvLog(clock) };
  if (hints.logLinePrefix !== undefined) return stderr([new LogLinePrefix(hints.logLinePrefix)], clock);
  const lines = sample.split(/\r?\n/).slice(0, 2000);
  const configured = hints.configuredPrefix === undefined ? [] : [hints.configuredPrefix];
  const inferred = inferPrefix(lines, clock, configured);
  if (!inferred) return undefined;
  const prefixes = [
    inferred.prefix,
    ...configured.filter((text) => text !== inferred.prefix.text).map((text) => new LogLinePrefix(text)),
  ];
  return stderr(prefixes, clock, lines);
}

function stderr(
  prefixes: readonly LogLinePrefix[],
  clock: LogClock,
  lines: readonly string[] = [],
): DetectedFormat {
  return { format: new StderrLog(prefixes, clock, lines), logLinePrefix: prefixes[0]?.text };
}
