// Lines of stderr whose prefix has a newline in it: log_line_prefix prints names as they are (log_status_format in elog.c),
// and whoever knocks chooses them. What stands behind the newline may be made to look like a line of the log.

import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { lineStart, type Surroundings } from './scanFrames.ts';
import { textOf } from './scanTexts.ts';

/** A prefix may have begun so many lines above. */
export const mostBrokenLines = 3;
/** A line that begins with a TAB goes on a message, unless it is so short that it may be a piece of a name (63 bytes). */
const shortLine = 128;
const newline = 0x0a;
const tab = 0x09;

/** A label in English that says: this line is whole. The module knows no more (assembly/stderrEntry.ts, `isBelowOpen`). */
const wholeLine = /(?:LOG|FATAL|ERROR|WARNING|DETAIL|CONTEXT|STATEMENT|HINT): {2}/;

type Lines = Pick<Surroundings, 'bytes' | 'startsLine'>;

/** What is told of a line that cannot be read by itself, and where it begins. */
interface BrokenEntry {
  readonly entry: LogEntry;
  readonly start: number;
}

/** Reads a line that begins like none of this log with the lines above it. */
export function readBroken(
  around: Surroundings,
  start: number,
  end: number,
  format: LogFormat,
): BrokenEntry | undefined {
  let above = start;
  for (let tries = 0; tries < mostBrokenLines && above > 0; tries += 1) {
    const below = above;
    above = lineStart(around, above - 1);
    if (above < 0) return undefined;
    if (format.lineKind(textOf(around.bytes, above, below - 1)) !== 'unknown') {
      const entry = format.readBroken?.(textOf(around.bytes, above, end));
      if (entry) return { entry, start };
      // it may be no line of the log itself
      if (!forgedIn(around, { start: above, end: below - 1 }, format)) return undefined;
      continue;
    }
    const text = textOf(around.bytes, above, end);
    const own = textOf(around.bytes, start, end);
    const entry = format.readBehind ? format.readBehind(text, text.length - own.length) : format.read(text);
    if (entry) return { entry, start: above };
  }
  return undefined;
}

/**
 * What a line is that reads as an entry, when it is a piece of a name: a line above it begins like one of this log and has
 * no label, and behind its own label stands another, in the same line or in a next one that cannot be read by itself. The
 * entry that it belongs to, if that ends with it; `other` = it ends below. Undefined = it is what it looks like.
 */
export function forgedIn(
  around: Surroundings,
  { start, end }: { readonly start: number; readonly end: number },
  format: LogFormat,
): BrokenEntry | 'other' | undefined {
  const { bytes } = around;
  const open = openAbove(around, start, format);
  if (open.length === 0) return undefined;
  const own = textOf(bytes, start, end);
  const label = wholeLine.exec(own);
  if (!label) return undefined;
  const behind = label.index + label[0].length;
  const nextEnd = endOfNext(bytes, end, format);
  for (const above of open) {
    const whole = textOf(bytes, above, end);
    const entry = format.readBehind?.(whole, whole.length - own.length + behind);
    if (entry) return { entry, start: above };
    if (nextEnd === undefined) continue;
    const more = textOf(bytes, above, nextEnd);
    const next = textOf(bytes, end + 1, nextEnd);
    if (format.readBehind?.(more, more.length - next.length)) return 'other';
  }
  return undefined;
}

/** Is there a line above with which a prefix may begin that goes on in this one? */
export function isBelowOpen(around: Lines, start: number, format: LogFormat): boolean {
  return format.table.framing === 'lines' && openAbove(around, start, format).length > 0;
}

/** The lines above one with which a prefix may begin that goes on in it, the nearest first. */
function openAbove(around: Lines, start: number, format: LogFormat): number[] {
  const { bytes } = around;
  const open: number[] = [];
  let above = start;
  for (let tries = 0; tries < mostBrokenLines && above > 0; tries += 1) {
    const end = above - 1;
    above = lineStart(around, end);
    if (above < 0) break;
    if (bytes[above] === tab && end - above >= shortLine) break;
    if (bytes[above] === tab) continue;
    const text = textOf(bytes, above, end);
    if (wholeLine.test(text) || format.lineKind(text) !== 'unknown') break;
    open.push(above);
  }
  return open;
}

/** Where the line behind an entry ends, if it has begun no entry of its own; undefined = it has, or there is none. */
function endOfNext(bytes: Buffer, end: number, format: LogFormat): number | undefined {
  const next = end + 1;
  if (next >= bytes.length || bytes[next] === tab) return undefined;
  const newlineAt = bytes.indexOf(newline, next);
  const nextEnd = newlineAt < 0 ? bytes.length : newlineAt;
  return format.lineKind(textOf(bytes, next, nextEnd)) === 'unknown' ? nextEnd : undefined;
}
