import type { LogEntry } from '../log/logEntry.ts';
import { ByStart } from './byStart.ts';
import { matchTemplate, type MessageTemplate } from './messageTemplate.ts';
import { english } from './messageTexts.ts';

/** A line of a file that an entry names. */
export interface FileLine {
  /** As logged. A relative one is relative to the data directory (pg_hba.conf) or the extension's source (`lib.rs`). */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** In every language: `%s` is the file, where one is named. */
const hbaMatched = new ByStart<MessageTemplate>(({ wordingsOf }) =>
  [english.hbaFileMatched, english.hbaLineMatched]
    .flatMap(wordingsOf)
    .map(({ template }) => [template.texts[0], template]),
);
const panicked = ' panicked at ';

/** The line of pg_hba.conf that DETAIL names, or the line of Rust that LOCATION or a panic names. */
export function linkOf(trouble: Pick<LogEntry, 'message' | 'detail' | 'location'>): FileLine | undefined {
  return hbaLine(trouble.detail) ?? rustLocation(trouble.location) ?? panicLine(trouble.message);
}

/** The server puts the rule on the last line; a name in a line before may hold any text. */
function hbaLine(detail = ''): FileLine | undefined {
  const last = detail.slice(detail.lastIndexOf('\n') + 1);
  return hbaMatched.find(last, (template) => {
    const values = matchTemplate(template, last) ?? [];
    const [path = '', line] = values.length > 2 ? values : ['pg_hba.conf', ...values];
    return fileLineOf(path, line);
  });
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
