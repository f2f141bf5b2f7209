import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { matchesStem, richness, stemsOfLog, turnOf } from '../../core/log/logFiles.ts';
import type { LogPlace } from '../../core/log/logPlace.ts';
import { globExpression } from '../discovery/glob.ts';
import { problemOf, type FileProblem } from './fileProblem.ts';
import { monotonicMs } from './monotonic.ts';
import {
  following,
  foundAt,
  isOpen,
  turnsIn,
  type FoundFile,
  type LogSequence,
  type OpenedFile,
} from './logSequence.ts';
import type { TurnFiles } from './logTurnFiles.ts';

/** To look at so many takes a while: so much longer than that, for each of them, nobody looks again. */
const manyFiles = 100;
const restMs = 1;

type DirectoryPlace = Extract<LogPlace, { readonly kind: 'directory' }>;

/**
 * The files of one name stem in a directory, in all formats, as the logging collector writes them: at rotation a new name
 * appears, or in a ring (`postgresql-%a.log`) an old one is written again, truncated or not; when `log_destination` is
 * changed, a name with another ending. The server's own `current_logfiles` says which is written now, where it can be
 * read; else the one in rotation order that is last.
 */
export class LogDirectory implements LogSequence {
  readonly directory: string;
  readonly directories: readonly string[];
  readonly #stem: string;
  readonly #stems: readonly string[];
  readonly #pattern: string | undefined;
  readonly #dataDirectories: readonly string[];
  readonly #turnFiles: TurnFiles | undefined;
  readonly #earlierPaths: readonly string[];
  readonly #only: { readonly names: ReadonlySet<string>; readonly orAfter: number } | undefined;
  /** Of every name in the directory, whether it belongs: there may be thousands, and matching is not free. */
  readonly #known = new Map<string, boolean>();
  /** The path of the last file when the directory was last read. */
  #newest: string | undefined;
  /** mtime of the directory when it was last read: it changes with every new name. */
  #listedAt: number | undefined;
  /** Until then, by `monotonicMs`, its files are not looked through again for what is written in old ones. */
  #restsUntil = 0;

  /** `turnFiles` knows which files tell the same; without it all are read, and none is told twice all the same. */
  constructor(
    { directory, stem, pattern, dataDirectory, earlierPaths = [], only }: DirectoryPlace,
    turnFiles?: TurnFiles,
  ) {
    this.#earlierPaths = earlierPaths;
    this.#only = only && { names: new Set(only.names), orAfter: only.orAfter };
    this.directory = directory;
    this.directories = [directory];
    this.#dataDirectories = [dataDirectory ?? dirname(resolve(directory)), directory];
    this.#stem = stem;
    this.#stems = stemsOfLog(stem);
    this.#pattern = pattern;
    this.#turnFiles = turnFiles;
  }

