import { isMessageIn } from '../../core/connection/messageLanguage.ts';
import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { forgedIn, isBelowOpen, mostBrokenLines, readBroken } from './brokenLines.ts';
import { frameRaw, rawTextAbove } from './rawText.ts';
import {
  frameCsv,
  frameLines,
  frameSingleLine,
  lineStart,
  type Frame,
  type Surroundings,
} from './scanFrames.ts';
import type { Found } from './scanLabels.ts';
import { textOf, textsOf } from './scanTexts.ts';

/** One entry and the index at which it begins; `other` = a line that is none of our business. */
export type Reading = { readonly entry: LogEntry; readonly start: number } | 'other' | 'unknown';

/** The bytes of the entry whose label stands at a place. */
export function frameOf(around: Surroundings, { at, verdict }: Found, format: LogFormat): Frame {
  if (verdict === 'no') return { kind: 'no' };
  if (verdict === 'unfinished')
    return around.mode === 'final' ? { kind: 'no' } : { kind: 'unfinished', start: at };
  switch (format.table.framing) {
    case 'lines':
      return verdict.isRaw === true ? frameRaw(around, at, format) : frameLines(around, verdict, format);
    case 'csv':
      return frameCsv(around, verdict);
    case 'singleLine':
      return frameSingleLine(around, verdict);
  }
}

/** Reads the entry of a frame. A line that begins like none of this log is tried with the lines above it. */
export function readEntry(
  around: Surroundings,
  { start, end, isRaw }: Extract<Frame, { kind: 'entry' }>,
  format: LogFormat,
): Reading {
  const text = textOf(around.bytes, start, end);
  if (isRaw === true) {
    const entry = format.readRaw?.(text);
    return entry ? { entry, start } : 'other';
  }
  // a record of csv or json has its names within it, whatever stands in them
  const isOfLines = format.table.framing === 'lines';
  const entry = readInItsEncoding(around.bytes, start, end, format);
  if (entry) {
    const forged = isOfLines ? forgedIn(around, { start, end }, format) : undefined;
    if (forged) return forged;
    const rawText =
      format.explainsRawText?.(entry) === true ? rawTextAbove(around, start, format) : undefined;
    return { entry: rawText === undefined ? entry : { ...entry, rawText }, start };
  }
  if (format.lineKind(text) !== 'unknown') return 'other';
  return (isOfLines && readBroken(around, start, end, format)) || 'unknown';
}

/** What the line that begins there is, if it is read by itself. */
export function readFrom(reading: Reading, start: number): LogEntry | 'other' | undefined {
  if (reading === 'other') return reading;
  return typeof reading === 'object' && reading.start === start ? reading.entry : undefined;
}

/**
 * Bytes that are no UTF-8 are in that encoding in which the message is one of a language that is written in it; or, if
 * the line cannot be read otherwise, in which it can.
 */
function readInItsEncoding(
  bytes: Buffer,
  start: number,
  end: number,
  format: LogFormat,
): LogEntry | undefined {
  const utf8 = textOf(bytes, start, end);
  let entry = format.read(utf8);
  if (!utf8.includes('\uFFFD')) return entry;
  let isKnown = false;
  for (const { text, languages } of textsOf(bytes, start, end)) {
    const read = format.read(text);
    entry ??= read;
    if (!read || !isMessageIn(read.message, languages)) continue;
    // two encodings may agree in the letters of the message, and not in those of DETAIL
    const detail = read.detail?.slice(read.detail.lastIndexOf('\n') + 1);
    if (detail === undefined || isMessageIn(detail, languages)) return read;
    if (!isKnown) entry = read;
    isKnown = true;
  }
  return entry;
}

/** Index of a line at or before `at` with which no entry is cut in two; -1 = it lies before `bytes`. */
export function settledLine(
  around: Pick<Surroundings, 'bytes' | 'startsLine'>,
  at: number,
  format: LogFormat | undefined,
): number {
  const { bytes } = around;
  let line = lineStart(around, at);
  for (let tries = 0; tries < mostBrokenLines && line > 0; tries += 1) {
    const end = bytes.indexOf(0x0a, line);
    const text = textOf(bytes, line, end < 0 ? bytes.length : end);
    if (format && format.lineKind(text) !== 'unknown' && !isBelowOpen(around, line, format)) break;
    line = lineStart(around, line - 1);
  }
  return line;
}
