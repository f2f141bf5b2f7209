/**
 * Instants as the server prints them in `%t`, `%m`, `%s`, csv and json: `2026-11-20 09:58:11.972 UTC`
 * (elog.c get_formatted_log_time, strftime `%Y-%m-%d %H:%M:%S` + ms + `%Z`).
 */

/**
 * Offsets in minutes of abbreviations that mean one thing only among the zones that print them now. Those that
 * PostgreSQL's Default set (src/timezone/tznames) marks as conflicts are not here.
 */
const unambiguousZones = new Map<string, number>(
  Object.entries({
    UTC: 0,
    UCT: 0,
    UT: 0,
    GMT: 0,
    Z: 0,
    ZULU: 0,
    WET: 0,
    WEST: 60,
    CET: 60,
    CEST: 120,
    MET: 60,
    MEST: 120,
    MEZ: 60,
    MESZ: 120,
    EET: 120,
    EEST: 180,
    MSK: 180,
    WAT: 60,
    EAT: 180,
    IDT: 180,
    PKT: 300,
    SAST: 120,
    JST: 540,
    KST: 540,
    HKT: 480,
    WIB: 420,
    WITA: 480,
    WIT: 540,
    NPT: 345,
    AWST: 480,
    AEST: 600,
    AEDT: 660,
    ACDT: 630,
    NZST: 720,
    NZDT: 780,
    EDT: -240,
    MDT: -360,
    MST: -420,
    PDT: -420,
    AKST: -540,
    AKDT: -480,
    HST: -600,
    NST: -210,
    NDT: -150,
  }),
);

/** No zone changes its clocks within a quarter of an hour. */
const quarterMs = 900_000;

const timestampPattern =
  /^(\d{4,6})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?(?: ?([A-Za-z]{1,10}|[+-]\d{2}(?::?\d\d){0,2}))?$/;

/**
 * Turns printed times into instants. The zone that the log states decides; an ambiguous abbreviation is read in
 * `logTimezone` (an IANA name, from the server's configuration), else in the machine's zone, and then
 * `guessedZone` holds the abbreviation so that somebody can be warned.
 */
export class LogClock {
  readonly #zone: string | undefined;
  readonly #known: boolean;
  readonly #offsets = new Map<string, number>();
  guessedZone: string | undefined;
  /** Several lines are written in one moment, and some are read more than once. */
  #lastText = '';
  #lastAt: number | undefined;
  /** `instant` is asked line by line: what it answered last, and for which quarter of an hour. */
  #lastZone = '';
  #lastQuarter = Number.NaN;
  #lastOffsetMs = 0;

  constructor(logTimezone?: string) {
    this.#known = logTimezone !== undefined && isTimeZone(logTimezone);
    this.#zone = this.#known ? logTimezone : undefined;
  }

  /** ms since the epoch, or undefined when the text is no timestamp. */
  parse(text: string): number | undefined {
    if (text !== this.#lastText) {
      this.#lastAt = this.#parse(text);
      this.#lastText = text;
    }
    return this.#lastAt;
  }

  #parse(text: string): number | undefined {
    const match = timestampPattern.exec(text);
    if (!match) return undefined;
    const [, year, month, day, hour, minute, second, fraction = '', zone] = match;
    const local = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
      Number(fraction.padEnd(3, '0').slice(0, 3)),
    );
    if (Number(day) > 28 && new Date(local).getUTCDate() !== Number(day)) return undefined;
    return local - this.#offsetMinutes(zone, local) * 60_000;
  }

  /** The instant at which clocks of a zone show this time, given as if the zone were UTC. */
  instant(local: number, zone: string): number {
    const quarter = Math.floor(local / quarterMs);
    if (zone !== this.#lastZone || quarter !== this.#lastQuarter) {
      this.#lastZone = zone;
      this.#lastQuarter = quarter;
      this.#lastOffsetMs = this.#offsetMinutes(zone, local) * 60_000;
    }
    return local - this.#lastOffsetMs;
  }

  #offsetMinutes(zone: string | undefined, local: number): number {
    if (zone !== undefined) {
      const fixed = unambiguousZones.get(zone) ?? numericOffset(zone);
      if (fixed !== undefined) return fixed;
    }
    if (!this.#known) this.guessedZone ??= zone ?? '';
    const key = `${zone ?? ''}${Math.floor(local / quarterMs)}`;
    let offset = this.#offsets.get(key);
    if (offset === undefined) {
      if (this.#offsets.size > 1000) this.#offsets.clear();
      offset = offsetInZone(local, this.#zone, zone);
      this.#offsets.set(key, offset);
    }
    return offset;
  }
}

/** True for an IANA zone that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function numericOffset(zone: string): number | undefined {
  const match = /^([+-])(\d\d):?(\d\d)?:?(\d\d)?$/.exec(zone);
  if (!match) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const offset = hours * 60 + minutes + seconds / 60;
  return match[1] === '-' ? -offset : offset;
}

/** Offset in minutes of a wall-clock time; the abbreviation decides in the hour that a clock change repeats. */
function offsetInZone(local: number, zone: string | undefined, abbreviation: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    timeZoneName: 'short',
  });
  const offsetAt = (instant: number): { offset: number; name: string | undefined } => {
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const wall = Date.UTC(
      Number(part['year']),
      Number(part['month']) - 1,
      Number(part['day']),
      Number(part['hour']),
      Number(part['minute']),
      Number(part['second']),
    );
    return {
      offset: Math.round((wall - Math.floor(instant / 1000) * 1000) / 60_000),
      name: part['timeZoneName'],
    };
  };
  const around = offsetAt(local);
  const candidates = [-180, 0, 180]
    .map((shift) => offsetAt(local - (around.offset + shift) * 60_000))
    .filter(({ offset }) => offsetAt(local - offset * 60_000).offset === offset);
  return (candidates.find(({ name }) => name === abbreviation) ?? candidates[0] ?? around).offset;
}
