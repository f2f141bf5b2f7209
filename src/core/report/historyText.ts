import { isNoFilter } from '../session/filter.ts';
import type { HistoryColumns } from '../snapshot.ts';
import { showControlCharacters } from './controlCharacters.ts';
import { filterText } from './filterText.ts';
import type { LogReport } from './logReport.ts';
import { createShownTime, shownMinutes } from './shownTime.ts';
import { counted, createPaint, type Paint } from './shownText.ts';
import type { TextStyle } from './summaryText.ts';

/** Cells of the longest bar. */
const barCells = 30;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** One bucket, read out of the columns. */
interface Bucket {
  readonly startAt: number;
  readonly active: number;
  /** Change against the bucket before; undefined for the first. */
  readonly change: number | undefined;
  readonly lost: number;
  readonly failures: number;
}

/**
 * The history of a window that ends now: totals and net, then the open sessions at the end of each bucket. What is
 * counted is what `report.history` holds; `windowMinutes` only names it. In a terminal a bar follows, scaled to the
 * largest bucket, and what was lost or failed in it. Ends without a line break.
 */
export function historyText(
  report: Pick<LogReport, 'history' | 'filter'>,
  windowMinutes: number,
  style: TextStyle,
): string {
  const { history, filter } = report;
  const paint = createPaint(style.colour);
  const of = isNoFilter(filter) ? '' : ` for ${showControlCharacters(filterText(filter))}`;
  const title = `Connection history${of} (last ${shownMinutes(windowMinutes)})`;
  const buckets = bucketsOf(history);
  const timeline =
    buckets.length === 0
      ? ['The log tells of no moment in this window: read more of it with --window.']
      : [`Timeline (${history.bucketMinutes}-min buckets):`, ...bucketLines(buckets, style, paint)];
  return [paint('bold', title), '', totalLine(history), '', ...timeline].join('\n');
}

function totalLine(history: HistoryColumns): string {
  const [connects, disconnects, lost, failures] = [
    sum(history.connects),
    sum(history.disconnects),
    sum(history.lost),
    sum(history.failures),
  ];
  const left = lost > 0 ? `, ${lost} lost` : '';
  const failed = failures > 0 ? `, ${failures} failed` : '';
  const net = signed(connects - disconnects - lost);
  return `Total: ${counted(connects, 'connect')}, ${counted(disconnects, 'disconnect')}${left} (${net} net)${failed}`;
}

function bucketsOf(history: HistoryColumns): Bucket[] {
  return history.startAt.map((startAt, index) => {
    const active = history.active[index] ?? 0;
    return {
      startAt,
      active,
      change: index === 0 ? undefined : active - (history.active[index - 1] ?? 0),
      lost: history.lost[index] ?? 0,
      failures: history.failures[index] ?? 0,
    };
  });
}

function bucketLines(buckets: readonly Bucket[], style: TextStyle, paint: Paint): string[] {
  const time = createShownTime(style.timeZone);
  const [first, last] = [buckets[0], buckets.at(-1)];
  const spansDays =
    first !== undefined && last !== undefined && time.date(first.startAt) !== time.date(last.startAt);
  const largest = buckets.reduce((most, { active }) => Math.max(most, active), 0);
  const digits = String(largest).length;
  const texts = buckets.map(({ startAt, active, change }) => {
    const when = `${spansDays ? `${time.date(startAt)} ` : ''}${time.minute(startAt)}`;
    return `${when}   ${String(active).padStart(digits)} active${change === undefined ? '' : ` (${signed(change)})`}`;
  });
  if (!style.colour) return texts;
  const width = texts.reduce((most, text) => Math.max(most, text.length), 0);
  return texts.map((text, index) =>
    `${text.padEnd(width)}   ${barOf(buckets[index], largest, paint)}`.trimEnd(),
  );
}

function barOf(bucket: Bucket | undefined, largest: number, paint: Paint): string {
  if (bucket === undefined) return '';
  const notes = [
    bucket.lost > 0 ? `${bucket.lost} lost` : '',
    bucket.failures > 0 ? `${bucket.failures} failed` : '',
  ].filter((note) => note !== '');
  const parts = [paint('green', bar(bucket.active, largest)), paint('red', notes.join(', '))];
  return parts.filter((part) => part !== '').join(' ');
}

/** Block characters, to an eighth of a cell; whatever is not nothing shows. */
function bar(value: number, largest: number): string {
  if (value <= 0 || largest <= 0) return '';
  const parts = Math.max(1, Math.round((value / largest) * barCells * 8));
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
