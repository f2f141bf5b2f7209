import { isTimeZone } from '../log/logTimestamp.ts';
import type { Filter } from '../session/filter.ts';
import { filterOfParts } from './filterText.ts';
import { type ServerCommand, serverCommandOf } from './serverCommand.ts';
import { exportCommand, type ExportCommand } from './exportGrammar.ts';
import { refuseBareOption, requireItsMode } from './modeOptions.ts';
import { poolCommand, type PoolCommand } from './poolGrammar.ts';
import { modes, splitWords, type Switch, type Words } from './words.ts';
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

/**
 * Reads the arguments of `connections` (without the program's own name). Options and filters may stand anywhere;
 * `--option VALUE` is `--option=VALUE`; after `--` everything names a log. A word such as `db=x` is a filter, `./db=x`
 * a file. Throws a UsageError (exit code 2) that is one sentence with the next step.
 */
export function parseArguments(argv: readonly string[]): Command {
  const words = splitWords(argv);
  if (words.switches.has('help')) return { kind: 'help' };
  if (words.switches.has('version')) return { kind: 'version' };
  refuseBareOption(words.command);
  if (words.command === 'server') return serverCommand(words);
  if (words.command === 'pool') return poolCommand(words);
  if (words.command === 'export') return exportCommand(words);
  return words.command === 'list' ? listCommand(words) : logCommand(words);
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
  // not repeated: it may hold a password
  if (logs.some((log) => /^postgres(?:ql)?:\/\//iu.test(log)))
    throw new UsageError(
      'A URI names a server and no log: write "connections server URI", or "connections pool URI" for a PgBouncer.',
    );
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
