import { lstat, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { groupLogFiles, matchesStem, namesOfStem, stemOf } from '../../core/log/logFiles.ts';
import type { LogFileGroup, NamedFile } from '../../core/log/logFiles.ts';
import type { DiscoveredLog, LogFormatName, LogPlace } from '../../core/log/logPlace.ts';
import { UsageError } from '../../core/report/usage.ts';
import { sentence, SentenceError } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import { ofSeveral, togetherOf, type NamedSequence, type SpanOf } from './consecutiveLogs.ts';
import { describeServer } from './describeServer.ts';
import { expandGlob, isGlob } from './glob.ts';
import { directoryProblem, fileProblem } from './logProblem.ts';
import type { Places } from './places.ts';
import { readMajorVersion } from './postmaster.ts';
import { namesIn, realPathOr, unreadableOf } from './smallFile.ts';

/**
 * The log that a user names: a file, a log directory, a server's data directory, or a glob; `~` is the home
 * folder, a relative path counts from `from`. Throws a SentenceError when it is not there, may not be read, is no
 * log; a UsageError when it holds the logs of several servers. With `spanOf`, the files that a glob matches are one log
 * where they tell so themselves.
 */
export async function resolvePlace(
  name: string,
  places: Places,
  from: string,
  spanOf?: SpanOf,
): Promise<DiscoveredLog> {
  if (name.trim() === '')
    throw new SentenceError('No log is named: give the path of a log file, a directory or a glob.');
  const path = resolve(from, name.replace(/^~(?=$|[/\\])/, places.home));
  const stats = await stat(path).catch((error: unknown) => unreadableOf(error));
  if (stats === 'absent' && isGlob(path)) return resolveGlob(path, places, spanOf);
  if (stats === 'absent')
    throw new SentenceError('{0} does not exist: check the path, or name none to have the log found.', path);
  if (stats === 'denied') throw fromSentence(await directoryProblem(dirname(path), places));
  if (stats === 'failed') throw new SentenceError('{0} cannot be read: check the path and its disk.', path);
  if (stats.isDirectory()) return resolveDirectory(path, places);
  if (!stats.isFile())
    throw new SentenceError(
      '{0} is neither a file nor a directory: name a log file, or pipe its text in with "-".',
      path,
    );
  return ofFiles([path], path, places);
}

/**
 * The files of one server that a user names one by one, or whose names a shell fills in: those of one name in rotation
 * order; different names, which only `spanOf` can tell to be one server's, by what they tell of their times. A single name
 * may be anything that `resolvePlace` takes.
 */
export async function resolvePlaces(
  given: readonly string[],
  places: Places,
  from: string,
  spanOf?: SpanOf,
): Promise<DiscoveredLog> {
  if (given.length <= 1) return resolvePlace(given[0] ?? '', places, from, spanOf);
  const named = await Promise.all(
    given.map(async (name) => {
      const { place, path = '' } = await resolvePlace(name, places, from);
      if (place?.kind === 'files') return place.paths;
      if (place?.pattern !== undefined) return expandGlob(path);
      throw asUsageError(sentence('{0} is a directory: name it alone, or name files only.', name));
    }),
  );
  const directories = await byDirectory(named.flat());
  const sequences = directories.flatMap(sequencesOf);
  // of several formats of one server's log the order is theirs who names them
  const names = new Set(sequences.map(({ stem }) => stem.replace(/\.(?:log|csv|json)$/, '')));
  const together = names.size > 1 && spanOf ? await togetherOf(sequences, spanOf) : undefined;
  if (together?.kind !== 'one')
    for (const { directory, files } of directories) onlyServer(directory, groupLogFiles(files));
  if (together?.kind === 'several') throw ofSeveral(together.two);
  const ordered = together?.kind === 'one' ? together.ordered : sequences;
  const paths = ordered.flatMap((sequence) => sequence.paths);
  return ofFiles(paths, paths.at(-1) ?? '', places);
}

/** The files of a directory by their stems, in the order in which these are named, each in rotation order. */
function sequencesOf({ directory, files }: FilesOfDirectory): NamedSequence[] {
  const groups = groupLogFiles(files);
  const servers = serversAmong(groups);
  const stems = new Set(
    files.map(({ name }) => servers.find(({ stem }) => matchesStem(stem, name))?.stem ?? stemOf(name)),
  );
  for (const other of groups) if (!servers.includes(other)) stems.delete(other.stem);
  return [...stems].map((stem) => sequenceOf(join(directory, stem), namesOfStem(stem, files), files));
}

function sequenceOf(stem: string, names: readonly string[], files: readonly NamedFile[]): NamedSequence {
  const [newest] = files.filter(({ name }) => name === names.at(-1));
  const paths = names.map((name) => join(dirname(stem), name));
  return { stem, paths, modifiedAt: newest?.modifiedAt ?? 0 };
}

async function resolveDirectory(directory: string, places: Places): Promise<DiscoveredLog> {
  if ((await readMajorVersion(directory)) !== undefined) {
    const server = await describeServer({ kind: 'path', dataDirectory: directory }, places);
    if (server.problem !== undefined) throw fromSentence(server.problem);
    return server;
  }
  const { names, unreadable } = await namesIn(directory);
  if (unreadable !== undefined) throw fromSentence(await directoryProblem(directory, places));
  const group = onlyServer(directory, groupLogFiles(await dated(names.map((name) => join(directory, name)))));
  if (group === undefined)
    throw new SentenceError(
      '{0} holds no PostgreSQL log (a name that ends in .log, or in .csv or .json with a date or “postgres” in it): name the file or the directory of the log.',
      directory,
    );
  await refuseUnreadable(join(directory, group.names.at(-1) ?? ''), places);
  const place: LogPlace = { kind: 'directory', directory, stem: group.stem };
  return describePath(place, join(directory, group.stem), group.format, places, group.modifiedAt);
}

async function resolveGlob(pattern: string, places: Places, spanOf?: SpanOf): Promise<DiscoveredLog> {
  const paths = await expandGlob(pattern);
  const groups = (await byDirectory(paths)).flatMap(({ directory, files }) =>
    groupLogFiles(files).map((group) => ({
      ...group,
      ...sequenceOf(join(directory, group.stem), group.names, files),
    })),
  );
  const servers = serversAmong(groups);
  const together = servers.length > 1 && spanOf ? await togetherOf(servers, spanOf) : undefined;
  if (together?.kind === 'one') {
    const ordered = together.ordered.flatMap((sequence) => sequence.paths);
    return ofFiles(ordered, pattern, places);
  }
  const group = onlyServer(pattern, groups);
  // names without a log's ending were asked for all the same, in name order
  const files = group?.paths ?? (await regularFiles(paths));
  if (files.length === 0) throw new SentenceError('Nothing matches {0}: check the pattern.', pattern);
  return ofFiles(files, pattern, places, group && placeOfGlob(group, pattern));
}

/** Where new names can appear, the directory; undefined = the files are turns of one, which is followed by its name. */
function placeOfGlob({ stem: path, hasOthers }: LogFileGroup, pattern: string): LogPlace | undefined {
  const stem = basename(path);
  if (!stem.includes('*') && !hasOthers) return undefined;
  return { kind: 'directory', directory: dirname(path), stem, pattern: basename(pattern) };
}

/** The one server's group; undefined = none. The error lists what there is, so that the user can name one. */
function onlyServer<Group extends LogFileGroup>(where: string, groups: readonly Group[]): Group | undefined {
  const servers = serversAmong(groups);
  if (servers.length <= 1) return servers[0];
  const shown = servers
    .slice(0, 10)
    .map(({ stem }) => stem)
    .join(', ');
  throw asUsageError(
    sentence('{0} holds the logs of {1} servers: name one of them ({2}).', where, servers.length, shown),
  );
}

/** Those of databases; where there are none, of PgBouncers. */
function serversAmong<Group extends LogFileGroup>(groups: readonly Group[]): readonly Group[] {
  const databases = groups.filter(({ stem }) => !/^pgbouncer/i.test(basename(stem)));
  return databases.length > 0 ? databases : groups;
}

async function ofFiles(
  paths: readonly string[],
  path: string,
  places: Places,
  place: LogPlace = { kind: 'files', paths },
): Promise<DiscoveredLog> {
  for (const file of paths) await refuseUnreadable(file, places);
  const last = paths.at(-1) ?? path;
  const ending = /\.(csv|json)(?:[.-]\d+)?(?:\.(?:gz|zst))?$/.exec(last)?.[1];
  const format = ending === 'csv' || ending === 'json' ? ending : undefined;
  return describePath(place, path, format, places, (await dated([last]))[0]?.modifiedAt);
}

/** With the settings of the server in whose data directory the log lies, as the collector's does by default. */
async function describePath(
  place: LogPlace,
  path: string,
  format: LogFormatName | undefined,
  places: Places,
  logModifiedAt: number | undefined,
): Promise<DiscoveredLog> {
  const directory = place.kind === 'directory' ? place.directory : dirname(place.paths.at(-1) ?? path);
  const log = { kind: 'path', place, path, format, logModifiedAt } as const;
  for (const dataDirectory of [directory, dirname(directory)]) {
    if ((await readMajorVersion(dataDirectory)) === undefined) continue;
    return { ...(await describeServer({ kind: 'path', dataDirectory }, places)), ...log, problem: undefined };
  }
  const id = await realPathOr(path);
  return { ...log, id, running: false, settings: {}, connectionLogging: 'unknown' };
}

async function refuseUnreadable(path: string, places: Places): Promise<void> {
  const problem = await fileProblem(path, places);
  if (problem !== undefined) throw fromSentence(problem);
}

interface FilesOfDirectory {
  readonly directory: string;
  readonly files: readonly NamedFile[];
}

/** The files among these paths, directory by directory in the order of the paths. */
function byDirectory(paths: readonly string[]): Promise<FilesOfDirectory[]> {
  const directories = [...new Set(paths.map((path) => dirname(path)))];
  return Promise.all(
    directories.map(async (directory) => {
      const files = await dated(paths.filter((path) => dirname(path) === directory));
      return { directory, files };
    }),
  );
}

/** Those that are regular files; one with several of these names (a link to the newest log) is there once, by its own. */
async function dated(paths: readonly string[]): Promise<NamedFile[]> {
  const found = await Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, stats: await stat(path).catch(() => undefined) })),
  );
  const files = new Map<string, NamedFile>();
  for (const { path, stats } of found) {
    if (stats?.isFile() !== true) continue;
    const identity = `${stats.dev}:${stats.ino}`;
    if (files.has(identity) && (await isLink(path))) continue;
    files.set(identity, { name: basename(path), modifiedAt: stats.mtimeMs });
  }
  return [...files.values()];
}

async function isLink(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isSymbolicLink() === true;
}

async function regularFiles(paths: readonly string[]): Promise<string[]> {
  const files = await Promise.all(
    paths.map(async (path) => ((await dated([path])).length > 0 ? [path] : [])),
  );
  return files.flat();
}

function fromSentence({ message, args }: Sentence): SentenceError {
  return new SentenceError(message, ...args);
}

function asUsageError({ message, args }: Sentence): UsageError {
  return new UsageError(message, ...args);
}
