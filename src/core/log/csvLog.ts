import { severityOf } from './labels.ts';
import type { LogEntry } from './logEntry.ts';
import type { LogFormat } from './logFormat.ts';
import type { LogClock } from './logTimestamp.ts';
import { csvTable } from './messageCatalog.ts';
import { csvPlainHead } from './plainHead.ts';
import type { RecurringShape } from './recurringShape.ts';

/** `log_destination = csvlog`: 23 columns (12), 24 (13) or 26 (14 and later); manual, section 19.8.4. */
export class CsvLog implements LogFormat {
  readonly name = 'csv';
  readonly table = csvTable;
  readonly recurring: RecurringShape;
  readonly #clock: LogClock;

  constructor(clock: LogClock) {
    this.#clock = clock;
    this.recurring = { plainHead: csvPlainHead, clock };
  }

  read(text: string): LogEntry | undefined {
    const columns = splitCsvRecord(text);
    const [time = '', user = '', database = '', pid = '', from = '', sessionId = '', , commandTag = ''] =
      columns;
    const [startedAt = '', , , severityWord = '', sqlState = '', message = '', detail, hint] =
      columns.slice(8);
    const [, , context, statement, , location, applicationName, backendType] = columns.slice(16);
    const at = this.#clock.parse(time);
    const severity = severityOf(severityWord);
    if (columns.length < leastColumns || at === undefined || severity === undefined) return undefined;
    return {
      severity,
      message,
      sqlState: sqlState || undefined,
      detail: detail || undefined,
      hint: hint || undefined,
      context: context || undefined,
      statement: statement || undefined,
      location: location || undefined,
      at,
      pid: pid === '' ? undefined : Number(pid),
      sessionId: sessionId || undefined,
      sessionStartAt: this.#clock.parse(startedAt),
      user: user || undefined,
      database: database || undefined,
      applicationName: applicationName || undefined,
      ...splitConnectionFrom(from),
      backendType: backendType || undefined,
      commandTag: commandTag || undefined,
      fromClient: from !== '',
    };
  }

  lineKind(): 'unknown' {
    return 'unknown';
  }

  adapt(): boolean {
    return false;
  }
}

/** `host:port` (IPv6 unbracketed, so the last colon divides), `[local]`, or nothing. */
function splitConnectionFrom(from: string): Pick<LogEntry, 'remoteHost' | 'remotePort'> {
  const colon = from.lastIndexOf(':');
  if (from === '' || from === '[local]' || colon < 0) return { remoteHost: from || undefined };
  return { remoteHost: from.slice(0, colon), remotePort: Number(from.slice(colon + 1)) };
}

/** Columns up to the message: a record that is too long is cut off behind it. */
const leastColumns = 14;

/** The fields of one csv record (RFC 4180: `"` doubled inside quotes, raw newlines), up to its end or the text's. */
export function splitCsvRecord(text: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let end = at + 1;
      for (;;) {
        end = text.indexOf('"', end);
        if (end < 0) end = text.length;
        if (text[end + 1] !== '"') break;
        end += 2;
      }
      if (!/[,\r\n]/.test(text[end + 1] ?? ',')) return fields;
      fields.push(text.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
    } else {
      let end = at;
      while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
      fields.push(text.slice(at, end));
      at = end;
    }
    if (text[at] !== ',') return fields;
    at += 1;
  }
}
