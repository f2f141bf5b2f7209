/** Instants and spans as the terminal shows them: 24 hours and ISO order in every locale, as the log writes them. */
export interface ShownTime {
  /** `2025-12-17`. */
  readonly date: (at: number) => string;
  /** `14:30`. */
  readonly minute: (at: number) => string;
  /** `14:30:15`; dashes for an instant that the log does not tell. */
  readonly second: (at: number | undefined) => string;
  /** `2025-12-17 14:30:15`. */
  readonly full: (at: number) => string;
}

/** The parts of an instant in a zone, as they are shown. */
interface ShownParts {
  readonly date: string;
  readonly minute: string;
  readonly second: string;
}

/** Years whose instants a `Date` tells alike in its own zone; zones were once seconds away from Greenwich. */
const [firstPlainYear, lastPlainYear] = [1973, 9999];

/** Times in an IANA zone; undefined = the machine's. Throws a RangeError for a zone that the runtime lacks. */
export function createShownTime(timeZone: string | undefined): ShownTime {
  const inZone = timeZone === undefined ? undefined : partsIn(timeZone);
  let inOwnZone: typeof inZone;
  // a formatter costs a short program a tenth of its time
  const partsOf = (at: number): ShownParts =>
    inZone ? inZone(at) : (plainParts(at) ?? (inOwnZone ??= partsIn(undefined))(at));
  const date = (at: number): string => partsOf(at).date;
  const minute = (at: number): string => partsOf(at).minute;
  const second = (at: number): string => `${minute(at)}:${partsOf(at).second}`;
  return {
    date,
    minute,
    second: (at) => (at === undefined ? '--:--:--' : second(at)),
    full: (at) => `${date(at)} ${second(at)}`,
  };
}

/** In the machine's own zone; undefined where only a formatter tells. */
function plainParts(at: number): ShownParts | undefined {
  const date = new Date(at);
  const year = date.getFullYear();
  if (!(year >= firstPlainYear && year <= lastPlainYear)) return undefined;
  return {
    date: `${year}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`,
    minute: `${digits(date.getHours())}:${digits(date.getMinutes())}`,
    second: digits(date.getSeconds()),
  };
}

function digits(part: number): string {
  return String(part).padStart(2, '0');
}

function partsIn(timeZone: string | undefined): (at: number) => ShownParts {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (at) => {
    const parts: Partial<Record<string, string>> = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, value]),
    );
    const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = parts;
    return { date: `${year}-${month}-${day}`, minute: `${hour}:${minute}`, second };
  };
}

/** Two instants of the log as one span; the day is said once when both fall on it. Empty when neither is known. */
export function shownSpan(time: ShownTime, fromAt: number | undefined, toAt: number | undefined): string {
  const from = fromAt ?? toAt;
  const to = toAt ?? fromAt;
  if (from === undefined || to === undefined) return '';
  if (time.full(from) === time.full(to)) return time.full(from);
  const sameDay = time.date(from) === time.date(to);
  return `${time.full(from)} to ${sameDay ? time.second(to) : time.full(to)}`;
}

/**
 * How long something lasted: `0.043s`, `3.2s`, `4m 5s`, `2h 13m`, `3d 4h`. Below a minute it stays in seconds, and
 * what is cut is cut, not rounded: 59.97 s is not yet a minute.
 */
export function shownDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.floor(ms)) / 1000}s`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
  return `${Math.floor(minutes / 1440)}d ${Math.floor((minutes % 1440) / 60)}h`;
}

/** A length in minutes as a title says it: `60 min`, `2 h`, `7 days`. */
export function shownMinutes(minutes: number): string {
  if (minutes >= 2880 && minutes % 1440 === 0) return `${minutes / 1440} days`;
  return minutes > 60 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
