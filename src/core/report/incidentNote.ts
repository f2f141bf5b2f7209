import { endTexts } from './endText.ts';
import { filterText } from './filterText.ts';
import type { LogReport } from './logReport.ts';
import { markdownTable, plainText } from './markdownText.ts';
import { maskOfNames, noMask, type Mask } from './serverMask.ts';
import { counted } from './shownText.ts';
import { createShownTime, shownSpan, type ShownTime } from './shownTime.ts';
import { programName, type LogSettings } from '../log/logPlace.ts';
import { renderSentence } from '../sentence.ts';
import type { Incident, IncidentClient, IncidentMoment, IncidentReason } from '../session/incident.ts';
import { dimensions, isNoFilter, type Dimension } from '../session/filter.ts';
import type { NameCount } from '../snapshot/openSessions.ts';

/** What a note tells beside the incident itself. */
export interface IncidentFacts extends Pick<
  LogReport,
  'files' | 'format' | 'serverVersion' | 'activeIs' | 'warnings' | 'filter' | 'fromAt' | 'toAt'
> {
  readonly settings: LogSettings;
  /** Of the server, where it is connected. */
  readonly limits?: { readonly maxConnections: number; readonly usable: number } | undefined;
}

export interface NoteStyle {
  /** Names and hosts become `user-1`, `host-2`, …; paths and messages are left out. */
  readonly masked: boolean;
  /** IANA zone; undefined = the machine's. */
  readonly timeZone?: string | undefined;
}

/** Names of one list; the rest is summed up. */
const mostNames = 10;
const longestMessage = 500;

/**
 * An incident as Markdown, for an issue, a chat or a post-mortem: what happened when, who held the connections at the peak,
 * who was refused and why. What comes from the log is text in it and nothing else. Ends with a line break.
 */
