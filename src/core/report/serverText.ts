import type { Backend } from '../server/activity.ts';
import type { Finding } from '../server/finding.ts';
import { percent } from '../server/findingText.ts';
import { isBeyondUsable } from '../server/overview.ts';
import { ageMs } from '../server/sessionAges.ts';
import type { Health, Overview } from '../server/serverSnapshot.ts';
import type { NameCount } from '../snapshot/openSessions.ts';
import { showControlCharacters } from './controlCharacters.ts';
import type { ServerReport } from './serverReport.ts';
import { createShownTime, shownDuration } from './shownTime.ts';
import {
  counted,
  createPaint,
  padEndTo,
  type Paint,
  shownName,
  shownSentence,
  widthOf,
} from './shownText.ts';
import { nameCountBlocks, type TextStyle } from './summaryText.ts';

/** Sessions that are listed one by one; the counts tell of all. */
const mostRows = 200;
/** Characters of a statement: it is to be recognised, not read. */
const queryColumns = 60;

const healthColours = { HEALTHY: 'green', WARNING: 'yellow', CRITICAL: 'red' } as const satisfies Record<
  Health,
  unknown
>;

/**
 * A server for a terminal: how full it is, what should be looked at, who is connected by database, user, application and
 * client, then the sessions, oldest first. Ends without a line break. Warnings are apart (`warningLines`).
 */
export function serverText(report: ServerReport, style: TextStyle): string {
  const paint = createPaint(style.colour);
  const { sample } = report;
  const blocks = [
    serverHeading(sample.facts, sample.takenAt, style),
    overviewBlock(report.overview, paint),
    ...findingsBlock(report.findings, paint),
    ...nameCountBlocks(namedCounts(report), paint),
    ...sessionsBlock(report, paint),
  ];
  return blocks.join('\n\n');
}

/** Which server, as whom, and when. */
export function serverHeading(
  server: { version?: string; host: string; port: number; user: string },
  at: number,
  style: TextStyle,
): string {
  const { version, host, port, user } = server;
  const name = version === undefined ? 'PostgreSQL' : `PostgreSQL ${version}`;
  const where = `${name} at ${host.includes(':') ? `[${host}]` : host}:${port}, as ${user}`;
  const time = createShownTime(style.timeZone);
  return `${createPaint(style.colour)('bold', showControlCharacters(where))}, ${time.full(at)}`;
}

export function shownHealth(health: Health, paint: Paint): string {
  return paint(healthColours[health], health);
}

function overviewBlock(overview: Overview, paint: Paint): string {
  const { total, usable, utilization, health, maxConnections, reserved } = overview;
  const taken = isBeyondUsable(overview)
    ? `${total + 1} of all ${maxConnections}, none left for ordinary roles`
    : `${percent(utilization)} % of ${usable} usable`;
  const head = `Connections: ${paint('bold', String(total))}, with ours ${taken} (${shownHealth(health, paint)})`;
  const age = (label: string, seconds: number | undefined): string =>
    seconds === undefined ? '' : `${label} ${shownDuration(seconds * 1000)}`;
  const rows: [string, number, string][] = [
    ['active', overview.active, age('longest', overview.longestActiveSeconds)],
    ['idle', overview.idle, ''],
    [
      'idle in transaction',
      overview.idleInTransaction,
      age('oldest', overview.longestIdleInTransactionSeconds),
    ],
    ['waiting for a lock', overview.waiting, ''],
    ['reserved slots', reserved, `of ${maxConnections}`],
    ['background', overview.background, overview.walsenders > 0 ? `walsenders ${overview.walsenders}` : ''],
  ];
  const digits = Math.max(...rows.map(([, count]) => String(count).length));
  const lines = rows.map(([name, count, note]) =>
    `  ${padEndTo(name, 19)}  ${String(count).padStart(digits)}  ${note}`.trimEnd(),
  );
  return [head, ...lines].join('\n');
}

export function findingsBlock(findings: readonly Finding[], paint: Paint): string[] {
  if (findings.length === 0) return [];
  const critical = findings.filter(({ severity }) => severity === 'critical').length;
  const title = `Findings: ${critical} critical, ${counted(findings.length - critical, 'warning')}`;
  const lines = findings.flatMap(({ severity, sentence, nextStep }) => [
    `  ${paint(severity === 'critical' ? 'red' : 'yellow', severity.toUpperCase())}  ${shownSentence(sentence)}`,
    `    ${shownSentence(nextStep)}`,
  ]);
  return [[paint('bold', title), ...lines].join('\n')];
}

function namedCounts(report: ServerReport): [string, readonly NameCount[]][] {
  return [
    ['By database:', report.byDatabase],
    ['By user:', report.byUser],
    ['By application:', report.byApplication],
    ['By client:', report.byClient],
  ];
}

function sessionsBlock({ sessions, sample, overview }: ServerReport, paint: Paint): string[] {
  if (sessions.length === 0) return [];
  const rows = sessions.slice(0, mostRows).map((session) => rowOf(session, sample.serverAt));
  const widths = columns.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, widthOf(row[column] ?? '')), widthOf(title)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => padEndTo(cell, widths[column] ?? 0)).join('  ')}`.trimEnd();
  const rest = overview.total - rows.length;
  return [
    [
      paint('bold', 'Sessions, oldest first:'),
      paint('dim', line(columns)),
      ...rows.map(line),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ].join('\n'),
  ];
}

const columns = ['PID', 'LOGIN', 'APPLICATION', 'CLIENT', 'STATE', 'SINCE', 'QUERY'];

function rowOf(session: Backend, serverAt: number): string[] {
  const since = ageMs(session.state === 'active' ? session.queryStartAt : session.stateChangeAt, serverAt);
  const { waitEventType, waitEvent, blockedBy, state } = session;
  const waits =
    state === 'active' && waitEventType !== undefined ? ` (${waitEventType}: ${waitEvent ?? ''})` : '';
  const blocked = blockedBy.length > 0 ? `, blocked by ${blockedBy.slice(0, 5).join(', ')}` : '';
  return [
    String(session.pid),
    `${shownName(session.user)}@${shownName(session.database)}`,
    shownName(session.applicationName),
    shownName(session.clientAddress),
    showControlCharacters(`${state ?? 'unknown'}${waits}${blocked}`),
    since === undefined ? '' : shownDuration(since),
    shownQuery(session.query),
  ];
}

/** The beginning of a statement on one line. */
function shownQuery(query: string | undefined): string {
  const text = showControlCharacters((query ?? '').trim().replace(/\s+/gu, ' '));
  const characters = Array.from(text);
  return characters.length <= queryColumns ? text : `${characters.slice(0, queryColumns - 1).join('')}…`;
}
