import { splitCsvRecord } from '../../core/log/csvLog.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { standsAt } from './scanBetween.ts';
import type { Hit } from './scanLabels.ts';
import { textsOf } from './scanTexts.ts';

/** The bytes that an entry covers, or why there is none. `unfinished` says from where the bytes must be kept. */
export type Frame =
  | { readonly kind: 'entry'; readonly start: number; readonly end: number; readonly isRaw?: true }
  | { readonly kind: 'unfinished'; readonly start: number }
  | { readonly kind: 'no' };

/** What is known of the bytes around a hit. */
export interface Surroundings {
  readonly bytes: Buffer;
  /** The first byte of `bytes` begins a line. */
  readonly startsLine: boolean;
  readonly mode: ScanMode;
}

/**
 * `more`: the next bytes are at hand. `caughtUp`: what was written so far has been read; a session's entry counts as
 * whole. `quiet`: nothing has followed for a while; whole lines are whole entries. `final`: nothing will ever follow.
 */
export type ScanMode = 'more' | 'caughtUp' | 'quiet' | 'final';

const newline = 0x0a;
const tab = 0x09;
const quote = 0x22;
const severityWords = ['LOG', 'FATAL', 'ERROR', 'WARNING', 'PANIC'].map((word) => Buffer.from(word));
const afterLabel = Buffer.from(':  ');
/** A severity stands within a prefix's length of the line's start; a csv header within its columns'. */
const longestHead = 2048;
const no: Frame = { kind: 'no' };

/** Index of the first byte of the line in which `at` stands, or -1 when it lies before `bytes`. */
export function lineStart(
  { bytes, startsLine }: Pick<Surroundings, 'bytes' | 'startsLine'>,
  at: number,
): number {
  for (let index = at - 1; index >= 0 && at - index <= longestHead; index -= 1) {
    if (bytes[index] === newline) return index + 1;
  }
  return startsLine && at <= longestHead ? 0 : -1;
}

/** Index of the first byte of the line in which `at` stands, or of the last place before it where a severity may end. */
export function headStart(bytes: Buffer, at: number): number {
  // before the first byte is nothing: lastIndexOf would count a negative place from the end
  return at === 0 ? 0 : Math.max(bytes.lastIndexOf(newline, at - 1) + 1, at - longestHead);
}

/**
 * stderr: the line of the hit, its TAB continuations and its DETAIL, CONTEXT, STATEMENT, … lines. A session's entry has
 * none, unless a statement forged it, so it waits for none once everything that was written is here.
 */
export function frameLines(around: Surroundings, hit: Hit, format: LogFormat): Frame {
  const { bytes, mode } = around;
  const start = lineStart(around, hit.at);
  if (start < 0 || bytes[start] === tab) return no;
  let end = bytes.indexOf(newline, hit.messageAt);
  while (end >= 0) {
    const next = end + 1;
    if (next >= bytes.length) {
      const whole = mode === 'final' || mode === 'quiet' || (mode === 'caughtUp' && !hit.sections);
      return whole ? { kind: 'entry', start, end } : { kind: 'unfinished', start };
    }
    const nextEnd = bytes.indexOf(newline, next);
    if (bytes[next] !== tab) {
      if (nextEnd >= 0 && isPlainEntry(bytes, next, nextEnd)) return { kind: 'entry', start, end };
      if (!hit.sections && nextEnd < 0 && mode !== 'more') return { kind: 'entry', start, end };
      if (nextEnd < 0 && mode !== 'final') return { kind: 'unfinished', start };
      const lineEnd = Math.min(nextEnd < 0 ? bytes.length : nextEnd, next + longestHead);
      if (!isSection(bytes, next, lineEnd, format)) return { kind: 'entry', start, end };
    }
    if (nextEnd < 0) break;
    end = nextEnd;
  }
  return mode === 'final' ? { kind: 'entry', start, end: bytes.length } : { kind: 'unfinished', start };
}

/**
 * Is a severity in English the one label in a line? The dearer question, whether it is a section, need not be asked
 * then. (With two, one may stand in a name of the prefix.)
 */
function isPlainEntry(bytes: Buffer, start: number, end: number): boolean {
  const line = bytes.subarray(start, Math.min(end < 0 ? bytes.length : end, start + longestHead));
  const label = line.indexOf(afterLabel);
  return (
    label >= 0 &&
    severityWords.some((word) => standsAt(line, word, label - word.length)) &&
    line.indexOf(afterLabel, label + 1) < 0
  );
}

function isSection(bytes: Buffer, start: number, end: number, format: LogFormat): boolean {
  for (const { text } of textsOf(bytes, start, end)) if (format.lineKind(text) === 'section') return true;
  return false;
}

/** json: the line of the hit. */
export function frameSingleLine(around: Surroundings, hit: Hit): Frame {
  const { bytes, mode } = around;
  const start = lineStart(around, hit.at);
  if (start < 0) return no;
  const end = bytes.indexOf(newline, hit.messageAt);
  if (end < 0 && mode !== 'final') return { kind: 'unfinished', start };
  return { kind: 'entry', start, end: end < 0 ? bytes.length : end };
}

/**
 * csv: the record of the hit. Inside quotes every `"` is doubled, so the verified anchor cannot stand in a field;
 * the record begins at that newline before it from which the header reads as eleven whole columns.
 */
export function frameCsv(around: Surroundings, hit: Hit): Frame {
  const { bytes, mode } = around;
  let start = lineStart(around, hit.at);
  for (let tries = 0; start >= 0 && tries < 8; tries += 1) {
    const columns = splitCsvRecord(bytes.toString('utf8', start, hit.at + 1));
    if (columns.length === 12 && columns[11] === '' && /^\d{4,6}-\d\d-\d\d /.test(columns[0] ?? '')) {
      const end = csvRecordEnd(bytes, hit.messageAt);
      if (end < 0 && mode !== 'final') return { kind: 'unfinished', start };
      return { kind: 'entry', start, end: end < 0 ? bytes.length : end };
    }
    if (start === 0 || hit.at - start > longestHead) break;
    start = lineStart(around, start - 1);
  }
  return no;
}

/** The newline that ends a record, searched from inside a quoted field; -1 = not here yet. */
function csvRecordEnd(bytes: Buffer, from: number): number {
  let inside = true;
  let at = from;
  let end = -1;
  for (;;) {
    const nextQuote = bytes.indexOf(quote, at);
    if (!inside && end < at) end = bytes.indexOf(newline, at);
    if (!inside && end >= 0 && (nextQuote < 0 || end < nextQuote)) return end;
    if (nextQuote < 0 || (!inside && end < 0)) return -1;
    inside = !inside;
    at = nextQuote + 1;
  }
}
