import type { LogFormatName } from './logPlace.ts';

/** One file of a directory: its name without the directory, and its mtime in ms since the epoch. */
export interface NamedFile {
  readonly name: string;
  readonly modifiedAt: number;
}

/** The files of one server's log in one directory. */
export interface LogFileGroup {
  /** The name with a `*` for what changes from file to file: `postgresql-*.csv`, `postgresql-15-main.log`. */
  readonly stem: string;
  readonly format: LogFormatName;
  /** Names of that format, oldest first; never empty. */
  readonly names: readonly string[];
  /** The same log is there in other formats too: from before log_destination was changed, or at once. */
  readonly hasOthers: boolean;
  /** mtime of the newest file. */
  readonly modifiedAt: number;
}

interface ParsedName extends NamedFile {
  readonly stem: string;
  readonly format: LogFormatName;
  /** The name without rotation number and compression: all files of one base are turns of one file. */
  readonly base: string;
  /** 0 = the live file; rising with age. */
  readonly age: number;
  readonly compressed: boolean;
}

const weekday = '(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?';
const month =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)';
/** What strftime writes (the server's own names of days and months are always English): numbers, names, a zone. */
const varyingPart = `(?:\\d+|${weekday}|${month}|AM|PM|UTC|GMT|[A-Z]{2,4}T)`;
const varying = `${varyingPart}(?:[-_.:T ]*${varyingPart})*`;
/** What a reader that knows no log_filename takes for time in a name: full dates, times, epochs, names; not `15`. */
const timeInName = new RegExp(
  `(?<![A-Za-z0-9])(?:\\d{4}[-_.]?\\d{2}(?:[-_.]?\\d{2})?(?:[-_.T ]?\\d{2}[-_.:]?\\d{2}(?:[-_.:]?\\d{2})?)?|\\d{10}|${weekday}|${month})(?![A-Za-z0-9])`,
  'g',
);
const rotation = /(?:[.-](\d+))?(\.(?:gz|zst))?$/;
/** What the collector puts at the end of the names of stderr, csvlog and jsonlog (syslogger.c); the richest last. */
const endings = ['.log', '.csv', '.json'];
const ending = /\.(?:log|csv|json)$/;
/** What is written at once has times that differ by less, on any disk. */
export const togetherMs = 1000;

/** The stem of a file name, read from the name alone: dates, times and weekdays become `*`, `.1` and `.gz` go. */
export function stemOf(name: string): string {
  return withoutRotation(name)
    .base.replace(timeInName, '*')
    .replace(/\*(?:[-_.: T]?\*)+/g, '*');
}

/**
 * The stem of the files that the collector writes with this `log_filename` in this format (syslogger.c,
 * `logfile_getname`: `.csv` and `.json` replace a final `.log`, else are appended).
 */
export function stemOfLogFilename(logFilename: string, format: LogFormatName): string {
  const stem = logFilename.replace(/%[EO]?[A-Za-z+]/g, '*').replaceAll('%%', '%');
  const collapsed = stem.replace(/\*(?:[-_.: T]?\*)+/g, '*');
  if (format === 'stderr') return collapsed;
  return `${collapsed.replace(/\.log$/, '')}.${format}`;
}

/** Whether a file of this name, rotated and compressed or not, belongs to the stem. */
export function matchesStem(stem: string, name: string): boolean {
  if (latest?.stem !== stem) {
    const literal = stem.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    latest = { stem, expression: new RegExp(`^${literal.join(varying)}$`) };
  }
  return latest.expression.test(withoutRotation(name).base);
}

/** Thousands of names are asked about one stem, one after the other. */
let latest: { readonly stem: string; readonly expression: RegExp } | undefined;

/** The names that belong to the stem, in rotation order, oldest first; the last one is written now. */
export function namesOfStem(stem: string, files: readonly NamedFile[]): string[] {
  return inRotationOrder(
    files.filter(({ name }) => matchesStem(stem, name)).map((file) => parse(file, stem)),
  );
}

