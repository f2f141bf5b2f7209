import { sectionLabels } from './labels.ts';
import { severities, type LogEntry } from './logEntry.ts';
import type { LogClock } from './logTimestamp.ts';

/** What one physical line says before its message: the fields of the prefix and the label that follows them. */
export interface PrefixedLine {
  /** A severity or a section label, as printed. */
  readonly label: string;
  /** Index of the text after `LABEL:  `. */
  readonly textAt: number;
  readonly fields: Partial<LogEntry>;
}

/** Longest prefix that a real server prints: four names of 63 bytes, a host name and the numbers. */
const longestPrefix = 1024;

type Fields = { -readonly [K in keyof LogEntry]?: LogEntry[K] };
type Reader = (fields: Fields, value: string, clock: LogClock) => void;

/** One escape of log_line_prefix: what it can look like, and what it tells (manual, section 19.8.3). */
interface Escape {
  readonly pattern: string;
  readonly read?: Reader;
}

const timestamp = String.raw`\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d`;
const zone = String.raw` (?:[A-Za-z]{1,10}|[+-]\d\d(?::?\d\d){0,2})`;
/** Names hold anything, a newline included; the server cuts them at 63 bytes. */
const name = String.raw`[^]{0,64}?`;
const word = String.raw`[^\n]{0,64}?`;
const local = String.raw`\[[a-z]{1,16}\]`;
/** An IPv6 address goes first: what follows the escape may be a colon too. */
const host = String.raw`(?:${local}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}|[^\s()]{0,255}?)`;
const hostWithPort = String.raw`(?:${local}|[^\s()]{1,255}?\(\d{1,5}\)|)`;

const optional = (value: string): string | undefined =>
  value === '' || value === '[unknown]' || value === '[none]' ? undefined : value;
const number = (value: string): number | undefined => (value === '' ? undefined : Number(value));

const escapes: Readonly<Record<string, Escape>> = {
  a: { pattern: name, read: (fields, value) => (fields.applicationName = optional(value)) },
  u: { pattern: name, read: (fields, value) => (fields.user = optional(value)) },
  d: { pattern: name, read: (fields, value) => (fields.database = optional(value)) },
  r: { pattern: hostWithPort, read: readRemote },
  h: { pattern: host, read: (fields, value) => (fields.remoteHost = optional(value)) },
  L: { pattern: host },
  b: { pattern: word, read: (fields, value) => (fields.backendType = optional(value)) },
  p: { pattern: String.raw`\d{0,10}`, read: (fields, value) => (fields.pid = number(value) ?? fields.pid) },
  P: { pattern: String.raw`\d{0,10}` },
  t: { pattern: timestamp + zone, read: (fields, value, clock) => (fields.at = clock.parse(value)) },
  m: {
    pattern: String.raw`${timestamp}\.\d{3}${zone}`,
    read: (fields, value, clock) => (fields.at = clock.parse(value)),
  },
  n: {
    pattern: String.raw`\d{1,12}\.\d{3}`,
    read: (fields, value) => (fields.at = Math.round(Number(value) * 1000)),
  },
  i: { pattern: word, read: (fields, value) => (fields.commandTag = optional(value)) },
  e: { pattern: '[0-9A-Z]{5}', read: (fields, value) => (fields.sqlState = value) },
  c: { pattern: String.raw`[0-9a-f]{1,16}\.[0-9a-f]{1,8}`, read: readSessionId },
  l: { pattern: String.raw`\d{1,19}` },
  s: {
    pattern: timestamp + zone,
    read: (fields, value, clock) => (fields.sessionStartAt = clock.parse(value)),
  },
  v: { pattern: String.raw`(?:-?\d{1,10}\/\d{1,10})?` },
  x: { pattern: String.raw`\d{1,20}` },
  Q: { pattern: String.raw`-?\d{1,20}` },
};

function readRemote(fields: Fields, value: string): void {
  const port = /\((\d+)\)$/.exec(value);
  fields.remoteHost = optional(port ? value.slice(0, port.index) : value);
  fields.remotePort = port ? Number(port[1]) : undefined;
}

function readSessionId(fields: Fields, value: string): void {
  const dot = value.indexOf('.');
  fields.sessionId = value;
  fields.sessionStartAt = Number.parseInt(value.slice(0, dot), 16) * 1000;
  fields.pid = Number.parseInt(value.slice(dot + 1), 16);
}

