import { closeSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { richness } from '../../core/log/logFiles.ts';
import { foundAt, type FoundFile } from './logSequence.ts';
import { openRegular } from './openRegular.ts';

/**
 * The server's own word on which files of a directory it writes: `current_logfiles` in the data directory (above `log`, or
 * the directory itself), one line for each destination, `csvlog log/postgresql-Mon.csv` (manual, section 19.8.1).
 */
export class CurrentLogfiles {
  readonly #directory: string;
  readonly #dataDirectories: readonly string[];

  constructor(directory: string, dataDirectory = dirname(resolve(directory))) {
    this.#directory = directory;
    this.#dataDirectories = [dataDirectory, directory];
  }

  /** The paths of those of these files that it names, the richest first. */
  among(paths: ReadonlySet<string>): string[] {
    const there = this.#named().filter((path) => paths.has(path));
    return there.sort((a, b) => richness(basename(b)) - richness(basename(a)));
  }

  /** Another text when it was written anew, as it is whenever the server may write other files than before. */
  get saidAt(): string {
    const found = this.#dataDirectories.flatMap((each) => foundAt(nameIn(each)));
    return found.map(({ inode, modifiedAt, sizeBytes }) => `${inode} ${modifiedAt} ${sizeBytes}`).join();
  }

  #named(): string[] {
    return this.#dataDirectories.flatMap((dataDirectory) =>
      foundAt(nameIn(dataDirectory))
        .flatMap(linesOf)
        .flatMap((line) => {
          const path = resolve(dataDirectory, line.slice(line.indexOf(' ') + 1));
          return dirname(path) === resolve(this.#directory) ? [join(this.#directory, basename(path))] : [];
        }),
    );
  }
}

function nameIn(dataDirectory: string): string {
  return join(dataDirectory, 'current_logfiles');
}

/** A line for each format, none longer than a path. */
const mostLinesBytes = 64 * 1024;

/** The lines of a small file; none where it is anything else: a named pipe would block the thread. */
function linesOf({ path, sizeBytes }: FoundFile): string[] {
  if (sizeBytes > mostLinesBytes) return [];
  let fd: number | undefined;
  try {
    fd = openRegular(path);
    const lines = readFileSync(fd, 'utf8').split('\n');
    return lines.filter((line) => line.includes(' '));
  } catch {
    return [];
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
