import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { matchesStem, namesOfStem, stemOf, stemOfLogFilename } from '../../core/log/logFiles.ts';
import type { LogFormatName, LogPlace } from '../../core/log/logPlace.ts';
import type { Sentence } from '../../core/sentence.ts';
import { parseBoolean, parseList } from './configurationText.ts';
import { directoryProblem, fileProblem, missingLogProblem } from './logProblem.ts';
import type { Places } from './places.ts';
import type { ServerConfiguration } from './serverConfiguration.ts';
import type { ServerProcess } from './serverProcess.ts';
import { namesIn } from './smallFile.ts';

/** Where a server's log is, or why nowhere. */
export interface LocatedLog {
  readonly place?: LogPlace | undefined;
  readonly path?: string | undefined;
  readonly format?: LogFormatName | undefined;
  readonly logModifiedAt?: number | undefined;
  readonly problem?: Sentence | undefined;
}

/** What is known of a server when its log is looked for. */
export interface ServerFacts {
  readonly configuration: ServerConfiguration;
  readonly currentLogfiles: ReadonlyMap<LogFormatName, string>;
  readonly running: boolean;
  readonly startedAt?: number | undefined;
  readonly port?: number | undefined;
  readonly process?: ServerProcess | undefined;
  /** Where the layout sends standard error. */
  readonly errorFile?: string | undefined;
}

/**
 * The log of a server: the collector's files, else the file that standard error goes to. What a running server
 * does wins over what its configuration says, because `logging_collector` changes with a restart only:
 * `current_logfiles` exists exactly while a collector writes, and standard error is no file then.
 */
export async function locateLog(facts: ServerFacts, places: Places): Promise<LocatedLog> {
  const { configuration, currentLogfiles, running, process } = facts;
  const openFile = running ? process?.errorFile : undefined;
  const configured = parseBoolean(configuration.values.get('logging_collector')?.value) ?? false;
  const collects = running ? currentLogfiles.size > 0 || (configured && openFile === undefined) : configured;
  const log = collects ? collectorLog(facts) : undefined;
  if (log !== undefined) return describeDirectory(log, places);
  const file = openFile ?? facts.errorFile ?? (await customaryFile(facts));
  if (file === undefined) return { problem: missingLogProblem(facts) };
  const problem = await fileProblem(file, places);
  const place: LogPlace = { kind: 'files', paths: [file] };
  return { place, path: file, format: 'stderr', logModifiedAt: await modifiedAtOf(file), problem };
}

interface CollectorLog {
  readonly dataDirectory: string;
  readonly directory: string;
  readonly stem: string;
  readonly format: LogFormatName;
}

function collectorLog({ configuration, currentLogfiles, running }: ServerFacts): CollectorLog | undefined {
  const { values, dataDirectory } = configuration;
  if (dataDirectory === undefined) return undefined;
  const current = running ? currentLogfiles : new Map<LogFormatName, string>();
  const format = richest(
    current.size > 0 ? [...current.keys()] : formatsOf(values.get('log_destination')?.value),
  );
  if (format === undefined) return undefined;
  const stem = stemOfLogFilename(
    values.get('log_filename')?.value ?? 'postgresql-%Y-%m-%d_%H%M%S.log',
    format,
  );
  const file = current.get(format);
  if (file === undefined)
    return {
      ...{ dataDirectory, stem, format },
      directory: resolve(dataDirectory, values.get('log_directory')?.value ?? 'log'),
    };
  return {
    dataDirectory,
    directory: dirname(file),
    stem: matchesStem(stem, basename(file)) ? stem : stemOf(basename(file)),
    format,
  };
}

function formatsOf(logDestination = 'stderr'): LogFormatName[] {
  const known: Readonly<Record<string, LogFormatName>> = { stderr: 'stderr', csvlog: 'csv', jsonlog: 'json' };
  return parseList(logDestination).flatMap((destination) => known[destination] ?? []);
}

/** One line is one entry in json; csv has every column; the prefix of plain text may miss what counts. */
function richest(formats: readonly LogFormatName[]): LogFormatName | undefined {
  return (['json', 'csv', 'stderr'] as const).find((format) => formats.includes(format));
}

/** Rings have at most a few hundred files; beyond that the newest by name are looked at. */
const mostStats = 500;

async function describeDirectory(
  { dataDirectory, directory, stem, format }: CollectorLog,
  places: Places,
): Promise<LocatedLog> {
  const { names, unreadable } = await namesIn(directory);
  const path = join(directory, stem);
  const isInside = [directory, dirname(directory)].includes(dataDirectory);
  const place: LogPlace = { kind: 'directory', directory, stem, ...(!isInside && { dataDirectory }) };
  if (unreadable === 'denied')
    return { place, path, format, problem: await directoryProblem(directory, places) };
  const members = names
    .filter((name) => matchesStem(stem, name))
    .sort()
    .slice(-mostStats);
  const files = await Promise.all(
    members.map(async (name) => ({ name, modifiedAt: (await modifiedAtOf(join(directory, name))) ?? 0 })),
  );
  const newest = namesOfStem(stem, files).at(-1);
  const problem = newest === undefined ? undefined : await fileProblem(join(directory, newest), places);
  return {
    place,
    path,
    format,
    logModifiedAt: files.find(({ name }) => name === newest)?.modifiedAt,
    problem,
  };
}

const customaryNames = ['postgresql.log', 'logfile', 'server.log', 'postgres.log'];

/** `pg_ctl -l` is customarily given a file in the data directory (Postgres.app: postgresql.log). */
async function customaryFile({ configuration, startedAt = 0 }: ServerFacts): Promise<string | undefined> {
  const { dataDirectory } = configuration;
  if (dataDirectory === undefined) return undefined;
  for (const name of customaryNames) {
    const file = join(dataDirectory, name);
    const modifiedAt = await modifiedAtOf(file);
    // a running server has written its start; an older file is of another time
    if (modifiedAt !== undefined && modifiedAt >= startedAt - 5000) return file;
  }
  return undefined;
}

async function modifiedAtOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (stats) => (stats.isFile() ? stats.mtimeMs : undefined),
    () => undefined,
  );
}