/** Order in which escapes are read, so that the more exact of two wins: %n over %m over %t, %p over %c. */
const readingOrder = ['c', 's', 't', 'm', 'n', 'p', 'a', 'u', 'd', 'r', 'h', 'b', 'i', 'e'];
/** Escapes that are empty where no client stands behind the line, and only there. */
const clientEscapes = 'udrh';
/**
 * What may not begin the part behind `%q`: there the prefix has stopped, and the text of a statement that goes on
 * like a prefix and a label is no other line. (LOG and FATAL are not among them: a name can be made to look like them
 * by a client that was not let in yet, the text of these lines cannot.)
 */
const stopped = `(?!(?:${[...sectionLabels, 'ERROR', 'WARNING'].join('|')}):  )`;

/** A log_line_prefix, compiled: reads the fields of a line and finds its label. */
export class LogLinePrefix {
  readonly text: string;
  readonly #escapes: readonly string[];
  readonly #pattern: RegExp;
  readonly #reading: readonly { readonly group: number; readonly read: Reader }[];
  readonly #ofClient: readonly number[];
  readonly #stopsAt: number;

  constructor(text: string) {
    this.text = text;
    const compiled = compilePrefix(text);
    this.#escapes = compiled.escapes;
    this.#stopsAt = compiled.stopsAt;
    const labels = [...severities.map((word) => (word === 'DEBUG' ? 'DEBUG[1-5]?' : word)), ...sectionLabels];
    this.#pattern = new RegExp(`^${compiled.pattern}(${labels.join('|')}):  `);
    this.#reading = readingOrder.flatMap((letter) =>
      compiled.escapes.flatMap((escape, index) => {
        const read = escape === letter ? escapes[escape]?.read : undefined;
        return read ? [{ group: index + 1, read }] : [];
      }),
    );
    this.#ofClient = compiled.escapes.flatMap((escape, index) =>
      clientEscapes.includes(escape) ? [index] : [],
    );
  }

  /** True when the prefix has this escape, e.g. `has('p')`. */
  has(escape: string): boolean {
    return this.#escapes.includes(escape);
  }

  /** Reads the line that starts at the beginning of `text`; undefined when it does not begin like this prefix. */
  read(text: string, clock: LogClock): PrefixedLine | undefined {
    const match = this.#pattern.exec(text.length > longestPrefix ? text.slice(0, longestPrefix) : text);
    if (!match) return undefined;
    const fields: Fields = {};
    for (const { group, read } of this.#reading) {
      const value = match[group];
      if (value !== undefined) read(fields, value, clock);
    }
    if (this.#ofClient.length > 0 || this.#stopsAt < this.#escapes.length)
      fields.fromClient = this.#isOfClient(match);
    return { label: match[this.#escapes.length + 1] ?? '', textAt: match[0].length, fields };
  }

  #isOfClient(match: RegExpExecArray): boolean {
    if (this.#stopsAt < this.#escapes.length && match[this.#stopsAt + 1] === undefined) return false;
    return this.#ofClient.length === 0 || this.#ofClient.some((index) => (match[index + 1] ?? '') !== '');
  }
}

/** The pattern of a prefix with one group for each escape, and how many escapes stand before `%q`. */
function compilePrefix(text: string): { pattern: string; escapes: string[]; stopsAt: number } {
  const found: string[] = [];
  let pattern = '';
  let stopsAt = Number.POSITIVE_INFINITY;
  for (const [token, padding, escape, literal] of text.matchAll(/%(-?\d*)([^])|([^%]|%$)/g)) {
    if (literal !== undefined) pattern += quote(token);
    else if (escape === '%') pattern += '%';
    else if (escape === 'q' && stopsAt === Number.POSITIVE_INFINITY) {
      stopsAt = found.length;
      pattern += `(?:${stopped}`;
    } else {
      const known = escapes[escape ?? ''];
      if (!known) continue;
      found.push(escape ?? '');
      pattern += padded(`(${known.pattern})`, padding ?? '');
    }
  }
  if (stopsAt !== Number.POSITIVE_INFINITY) pattern += ')?';
  return { pattern, escapes: found, stopsAt };
}

/** `%10u` pads on the left, `%-10u` on the right; a longer value is not cut. */
function padded(group: string, padding: string): string {
  if (padding === '' || padding === '-') return group;
  return padding.startsWith('-') ? `${group} {0,${-Number(padding)}}` : ` {0,${Number(padding)}}${group}`;
}

function quote(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
