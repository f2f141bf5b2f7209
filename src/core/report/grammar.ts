import { isTimeZone } from '../log/logTimestamp.ts';
import type { Filter } from '../session/filter.ts';
import { type FilterPart, filterOfParts, parseFilterPart } from './filterText.ts';
import { type ServerCommand, serverCommandOf } from './serverCommand.ts';
import { exportCommand, type ExportCommand } from './exportGrammar.ts';
import { requireItsMode } from './modeOptions.ts';
import { poolCommand, type PoolCommand } from './poolGrammar.ts';
import { parseBucket, parseInstant, parsePort, parseWindow, UsageError } from './usage.ts';

/** Which log to read, as it was named; what it is on disk is found out later. */
export type LogArgument =
  /** One log: its files in order, a directory, or a glob; empty = the one that discovery chooses. */
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'stdin' }
  /** A number of `connections list`, from 1. */
  | { readonly kind: 'number'; readonly number: number };

/** What every command that reads a log takes. */
export interface LogOptions {
  readonly log: LogArgument;
  readonly filter: Filter;
  readonly json: boolean;
  /** The server's log_line_prefix, possibly empty; undefined = found out. */
  readonly logLinePrefix?: string | undefined;
  /** IANA zone of the log's timestamps where they do not state it; undefined = found out. */
  readonly timeZone?: string | undefined;
  /** Length of the history; undefined = 60 in text, the whole log in JSON. Of an incident note: the whole log. */
  readonly windowMinutes?: number | undefined;
  readonly bucketMinutes?: number | undefined;
}

/** What an incident note takes beside that. */
export interface IncidentOptions {
  /** End of the window, ms since the epoch; undefined = the newest line. */
  readonly untilAt?: number | undefined;
  /** Names and hosts are made unrecognisable. */
  readonly masked: boolean;
}

/** What the user asked for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'list'; readonly json: boolean }
  | ServerCommand
  | PoolCommand
  | ExportCommand
  | ({ readonly kind: 'summary' | 'history' | 'failures' } & LogOptions)
  /** `metricsPort`: of 127.0.0.1, where Prometheus finds /metrics meanwhile. */
  | ({ readonly kind: 'watch'; readonly metricsPort?: number | undefined } & LogOptions)
  | ({ readonly kind: 'incident' } & LogOptions & IncidentOptions);

const modes = ['watch', 'history', 'failures', 'incident'] as const;
export type Mode = (typeof modes)[number];
const switches = [...modes, 'json', 'mask', 'help', 'version'] as const;
// prettier-ignore -- one list
const valued = [
  'window',
  'bucket',
  'until',
  'metrics',
  'log-line-prefix',
  'time-zone',
  'pattern',
  'db',
  'user',
  'app',
  'host',
] as const;
export type Switch = (typeof switches)[number];
export type Valued = (typeof valued)[number];

/** Arguments taken apart, before anything is decided. */
export interface Words {
  readonly switches: Set<Switch>;
  readonly values: Map<Valued, string>;
  readonly filters: FilterPart[];
  readonly logs: string[];
  /** The first word that is neither an option nor a filter, unless `--` came before it. */
  command: string | undefined;
}

/**
 * Reads the arguments of `connections` (without the program's own name). Options and filters may stand anywhere;
 * `--option VALUE` is `--option=VALUE`; after `--` everything names a log. A word such as `db=x` is a filter, `./db=x`
 * a file. Throws a UsageError (exit code 2) that is one sentence with the next step.
 */
export function parseArguments(argv: readonly string[]): Command {
  const words = splitWords(argv);
  if (words.switches.has('help')) return { kind: 'help' };
  if (words.switches.has('version')) return { kind: 'version' };
  if (words.command === 'server') return serverCommand(words);
  if (words.command === 'pool') return poolCommand(words);
  if (words.command === 'export') return exportCommand(words);
  return words.command === 'list' ? listCommand(words) : logCommand(words);
}

function splitWords(argv: readonly string[]): Words {
  const words: Words = {
    switches: new Set(),
    values: new Map(),
    filters: [],
    logs: [],
    command: undefined,
  };
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      words.logs.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith('-') && word !== '-') at += takeOption(words, word, argv[at + 1]);
    else takeWord(words, word);
  }
  return words;
}

/** Takes an option; answers how many words beyond its own it took. */
function takeOption(words: Words, word: string, next: string | undefined): 0 | 1 {
  const equals = word.indexOf('=');
  const name = word === '-h' ? 'help' : word.slice(2, equals < 0 ? undefined : equals);
  const given = equals < 0 ? undefined : word.slice(equals + 1);
  const flag = switches.find((known) => known === name);
  if (flag !== undefined && (word.startsWith('--') || word === '-h')) {
    if (given !== undefined) throw new UsageError('--{0} takes no value: leave “={1}” away.', name, given);
    words.switches.add(flag);
    return 0;
  }
  const option = valued.find((known) => known === name);
  if (option === undefined || !word.startsWith('--'))
    throw new UsageError(
      'There is no option “{0}”: see --help for those there are, or write ./{0} for a file.',
      word,
    );
  const value = given ?? next;
  if (value === undefined || (given === undefined && value.startsWith('--')))
    throw new UsageError('--{0} needs a value: write --{0}=VALUE.', name);
  takeValue(words, option, value);
  return given === undefined ? 1 : 0;
}

