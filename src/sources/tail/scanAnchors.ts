import type { BetweenSeverityAndMessage, ScanMessage, ScanTable } from '../../core/log/logFormat.ts';
import { legacyForms } from './legacyEncodings.ts';
import { ScanMessages } from './scanMessages.ts';

/** One severity as bytes. */
interface Label {
  readonly text: Buffer;
  /** Where it ends, from the beginning of the needle by which it is found. */
  readonly end: number;
  /** Undefined = every message. */
  readonly messages: ScanMessages | undefined;
  /** It is no English word. */
  readonly isForeign: boolean;
}

/** A needle, and the labels that it may be a part of at a place. */
interface Search {
  readonly needle: Buffer;
  readonly labelsAt: (bytes: Buffer, at: number) => readonly Label[];
  /** Its labels are none of those in English. */
  readonly isForeign: boolean;
}

/** Where a severity was found, verified up to the beginning of its message. */
export interface Hit {
  readonly at: number;
  readonly messageAt: number;
  readonly sections: boolean;
  /** The word or the message is not English. */
  readonly isForeign: boolean;
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

/**
 * The severities of a table, searched all at once from left to right. In other words than English, and in other
 * encodings than UTF-8, they are searched only from a place on that is given: where a log is in English and ASCII, it
 * is searched for four needles and no more.
 */
export class Anchors {
  readonly #table: ScanTable;
  #searches: readonly Search[];
  #isForeign = false;
  readonly #next: number[] = [];
  /** Bytes before the end in which an anchor may have begun without being found. */
  readonly longestNeedle: number;

  constructor(table: ScanTable) {
    this.#table = table;
    this.#searches = searchesOf(table, false);
    this.longestNeedle = Math.max(...this.#searches.map(({ needle }) => needle.length));
  }

  /** Forgets what was found: the bytes have moved or grown. */
  restart(): void {
    this.#next.fill(-1);
  }

  /** The first place at or after `from` where a needle stands, with what it is; undefined = none. */
  find(bytes: Buffer, from: number, foreignFrom: number): Found | undefined {
    if (!this.#isForeign && foreignFrom < bytes.length) {
      this.#searches = searchesOf(this.#table, true);
      this.#isForeign = true;
    }
    let nearest = Number.POSITIVE_INFINITY;
    let nearestSearch: Search | undefined;
    for (let index = 0; index < this.#searches.length; index += 1) {
      const search = this.#searches[index];
      if (!search) continue;
      const least = search.isForeign ? Math.max(from, foreignFrom) : from;
      let at = this.#next[index] ?? -1;
      if (at < least) {
        const found = bytes.indexOf(search.needle, least);
        at = found < 0 ? Number.POSITIVE_INFINITY : found;
        this.#next[index] = at;
      }
      if (at < nearest) {
        nearest = at;
        nearestSearch = search;
      }
    }
    return nearestSearch && { at: nearest, verdict: this.#verify(bytes, nearest, nearestSearch) };
  }

  #verify(bytes: Buffer, at: number, search: Search): Verdict {
    let verdict: Verdict = 'no';
    for (const label of search.labelsAt(bytes, at)) {
      const found = this.#verifyLabel(bytes, at, label);
      if (typeof found === 'object') return found;
      if (found === 'unfinished') verdict = found;
    }
    return verdict;
  }

  #verifyLabel(bytes: Buffer, needleAt: number, { text, end, messages, isForeign }: Label): Verdict {
    const at = needleAt + end - text.length;
    if (at < 0) return 'no';
    if (!standsAt(bytes, text, at)) return at + text.length > bytes.length ? 'unfinished' : 'no';
    const messageAt = messageStart(bytes, at + text.length, this.#table.between);
    if (typeof messageAt === 'string') return messageAt;
    if (!messages) return { at, messageAt, sections: true, isForeign };
    const message = messages.at(bytes, messageAt);
    if (typeof message === 'string') return message;
    return { at, messageAt, sections: message.sections, isForeign: isForeign || message.isForeign };
  }
}

const compiled = new WeakMap<ScanTable, Map<boolean, readonly Search[]>>();

/** The searches of a table, compiled once; `foreign`: all of them, in all encodings. */
function searchesOf(table: ScanTable, foreign: boolean): readonly Search[] {
  const ofTable = compiled.get(table) ?? new Map<boolean, readonly Search[]>();
  compiled.set(table, ofTable);
  const searches = ofTable.get(foreign) ?? compile(table, foreign);
  ofTable.set(foreign, searches);
  return searches;
}

function compile({ anchors, others }: ScanTable, foreign: boolean): Search[] {
  const messagesOf = new Map<readonly ScanMessage[], ScanMessages>();
  const labels = (
    written: { text: string; languages: readonly string[]; messages: readonly ScanMessage[] },
    end: number,
  ): Label[] => {
    const { text, languages, messages } = written;
    const known = messagesOf.get(messages) ?? new ScanMessages(messages, foreign);
    messagesOf.set(messages, known);
    const isForeign = !languages.includes('en');
    const forms = [Buffer.from(text), ...(foreign && isForeign ? legacyForms(text, languages) : [])];
    return forms.map((form) => ({
      text: form,
      end,
      messages: messages.length === 0 ? undefined : known,
      isForeign,
    }));
  };
  const byNeedle = new Map<string, Label[]>();
  for (const { needle, before, after, ...rest } of anchors)
    byNeedle.set(needle, [
      ...(byNeedle.get(needle) ?? []),
      ...labels({ text: before + needle + after, ...rest }, needle.length + after.length),
    ]);
  const searches: Search[] = [...byNeedle].map(([needle, found]) => ({
    needle: Buffer.from(needle),
    labelsAt: () => found,
    isForeign: false,
  }));
  if (!others || !foreign) return searches;
  const { needle, labelEnd, wordEnd } = others;
  const byLastByte: Label[][] = Array.from({ length: 256 }, () => []);
  for (const label of others.labels.flatMap((each) => labels(each, labelEnd)))
    byLastByte[label.text.at(-1 - wordEnd) ?? 0]?.push(label);
  const labelsAt: Search['labelsAt'] = (bytes, at) =>
    byLastByte[bytes[at + labelEnd - wordEnd - 1] ?? 0] ?? [];
  return [...searches, { needle: Buffer.from(needle), labelsAt, isForeign: true }];
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
      if (at + 7 > bytes.length && mayBecomeSqlState(bytes, at)) return 'unfinished';
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

/** The bytes end in what may be the beginning of `XXXXX: `. */
function mayBecomeSqlState(bytes: Buffer, at: number): boolean {
  return /^(?:[0-9A-Z]{0,5}|[0-9A-Z]{5}:)$/.test(bytes.toString('latin1', at));
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