  get currentPath(): string {
    return join(this.directory, this.#pattern ?? this.#stem);
  }

  belongs(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // names change for ever in a directory with rotation; what is forgotten is matched again
    if (this.#known.size > 20_000) this.#known.clear();
    const isAsked = this.#pattern === undefined || globExpression(this.#pattern).test(name);
    const belongs = isAsked && this.#stems.some((stem) => matchesStem(stem, name));
    this.#known.set(name, belongs);
    return belongs;
  }

  files(): FoundFile[] {
    return this.#list(() => false).files;
  }

  #isWanted({ path, modifiedAt }: FoundFile): boolean {
    const only = this.#only;
    return only === undefined || modifiedAt > only.orAfter || only.names.has(basename(path));
  }

  /** The last file, with new bytes, is the one written now unless the directory changed; so under load nothing is listed. */
  after(open: OpenedFile, quiet: boolean): FoundFile[] {
    const isWritten = !quiet || monotonicMs() < this.#restsUntil;
    if (isWritten && open.path === this.#newest && modifiedAt(this.directory) === this.#listedAt) return [];
    const { files, written } = this.#list((file) => isOpen(open.identity, file));
    const later = following(open, files) ?? files.filter((file) => isYounger(file, open));
    const beside = quiet ? files.filter((file) => isBeside(file, open, written)) : [];
    return [...beside, ...later].filter(({ sizeBytes }) => sizeBytes > 0);
  }

  /** The files to be read, oldest first, and which the server writes now; some are needed whatever else tells the same. */
  #list(isNeeded: (file: FoundFile) => boolean): { files: FoundFile[]; written: readonly string[] } {
    this.#listedAt = modifiedAt(this.directory);
    const turns = turnsIn(this.directory, (name) => this.belongs(name));
    const paths = new Set(turns.flat().map(({ path }) => path));
    this.#restsUntil = monotonicMs() + (paths.size < manyFiles ? 0 : paths.size * restMs);
    const written = this.#currentLogfiles(paths);
    const [currentPath] = written;
    const files = turns.flatMap((turn) => {
      const ofLog = turn.filter((file) => this.#isWanted(file) && this.#isOfLog(file));
      ofLog.sort((a, b) => a.modifiedAt - b.modifiedAt);
      const isRead = (file: FoundFile): boolean => file.path === currentPath || isNeeded(file);
      return ofLog.length > 1 && this.#turnFiles ? this.#turnFiles.inOrder(ofLog, isRead) : ofLog;
    });
    const current = files.find(({ path }) => path === currentPath);
    const ordered = current === undefined ? files : [...files.filter((file) => file !== current), current];
    this.#newest = ordered.at(-1)?.path;
    return { files: [...this.#earlierPaths.flatMap(foundAt), ...ordered], written };
  }

  /** A name that only differs in its ending from that of a log may be anything (`17.json`), unless it is the server's kind. */
  #isOfLog(file: FoundFile): boolean {
    const isNamed = /\*|postgres/.test(this.#stem) || matchesStem(this.#stem, basename(file.path));
    return isNamed || this.#turnFiles?.isLog(file) !== false;
  }

  problem(): FileProblem | undefined {
    if (this.#newest !== undefined) return problemOf(this.#newest);
    const problem = problemOf(this.directory);
    return problem?.reason === 'directory'
      ? { kind: 'waiting', reason: 'missing', path: this.currentPath }
      : problem;
  }

  firstProblem(): FileProblem | undefined {
    this.files();
    return this.problem();
  }

  /**
   * The paths of those of these files that `current_logfiles` names, the richest first. It stands in the data directory
   * (above `log`, or here): one line for each destination, `csvlog log/postgresql-Mon.csv` (manual, section 19.8.1).
   */
  #currentLogfiles(paths: ReadonlySet<string>): string[] {
    const named = this.#dataDirectories.flatMap((dataDirectory) =>
      readLines(join(dataDirectory, 'current_logfiles')).flatMap((line) => {
        const path = resolve(dataDirectory, line.slice(line.indexOf(' ') + 1));
        return dirname(path) === resolve(this.directory) ? [join(this.directory, basename(path))] : [];
      }),
    );
    const there = named.filter((path) => paths.has(path));
    return there.sort((a, b) => richness(basename(b)) - richness(basename(a)));
  }
}

/**
 * Has a file of the same name in another format what the open one lacks? While log_destination is changed, processes go
 * on in the old format that have not noticed yet; and a .log gets what is no entry. What is written at once tells the
 * same; where that is not known, what was written later may not.
 */
function isBeside(file: FoundFile, open: OpenedFile, written: readonly string[]): boolean {
  if (isOpen(open.identity, file) || turnOf(file.path) !== turnOf(open.path)) return false;
  if (written.length === 0) return file.modifiedAt >= open.modifiedAt;
  return written.includes(open.path) && !written.includes(file.path);
}

/** For a file that was deleted while it was read. */
function isYounger(file: FoundFile, than: OpenedFile): boolean {
  return file.modifiedAt === than.modifiedAt ? file.path > than.path : file.modifiedAt > than.modifiedAt;
}

/** A line for each format, none longer than a path. */
const mostLinesBytes = 64 * 1024;

/** The lines of a small file; none where it is anything else: a named pipe would block the thread. */
function readLines(path: string): string[] {
  try {
    const [file] = foundAt(path);
    if (!file || file.sizeBytes > mostLinesBytes) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.includes(' '));
  } catch {
    return [];
  }
}

function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
