import { severities, type LogEntry, type Severity } from './logEntry.ts';
import type { LogFormat } from './logFormat.ts';
import type { LogClock } from './logTimestamp.ts';
import { jsonTable } from './messageCatalog.ts';
import { jsonPlainHead } from './plainHead.ts';
import type { RecurringShape } from './recurringShape.ts';

/** `log_destination = jsonlog` (15 and later): one object a line; manual, section 19.8.5. */
export class JsonLog implements LogFormat {
  readonly name = 'json';
  readonly table = jsonTable;
  readonly recurring: RecurringShape;
  readonly #clock: LogClock;

  constructor(clock: LogClock) {
    this.#clock = clock;
    this.recurring = { plainHead: jsonPlainHead, clock };
  }

  read(text: string): LogEntry | undefined {
    const record = parseObject(text) ?? parseObject(withoutLastKey(text));
    const severity = record?.['error_severity'];
    if (!record || !(severities as readonly unknown[]).includes(severity)) return undefined;
    const string = (key: string): string | undefined => {
      const value = record[key];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const number = (key: string): number | undefined => {
      const value = record[key];
      return typeof value === 'number' ? value : undefined;
    };
    const time = string('timestamp');
    const at = time === undefined ? undefined : this.#clock.parse(time);
    if (at === undefined) return undefined;
    return {
      severity: severity as Severity,
      message: string('message') ?? '',
      sqlState: string('state_code') ?? '00000',
      detail: string('detail'),
      hint: string('hint'),
      context: string('context'),
      statement: string('statement'),
      location: string('file_name') && `${string('file_name') ?? ''}:${number('file_line_num') ?? ''}`,
      at,
      pid: number('pid'),
      sessionId: string('session_id'),
      sessionStartAt: this.#clock.parse(string('session_start') ?? ''),
      user: string('user'),
      database: string('dbname'),
      applicationName: string('application_name'),
      remoteHost: string('remote_host'),
      remotePort: number('remote_port'),
      backendType: string('backend_type'),
      commandTag: string('ps'),
      fromClient: string('remote_host') !== undefined,
    };
  }

  lineKind(): 'unknown' {
    return 'unknown';
  }

  adapt(): boolean {
    return false;
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A record that was cut off because it is too long, up to the last key that is whole. */
function withoutLastKey(text: string): string {
  return `${text.slice(0, text.lastIndexOf('","'))}"}`;
}
