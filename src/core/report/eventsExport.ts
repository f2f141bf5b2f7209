import type { FeedRow } from '../snapshot.ts';
import { showControlCharacters } from './controlCharacters.ts';
import { jsonText } from './jsonText.ts';
import { type EventDocument, watchDocument } from './watchText.ts';

/** The columns of exported CSV: the keys of a line of exported JSON. */
const columns: readonly (keyof EventDocument)[] = [
  'event',
  'at',
  'pid',
  'user',
  'database',
  'application',
  'host',
  'durationMs',
  'sqlState',
  'message',
];

/**
 * Events as CSV (RFC 4180): a header, then one record per event, each chunk ending in CR LF; missing is empty.
 * Made for spreadsheets, and so safe in them: anybody who can reach the server chooses an application_name, and a
 * spreadsheet runs a cell that begins like a formula. Such text gets an apostrophe in front (which spreadsheets
 * take for *this is text*), and control characters are written out, so a record is always one line. Who needs the
 * exact text takes JSON.
 */
export function* eventsCsv(rows: Iterable<FeedRow>): Generator<string> {
  yield `${columns.join(',')}\r\n`;
  for (const row of rows) {
    const document = watchDocument(row);
    yield `${columns.map((column) => csvField(document[column])).join(',')}\r\n`;
  }
}

/** Events as JSON, one document per line (schemas/watch.schema.json), each chunk ending in LF; the text is exact. */
export function* eventsJsonLines(rows: Iterable<FeedRow>): Generator<string> {
  for (const row of rows) yield `${jsonText(watchDocument(row))}\n`;
}

function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // before the escapes: a leading TAB or CR, which some spreadsheets drop, must not hide the formula behind it
  const harmless = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/u.test(value) ? `'${value}` : value;
  const text = showControlCharacters(harmless);
  return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
