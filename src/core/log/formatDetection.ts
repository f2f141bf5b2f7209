import { CsvLog } from './csvLog.ts';
import { JsonLog } from './jsonLog.ts';
import type { LogFormat } from './logFormat.ts';
import { LogLinePrefix } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { isPgbouncerLine, PgbouncerLog } from './pgbouncerLog.ts';
import { inferPrefix, isServersLog } from './prefixInference.ts';
import { csvStart, isRecord, jsonStart } from './records.ts';
import { StderrLog } from './stderrLog.ts';

/** What is known before the first byte: from the user's settings and from the server's configuration. */
export interface FormatHints {
  /** The user's own word: taken as it is. */
  readonly logLinePrefix?: string | undefined;
  /** The configuration's: tried first. */
  readonly configuredPrefix?: string | undefined;
  /**
   * It is a server's plain log, whatever stands in it: while log_destination is changed, it gets rows of csv as well; and
   * beside csv or json it has nothing but raw text.
   */
  readonly isStderr?: boolean | undefined;
  /** That of an earlier file of the same log: tried next. */
  readonly earlierPrefix?: string | undefined;
  /** ms since the epoch, for times without a year. */
  readonly now?: number | undefined;
}

export interface DetectedFormat {
  readonly format: LogFormat;
}

/** A format of which no more is to be found out. */
export interface SettledFormat {
  readonly name: 'stderr' | 'csv' | 'json';
  /** stderr: the only one that its lines have. */
  readonly logLinePrefix: string | undefined;
}

/** What another thread must know of a format; undefined = what it finds out by itself. */
export function settledFormat({ name, logLinePrefix, learned }: LogFormat): SettledFormat | undefined {
  const isOnly = logLinePrefix !== undefined && learned === JSON.stringify([logLinePrefix]);
  return name === 'csv' || name === 'json' || (name === 'stderr' && isOnly)
    ? { name, logLinePrefix }
    : undefined;
}

export function formatOf({ name, logLinePrefix = '' }: SettledFormat, clock: LogClock): LogFormat {
  if (name === 'csv') return new CsvLog(clock);
  return name === 'json' ? new JsonLog(clock) : new StderrLog([new LogLinePrefix(logLinePrefix)], clock);
}

/** Lines with a label from which a prefix is inferred. */
const mostLines = 2000;

/** Ends what stands before the message in lines, of whatever severity and language. */
const labelEnd = ':  ';
/** As csv has them: whatever stands in them, also of several lines. */
const quoted = /"(?:[^"]|"")*"/g;

/**
 * Is a log written in records or lines of this kind? Not one of them decides: names come from anybody who may try to
 * log in, and while log_destination changes, a log has records of another (syslogger.c, write_syslogger_file).
 */
function isMostly(lines: readonly string[], isOne: (line: string) => boolean): boolean {
  const ones = lines.filter(isOne).length;
  return ones > 0 && ones > lines.filter((line) => line.includes(labelEnd) && !isOne(line)).length;
}

function isMostlyJson(sample: string): boolean {
  const isOne = (line: string): boolean => jsonStart.test(line) && /\}\r?$/.test(line);
  return jsonStart.test(sample) && isMostly(sample.split('\n'), isOne);
}

function isMostlyCsv(sample: string): boolean {
  const isOne = (line: string): boolean => csvStart.test(line) && !line.includes(labelEnd);
  if (!csvStart.test(sample)) return false;
  // it may begin within a quoted text
  return [sample, `"${sample}`].some((text) => isMostly(text.replaceAll(quoted, '""').split('\n'), isOne));
}

function isMostlyPgbouncers(sample: string): boolean {
  const isLine = (line: string): boolean => isPgbouncerLine(line) && !line.includes(labelEnd);
  return isMostly(sample.split('\n', mostLines), isLine);
}

/**
 * Decides how a log is written from a sample of it (its first kilobytes, a byte order mark left out), or answers
 * undefined when no line of the sample is one of a PostgreSQL log; more bytes may tell.
 */
export function detectFormat(
  text: string,
  clock: LogClock,
  hints: FormatHints = {},
): DetectedFormat | undefined {
  const sample = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const { isStderr = false, configuredPrefix } = hints;
  if (!isStderr && isMostlyJson(sample)) return { format: new JsonLog(clock) };
  if (!isStderr && isMostlyCsv(sample)) return { format: new CsvLog(clock) };
  if (isMostlyPgbouncers(sample)) return { format: new PgbouncerLog(clock) };
  if (hints.logLinePrefix !== undefined)
    return { format: new StderrLog([new LogLinePrefix(hints.logLinePrefix)], clock) };
  const lines = sample
    .split(/\r?\n/)
    .filter((line) => line.includes(':  ') && !isRecord(line))
    .slice(0, mostLines);
  const known = [configuredPrefix, hints.earlierPrefix].filter((text) => text !== undefined);
  const prefix = rememberedPrefix(lines, clock, known);
  if (!prefix) {
    // where it is not known, the first line that has one teaches it
    const [likeliest = ''] = known;
    const isRaw = isStderr && /^thread '/m.test(sample);
    return isRaw ? { format: new StderrLog([new LogLinePrefix(likeliest)], clock) } : undefined;
  }
  const others = known.filter((text) => text !== prefix.text).map((text) => new LogLinePrefix(text));
  return { format: new StderrLog([prefix, ...others], clock, lines) };
}

/** The sample of which a prefix was told last: a log is begun more than once, by its first list and by its reading. */
let last: { readonly asked: readonly string[]; readonly prefix: LogLinePrefix | undefined } | undefined;

function rememberedPrefix(
  lines: readonly string[],
  clock: LogClock,
  known: readonly string[],
): LogLinePrefix | undefined {
  const asked = [...known, '', ...lines];
  const isLast = last?.asked.length === asked.length && last.asked.every((text, at) => text === asked[at]);
  if (!last || !isLast) last = { asked, prefix: inferredPrefix(lines, clock, known) };
  return last.prefix;
}

/** Where the prefix changes within the sample, that of its beginning: what follows is learned as it comes. */
function inferredPrefix(
  lines: readonly string[],
  clock: LogClock,
  known: readonly string[],
): LogLinePrefix | undefined {
  for (const count of [lines.length, lines.length / 2, lines.length / 4]) {
    const inferred = inferPrefix(lines.slice(0, Math.ceil(count)), clock, known);
    if (inferred && isServersLog(inferred)) return inferred.prefix;
    if (!inferred || inferred.proofs < 2) return undefined;
  }
  return undefined;
}