export function incidentNote(incident: Incident, facts: IncidentFacts, style: NoteStyle): string {
  const time = createShownTime(style.timeZone);
  const mask = style.masked ? maskOfNames(namesIn(incident)) : noMask;
  const { failure, ending, problem } = incident.reasons;
  const sections = [
    ['# Incident note: PostgreSQL connections', '', ...headLines(incident, facts, style, time)],
    section('Timeline', timelineLines(incident, time, facts)),
    section('Who held the connections at the peak', holderLines(incident, mask)),
    section('Refused logins', reasonLines(failure, time, mask, style.masked)),
    section('Sessions ended by the server', reasonLines(ending, time, mask, style.masked)),
    section('Problems of the server', reasonLines(problem, time, mask, style.masked)),
    section('Settings', settingLines(facts)),
    section('What the numbers cannot tell', warningLines(incident, facts, mask)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines];
}

function headLines(
  incident: Incident,
  facts: IncidentFacts,
  { masked, timeZone }: NoteStyle,
  time: ShownTime,
): string[] {
  const { totals, peak } = incident;
  const [file, ...more] = facts.files;
  const path = file === '-' ? 'standard input' : (file ?? '');
  const named = more.length === 0 ? path : `${path} and ${counted(more.length, 'more file')}`;
  const files = masked ? counted(facts.files.length, 'file') : named;
  const zone = timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const span = shownSpan(time, incident.fromAt ?? facts.fromAt, incident.toAt ?? facts.toAt);
  const counts = [
    counted(totals.connects, 'connect'),
    counted(totals.disconnects, 'disconnect'),
    `${totals.lost} lost`,
    `${totals.failures} refused`,
    `${totals.endings} ended by the server`,
    counted(totals.problems, 'server problem'),
  ];
  const filter = masked ? 'set, its names are masked' : filterText(facts.filter);
  const at = peak.at === undefined ? '' : ` at ${time.full(peak.at)}`;
  const of = facts.limits === undefined ? '' : ` of ${limitText(peak.active, facts.limits)}`;
  return [
    `Log: ${files} (${programName(facts.format)} ${facts.serverVersion ?? 'of unknown version'}, ${facts.format ?? 'not understood'})`,
    `Window: ${span === '' ? 'all of the log, which tells no time' : `${span} (${zone})`}`,
    ...(isNoFilter(facts.filter) ? [] : [`Filter: ${filter}`]),
    `Peak: ${counted(peak.active, 'open session')}${at}${of}${inexact(peak, facts)}`,
    `Counts: ${counts.join(', ')}`,
  ].map((line) => `- ${plainText(line)}`);
}

/** Superusers may have sat in their reserve. */
function limitText(active: number, { maxConnections, usable }: NonNullable<IncidentFacts['limits']>): string {
  return active > usable
    ? `${maxConnections} (max_connections; ordinary roles can have ${usable})`
    : `${usable} that ordinary roles can have`;
}

/** Where ends are not logged there may have been fewer: that is no least number. */
function inexact({ active }: Incident['peak'], { activeIs }: IncidentFacts): string {
  if (activeIs === 'exact') return '';
  if (activeIs === 'atLeast') return ' (at least; the log does not tell of all)';
  const untold = active === 0 ? 'who is connected' : 'when sessions end';
  return ` (not known: the log does not tell ${untold})`;
}

function timelineLines({ moments, more }: Incident, time: ShownTime, facts: IncidentFacts): string[] {
  const rows = moments.map((moment) => [
    moment.toAt === moment.at ? time.full(moment.at) : shownSpan(time, moment.at, moment.toAt),
    momentText(moment, facts),
  ]);
  if (more > 0) rows.push(['…', `${more} more`]);
  return rows.length === 0 ? [] : markdownTable({ head: ['When', 'What'], rows });
}

function momentText(moment: IncidentMoment, { format }: IncidentFacts): string {
  switch (moment.what) {
    case 'started':
      return `${programName(format)} was started`;
    case 'recovered':
      return `${programName(format)} began anew after a crash`;
    case 'peak':
      return `Peak: ${counted(moment.count, 'open session')}`;
    case 'lost':
      return `${counted(moment.count, 'session')} lost: ${moment.reason === undefined ? 'no line tells why' : endTexts[moment.reason]}`;
    case 'burst':
      return `${counted(moment.count, 'login')} refused; most often: ${renderSentence(moment.meaning)}`;
    case 'problem':
      return moment.count === 1
        ? `Server problem: ${renderSentence(moment.meaning)}`
        : `${moment.count} server problems; most often: ${renderSentence(moment.meaning)}`;
  }
}

const titles: Readonly<Record<Dimension, string>> = {
  database: 'Database',
  user: 'User',
  application: 'Application',
  host: 'Host',
};

function holderLines({ peak }: Incident, mask: Mask): string[] {
  const { holders } = peak;
  if (holders === undefined)
    return ['The events of that moment are no longer kept: the log itself has them.'];
  if (peak.active === 0) return [];
  return dimensions.flatMap((dimension, index) => [
    ...(index === 0 ? [] : ['']),
    ...markdownTable({
      head: [titles[dimension], 'Sessions'],
      right: [1],
      rows: nameRows(holders[dimension], (name) => shownName(mask, dimension, name)),
    }),
  ]);
}

function nameRows(counts: readonly NameCount[], shown: (name: string | undefined) => string): string[][] {
  const rest = counts.slice(mostNames);
  const rows = counts.slice(0, mostNames).map(({ name, count }) => [shown(name), String(count)]);
  if (rest.length > 0)
    rows.push([counted(rest.length, 'other'), String(rest.reduce((sum, { count }) => sum + count, 0))]);
  return rows;
}

function shownName(mask: Mask, dimension: Dimension, name: string | undefined): string {
  return mask.name(dimension, name) ?? 'unknown';
}

function reasonLines(
  rows: readonly IncidentReason[],
  time: ShownTime,
  mask: Mask,
  masked: boolean,
): string[] {
  if (rows.length === 0) return [];
  const instant = (at: number | undefined): string => (at === undefined ? 'unknown' : time.full(at));
  return markdownTable({
    head: [
      'Reason',
      'SQLSTATE',
      'Count',
      'First',
      'Last',
      'Most often',
      ...(masked ? [] : ['Newest message']),
    ],
    right: [2],
    rows: rows.map((reason) => [
      `${renderSentence(reason.meaning)} ${renderSentence(reason.nextStep)}`,
      reason.sqlState ?? '',
      String(reason.count),
      instant(reason.firstAt),
      instant(reason.lastAt),
      reason.clients.map((client) => clientText(client, mask)).join('; '),
      ...(masked ? [] : [reason.message.slice(0, longestMessage)]),
    ]),
  });
}

function clientText({ user, database, host, count }: IncidentClient, mask: Mask): string {
  const login = database === undefined ? undefined : `@${shownName(mask, 'database', database)}`;
  const from = host === undefined ? '' : ` from ${shownName(mask, 'host', host)}`;
  const who = `${shownName(mask, 'user', user)}${login ?? ''}${from}`;
  return `${user === undefined && database === undefined && host === undefined ? 'unknown' : who} ×${count}`;
}

function settingLines({ settings, limits }: IncidentFacts): string[] {
  const { logConnections, logDisconnections, logMinMessages, logDestination } = settings;
  const rows: (readonly [string, string | number | undefined])[] = [
    ['max_connections', limits?.maxConnections],
    ['of these for ordinary roles', limits?.usable],
    ['log_connections', logConnections],
    ['log_disconnections', logDisconnections === undefined ? undefined : logDisconnections ? 'on' : 'off'],
    ['log_min_messages', logMinMessages],
    ['log_destination', logDestination],
  ];
  const known = rows.filter(([, value]) => value !== undefined && value !== '');
  if (known.length === 0) return [];
  return markdownTable({
    head: ['Setting', 'Value'],
    rows: known.map(([name, value]) => [name, String(value)]),
  });
}

function warningLines({ isPartial }: Incident, { warnings }: IncidentFacts, mask: Mask): string[] {
  const lines = warnings.map((warning) => `- ${plainText(renderSentence(mask.sentence(warning)))}`);
  return isPartial
    ? ['- More happened than is kept: what is counted by reason or for a window is of the newest.', ...lines]
    : lines;
}

function namesIn({ peak, reasons }: Incident): Record<Dimension, (string | undefined)[]> {
  const clients = Object.values(reasons).flatMap((rows) => rows.flatMap((reason) => reason.clients));
  const held = (dimension: Dimension): (string | undefined)[] =>
    (peak.holders?.[dimension] ?? []).map(({ name }) => name);
  return {
    user: [...held('user'), ...clients.map(({ user }) => user)],
    database: [...held('database'), ...clients.map(({ database }) => database)],
    application: held('application'),
    host: [...held('host'), ...clients.map(({ host }) => host)].filter((host) => host !== '[local]'),
  };
}
