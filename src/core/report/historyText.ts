import { isNoFilter } from '../session/filter.ts';
import type { HistoryColumns } from '../snapshot/dashboard.ts';
import { showControlCharacters } from './controlCharacters.ts';
import { filterText } from './filterText.ts';
import type { LogReport } from './logReport.ts';
import { createShownTime, shownMinutes } from './shownTime.ts';
import { counted, createPaint, type Paint } from './shownText.ts';
import { inexactLine, type TextStyle } from './summaryText.ts';

const minuteMs = 60_000;
/** Cells of the longest bar. */
const barCells = 30;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** One bucket, read out of the columns. */
interface Bucket {
  readonly startAt: number;
  /** Undefined = it is over before the log begins. */
  readonly active: number | undefined;
  /** Change against the bucket before; undefined for the first that is told. */
  readonly change: number | undefined;
  readonly lost: number;
  readonly failures: number;
}

/**
 * The history of a window that ends now: totals and net, then the open sessions at the end of each bucket. What is
 * counted is what `report.history` holds, whole buckets; `windowMinutes` only names it. In a terminal a bar follows,
 * scaled to the largest bucket, and what was lost or failed in it. Ends without a line break.
 */
export function historyText(report: LogReport, windowMinutes: number, style: TextStyle): string {
  const { history, filter, now } = report;
  const paint = createPaint(style.colour);
  const of = isNoFilter(filter) ? '' : ` for ${showControlCharacters(filterText(filter))}`;
  const buckets = bucketsOf(report);
  const when = bucketTimes(buckets, style);
  const [first] = buckets;
  const isLonger = first !== undefined && first.startAt < now - windowMinutes * minuteMs;
  const from = isLonger ? `, in whole buckets from ${when(first.startAt)}` : '';
  const title = `Connection history${of} (last ${shownMinutes(windowMinutes)}${from})`;
  const head = [paint('bold', title), ...inexactLine(report), ''];
  // why, and what to do, is among the warnings
  if (first === undefined) return [...head, 'The log tells of no moment.'].join('\n');
  const timeline = [
    `Timeline (${history.bucketMinutes}-min buckets):`,
    ...bucketLines(buckets, when, style, paint),
  ];
  return [...head, totalLine(history), '', ...timeline].join('\n');
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

function bucketsOf({ history, fromAt = Number.NEGATIVE_INFINITY }: LogReport): Bucket[] {
  let before: number | undefined;
  return history.startAt.map((startAt, index) => {
    const isOfLog = startAt + history.bucketMinutes * minuteMs > fromAt;
    const active = isOfLog ? (history.active[index] ?? 0) : undefined;
    const change = active === undefined || before === undefined ? undefined : active - before;
    before = active;
    return {
      ...{ startAt, active, change },
      lost: history.lost[index] ?? 0,
      failures: history.failures[index] ?? 0,
    };
  });
}

/** How the beginning of a bucket is shown: with its date where the buckets span days. */
function bucketTimes(buckets: readonly Bucket[], { timeZone }: TextStyle): (at: number) => string {
  const time = createShownTime(timeZone);
  const [first, last] = [buckets[0], buckets.at(-1)];
  const spansDays =
    first !== undefined && last !== undefined && time.date(first.startAt) !== time.date(last.startAt);
  return (at) => `${spansDays ? `${time.date(at)} ` : ''}${time.minute(at)}`;
}

function bucketLines(
  buckets: readonly Bucket[],
  when: (at: number) => string,
  style: TextStyle,
  paint: Paint,
): string[] {
  const largest = buckets.reduce((most, { active = 0 }) => Math.max(most, active), 0);
  const digits = String(largest).length;
  const texts = buckets.map(({ startAt, active, change }) => {
    if (active === undefined) return `${when(startAt)}   before the log begins`;
    return `${when(startAt)}   ${String(active).padStart(digits)} active${change === undefined ? '' : ` (${signed(change)})`}`;
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
  const parts = [paint('green', bar(bucket.active ?? 0, largest)), paint('red', notes.join(', '))];
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
