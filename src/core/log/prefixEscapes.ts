import { unknownNames } from './labels.ts';
import type { LogEntry } from './logEntry.ts';
import type { LogClock } from './logTimestamp.ts';

/** Fields of an entry while a prefix is read. */
export type PrefixFields = { -readonly [K in keyof LogEntry]?: LogEntry[K] };

/** One escape of log_line_prefix: where its value can end, and what the value tells. */
export interface PrefixEscape {
  /**
   * Calls `take` with each index at which a value of a known form that begins at `at` can end, the likely one first,
   * until it answers true; answers whether it did.
   */
  readonly ends?: (text: string, at: number, take: (end: number) => boolean) => boolean;
  /** Else there may be no value. */
  readonly mayBeEmpty?: boolean;
  /** Else the value is any text. */
  readonly any?: AnyText;
  readonly read?: (fields: PrefixFields, value: string, clock: LogClock) => void;
  /** Nothing but padding where no client stands behind the line (log_status_format in elog.c). */
  readonly isOfClient?: boolean;
  /** A name holds any text: what follows it in the line may be a part of it. */
  readonly isName?: boolean;
}

/** A value of so many characters, up to the first that it cannot hold. */
export interface AnyText {
  readonly most: number;
  readonly ended?: RegExp;
}

type Ends = NonNullable<PrefixEscape['ends']>;

/** Names are cut at 63 bytes; of an application_name each byte that is not ASCII is written as `\xHH` (16 and later). */
const longestName = 63;
const longestApplicationName = 4 * 63;
/** bgw_type (BGW_MAXLEN) and what a walsender shows. */
const longestWords = 96;
const longestHost = 255;

const localAddress = /\[[a-z]{1,16}\]/y;
const ipv4Address = /\d{1,3}(?:\.\d{1,3}){3}/y;
const ipv6Address = /(?:[0-9a-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4})(?:%\w{1,16})?/y;
const port = /\(\d{1,5}\)/y;
const backendTypes =
  /client backend|walsender|not initialized|postmaster|startup|checkpointer|background writer|walwriter|walreceiver|autovacuum (?:launcher|worker)|parallel worker|logical replication launcher/y;
const commandTags =
  /idle in transaction \(aborted\)|idle in transaction|idle|authentication|startup|[A-Z]{3,20}(?: [A-Z]{3,20}){0,3}(?: waiting)?/y;

const timestamp = String.raw`\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d`;
/** An abbreviation, or hours with minutes and seconds where a zone has no name. */
const zone = String.raw` (?:[A-Za-z]([A-Za-z]{0,9})|[+-]\d\d((?::?\d\d){0,2}))`;

/** The end of the pattern's match, and the ends before it that leave a part of its captured tail to what follows. */
function shaped(pattern: string): Ends {
  const shape = new RegExp(pattern, 'y');
  return (text, at, take) => {
    shape.lastIndex = at;
    const match = shape.exec(text);
    if (!match) return false;
    const end = at + match[0].length;
    const tail = (match[1] ?? match[2] ?? '').length;
    for (let less = 0; less <= tail; less += 1) if (take(end - less)) return true;
    return false;
  };
}

/** The end of the first form that fits. */
function formed(...forms: readonly RegExp[]): Ends {
  return (text, at, take) => {
    for (const form of forms) {
      form.lastIndex = at;
      const length = form.exec(text)?.[0].length;
      if (length !== undefined && take(at + length)) return true;
    }
    return false;
  };
}

const plainAddress = formed(localAddress, ipv4Address);

/** Addresses; what follows one of IPv6 may be colons and hexadecimal digits too. A name (log_hostname) is any text. */
const addressEnds: Ends = (text, at, take) => {
  if (plainAddress(text, at, take)) return true;
  ipv6Address.lastIndex = at;
  const end = at + (ipv6Address.exec(text)?.[0].length ?? 0);
  for (let to = end; to > at + 2; to -= 1)
    if ((text[to - 1] !== ':' || text[to - 2] === ':') && take(to)) return true;
  return false;
};
const host = { ends: addressEnds, any: { most: longestHost, ended: /[\s()]/g } } as const;

