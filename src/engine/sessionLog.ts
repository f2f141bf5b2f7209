import { closeSync, fstatSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogFormat } from '../core/log/logFormat.ts';
import { detectFormat } from '../core/log/formatDetection.ts';
import type { LogClock } from '../core/log/logTimestamp.ts';
import { SentenceError } from '../core/sentence.ts';
import type { OpenSession } from '../core/session/session.ts';
import { findFile } from '../sources/tail/fileIdentity.ts';
import { openRegular } from '../sources/tail/openRegular.ts';
import { logText } from '../sources/tail/scanTexts.ts';
import type { TailedFile } from '../sources/tail/tailSink.ts';

/** The newest part of the log in which a session's lines are looked for. */
const searchedBytes = 16 * 1024 * 1024;
/** From its first bytes the format is told. */
const sampleBytes = 1024 * 1024;
/** A session is set up within this time: so much before its connect its first line stands. */
const longestSetUpMs = 60_000;

/**
 * The lines of one session in a part of a log, DETAIL, STATEMENT and continuations included; empty where that part has
 * none.
 */
export function sessionLines(
  text: string,
  session: OpenSession,
  clock: LogClock,
  logLinePrefix: string | undefined,
): string {
  const format = detectFormat(text.slice(0, sampleBytes), clock, { configuredPrefix: logLinePrefix })?.format;
  if (!format) return '';
  const kept: string[] = [];
  let belongs = false;
  for (const piece of piecesOf(text, format)) {
    belongs = isOfSession(piece, session, format) ?? belongs;
    if (belongs) kept.push(piece);
  }
  return kept.join('\n');
}

/** The lines; of csv the records, which go over several where a statement does. */
function* piecesOf(text: string, format: LogFormat): Generator<string> {
  let begun: string[] = [];
  let isOpen = false;
  for (const line of text.split('\n')) {
    if (format.name === 'csv' && line.split('"').length % 2 === 0) isOpen = !isOpen;
    // a quote that was opened before the part that is looked at: the first whole record puts it right
    if (isOpen && begun.length > 0 && format.read(line)) {
      isOpen = false;
      begun = [];
    }
    begun.push(line);
    if (isOpen) continue;
    yield begun.join('\n');
    begun = [];
  }
}

/** Whether a piece begins an entry of this session; undefined = it continues the entry before. */
function isOfSession(piece: string, session: OpenSession, format: LogFormat): boolean | undefined {
  const entry = format.read(piece);
  if (!entry) return format.lineKind(piece) === 'other' ? false : undefined;
  if (entry.sessionId !== undefined && session.sessionId !== undefined)
    return entry.sessionId === session.sessionId;
  const since = (session.connectedAt ?? 0) - longestSetUpMs;
  return entry.pid !== undefined && entry.pid === session.pid && (entry.at ?? since) >= since;
}

/** The newest part of a log file, from the beginning of a line on. Throws a SentenceError when the file is gone. */
export function newestPart({ identity, path: pathThen }: TailedFile): string {
  const path = findFile(identity, [dirname(pathThen)])?.path;
  if (path === undefined)
    throw new SentenceError('{0} is gone: it was rotated away or deleted, and its lines with it.', pathThen);
  const fd = openRegular(path);
  try {
    const { size } = fstatSync(fd);
    const from = Math.max(0, size - searchedBytes);
    const bytes = Buffer.allocUnsafe(size - from);
    const count = readSync(fd, bytes, 0, bytes.length, from);
    return logText(bytes.subarray(from === 0 ? 0 : bytes.indexOf(0x0a) + 1, count));
  } finally {
    closeSync(fd);
  }
}
