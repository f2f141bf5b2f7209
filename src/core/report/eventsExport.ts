import type { FeedRow } from '../snapshot/dashboard.ts';
import { csvField } from './csvField.ts';
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
  'category',
];

/**
 * Events as CSV: a header, then one record per event, each chunk ending in CR LF; missing is empty. Who needs the exact
 * text takes JSON.
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
