import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogFormat } from '../core/log/logFormat.ts';
import { detectFormat } from '../core/log/formatDetection.ts';
import type { LogClock } from '../core/log/logTimestamp.ts';
import type { OpenSession } from '../core/session/session.ts';

/** The newest part of the log in which a session's lines are looked for. */
const searchedBytes = 16 * 1024 * 1024;

/** The lines of one session in the newest part of a log file, DETAIL, STATEMENT and continuations included. */
export function sessionLines(
  path: string,
  session: OpenSession,
  clock: LogClock,
  logLinePrefix: string | undefined,
): string {
  const text = tailOf(path);
  const format = detectFormat(text.slice(0, 1024 * 1024), clock, { configuredPrefix: logLinePrefix })?.format;
  if (!format) return '';
  const kept: string[] = [];
  let belongs = false;
  for (const line of text.split('\n')) {
    const ours = ofSession(line, session, format);
    if (ours !== undefined) belongs = ours;
    if (belongs) kept.push(line);
  }
  return kept.join('\n');
}

/** Whether a line begins an entry of this session; undefined = it continues the entry before. */
function ofSession(line: string, session: OpenSession, format: LogFormat): boolean | undefined {
  const entry = format.read(line);
  if (!entry) return undefined;
  if (entry.sessionId !== undefined && session.sessionId !== undefined)
    return entry.sessionId === session.sessionId;
  const since = (session.connectedAt ?? 0) - 60_000;
  return entry.pid !== undefined && entry.pid === session.pid && (entry.at ?? since) >= since;
}

function tailOf(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const from = Math.max(0, size - searchedBytes);
    const bytes = Buffer.allocUnsafe(size - from);
    const count = readSync(fd, bytes, 0, bytes.length, from);
    return bytes.toString('utf8', from === 0 ? 0 : bytes.indexOf(0x0a) + 1, count);
  } finally {
    closeSync(fd);
  }
}
