import { SentenceError } from '../sentence.ts';
import { isoInstant } from './jsonText.ts';

/** The arguments are not a command: exit code 2. */
export class UsageError extends SentenceError {
  override readonly name = 'UsageError';
}

const unitMinutes: Readonly<Record<string, number>> = { '': 1, m: 1, h: 60, d: 1440 };
const longestWindowMinutes = 366 * 1440;
const longestBucketMinutes = 1440;
/** As many buckets as a report holds (`longestList`). */
const mostBuckets = 10_000;
const defaultBucketMinutes = 15;

/** `--window` in minutes: 1 minute to 366 days; `90`, `60m`, `2h`, `1d`. */
export function parseWindow(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return (
    minutesIn(text, longestWindowMinutes) ??
    fail('--window={0} is no length of time: write one from 1m to 366d, such as 90m, 2h or 1d.', text)
  );
}

/** `--bucket` in minutes: 1 minute to 1 day, and no more than 10,000 of them in the window. */
export function parseBucket(text: string | undefined, windowMinutes: number | undefined): number | undefined {
  const bucketMinutes =
    text === undefined
      ? undefined
      : (minutesIn(text, longestBucketMinutes) ??
        fail('--bucket={0} is no length of time: write one from 1m to 1d, such as 5m, 15m or 1h.', text));
  // a window that begins within a bucket reaches into one more
  if (
    windowMinutes !== undefined &&
    Math.ceil(windowMinutes / (bucketMinutes ?? defaultBucketMinutes)) >= mostBuckets
  )
    throw new UsageError(
      'The window holds more than {0} buckets: give a shorter --window or a longer --bucket.',
      mostBuckets,
    );
  return bucketMinutes;
}

/** `--until`: ISO 8601, in the zone of this machine unless it names one; ms since the epoch. */
export function parseInstant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?$/.test(text);
  const at = isTime ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  const day = text.slice(0, 10);
  // a 31st of February is parsed as the 3rd of March
  if (Number.isNaN(at) || isoInstant(Date.parse(day))?.startsWith(day) !== true)
    throw new UsageError(
      '--until={0} is no time: write one such as 2026-11-28T14:30 or 2026-11-28T14:30:00Z.',
      text,
    );
  return at;
}

/** `--metrics`: a TCP port. */
export function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    throw new UsageError('--metrics={0} is no port: write one from 1 to 65535, such as 9188.', text);
  return port;
}

function minutesIn(text: string, most: number): number | undefined {
  const [, digits, unit] = /^(\d{1,9})([mhd]?)$/.exec(text) ?? [];
  const minutes = Number(digits) * (unitMinutes[unit ?? ''] ?? 1);
  return minutes >= 1 && minutes <= most ? minutes : undefined;
}

function fail(message: string, text: string): never {
  throw new UsageError(message, text);
}
