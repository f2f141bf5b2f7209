const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Numbers, instants and spans as the page shows them: the locale's digits and dates, the machine's time zone. */
export interface Format {
  readonly number: (value: number) => string;
  /** With its sign unless 0: `+3`. */
  readonly signed: (value: number) => string;
  /** At most four characters, for an axis: `12K`. */
  readonly compact: (value: number) => string;
  /** Of 0…1: `25%`. */
  readonly percent: (share: number) => string;
  /** In decimal units: `4.8 GB`. */
  readonly bytes: (bytes: number) => string;
  /** `14:30:15`: 24 hours in every locale, as the log itself writes it. */
  readonly time: (at: number) => string;
  /** `14:30`. */
  readonly timeOfDay: (at: number) => string;
  /** `24 Oct`. */
  readonly date: (at: number) => string;
  /** Date and time to the second, with the year. */
  readonly full: (at: number) => string;
  /** `120 ms`, `3.2 s`, `4 min 5 s`, `2 h 13 min`, `3 d 4 h`: two units at most (symbols of the SI). */
  readonly duration: (ms: number) => string;
  /** True when both instants fall on the same day of the shown zone. */
  readonly sameDay: (one: number, other: number) => boolean;
}

/** Formats for a locale (BCP 47); an unknown locale is shown as English. `timeZone` (IANA) is for tests. */
export function createFormat(locale: string, timeZone?: string): Format {
  const locales = [locale, 'en'];
  const number = new Intl.NumberFormat(locales);
  const instants = instantFormats(locales, timeZone);
  return {
    number: numberOf(locales, {}),
    signed: numberOf(locales, { signDisplay: 'exceptZero' }),
    compact: numberOf(locales, { notation: 'compact', maximumFractionDigits: 1 }),
    percent: numberOf(locales, { style: 'percent' }),
    bytes: bytesFormat(locales),
    ...instants,
    duration: (ms) => formatDuration(ms, number),
    sameDay: (one, other) => instants.date(one) === instants.date(other) && Math.abs(one - other) < 2 * dayMs,
  };
}

function numberOf(locales: string[], options: Intl.NumberFormatOptions): (value: number) => string {
  const format = new Intl.NumberFormat(locales, options);
  return (value) => format.format(value);
}

function instantFormats(
  locales: string[],
  timeZone: string | undefined,
): Pick<Format, 'time' | 'timeOfDay' | 'date' | 'full'> {
  const instant = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const format = new Intl.DateTimeFormat(locales, { ...options, hourCycle: 'h23', timeZone });
    return (at) => format.format(at);
  };
  const timeOfDay = { hour: '2-digit', minute: '2-digit' } as const;
  const date = { day: 'numeric', month: 'short' } as const;
  return {
    time: instant({ ...timeOfDay, second: '2-digit' }),
    timeOfDay: instant(timeOfDay),
    date: instant(date),
    full: instant({ ...date, year: 'numeric', ...timeOfDay, second: '2-digit' }),
  };
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function bytesFormat(locales: string[]): (bytes: number) => string {
  const formats = byteUnits.map((unit) =>
    numberOf(locales, { style: 'unit', unit, unitDisplay: 'short', maximumSignificantDigits: 3 }),
  );
  return (bytes) => {
    let value = bytes;
    let unit = 0;
    while (value >= 999.5 && unit < formats.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return formats[unit]?.(value) ?? String(bytes);
  };
}

function formatDuration(ms: number, number: Intl.NumberFormat): string {
  if (ms < secondMs) return `${number.format(Math.floor(ms))} ms`;
  // Tenths are cut, not rounded: 59.97 s is not yet 60 s.
  if (ms < minuteMs) return `${number.format(Math.floor(ms / 100) / 10)} s`;
  if (ms < hourMs) return twoUnits(ms, [minuteMs, 'min'], [secondMs, 's'], number);
  if (ms < dayMs) return twoUnits(ms, [hourMs, 'h'], [minuteMs, 'min'], number);
  return twoUnits(ms, [dayMs, 'd'], [hourMs, 'h'], number);
}

type Unit = readonly [ms: number, symbol: string];

function twoUnits(ms: number, large: Unit, small: Unit, number: Intl.NumberFormat): string {
  const text = (count: number, [, symbol]: Unit): string => `${number.format(count)} ${symbol}`;
  const rest = Math.floor((ms % large[0]) / small[0]);
  const whole = text(Math.floor(ms / large[0]), large);
  return rest === 0 ? whole : `${whole} ${text(rest, small)}`;
}