/** `host(port)`, or `[local]`. */
const remoteEnds: Ends = (text, at, take) => {
  const open = text.indexOf('(', at);
  port.lastIndex = open;
  if (open > at && open - at <= longestHost && port.test(text) && !/[\s)]/.test(text.slice(at, open)))
    return take(port.lastIndex);
  return formed(localAddress)(text, at, take);
};

const optional = (value: string): string | undefined =>
  value === '' || value === '[none]' || unknownNames.has(value) ? undefined : value;

function readRemote(fields: PrefixFields, value: string): void {
  const port = /\((\d+)\)$/.exec(value);
  fields.remoteHost = optional(port ? value.slice(0, port.index) : value);
  fields.remotePort = port ? Number(port[1]) : undefined;
}

function readSessionId(fields: PrefixFields, value: string): void {
  const dot = value.indexOf('.');
  fields.sessionId = value;
  fields.sessionStartAt = Number.parseInt(value.slice(0, dot), 16) * 1000;
  fields.pid = Number.parseInt(value.slice(dot + 1), 16);
}

const name = { any: { most: longestName }, isOfClient: true, isName: true } as const;
const words = { most: longestWords, ended: /\n/g };

/** What can stand in log_line_prefix behind `%`, beside `%q` and `%%` (manual, section 19.8.3). */
export const prefixEscapes: ReadonlyMap<string, PrefixEscape> = new Map<string, PrefixEscape>([
  ['u', { ...name, read: (fields, value) => (fields.user = optional(value)) }],
  ['d', { ...name, read: (fields, value) => (fields.database = optional(value)) }],
  [
    'a',
    {
      ...name,
      any: { most: longestApplicationName },
      read: (fields, value) => (fields.applicationName = optional(value)),
    },
  ],
  ['r', { ends: remoteEnds, isOfClient: true, read: readRemote }],
  ['h', { ...host, isOfClient: true, read: (fields, value) => (fields.remoteHost = optional(value)) }],
  ['L', host],
  [
    'b',
    {
      ends: formed(backendTypes),
      any: words,
      read: (fields, value) => (fields.backendType = optional(value)),
    },
  ],
  [
    'i',
    {
      ends: formed(commandTags),
      mayBeEmpty: true,
      any: words,
      isOfClient: true,
      read: (fields, value) => (fields.commandTag = optional(value)),
    },
  ],
  ['p', { ends: shaped(String.raw`\d(\d{0,9})`), read: (fields, value) => (fields.pid = Number(value)) }],
  ['P', { ends: shaped(String.raw`\d(\d{0,9})`), mayBeEmpty: true }],
  ['t', { ends: shaped(timestamp + zone), read: (fields, value, clock) => (fields.at = clock.parse(value)) }],
  [
    'm',
    {
      ends: shaped(String.raw`${timestamp}\.\d{3}${zone}`),
      read: (fields, value, clock) => (fields.at = clock.parse(value)),
    },
  ],
  [
    'n',
    {
      ends: shaped(String.raw`\d{1,12}\.\d{3}`),
      read: (fields, value) => (fields.at = Math.round(Number(value) * 1000)),
    },
  ],
  ['e', { ends: shaped('[0-9A-Z]{5}'), read: (fields, value) => (fields.sqlState = value) }],
  ['c', { ends: shaped(String.raw`[0-9a-f]{1,16}\.[0-9a-f]([0-9a-f]{0,7})`), read: readSessionId }],
  ['l', { ends: shaped(String.raw`\d(\d{0,18})`) }],
  [
    's',
    {
      ends: shaped(timestamp + zone),
      read: (fields, value, clock) => (fields.sessionStartAt = clock.parse(value)),
    },
  ],
  ['v', { ends: shaped(String.raw`-?\d{1,10}\/\d(\d{0,19})`), mayBeEmpty: true }],
  ['x', { ends: shaped(String.raw`\d(\d{0,19})`) }],
  ['Q', { ends: shaped(String.raw`-?\d(\d{0,19})`) }],
]);

/** Order in which escapes are read, so that the more exact of two wins: %n over %m over %t, %p over %c. */
export const readingOrder = ['c', 's', 't', 'm', 'n', 'p', 'a', 'u', 'd', 'r', 'h', 'b', 'i', 'e'];
