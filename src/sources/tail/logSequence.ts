import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { matchesStem, namesOfStem, turnsOfLog, type NamedFile } from '../../core/log/logFiles.ts';
import type { FileIdentity } from '../../core/log/logPlace.ts';
import { findFiles } from './fileIdentity.ts';
import { problemOf, type FileProblem } from './fileProblem.ts';

/** A regular file as a look at its directory found it. */
export interface FoundFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly sizeBytes: number;
  /** mtime, ms since the epoch. */
  readonly modifiedAt: number;
}

/** The file that is read now, by what it is; its name may have been given to another since, or to none. */
export interface OpenedFile {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly modifiedAt: number;
}

/** Files that a server may have written in turns with the open one, oldest first. */
export interface FilesBeside {
  readonly files: readonly FoundFile[];
  /** Those that follow the open one, or have what it lacks. The others tell the same, unless what is written was changed. */
  readonly expected: readonly FoundFile[];
  /** Another text as soon as the server may have begun to write other files. */
  readonly saidAt: string;
}

/**
 * Which files one log consists of and what follows what. It remembers no files, each question is answered from the
 * disk: rotation renames them at any time. Never throws for what is on the disk.
 */
export interface LogSequence {
  /** Where a new name can appear, and the name of the file that is followed, for messages. */
  readonly directory: string;
  readonly currentPath: string;
  /** Every directory with files of the log. */
  readonly directories: readonly string[];
  /** Whether a file of this name can be one of the log, or a copy that rotation made of one. */
  belongs(name: string): boolean;
  /** Every file there is, oldest first. */
  files(): FoundFile[];
  /** The files with bytes that follow the open one, oldest first; `quiet` = it had no new bytes just now. */
  after(open: OpenedFile, quiet: boolean): FoundFile[];
  /** The files of the open one's name in other formats, where a log has several. */
  beside?(open: OpenedFile): FilesBeside;
  /** What keeps the followed file from being read by its name. */
  problem(): FileProblem | undefined;
  /** What keeps any file that was named from being read. */
  firstProblem(): FileProblem | undefined;
}

/** The rotated files of one server, oldest first, as listed; the last path is followed through renames. */
export class ListedLogs implements LogSequence {
  readonly directory: string;
  readonly currentPath: string;
  readonly directories: readonly string[];
  readonly #paths: readonly string[];
  readonly #names: ReadonlySet<string>;

  constructor(paths: readonly string[]) {
    const last = paths.at(-1);
    if (last === undefined) throw new Error('a log has at least one path');
    this.#paths = paths;
    this.#names = new Set(paths.map((path) => basename(path)));
    this.currentPath = last;
    this.directory = dirname(last);
    this.directories = [...new Set(paths.map((path) => dirname(path)))];
  }

  belongs(name: string): boolean {
    return this.#names.has(name) || name.startsWith(basename(this.currentPath));
  }

  files(): FoundFile[] {
    return this.#paths.flatMap(foundAt);
  }

  after(open: OpenedFile): FoundFile[] {
    const [current] = foundAt(this.currentPath);
    if (current !== undefined && isOpen(open.identity, current)) return [];
    const turns = filesOfStem(this.directory, basename(this.currentPath));
    const later = following(open, turns) ?? following(open, this.files()) ?? this.#afterDeleted(open, turns);
    return later.filter(({ sizeBytes }) => sizeBytes > 0);
  }

  problem(): FileProblem | undefined {
    return problemOf(this.currentPath);
  }

  firstProblem(): FileProblem | undefined {
    return this.#paths.map(problemOf).find((problem) => problem !== undefined);
  }

  /** The open file is nowhere any more: what was listed after its name, or the turns that were written after it. */
  #afterDeleted({ path, modifiedAt }: OpenedFile, turns: readonly FoundFile[]): FoundFile[] {
    const index = this.#paths.indexOf(path);
    if (index >= 0 && index < this.#paths.length - 1) return this.#paths.slice(index + 1).flatMap(foundAt);
    const younger = turns.filter((turn) => turn.modifiedAt > modifiedAt);
    return younger.length > 0 ? younger : foundAt(this.currentPath);
  }
}

/** The regular file at a path, or none. */
export function foundAt(path: string): FoundFile[] {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return [];
    return [{ path, device: stats.dev, inode: stats.ino, sizeBytes: stats.size, modifiedAt: stats.mtimeMs }];
  } catch {
    return [];
  }
}

/** The files of a stem in a directory in rotation order, oldest first. */
function filesOfStem(directory: string, stem: string): FoundFile[] {
  const files = namedFiles(directory, (name) => matchesStem(stem, name));
  return namesOfStem(stem, named(files)).flatMap((name) => files.get(name) ?? []);
}

/** The files of one log, turn by turn in rotation order; see `turnsOfLog`. */
export function turnsIn(directory: string, belongs: (name: string) => boolean): FoundFile[][] {
  const files = namedFiles(directory, belongs);
  return turnsOfLog(named(files)).map((turn) => turn.flatMap((name) => files.get(name) ?? []));
}

function namedFiles(directory: string, belongs: (name: string) => boolean): Map<string, FoundFile> {
  const files = new Map<string, FoundFile>();
  for (const name of namesIn(directory).filter(belongs)) {
    // none if it was renamed or deleted since the directory was read
    for (const file of foundAt(join(directory, name))) files.set(name, file);
  }
  return files;
}

function named(files: ReadonlyMap<string, FoundFile>): NamedFile[] {
  return [...files].map(([name, { modifiedAt }]) => ({ name, modifiedAt }));
}

/**
 * The files behind the open one in a list, or undefined if it is not in it: neither itself, nor what is left of it
 * after it was compressed and deleted.
 */
export function following(
  { path, identity }: OpenedFile,
  files: readonly FoundFile[],
): FoundFile[] | undefined {
  let index = files.findIndex((file) => isOpen(identity, file));
  if (index < 0) {
    const names = new Set(files.map((file) => basename(file.path)));
    const [copy] = findFiles(identity, [dirname(path)], (name) => names.has(name));
    index = copy === undefined ? -1 : files.findIndex((file) => isOpen(copy.identity, file));
  }
  return index < 0 ? undefined : files.slice(index + 1);
}

/** Is this the file that is open? */
export function isOpen(identity: FileIdentity, file: FoundFile): boolean {
  return identity.device === file.device && identity.inode === file.inode;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
