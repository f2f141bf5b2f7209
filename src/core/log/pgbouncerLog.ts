import type { LogEntry, Severity } from './logEntry.ts';
import type { LogFormat, ScanAnchor, ScanTable } from './logFormat.ts';
import type { LogClock } from './logTimestamp.ts';

/** PgBouncer's levels (lib/usual/logging.h) and what they are in a server's log. */
const levels: Readonly<Record<string, Severity>> = {
  NOISE: 'DEBUG',
  DEBUG: 'DEBUG',
  LOG: 'LOG',
  WARNING: 'WARNING',
  ERROR: 'ERROR',
  FATAL: 'FATAL',
};

/**
 * `2026-11-20 10:07:45.143 UTC [8964] LOG message`; up to 1.8 the pid stands without brackets and the zone may be
 * missing. Unlike in a server's log, no colon follows the level.
 */
const lineStart =
  /^(\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?: (?:[A-Za-z]{1,10}|[+-]\d\d(?::?\d\d){0,2}))?) (?:\[(\d{1,10})\]|(\d{1,10})) (NOISE|DEBUG|LOG|WARNING|ERROR|FATAL) (?!:)/;

/** How the messages begin that matter; a socket is `C-` (client) or `S-` (server) and a pointer. */
const starts: Readonly<Record<string, readonly string[]>> = {
  LOG: ['C-0x', 'S-0x', 'process up: ', 'got SIG', 'server connections dropped', 'listening on '],
  WARNING: ['C-0x', 'server login failed: '],
  FATAL: [],
};

const anchors = Object.entries(starts).map(([level, messages]): ScanAnchor => ({
  before: ' ',
  needle: `${level} `,
  after: '',
  languages: ['en'],
  messages: messages.map((start) => ({ start, sections: false, languages: ['en'] })),
}));

/** A line of PgBouncer's log, as a sample of it can be recognized. */
export function isPgbouncerLine(line: string): boolean {
  return lineStart.test(line);
}

/** The log of PgBouncer: one line an entry, TAB before the lines that continue it. */
export class PgbouncerLog implements LogFormat {
  readonly name = 'pgbouncer';
  readonly table: ScanTable = {
    framing: 'lines',
    between: 'optionalSqlState',
    labels: () => ({ anchors }),
  };
  readonly #clock: LogClock;

  constructor(clock: LogClock) {
    this.#clock = clock;
  }

  read(text: string): LogEntry | undefined {
    const match = lineStart.exec(text);
    if (!match) return undefined;
    const [head, time = '', pid, oldPid, level = ''] = match;
    const severity = levels[level];
    const at = this.#clock.parse(time);
    if (severity === undefined || at === undefined) return undefined;
    const message = text.slice(head.length).replaceAll('\n\t', '\n');
    return { program: 'pgbouncer', severity, message, at, pid: Number(pid ?? oldPid) };
  }

  lineKind(line: string): 'other' | 'unknown' {
    return lineStart.test(line) ? 'other' : 'unknown';
  }

  adapt(): boolean {
    return false;
  }
}
