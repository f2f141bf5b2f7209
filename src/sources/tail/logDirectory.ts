import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { matchesStem } from '../../core/log/logFiles.ts';
import type { LogPlace } from '../../core/log/logPlace.ts';
import { globExpression } from '../discovery/glob.ts';
import { problemOf, type FileProblem } from './fileProblem.ts';
import {
  filesOfStem,
  following,
  foundAt,
  type FoundFile,
  type LogSequence,
  type OpenedFile,
} from './logSequence.ts';

/**
 * The files of one name stem in a directory, as the logging collector writes them: at rotation a new name appears, or
 * in a ring (`postgresql-%a.log`) an old one is written again, truncated or not. The server's own `current_logfiles`
 * says which is written now, where it can be read; else the one in rotation order that is last.
 */
export class LogDirectory implements LogSequence {
  readonly directory: string;
  readonly directories: readonly string[];
  readonly #stem: string;
  readonly #pattern: string | undefined;
  readonly #earlierPaths: readonly string[];
  readonly #only: { readonly names: ReadonlySet<string>; readonly orAfter: number } | undefined;
  /** Of every name in the directory, whether it belongs: there may be thousands, and matching is not free. */
  readonly #known = new Map<string, boolean>();
  /** The path of the last file when the directory was last read. */
  #newest: string | undefined;
  /** mtime of the directory when it was last read: it changes with every new name. */
  #listedAt: number | undefined;

  constructor({
    directory,
    stem,
    pattern,
    earlierPaths = [],
    only,
  }: Extract<LogPlace, { readonly kind: 'directory' }>) {
    this.#earlierPaths = earlierPaths;
    this.#only = only && { names: new Set(only.names), orAfter: only.orAfter };
    this.directory = directory;
    this.directories = [directory];
    this.#stem = stem;
    this.#pattern = pattern;
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
    const belongs = isAsked && matchesStem(this.#stem, name);
    this.#known.set(name, belongs);
    return belongs;
  }

  files(): FoundFile[] {
    this.#listedAt = modifiedAt(this.directory);
    const all = filesOfStem(this.directory, this.#stem, (name) => this.belongs(name));
    const files = all.filter((file) => this.#isWanted(file));
    const currentPath = this.#currentLogfile();
    const current = files.find(({ path }) => path === currentPath);
    const ordered = current === undefined ? files : [...files.filter((file) => file !== current), current];
    this.#newest = ordered.at(-1)?.path;
    return [...this.#earlierPaths.flatMap(foundAt), ...ordered];
  }

  #isWanted({ path, modifiedAt }: FoundFile): boolean {
    const only = this.#only;
    return only === undefined || modifiedAt > only.orAfter || only.names.has(basename(path));
  }

  /** The last file, with new bytes, is the one written now unless the directory changed; so under load nothing is listed. */
  after(open: OpenedFile, quiet: boolean): FoundFile[] {
    if (!quiet && open.path === this.#newest && modifiedAt(this.directory) === this.#listedAt) return [];
    const files = this.files();
    const later = following(open, files) ?? files.filter((file) => isYounger(file, open));
    return later.filter(({ sizeBytes }) => sizeBytes > 0);
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
   * The file of this stem that `current_logfiles` names, in the data directory (here, or above `log`): one line for
   * each destination, `csvlog log/postgresql-Mon.csv` (manual, section 19.8.1).
   */
  #currentLogfile(): string | undefined {
    for (const dataDirectory of [dirname(resolve(this.directory)), this.directory]) {
      for (const line of readLines(join(dataDirectory, 'current_logfiles'))) {
        const path = resolve(dataDirectory, line.slice(line.indexOf(' ') + 1));
        const name = path.slice(dirname(path).length + 1);
        if (dirname(path) === resolve(this.directory) && this.belongs(name))
          return join(this.directory, name);
      }
    }
    return undefined;
  }
}

/** For a file that was deleted while it was read. */
function isYounger(file: FoundFile, than: OpenedFile): boolean {
  return file.modifiedAt === than.modifiedAt ? file.path > than.path : file.modifiedAt > than.modifiedAt;
}

function readLines(path: string): string[] {
  try {
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
