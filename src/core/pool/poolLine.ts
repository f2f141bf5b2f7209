import { containerWrappings, objectOf } from '../log/wrapping/containerLines.ts';
import { syslogWrapping } from '../log/wrapping/syslogLines.ts';
import type { WrappedReader, WrappingContext } from '../log/wrapping/wrappedLine.ts';

/** A line of an application's log, without what others put around it. */
export interface PoolLine {
  /** The line itself; of a JSON line its message, and its numbers as `name=1`. */
  readonly text: string;
  /** What else a JSON line tells of an error: a stack trace, where a timeout may stand. */
  readonly more?: string | undefined;
  /** When it was written, ms since the epoch; undefined = it does not say. */
  readonly at?: number | undefined;
  /** The process that wrote it (a pid, a container, a worker); undefined = it does not say. */
  readonly process?: string | undefined;
  /** It begins a record: has a time, a level, or is JSON. Others go on with the one before. */
  readonly isHead: boolean;
}

const levels = 'TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE';
const level = new RegExp(`^[\\[<(]?(?:${levels})(?![A-Za-z])`, 'i');
/** ISO 8601 and its relatives, Go's `2009/11/10 23:00:00`. */
const time =
  /(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?/;
/** Where a time stands that is the line's own, not one in its text. */
const longestHead = 100;

const timeKeys = ['timestamp', '@timestamp', 'time', 'ts', 'asctime', 'datetime', 'date'];
const textKeys = ['message', 'msg', 'event', 'MESSAGE', 'log', 'text'];
const errorKeys = [
  'exc_info',
  'exception',
  'stack_trace',
  'stack',
  'traceback',
  'error',
  'err',
  'exc_text',
  'thrown',
];
const loggerKeys = ['logger', 'name', 'logger_name', 'loggerName'];
const processKeys = ['pid', 'process', 'process_id', 'processId', '_PID', 'process.pid'];

/** Takes from lines what containers, syslog and JSON put around them. One for each log. */
export class PoolLineReader {
  readonly #wrapped: readonly WrappedReader[];

  constructor(context: WrappingContext) {
    this.#wrapped = [...containerWrappings, syslogWrapping].map((wrapping) => wrapping.reader(context));
  }

  read(line: string): PoolLine {
    let text = line;
    let at: number | undefined;
    let source: string | undefined;
    let isWrapped = false;
    for (let depth = 0; depth < 3; depth++) {
      const inner = this.#unwrapped(text);
      if (!inner) break;
      isWrapped = true;
      text = inner.text;
      at = inner.at ?? at;
      source = [source, inner.pid === undefined ? inner.source : String(inner.pid)]
        .filter((part) => part !== undefined)
        .join(' ');
    }
    const read = text.startsWith('{') ? jsonLine(text) : plainLine(text);
    return {
      ...read,
      at: read.at ?? at,
      process: read.process ?? (isWrapped && source !== '' ? source : undefined),
    };
  }

  #unwrapped(text: string): { text: string; at?: number; source?: string; pid?: number } | undefined {
    for (const reader of this.#wrapped) {
      const [first] = reader.read(text) ?? [];
      if (first && !(first.source !== undefined && level.test(first.source)))
        return {
          text: first.text,
          ...(first.at !== undefined && { at: first.at }),
          ...(first.source !== undefined && { source: first.source }),
          ...(first.pid !== undefined && { pid: first.pid }),
        };
    }
    return undefined;
  }
}

function plainLine(text: string): PoolLine {
  const at = instantIn(text.slice(0, longestHead));
  return { text, at, process: undefined, isHead: at !== undefined || level.test(text) };
}

/** What a log library writes as JSON: the message, who wrote it, and its numbers. */
function jsonLine(line: string): PoolLine {
  const entry = objectOf(line);
  if (!entry) return plainLine(line);
  const record = typeof entry['record'] === 'object' && entry['record'] !== null ? entry['record'] : {};
  const all: Record<string, unknown> = { ...record, ...entry };
  const logger = firstText(all, loggerKeys);
  const message = firstText(all, textKeys) ?? '';
  const texts = [logger, message.replace(/\r?\n$/, ''), numbersOf(all)].filter((part) => part !== undefined);
  return {
    text: texts.join(' '),
    more: errorKeys.map((key) => errorText(all[key])).find((text) => text !== undefined),
    at: jsonInstant(timeKeys.map((key) => all[key]).find((value) => value !== undefined)),
    process: jsonProcess(all),
    isHead: true,
  };
}

