import { isAscii } from 'node:buffer';
import type { ScanMessage, ScanTable } from '../../core/log/logFormat.ts';
import { legacyForms } from './legacyEncodings.ts';
import { messageStart, standsAt } from './scanBetween.ts';
import { ScanMessages } from './scanMessages.ts';

/** One severity as bytes. */
export interface Label {
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

/** Labels that are found by one needle. */
export interface NeedleLabels {
  readonly needle: Buffer;
  readonly labels: readonly Label[];
  /** They are none of those in English, and there are many: by the byte that ends the word. */
  readonly others: boolean;
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

/** A place where a label may stand, with what it is. */
export interface Found {
  readonly at: number;
  readonly verdict: Verdict;
}

/** What is searched: bytes, of which the first begins a line or not, and whether more are at hand. */
export interface SearchedBytes {
  readonly bytes: Buffer;
  readonly startsLine: boolean;
  readonly isMore: boolean;
  /** In other words than English a label is looked for from this index on. */
  readonly foreignFrom: number;
  /** And in other encodings than UTF-8. */
  readonly isLegacy: boolean;
}

/** Does this label stand here, with a message that counts behind it? */
export function verifyLabel(bytes: Buffer, at: number, label: Label, between: ScanTable['between']): Verdict {
  const { text, messages, isForeign, isRaw = false } = label;
  if (at < 0) return 'no';
  if (!standsAt(bytes, text, at)) return at + text.length > bytes.length ? 'unfinished' : 'no';
  if (isRaw) return { at, messageAt: at, sections: true, isForeign, isRaw };
  const messageAt = messageStart(bytes, at + text.length, between);
  if (typeof messageAt === 'string') return messageAt;
  if (!messages) return { at, messageAt, sections: true, isForeign };
  const message = messages.at(bytes, messageAt);
  if (typeof message === 'string') return message;
  return { at, messageAt, sections: message.sections, isForeign: isForeign || message.isForeign };
}

/**
 * What a log has shown so far that its words may be: `english` (or what has an English word in it) as long as all of it
 * is in ASCII, `utf8` all languages in UTF-8, `legacy` also in the other encodings of their databases.
 */
export type Words = 'english' | 'utf8' | 'legacy';

const compiled = new WeakMap<ScanTable, Map<Words, readonly NeedleLabels[]>>();

/** The labels of a table by their needles, compiled once. */
export function labelsOf(table: ScanTable, words: Words): readonly NeedleLabels[] {
  const ofTable = compiled.get(table) ?? new Map<Words, readonly NeedleLabels[]>();
  compiled.set(table, ofTable);
  const labels = ofTable.get(words) ?? compile(table, words);
  ofTable.set(words, labels);
  return labels;
}

function compile(table: ScanTable, words: Words): NeedleLabels[] {
  const { anchors, others } = table.labels(words === 'english' ? 'ascii' : 'any');
  const { raw } = table;
  const isLegacy = words === 'legacy';
  const messagesOf = new Map<readonly ScanMessage[], ScanMessages>();
  const labels = (
    written: { text: string; languages: readonly string[]; messages: readonly ScanMessage[] },
    end: number,
  ): Label[] => {
    const { text, languages, messages } = written;
    const known = messagesOf.get(messages) ?? new ScanMessages(messages, isLegacy);
    messagesOf.set(messages, known);
    const isForeign = !languages.includes('en');
    const forms = [Buffer.from(text), ...(isLegacy && isForeign ? legacyForms(text, languages) : [])];
    // a log in ASCII has no other words
    const possible = words === 'english' ? forms.filter((form) => isAscii(form)) : forms;
    return possible.map((form) => ({
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
  const all: NeedleLabels[] = [...byNeedle].map(([needle, found]) => ({
    needle: Buffer.from(needle),
    labels: found,
    others: false,
  }));
  if (raw) {
    const [needle, text] = [Buffer.from(raw.needle), Buffer.from(raw.before + raw.needle)];
    const label: Label = { text, end: needle.length, messages: undefined, isForeign: false, isRaw: true };
    all.push({ needle, labels: [label], others: false });
  }
  if (!others || words === 'english') return all;
  const { needle, labelEnd } = others;
  const rest = others.labels.flatMap((each) => labels(each, labelEnd));
  return [...all, { needle: Buffer.from(needle), labels: rest, others: true }];
}
