import { basename } from 'node:path';
import { richness, togetherMs } from '../../core/log/logFiles.ts';
import { clockLagMs } from '../../core/log/retelling.ts';
import type { FoundFile } from './logSequence.ts';
import { hasTimesOf } from './sameTimes.ts';

/** The times of the first and the last line of a log, ms on a clock that its files have in common; undefined = unknown. */
export interface EndTimes {
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
}

/** Looks at the first and the last lines of the file at a path; never throws. */
export interface LogEnds {
  /** Are the first lines those of a server's log? */
  isLog(path: string): boolean;
  times(path: string): EndTimes;
}

/** What was found in files, as long as they are what they were. */
class Known<T> {
  readonly #known = new Map<string, { readonly sizeBytes: number; readonly found: T }>();
  readonly #look: (path: string) => T;

  constructor(look: (path: string) => T) {
    this.#look = look;
  }

  of({ device, inode, path, sizeBytes }: FoundFile): T {
    const key = `${device}:${inode}`;
    const known = this.#known.get(key);
    if (known?.sizeBytes === sizeBytes) return known.found;
    if (this.#known.size > 10_000) this.#known.clear();
    const found = this.#look(path);
    this.#known.set(key, { sizeBytes, found });
    return found;
  }
}

/**
 * Puts the files of one name that differ in their format in the order in which they were written. Where two begin and
 * end together the server wrote both at once, and the richer one tells it all.
 */
export class TurnFiles {
  readonly #isLog: Known<boolean>;
  readonly #times: Known<EndTimes>;
  /** Up to where others were found to tell what a file tells. */
  readonly #toldToBytes = new Map<string, number>();

  constructor(ends: LogEnds) {
    this.#isLog = new Known((path) => ends.isLog(path));
    this.#times = new Known((path) => ends.times(path));
  }

  /** Those to be read, oldest first; some `isNeeded` whatever others tell. The files come as they were written last. */
  inOrder(files: readonly FoundFile[], isNeeded: (file: FoundFile) => boolean): FoundFile[] {
    // csv and json tell the same: better the one that was written last
    const ranked = [...files].sort((a, b) => Math.min(1, richnessOf(a)) - Math.min(1, richnessOf(b)));
    return ranked
      .filter((file, index) => {
        const better = ranked.slice(index + 1);
        return isNeeded(file) || !better.some((other) => this.#tellsAllOf(file, other));
      })
      .sort((a, b) => this.#compare(a, b));
  }

  /** Does a file hold lines of a log? */
  isLog(file: FoundFile): boolean {
    return this.#isLog.of(file);
  }

  #tellsAllOf(file: FoundFile, other: FoundFile): boolean {
    if (!areTogether(file, other)) return false;
    const [a, b] = [this.#times.of(file), this.#times.of(other)];
    const isSame = isSameTime(a.firstAt, b.firstAt) && isSameTime(a.lastAt, b.lastAt);
    return isSame && this.#hasTimesOf(file, other, a.firstAt);
  }

  /** In between the server may have written one of them alone for a while. */
  #hasTimesOf(file: FoundFile, other: FoundFile, firstAt: number | undefined): boolean {
    const key = [file.device, file.inode, other.device, other.inode, firstAt].join();
    const told = this.#toldToBytes.get(key) ?? 0;
    const isTold = file.sizeBytes === told || hasTimesOf(file, other, told < file.sizeBytes ? told : 0);
    if (this.#toldToBytes.size > 10_000) this.#toldToBytes.clear();
    if (isTold) this.#toldToBytes.set(key, file.sizeBytes);
    return isTold;
  }

  #compare(a: FoundFile, b: FoundFile): number {
    if (!areTogether(a, b)) return a.modifiedAt - b.modifiedAt;
    const [atA, atB] = [this.#times.of(a).firstAt, this.#times.of(b).firstAt];
    if (atA === undefined || atB === undefined || isSameTime(atA, atB)) return richnessOf(a) - richnessOf(b);
    return atA - atB;
  }
}

function richnessOf({ path }: FoundFile): number {
  return richness(basename(path));
}

/** Is it, where one may be of whole seconds, of a clock that lags? */
function isSameTime(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const isWhole = a % 1000 === 0 || b % 1000 === 0;
  return Math.abs(a - b) <= clockLagMs + (isWhole ? 999 : 0);
}

/** Were they written last at the same time? */
function areTogether(a: FoundFile, b: FoundFile): boolean {
  return Math.abs(a.modifiedAt - b.modifiedAt) <= togetherMs;
}