function firstText(entry: Record<string, unknown>, keys: readonly string[]): string | undefined {
  return keys.map((key) => entry[key]).find((value): value is string => typeof value === 'string');
}

/** `pool={"total":3}` and `total: 3` alike: `total=3`. */
function numbersOf(entry: Record<string, unknown>): string | undefined {
  const found: string[] = [];
  for (const [key, value] of Object.entries(entry)) {
    if (processKeys.includes(key) || timeKeys.includes(key)) continue;
    if (typeof value === 'number') found.push(`${key}=${value}`);
    else if (/pool|stats/i.test(key) && typeof value === 'object' && value !== null) {
      found.push(key);
      for (const [inner, number] of Object.entries(value))
        if (typeof number === 'number') found.push(`${inner}=${number}`);
    }
  }
  return found.length === 0 ? undefined : found.join(', ');
}

function errorText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string').join('\n');
  if (typeof value !== 'object' || value === null) return undefined;
  const { message, stack, stacktrace } = value as Record<string, unknown>;
  return [message, stack, stacktrace].find((text): text is string => typeof text === 'string');
}

function jsonProcess(entry: Record<string, unknown>): string | undefined {
  for (const key of processKeys) {
    const value = entry[key];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    if (typeof value === 'string' && /^\d{1,10}$/.test(value)) return value;
    if (typeof value === 'object' && value !== null) {
      const { pid, id } = value as Record<string, unknown>;
      const number = pid ?? id;
      if (typeof number === 'number') return String(number);
    }
  }
  return undefined;
}

function jsonInstant(value: unknown): number | undefined {
  if (typeof value === 'string') return instantIn(value.slice(0, longestHead));
  if (typeof value !== 'number' || !(value > 1e8)) return undefined;
  // seconds, milli-, micro- or nanoseconds since the epoch
  const digits = Math.floor(Math.log10(value));
  const at = digits >= 18 ? value / 1e6 : digits >= 15 ? value / 1e3 : digits >= 12 ? value : value * 1000;
  return Math.round(at);
}

/** The first instant in a text; without a zone it is the machine's. */
export function instantIn(text: string): number | undefined {
  const match = time.exec(text);
  if (!match) return undefined;
  const [, year, month, day, clock, fraction = '', zone = ''] = match;
  const offset = /^(?:Z|UTC|GMT)$/.test(zone) ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const at = Date.parse(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${clock ?? ''}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`,
  );
  return Number.isNaN(at) ? undefined : at;
}

const times = new RegExp(`${time.source}|\\b\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?`, 'g');
const processMarks: readonly RegExp[] = [
  /\b(?:pid|process(?:[ _-]?id)?)\b["']?[ =:#]{1,3}["']?(\d{1,10})\b/i,
  // Spring Boot
  /(?:^|\s)(\d{1,7}) --- \[/,
  /[[(](\d{1,7})[\])]/,
  // multiprocessing, concurrent.futures, celery
  /\b((?:MainProcess|(?:Fork|Spawn|ForkServer)?(?:Pool)?(?:Process|PoolWorker|Worker)-\d{1,9}(?::\d{1,9})?))\b/,
  // a number that stands alone: `%(asctime)s %(process)d %(levelname)s`, `DEBUG:123:name`
  /(?:^|[\s|])(?![1-5]0[\s|])(\d{2,7})(?=[\s|])|(?<=[A-Z]:)(\d{2,7})(?=:)/,
];
/** The last mark counts only beside a time: alone it may be one (`%(relativeCreated)d`). */
const timedMark = processMarks.length - 1;

/** The process that a line's prefix names, as log formats print it: `[123]`, `pid=123`, `ForkPoolWorker-2`; undefined = none. */
export function processIn(prefix: string): string | undefined {
  const head = prefix.slice(0, 300).replace(times, ' ');
  const isTimed = head !== prefix.slice(0, 300);
  for (const mark of isTimed ? processMarks : processMarks.slice(0, timedMark)) {
    const match = mark.exec(head);
    const found = match?.[1] ?? match?.[2];
    if (found !== undefined) return found;
  }
  return undefined;
}
