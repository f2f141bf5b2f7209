import type { ScanMessage, ScanTable } from '../../core/log/logFormat.ts';
import { legacyForms } from './legacyEncodings.ts';
import { messageStart, standsAt } from './scanBetween.ts';
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
  /** It is no severity: what it stands in is no entry. */
  readonly isRaw?: true;
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
  /** It stands in raw text (ScanTable.raw). */
  readonly isRaw?: boolean;
}

/** What a look at one place of the bytes says. `unfinished`: the bytes end before it can be told. */
export type Verdict = Hit | 'no' | 'unfinished';

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

  #verifyLabel(bytes: Buffer, needleAt: number, label: Label): Verdict {
    const { text, end, messages, isForeign, isRaw = false } = label;
    const at = needleAt + end - text.length;
    if (at < 0) return 'no';
    if (!standsAt(bytes, text, at)) return at + text.length > bytes.length ? 'unfinished' : 'no';
    if (isRaw) return { at, messageAt: at, sections: true, isForeign, isRaw };
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

function compile({ anchors, others, raw }: ScanTable, foreign: boolean): Search[] {
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
  if (raw) {
    const [needle, text] = [Buffer.from(raw.needle), Buffer.from(raw.before + raw.needle)];
    const label: Label = { text, end: needle.length, messages: undefined, isForeign: false, isRaw: true };
    searches.push({ needle, labelsAt: () => [label], isForeign: false });
  }
  if (!others || !foreign) return searches;
  const { needle, labelEnd, wordEnd } = others;
  const byLastByte: Label[][] = Array.from({ length: 256 }, () => []);
  for (const label of others.labels.flatMap((each) => labels(each, labelEnd)))
    byLastByte[label.text.at(-1 - wordEnd) ?? 0]?.push(label);
  const labelsAt: Search['labelsAt'] = (bytes, at) =>
    byLastByte[bytes[at + labelEnd - wordEnd - 1] ?? 0] ?? [];
  return [...searches, { needle: Buffer.from(needle), labelsAt, isForeign: true }];
}
