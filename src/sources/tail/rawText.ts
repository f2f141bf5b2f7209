import type { LogFormat } from '../../core/log/logFormat.ts';
import { lineStart, type Frame, type Surroundings } from './scanFrames.ts';
import { textOf } from './scanTexts.ts';

/** The most bytes of raw text that are taken as one. */
const longestRawText = 4096;
/** How far above a line it is looked for: less than what the scan keeps, so that no slicing makes a difference. */
const longestLook = 6 * 1024;
const newline = 0x0a;
const tab = 0x09;
const no: Frame = { kind: 'no' };
const panicHead = Buffer.from("thread '");

/**
 * stderr: the lines of a panic that Rust wrote past the log, from its head to the next line of the log. No line of
 * the log begins like the head, and the continuation of one begins with TAB; but the second half of a prefix that a
 * name has broken may look like anything, so a line with a label behind the text makes the whole of it doubtful.
 */
export function frameRaw(around: Surroundings, at: number, format: LogFormat): Frame {
  const { bytes, mode } = around;
  const start = lineStart(around, at);
  if (start < 0 || !standsAt(bytes, panicHead, start)) return no;
  let end = start;
  for (let line = start; ; line = end + 1) {
    if (line > start && (line >= bytes.length || line - start >= longestRawText)) break;
    const lineEnd = bytes.indexOf(newline, line);
    if (lineEnd < 0 && mode !== 'final') return { kind: 'unfinished', start };
    const text = textOf(bytes, line, lineEnd < 0 ? bytes.length : lineEnd);
    if (line > start && (bytes[line] === tab || standsAt(bytes, panicHead, line))) break;
    if (!isRawText(text, format)) {
      if (format.lineKind(text) === 'unknown') return no;
      break;
    }
    end = lineEnd < 0 ? bytes.length : lineEnd;
    if (lineEnd < 0) break;
  }
  const isWhole = end + 1 < bytes.length || mode === 'final' || mode === 'quiet';
  return isWhole ? { kind: 'entry', start, end, isRaw: true } : { kind: 'unfinished', start };
}

/** The raw text that stands directly above a line of the log, and of which that line tells the consequence. */
export function rawTextAbove(
  around: Pick<Surroundings, 'bytes' | 'startsLine'>,
  start: number,
  format: LogFormat,
): string | undefined {
  const { bytes } = around;
  let first = start;
  while (first > 0) {
    const line = lineStart(around, first - 1);
    if (line < 0 || start - line > longestLook || bytes[line] === tab) break;
    if (!isRawText(textOf(bytes, line, first), format)) break;
    first = line;
  }
  const text = textOf(bytes, first, start).trim();
  return text === '' ? undefined : text;
}

/** Does a line begin like none of the log, and is it not the rest of one either? (A backtrace has `26:     0x55…`.) */
function isRawText(line: string, format: LogFormat): boolean {
  return !/[^\d\s]: {2}\S/.test(line) && format.lineKind(line) === 'unknown';
}

function standsAt(bytes: Buffer, wanted: Buffer, at: number): boolean {
  return bytes.compare(wanted, 0, wanted.length, at, Math.min(at + wanted.length, bytes.length)) === 0;
}