/** A stem, or the path of a directory with one, without what tells the format: the same for all files of a log. */
export function withoutEnding(stem: string): string {
  return stem.replace(ending, '');
}

/** Which turn of a log a file of this name or path is: the same in all formats, plain or compressed. */
export function turnOf(name: string): string {
  const { base, age } = withoutRotation(name);
  return `${withoutEnding(base)} ${age}`;
}

/** The stems of one log in all formats, the poorest first. */
export function stemsOfLog(stem: string): string[] {
  return [...new Set([stem, ...endings.map((each) => withoutEnding(stem) + each)])].sort(
    (a, b) => richness(a) - richness(b),
  );
}

/** How much a format tells, by a name or stem: a line of json is an entry, csv has all columns, a prefix may lack some. */
export function richness(name: string): number {
  return Math.max(0, endings.indexOf(ending.exec(withoutRotation(name).base)?.[0] ?? ''));
}

/**
 * The names of one log, in whatever format, in rotation order, oldest first. Files of one name that differ in their format
 * are one turn: they are written at once, or one after the other.
 */
export function turnsOfLog(files: readonly NamedFile[]): string[][] {
  return inTurns(files.map((file) => parse(file, '')));
}

/**
 * The logs of a directory, one group for each server, newest first. Of `.log`, `.csv` and `.json` with one
 * stem the one written last is named; csv or json where it is written together with a .log. Names that are no log's
 * (another ending; a lone `package.json`) are left out.
 */
export function groupLogFiles(files: readonly NamedFile[]): LogFileGroup[] {
  const servers = new Map<string, ParsedName[]>();
  for (const file of mergeNumberedRings(
    files.filter(({ name }) => looksLikeLog(name)).map((f) => parse(f)),
  )) {
    const key = withoutEnding(file.stem);
    servers.set(key, [...(servers.get(key) ?? []), file]);
  }
  const groups = [...servers.values()].map(groupOf).filter((group) => group !== undefined);
  return groups.sort((a, b) => b.modifiedAt - a.modifiedAt || compareNames(a.stem, b.stem));
}

function groupOf(files: readonly ParsedName[]): LogFileGroup | undefined {
  const ofFormat = (format: LogFormatName) => files.filter((file) => file.format === format);
  const stderr = ofFormat('stderr');
  const rich = [ofFormat('json'), ofFormat('csv')].filter(
    ([first]) => first !== undefined && (stderr.length > 0 || /\*|postgres/.test(first.stem)),
  );
  rich.sort((a, b) => newest(b) - newest(a));
  const [richest = []] = rich;
  const best = newest(stderr) > newest(richest) + togetherMs ? stderr : richest;
  const [first] = best;
  if (first === undefined) return undefined;
  return {
    stem: first.stem,
    format: first.format,
    names: inRotationOrder(best),
    hasOthers: best.length < files.length,
    modifiedAt: newest(best),
  };
}

/** A ring such as `%d` or `%H` shows by two-digit numbers with a leading zero: `postgresql-07.log`. */
function mergeNumberedRings(files: readonly ParsedName[]): ParsedName[] {
  const wide = (file: ParsedName) => file.stem.replace(/(?<![0-9A-Za-z*])\d\d(?=\.(?:log|csv|json)$)/, '*');
  const rings = new Set(files.filter(({ stem }) => /(?<![0-9A-Za-z])0\d\.\w+$/.test(stem)).map(wide));
  return files.map((file) => (rings.has(wide(file)) ? { ...file, stem: wide(file) } : file));
}

function looksLikeLog(name: string): boolean {
  const { base } = withoutRotation(name);
  return /\.(?:log|csv|json)$/.test(base) || /^(?:postgres|postgresql)[-_.][^.]*$/.test(base);
}

function parse(file: NamedFile, stem = stemOf(file.name)): ParsedName {
  const { base, age, compressed } = withoutRotation(file.name);
  const format = base.endsWith('.csv') ? 'csv' : base.endsWith('.json') ? 'json' : 'stderr';
  return { ...file, stem, format, base, age, compressed };
}

