import type { LogEntry } from '../log/logEntry.ts';
import { matchTemplate, messageTemplate } from './messageTemplate.ts';
import { english } from './messageTexts.ts';

/** A line of a file that an entry names. */
export interface FileLine {
  /** As logged. A relative one is relative to the data directory (pg_hba.conf) or the extension's source (`lib.rs`). */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

const hbaFileMatched = messageTemplate(english.hbaFileMatched);
const hbaLineMatched = messageTemplate(english.hbaLineMatched);
const panicked = ' panicked at ';

/** The line of pg_hba.conf that DETAIL names, or the line of Rust that LOCATION or a panic names. */
export function linkOf(trouble: Pick<LogEntry, 'message' | 'detail' | 'location'>): FileLine | undefined {
  return hbaLine(trouble.detail) ?? rustLocation(trouble.location) ?? panicLine(trouble.message);
}

/** The server puts the rule on the last line; a name in a line before may hold any text. */
function hbaLine(detail = ''): FileLine | undefined {
  const last = detail.slice(detail.lastIndexOf('\n') + 1);
  const [path, fileLine] = matchTemplate(hbaFileMatched, last) ?? [];
  if (path !== undefined) return fileLineOf(path, fileLine);
  return fileLineOf('pg_hba.conf', matchTemplate(hbaLineMatched, last)?.[0]);
}

/** `lib.rs:42` or `function, lib.rs:42`; those of PostgreSQL's own C files lead nowhere. */
function rustLocation(location = ''): FileLine | undefined {
  const place = location.slice(location.lastIndexOf(', ') + 1).trim();
  const [path, line] = place.split(':');
  return path?.endsWith('.rs') ? fileLineOf(path, line) : undefined;
}

/** `thread '…' panicked at src/lib.rs:10:5:`, before Rust 1.73 `… panicked at 'MESSAGE', src/lib.rs:10:5`. */
function panicLine(message: string): FileLine | undefined {
  const at = ` ${message}`.indexOf(panicked);
  if (at < 0) return undefined;
  const rest = message.slice(at - 1 + panicked.length);
  const place = rest.startsWith("'") ? rest.slice(rest.lastIndexOf("', ") + 3) : rest;
  const end = place.indexOf('.rs:') + 3;
  return end < 3 ? undefined : fileLineOf(place.slice(0, end), /^:(\d{1,9})/.exec(place.slice(end))?.[1]);
}

function fileLineOf(path: string, line: string | undefined): FileLine | undefined {
  return line !== undefined && /^\d{1,9}$/.test(line) && !path.includes('\n')
    ? { path, line: Number(line) }
    : undefined;
}
