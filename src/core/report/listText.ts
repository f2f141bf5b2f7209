import type { ConnectionLogging, DiscoveredLog, DiscoveryKind } from '../log/logPlace.ts';
import { renderSentence } from '../sentence.ts';
import { showControlCharacters } from './controlCharacters.ts';
import { isoInstant } from './jsonText.ts';
import { createPaint, padEndTo, shownSentence, widthOf } from './shownText.ts';

const kindNames: Readonly<Record<DiscoveryKind, string>> = {
  pgrx: 'pgrx',
  'pgrx-tests': 'pgrx test',
  postmaster: 'local',
  pgdata: 'PGDATA',
  debian: 'Debian',
  homebrew: 'Homebrew',
  path: 'file',
  command: 'command',
  server: 'server',
  demo: 'demo',
};

/** How the list is to look. */
export interface ListStyle {
  readonly colour: boolean;
  /** The home folder, shown as `~`; undefined = paths are shown whole. */
  readonly home?: string | undefined;
}

/**
 * Discovered logs, one line each, numbered from 1 (the number that the command line takes): server, path, port,
 * running or not, format, connection logging; a log that cannot be followed says why below. Ends without a line
 * break.
 */
export function listText(logs: readonly DiscoveredLog[], style: ListStyle): string {
  if (logs.length === 0)
    return 'No PostgreSQL log was found on this machine: name one, as in "connections /path/to/postgresql.log".';
  const rows = logs.map((log, index) => rowOf(log, index + 1, style.home));
  const widths = [0, 1, 2, 3].map((column) =>
    rows.reduce((width, row) => Math.max(width, widthOf(row[column] ?? '')), 0),
  );
  const paint = createPaint(style.colour);
  const lines = logs.flatMap((log, index) => {
    const cells = (rows[index] ?? []).map((cell, column) =>
      column === 0 ? cell.padStart(Math.max(3, widths[0] ?? 0)) : padEndTo(cell, widths[column] ?? 0),
    );
    const [number = '', server = '', path = '', facts = ''] = cells;
    const line = `${number}  ${paint('bold', server)}    ${path}    ${facts}`.trimEnd();
    return log.problem === undefined ? [line] : [line, `     ${paint('yellow', shownSentence(log.problem))}`];
  });
  return [...lines, ...loggingAdvice(logs)].join('\n');
}

/** Number, server, path, facts. */
function rowOf(log: DiscoveredLog, number: number, home: string | undefined): string[] {
  const version = log.serverVersion === undefined ? '' : ` ${log.serverVersion}`;
  const facts = [
    log.port === undefined ? '' : `port ${log.port}`,
    log.running ? 'running' : 'stopped',
    log.format ?? '',
    `connection logging ${log.connectionLogging}`,
  ];
  return [
    String(number),
    showControlCharacters(`PostgreSQL${version} (${kindNames[log.kind]})`),
    log.path === undefined ? 'no log file' : showControlCharacters(withTilde(log.path, home)),
    facts.filter((fact) => fact !== '').join(', '),
  ];
}

function withTilde(path: string, home: string | undefined): string {
  if (home === undefined || home === '' || !path.startsWith(home)) return path;
  const rest = path.slice(home.length);
  return rest === '' || /^[/\\]/.test(rest) ? `~${rest}` : path;
}

function loggingAdvice(logs: readonly DiscoveredLog[]): string[] {
  const isQuiet = (log: DiscoveredLog): boolean =>
    log.connectionLogging === 'off' || log.connectionLogging === 'partly';
  if (!logs.some(isQuiet)) return [];
  return [
    '',
    'Where connection logging is off or partly on, set log_connections = on and log_disconnections = on, and reload.',
  ];
}

/** One discovered log in JSON. */
export interface ListedLogDocument {
  /** The number that the command line takes. */
  readonly number: number;
  readonly kind: DiscoveryKind;
  readonly serverVersion: string | null;
  readonly port: number | null;
  readonly running: boolean;
  readonly startedAt: string | null;
  readonly dataDirectory: string | null;
  readonly path: string | null;
  readonly format: string | null;
  readonly connectionLogging: ConnectionLogging;
  /** Why the log cannot be followed, with the remedy. */
  readonly problem: string | null;
}

/** The list as `connections list --json` prints it (schemas/list.schema.json): stable, additions only. */
export interface ListDocument {
  readonly logs: readonly ListedLogDocument[];
}

/** Discovered logs as one document, numbered as `listText` numbers them. */
export function listDocument(logs: readonly DiscoveredLog[]): ListDocument {
  return {
    logs: logs.map((log, index) => ({
      number: index + 1,
      kind: log.kind,
      serverVersion: log.serverVersion ?? null,
      port: log.port ?? null,
      running: log.running,
      startedAt: isoInstant(log.startedAt),
      dataDirectory: log.dataDirectory ?? null,
      path: log.path ?? null,
      format: log.format ?? null,
      connectionLogging: log.connectionLogging,
      problem: log.problem === undefined ? null : renderSentence(log.problem),
    })),
  };
}
