import { programName } from '../log/logPlace.ts';
import { type Sentence, sentence } from '../sentence.ts';
import { type Dimension, dimensions, type Filter, isNoFilter } from '../session/filter.ts';
import type { NameCount } from '../snapshot/openSessions.ts';
import type { Totals } from '../snapshot/sourceStatus.ts';
import { showControlCharacters } from './controlCharacters.ts';
import { filterText } from './filterText.ts';
import type { LogReport } from './logReport.ts';
import { createShownTime, type ShownTime, shownSpan } from './shownTime.ts';
import {
  counted,
  createPaint,
  padEndTo,
  type Paint,
  shownName,
  shownSentence,
  widthOf,
} from './shownText.ts';

/** How a text for a terminal is to look. */
export interface TextStyle {
  /** True only where the output is a terminal. */
  readonly colour: boolean;
  /** IANA zone of the times shown; undefined = the machine's. */
  readonly timeZone?: string | undefined;
}

const titles: readonly (readonly [Dimension, string])[] = [
  ['database', 'By database:'],
  ['user', 'By user:'],
  ['application', 'By application:'],
];

/** Columns that a name takes at least, so that short lists look alike. */
const nameColumns = 12;

/**
 * The summary: who is connected, by database, user and application, then the totals and the log they were read
 * from. Ends without a line break. Warnings are apart (`warningLines`).
 */
export function summaryText(report: LogReport, style: TextStyle): string {
  const paint = createPaint(style.colour);
  const blocks = [headline(report, paint), ...groupBlocks(report, paint)];
  blocks.push(`${totalsLine(report.totals)}\n${logLine(report, createShownTime(style.timeZone))}`);
  return blocks.join('\n\n');
}

function headline(report: LogReport, paint: Paint): string {
  const lines = [`${activeTitle(report.filter)}: ${paint('bold', activeCount(report))}`];
  if (report.activeReplication > 0) lines.push(`Replication connections: ${report.activeReplication}`);
  if (report.activeIs === 'unknown') lines.push(shownSentence(whyUnknown(report.active)));
  return lines.join('\n');
}

/** Under another title: what the number of open sessions is, in one line where it is not exact. */
export function inexactLine(report: LogReport): string[] {
  if (report.activeIs === 'exact') return [];
  if (report.activeIs === 'unknown') return [shownSentence(whyUnknown(report.active))];
  return [`${activeTitle(report.filter)}: ${activeCount(report)}`];
}

function activeTitle(filter: Filter): string {
  if (isNoFilter(filter)) return 'Active connections';
  const only = onlyDimension(filter);
  const [name] = filter.database;
  if (only === 'database' && name !== undefined && isOneName(filter.database))
    return `Active connections to '${showControlCharacters(name)}'`;
  return `Active connections for ${showControlCharacters(filterText(filter))}`;
}

function activeCount({ activeIs, active }: LogReport): string {
  if (activeIs === 'exact') return String(active);
  return activeIs === 'atLeast' ? `at least ${active}` : 'unknown';
}

function whyUnknown(notSeenToEnd: number): Sentence {
  if (notSeenToEnd === 0)
    return sentence(
      'The log does not tell who is connected: turn on log_connections and log_disconnections, and reload the server.',
    );
  return sentence(
    'The log does not tell when sessions end; connected and not seen to end: {0}. Turn on log_disconnections, and reload the server.',
    notSeenToEnd,
  );
}

/** The one dimension that the filter uses; undefined when it uses several, or none. */
function onlyDimension(filter: Filter): Dimension | undefined {
  const used = dimensions.filter((dimension) => filter[dimension].length > 0);
  return used.length === 1 ? used[0] : undefined;
}

/** True when the patterns let exactly one name through: its list would repeat the headline. */
function isOneName(patterns: readonly string[]): boolean {
  return patterns.length === 1 && patterns[0]?.includes('*') === false;
}

function groupBlocks({ groups, filter }: LogReport, paint: Paint): string[] {
  const shown = titles.filter(([dimension]) => !isOneName(filter[dimension]));
  return nameCountBlocks(
    shown.map(([dimension, title]) => [title, groups[dimension]] as const),
    paint,
  );
}

/** Titled lists of names and their counts, aligned with each other; a list of nothing is left out. */
export function nameCountBlocks(
  lists: readonly (readonly [title: string, counts: readonly NameCount[]])[],
  paint: Paint,
): string[] {
  const shown = lists.filter(([, counts]) => counts.length > 0);
  const all = shown.flatMap(([, counts]) => counts);
  const names = Math.max(nameColumns, ...widest(all.map(({ name }) => shownName(name))));
  const digits = Math.max(1, ...widest(all.map(({ count }) => String(count))));
  const line = ({ name, count }: NameCount): string =>
    `  ${padEndTo(shownName(name), names)}  ${String(count).padStart(digits)}`;
  return shown.map(([title, counts]) => [paint('bold', title), ...counts.map(line)].join('\n'));
}

/** The width of the widest text, if any; not spread into Math.max one by one, for there may be very many. */
function widest(texts: readonly string[]): number[] {
  return texts.length === 0 ? [] : [texts.reduce((width, text) => Math.max(width, widthOf(text)), 0)];
}

/** `Totals: 45 connects, 40 disconnects, 0 lost, 3 failed`, and what else happened. */
function totalsLine(totals: Totals): string {
  const parts = [
    counted(totals.connects, 'connect'),
    counted(totals.disconnects, 'disconnect'),
    `${totals.lost} lost`,
    `${totals.failures} failed`,
  ];
  if (totals.replicationConnects > 0) parts.push(counted(totals.replicationConnects, 'replication connect'));
  if (totals.endings > 0) parts.push(`${totals.endings} ended by the server`);
  if (totals.problems > 0) parts.push(counted(totals.problems, 'server problem'));
  return `Totals: ${parts.join(', ')}`;
}

function logLine(report: LogReport, time: ShownTime): string {
  const [file, ...more] = report.files;
  const name = file === '-' ? 'standard input' : shownName(file);
  const facts = [
    report.serverVersion === undefined
      ? ''
      : showControlCharacters(`${programName(report.format)} ${report.serverVersion}`),
    report.format ?? '',
    shownSpan(time, report.fromAt, report.toAt),
  ].filter((fact) => fact !== '');
  const files = more.length === 0 ? name : `${name} and ${counted(more.length, 'more file')}`;
  return `Log: ${files}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}