function takeValue(words: Words, option: Valued, value: string): void {
  switch (option) {
    case 'db':
    case 'user':
    case 'app':
    case 'host':
      if (value === '')
        throw new UsageError('--{0}= names nothing: write a name, or a pattern with *.', option);
      words.filters.push(parseFilterPart(`${option}=${value}`));
      return;
    case 'window':
    case 'bucket':
    case 'until':
    case 'metrics':
    case 'log-line-prefix':
    case 'time-zone':
    case 'pattern':
      words.values.set(option, value);
  }
}

function takeWord(words: Words, word: string): void {
  if (word === '') throw new UsageError('An empty argument names no log: leave it away, or name a file.');
  const [, key, value] = /^(db|user|app|host)=(.*)$/su.exec(word) ?? [];
  const option = valued.find((known) => known === key);
  if (option !== undefined && value !== undefined) {
    takeValue(words, option, value);
    return;
  }
  if (/^[a-z]+=/u.test(word))
    throw new UsageError(
      '“{0}” is not a filter: write db=…, user=…, app=… or host=… instead, or ./{0} for a file.',
      word,
    );
  if (words.logs.length === 0) words.command ??= word;
  words.logs.push(word);
}

function listCommand(words: Words): Command {
  const extra = words.logs[1] ?? firstOf(words.switches, 'json') ?? firstOf(words.values.keys());
  if (extra !== undefined || words.filters.length > 0)
    throw new UsageError(
      '“list” shows every log found and takes only --json: leave the rest away, or name a log instead.',
    );
  return { kind: 'list', json: words.switches.has('json') };
}

function serverCommand({ switches, values, filters, logs: [, ...uris] }: Words): Command {
  const hasOthers = values.size > 0 || filters.length > 0 || [...switches].some((name) => !isOfServer(name));
  return serverCommandOf({ uris, json: switches.has('json'), watch: switches.has('watch'), hasOthers });
}

function isOfServer(name: Switch): boolean {
  return name === 'json' || name === 'watch';
}

function firstOf<T>(all: Iterable<T>, except?: T): T | undefined {
  for (const one of all) if (one !== except) return one;
  return undefined;
}

function logCommand({ switches, values, filters, logs }: Words): Command {
  const [mode, second] = modes.filter((candidate) => switches.has(candidate));
  if (mode !== undefined && second !== undefined)
    throw new UsageError('--{0} and --{1} show different things: give one of them.', mode, second);
  const json = switches.has('json');
  if (values.has('pattern'))
    throw new UsageError(
      '--pattern is about the pools of an application: write "connections pool LOG --pattern=REGEX".',
    );
  requireItsMode({ switches, values }, mode, json);
  const windowMinutes = parseWindow(values.get('window'));
  const options: LogOptions = {
    log: logArgument(logs),
    filter: filterOfParts(filters),
    json,
    logLinePrefix: values.get('log-line-prefix'),
    timeZone: parseTimeZone(values.get('time-zone')),
    windowMinutes,
    bucketMinutes: parseBucket(values.get('bucket'), windowMinutes),
  };
  if (mode === 'watch') return { kind: mode, ...options, metricsPort: parsePort(values.get('metrics')) };
  if (mode !== 'incident') return { kind: mode ?? 'summary', ...options };
  if (json)
    throw new UsageError('An incident note is Markdown: leave --json away, or take --failures --json.');
  const masked = switches.has('mask');
  return { kind: mode, ...options, untilAt: parseInstant(values.get('until')), masked };
}

export function logArgument(logs: readonly string[]): LogArgument {
  const [first, second] = logs;
  const alone = logs.find((log) => log === '-' || /^\d+$/.test(log));
  if (alone !== undefined && second !== undefined)
    throw new UsageError(
      '“{0}” must be the only log: give it alone, or write ./{0} for a file of that name.',
      alone,
    );
  if (first === '-') return { kind: 'stdin' };
  if (first === undefined || !/^\d+$/.test(first)) return { kind: 'paths', paths: logs };
  const number = Number(first);
  if (number < 1 || number > 1e6)
    throw new UsageError(
      'There is no log number {0}: see "connections list", or write ./{0} for a file.',
      first,
    );
  return { kind: 'number', number };
}

export function parseTimeZone(zone: string | undefined): string | undefined {
  if (zone === undefined || isTimeZone(zone)) return zone;
  throw new UsageError('“{0}” is no time zone: write one such as Europe/Berlin or UTC.', zone);
}