/** `x.log.2.gz` is older than `x.log.1`; logrotate's `dateext` (`x.log-20261120`) is younger with a higher number. */
function withoutRotation(name: string): { base: string; age: number; compressed: boolean } {
  const [suffix = '', number, compression] = rotation.exec(name) ?? [];
  // `postgresql-15` is no rotated `postgresql`: a number counts behind an ending, compression anywhere
  const whole = name.slice(0, name.length - suffix.length);
  if (number === undefined || !/\.(?:log|csv|json|txt)$/.test(whole)) {
    const kept = compression === undefined ? name : name.slice(0, -compression.length);
    return { base: kept, age: 0, compressed: compression !== undefined };
  }
  const age = number.length >= 8 ? 1 / Number(number) : Number(number) + 1;
  return { base: whole, age, compressed: compression !== undefined };
}

function inRotationOrder(files: readonly ParsedName[]): string[] {
  return inTurns(files).flat();
}

/**
 * Oldest first. Turns of one file go by their numbers, which copying does not disturb as it does the mtimes; different
 * names go by the mtime of their newest turn, unless the dates in them say that a copy has disturbed these, then by
 * name. A turn that is there both plain and compressed (logrotate is at work) counts once.
 */
function inTurns(files: readonly ParsedName[]): string[][] {
  const bases = new Map<string, ParsedName[]>();
  for (const file of files) {
    const base = withoutEnding(file.base);
    bases.set(base, [...(bases.get(base) ?? []), file]);
  }
  const ordered = [...bases].sort(([a, ofA], [b, ofB]) => newest(ofA) - newest(ofB) || compareNames(a, b));
  return byDates(ordered.map(([, turns]) => turns)).flatMap((turns) => {
    const keyOf = ({ base, age }: ParsedName) => `${age} ${base}`;
    const plain = new Set(turns.filter(({ compressed }) => !compressed).map(keyOf));
    const once = turns.filter((file) => !file.compressed || !plain.has(keyOf(file)));
    const ages = [...new Set(once.map(({ age }) => age))].sort((a, b) => b - a);
    return ages.map((age) => once.filter((file) => file.age === age).map(({ name }) => name));
  });
}

/** A clock that is set back in autumn gives a later file the earlier name, by an hour. */
const clockSetBackMs = 2 * 3_600_000;

/** What goes by mtimes, by the dates in the names instead where the two contradict each other. */
function byDates(bases: ParsedName[][]): ParsedName[][] {
  const dated = bases.map((turns) => ({ turns, at: dateIn(turns[0]?.base ?? '') }));
  let latest = -Infinity;
  let isDisturbed = false;
  for (const { at } of dated) {
    if (at === undefined) return bases;
    isDisturbed ||= at < latest - clockSetBackMs;
    latest = Math.max(latest, at);
  }
  if (!isDisturbed) return bases;
  return dated.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)).map(({ turns }) => turns);
}

/** The instant that a name tells (as if in UTC: only their order counts): at least a month, or an epoch. */
function dateIn(name: string): number | undefined {
  const [text] = name.match(timeInName) ?? [];
  if (text === undefined || !/^\d/.test(text)) return undefined;
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  const digits = text.replace(/\D/g, '');
  const numbers = [4, 6, 8, 10, 12, 14].map((end) => Number(digits.slice(end === 4 ? 0 : end - 2, end)));
  const [year = 0, month = 0, day = 0, hour, minute, second] = numbers;
  return Date.UTC(year, month - 1, Math.max(1, day), hour, minute, second);
}

function newest(files: readonly NamedFile[]): number {
  return files.reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), -Infinity);
}

/** Natural order: numbers in names compare as numbers. */
function compareNames(a: string, b: string): number {
  // made when it is needed, as it is not often, and once, as it takes long
  natural ??= new Intl.Collator('en', { numeric: true });
  return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

let natural: Intl.Collator | undefined;
