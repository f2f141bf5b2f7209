import type { BetweenSeverityAndMessage, ScanMessage, ScanTable } from '../../core/log/logFormat.ts';

type MessagesByByte = readonly (readonly { start: Buffer; sections: boolean }[] | undefined)[];

/** One anchor of a scan table as bytes. */
interface Anchor {
  readonly needle: Buffer;
  readonly before: Buffer;
  readonly after: Buffer;
  /** By first byte, so that most messages cost one look. Undefined = every message. */
  readonly messages: MessagesByByte | undefined;
}

/** Where an anchor was found, verified up to the beginning of its message. */
export interface Hit {
  readonly at: number;
  readonly messageAt: number;
  readonly sections: boolean;
}

/** What a look at one place of the bytes says. `unfinished`: the bytes end before it can be told. */
export type Verdict = Hit | 'no' | 'unfinished';

const comma = 0x2c;
const quote = 0x22;
const colon = 0x3a;
const space = 0x20;
const messageKey = Buffer.from('message":"');
const stateKey = Buffer.from('state_code":"');

/** A place where a needle stands. */
export interface Found {
  readonly at: number;
  readonly verdict: Verdict;
}

/** The anchors of a table, searched all at once from left to right. */
export class Anchors {
  readonly #anchors: readonly Anchor[];
  readonly #between: BetweenSeverityAndMessage;
  readonly #next: number[];
  /** Bytes before the end in which an anchor may have begun without being found. */
  readonly longestNeedle: number;

  constructor(table: ScanTable) {
    this.#between = table.between;
    this.#anchors = table.anchors.map(({ needle, before, after, messages }) => ({
      needle: Buffer.from(needle),
      before: Buffer.from(before),
      after: Buffer.from(after),
      messages: messages.length === 0 ? undefined : byFirstByte(messages),
    }));
    this.#next = this.#anchors.map(() => -1);
    this.longestNeedle = Math.max(...this.#anchors.map(({ needle }) => needle.length));
  }

  /** Forgets what was found: the bytes have moved or grown. */
  restart(): void {
    this.#next.fill(-1);
  }

  /** The first place at or after `from` where a needle stands, with what it is; undefined = none. */
  find(bytes: Buffer, from: number): Found | undefined {
    let nearest = Number.POSITIVE_INFINITY;
    let which = -1;
    for (let index = 0; index < this.#anchors.length; index += 1) {
      const anchor = this.#anchors[index];
      let at = this.#next[index] ?? -1;
      if (anchor && at < from) {
        const found = bytes.indexOf(anchor.needle, from);
        at = found < 0 ? Number.POSITIVE_INFINITY : found;
        this.#next[index] = at;
      }
      if (at < nearest) {
        nearest = at;
        which = index;
      }
    }
    const anchor = this.#anchors[which];
    return anchor ? { at: nearest, verdict: this.#verify(bytes, nearest, anchor) } : undefined;
  }

  #verify(bytes: Buffer, at: number, anchor: Anchor): Verdict {
    const { needle, before, after, messages } = anchor;
    if (at < before.length || !standsAt(bytes, before, at - before.length)) return 'no';
    const end = at + needle.length;
    if (end + after.length > bytes.length) return 'unfinished';
    if (!standsAt(bytes, after, end)) return 'no';
    const messageAt = messageStart(bytes, end + after.length, this.#between);
    if (typeof messageAt === 'string') return messageAt;
    const start = at - before.length;
    if (!messages) return { at: start, messageAt, sections: true };
    if (messageAt >= bytes.length) return 'unfinished';
    for (const message of messages[bytes[messageAt] ?? 0] ?? []) {
      if (standsAt(bytes, message.start, messageAt))
        return { at: start, messageAt, sections: message.sections };
      if (messageAt + message.start.length > bytes.length && !bytes.includes('\n', messageAt))
        return 'unfinished';
    }
    return 'no';
  }
}

function byFirstByte(messages: readonly ScanMessage[]): MessagesByByte {
  const groups: { start: Buffer; sections: boolean }[][] = Array.from({ length: 256 });
  for (const { start, sections } of messages) {
    const bytes = Buffer.from(start);
    (groups[bytes[0] ?? 0] ??= []).push({ start: bytes, sections });
  }
  return groups;
}

function standsAt(bytes: Buffer, wanted: Buffer, at: number): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}

/** Steps from behind the severity to the first byte of the message. */
function messageStart(
  bytes: Buffer,
  at: number,
  between: BetweenSeverityAndMessage,
): number | 'no' | 'unfinished' {
  switch (between) {
    case 'optionalSqlState':
      return isSqlState(bytes, at) && bytes[at + 5] === colon && bytes[at + 6] === space ? at + 7 : at;
    case 'csvSqlState':
      if (at + 7 > bytes.length) return 'unfinished';
      if (!isSqlState(bytes, at) || bytes[at + 5] !== comma || bytes[at + 6] !== quote) return 'no';
      return opensField(bytes, at + 6) ?? at + 7;
    case 'jsonMessageKey': {
      const longest = at + stateKey.length + 8 + messageKey.length;
      if (standsAt(bytes, messageKey, at)) return at + messageKey.length;
      const key = at + stateKey.length + 8;
      if (standsAt(bytes, stateKey, at) && standsAt(bytes, messageKey, key)) return key + messageKey.length;
      return longest > bytes.length ? 'unfinished' : 'no';
    }
  }
}

/** Five of `0-9A-Z` with a digit among them (every SQLSTATE has one; an upper-case word has none). */
function isSqlState(bytes: Buffer, at: number): boolean {
  let digits = 0;
  for (let index = at; index < at + 5; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) digits += 1;
    else if (byte < 0x41 || byte > 0x5a) return false;
  }
  return digits > 0;
}

/**
 * Undefined when the quotes that begin here open a csv field that is not empty. Inside a field every quote is doubled,
 * so there they are even in number: text that imitates a record is told from one.
 */
function opensField(bytes: Buffer, at: number): 'no' | 'unfinished' | undefined {
  let end = at;
  while (bytes[end] === quote) end += 1;
  if (end === bytes.length) return 'unfinished';
  return (end - at) % 2 === 1 ? undefined : 'no';
}
