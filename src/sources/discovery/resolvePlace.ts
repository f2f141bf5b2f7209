import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { groupLogFiles, matchesStem, namesOfStem, stemOf } from '../../core/log/logFiles.ts';
import type { LogFileGroup, NamedFile } from '../../core/log/logFiles.ts';
import type { DiscoveredLog, LogFormatName, LogPlace } from '../../core/log/logPlace.ts';
import { UsageError } from '../../core/report/usage.ts';
import { sentence, SentenceError } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import { describeServer } from './describeServer.ts';
import { expandGlob, isGlob } from './glob.ts';
import { directoryProblem, fileProblem } from './logProblem.ts';
import type { Places } from './places.ts';
import { readMajorVersion } from './postmaster.ts';
import { namesIn, realPathOr, unreadableOf } from './smallFile.ts';

/**
 * The log that a user names: a file, a log directory, a server's data directory, or a glob; `~` is the home
 * folder, a relative path counts from `from`. Throws a SentenceError when it is not there, may not be read, is no
 * log; a UsageError when it holds the logs of several servers.
 */
export async function resolvePlace(name: string, places: Places, from: string): Promise<DiscoveredLog> {
  if (name.trim() === '')
    throw new SentenceError('No log is named: give the path of a log file, a directory or a glob.');
  const path = resolve(from, name.replace(/^~(?=$|[/\\])/, places.home));
  const stats = await stat(path).catch((error: unknown) => unreadableOf(error));
  if (stats === 'absent' && isGlob(path)) return resolveGlob(path, places);
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
 * The files of one server that a user names one by one, or whose names a shell fills in: those of one directory in
 * rotation order, where the names tell it. A single name may be anything that `resolvePlace` takes.
 */
export async function resolvePlaces(
  names: readonly string[],
  places: Places,
  from: string,
): Promise<DiscoveredLog> {
  if (names.length <= 1) return resolvePlace(names[0] ?? '', places, from);
  const named = await Promise.all(
    names.map(async (name) => {
      const { place, path = '' } = await resolvePlace(name, places, from);
      if (place?.kind === 'files') return place.paths;
      if (place?.pattern !== undefined) return expandGlob(path);
      throw asUsageError(sentence('{0} is a directory: name it alone, or name files only.', name));
    }),
  );
  const paths = (await byDirectory(named.flat())).flatMap(({ directory, files }) =>
    rotatedNames(directory, files).map((name) => join(directory, name)),
  );
  return ofFiles(paths, paths.at(-1) ?? '', places);
}

/** The files of one server in rotation order, oldest first; of several stems in the order in which they are named. */
function rotatedNames(directory: string, files: readonly NamedFile[]): string[] {
  const groups = groupLogFiles(files);
  const group = onlyServer(directory, groups);
  const stems = new Set(
    files.map(({ name }) => (group && matchesStem(group.stem, name) ? group.stem : stemOf(name))),
  );
  for (const other of groups) if (other !== group) stems.delete(other.stem);
  return [...new Set([...stems].flatMap((stem) => namesOfStem(stem, files)))];
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
      '{0} holds no PostgreSQL log (a name that ends in .log, .csv or .json): name the file or the directory of the log.',
      directory,
    );
  await refuseUnreadable(join(directory, group.names.at(-1) ?? ''), places);
  const place: LogPlace = { kind: 'directory', directory, stem: group.stem };
  return describePath(place, join(directory, group.stem), group.format, places, group.modifiedAt);
}

async function resolveGlob(pattern: string, places: Places): Promise<DiscoveredLog> {
  const paths = await expandGlob(pattern);
  const groups = (await byDirectory(paths)).flatMap(({ directory, files }) =>
    groupLogFiles(files).map((group) => ({ ...group, stem: join(directory, group.stem) })),
  );
  const group = onlyServer(pattern, groups);
  // names without a log's ending were asked for all the same, in name order
  const files = group?.names.map((name) => join(dirname(group.stem), name)) ?? (await regularFiles(paths));
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
  const databases = groups.filter(({ stem }) => !/^pgbouncer/i.test(basename(stem)));
  const servers = databases.length > 0 ? databases : groups;
  if (servers.length <= 1) return servers[0];
  const shown = servers
    .slice(0, 10)
    .map(({ stem }) => stem)
    .join(', ');
  throw asUsageError(
    sentence('{0} holds the logs of {1} servers: name one of them ({2}).', where, servers.length, shown),
  );
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

/** The files among these paths, directory by directory in the order of the paths. */
function byDirectory(paths: readonly string[]): Promise<{ directory: string; files: NamedFile[] }[]> {
  const directories = [...new Set(paths.map((path) => dirname(path)))];
  return Promise.all(
    directories.map(async (directory) => {
      const files = await dated(paths.filter((path) => dirname(path) === directory));
      return { directory, files };
    }),
  );
}

async function dated(paths: readonly string[]): Promise<NamedFile[]> {
  const files = await Promise.all(
    paths.map(async (path) => {
      const stats = await stat(path).catch(() => undefined);
      return stats?.isFile() ? [{ name: basename(path), modifiedAt: stats.mtimeMs }] : [];
    }),
  );
  return files.flat();
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
