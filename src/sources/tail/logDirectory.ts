import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { matchesStem, stemsOfLog, turnOf } from '../../core/log/logFiles.ts';
import type { LogPlace } from '../../core/log/logPlace.ts';
import { globExpression } from '../discovery/glob.ts';
import { CurrentLogfiles } from './currentLogfiles.ts';
import { problemOf, type FileProblem } from './fileProblem.ts';
import { monotonicMs } from './monotonic.ts';
import {
  following,
  foundAt,
  isOpen,
  turnsIn,
  type FilesBeside,
  type FoundFile,
  type LogSequence,
  type OpenedFile,
} from './logSequence.ts';
import type { TurnFiles } from './logTurnFiles.ts';

/** To look at so many takes a while: so much longer than that, for each of them, nobody looks again. */
const manyFiles = 100;
const restMs = 1;

/** What a look at the directory found. */
interface ListedFiles {
  /** Those to be read, oldest first. */
  readonly files: readonly FoundFile[];
  /** The paths of those that the server says it writes. */
  readonly written: readonly string[];
  /** Each turn that has several files, with those to be read. */
  readonly several: ReadonlyMap<string, readonly FoundFile[]>;
  /** mtime of the directory: it changes with every new name. */
  readonly directoryAt: number | undefined;
  readonly saidAt: string;
}

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
  readonly #current: CurrentLogfiles;
  readonly #turnFiles: TurnFiles | undefined;
  readonly #earlierPaths: readonly string[];
  readonly #only: { readonly names: ReadonlySet<string>; readonly orAfter: number } | undefined;
  /** Of every name in the directory, whether it belongs: there may be thousands, and matching is not free. */
  readonly #known = new Map<string, boolean>();
  /** What was found when the directory was last read. */
  #listed: ListedFiles | undefined;
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
    this.#current = new CurrentLogfiles(directory, dataDirectory);
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
    return [...this.#list(() => false).files];
  }

  #isWanted({ path, modifiedAt }: FoundFile): boolean {
    const only = this.#only;
    return only === undefined || modifiedAt > only.orAfter || only.names.has(basename(path));
  }

  /** The last file, with new bytes, is the one written now unless the directory changed; so under load nothing is listed. */
  after(open: OpenedFile, quiet: boolean): FoundFile[] {
    const isWritten = !quiet || monotonicMs() < this.#restsUntil;
    const isNewest = open.path === this.#newest;
    if (isWritten && isNewest && modifiedAt(this.directory) === this.#listed?.directoryAt) return [];
    const { files, written } = this.#list((file) => isOpen(open.identity, file));
    const later = following(open, files) ?? files.filter((file) => isYounger(file, open));
    const beside = quiet ? files.filter((file) => isBeside(file, open, written)) : [];
    return [...beside, ...later].filter(({ sizeBytes }) => sizeBytes > 0);
  }

  /** The files to be read, oldest first, and which the server writes now; some are needed whatever else tells the same. */
  #list(isNeeded: (file: FoundFile) => boolean): ListedFiles {
    const directoryAt = modifiedAt(this.directory);
    const { saidAt } = this.#current;
    const turns = turnsIn(this.directory, (name) => this.belongs(name));
    const paths = new Set(turns.flat().map(({ path }) => path));
    this.#restsUntil = monotonicMs() + (paths.size < manyFiles ? 0 : paths.size * restMs);
    const written = this.#current.among(paths);
    const [currentPath] = written;
    const isRead = (file: FoundFile): boolean => file.path === currentPath || isNeeded(file);
    const read = turns.map((turn) => withLast(this.#readOf(turn, isRead), currentPath));
    const files = [...this.#earlierPaths.flatMap(foundAt), ...withLast(read.flat(), currentPath)];
    const several = new Map(
      turns.flatMap(([first, ...others], index) =>
        first && others.length > 0 ? [[turnOf(first.path), read[index] ?? []]] : [],
      ),
    );
    return (this.#listed = { files, several, written, directoryAt, saidAt });
  }

  #readOf(turn: readonly FoundFile[], isRead: (file: FoundFile) => boolean): FoundFile[] {
    const ofLog = turn.filter((file) => this.#isWanted(file) && this.#isOfLog(file));
    ofLog.sort((a, b) => a.modifiedAt - b.modifiedAt);
    return ofLog.length > 1 && this.#turnFiles ? this.#turnFiles.inOrder(ofLog, isRead) : ofLog;
  }

  get #newest(): string | undefined {
    return this.#listed?.files.at(-1)?.path;
  }

  /**
   * The files of the open one's name in other formats, as far as they are read. Between two looks a server can have written
   * several, to and fro; nothing is listed as long as it says that it writes what it wrote.
   */
  beside(open: OpenedFile): FilesBeside {
    const turn = turnOf(open.path);
    const { several, written, saidAt } = this.#listedFor(open, turn);
    const alike = several.get(turn);
    if (!alike) return { files: [], expected: [], saidAt };
    const later = following(open, alike) ?? alike;
    const isExpected = (file: FoundFile) =>
      written.length === 0 || later.includes(file) || isBeside(file, open, written);
    const others = alike.filter((file) => !isOpen(open.identity, file));
    const now = (found: readonly FoundFile[]) => found.flatMap(({ path }) => foundAt(path));
    return { files: now(others), expected: now(others.filter(isExpected)), saidAt };
  }

  /** As it was listed, if that is still so. */
  #listedFor(open: OpenedFile, turn: string): ListedFiles {
    const listed = this.#listed;
    const isAsListed =
      listed?.directoryAt === modifiedAt(this.directory) && listed?.saidAt === this.#current.saidAt;
    if (listed && isAsListed) {
      // where nothing says what is written, it may be any of several
      const isKnown = listed.written.length > 0 || !listed.several.has(turn);
      if (isKnown || monotonicMs() < this.#restsUntil) return listed;
    }
    return this.#list((file) => isOpen(open.identity, file));
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

function withLast(files: readonly FoundFile[], path: string | undefined): FoundFile[] {
  return [...files.filter((file) => file.path !== path), ...files.filter((file) => file.path === path)];
}

/** For a file that was deleted while it was read. */
function isYounger(file: FoundFile, than: OpenedFile): boolean {
  return file.modifiedAt === than.modifiedAt ? file.path > than.path : file.modifiedAt > than.modifiedAt;
}

function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
