import { basename } from 'node:path';
import { richness, togetherMs } from '../../core/log/logFiles.ts';
import { clockLagMs } from '../../core/log/retelling.ts';
import type { FoundFile } from './logSequence.ts';

/** What the first lines of a file tell. */
export interface LogHead {
  /** They are those of a server's log. */
  readonly isLog: boolean;
  /** The time of the first entry of connections, ms since the epoch; undefined = there is none in them. */
  readonly firstAt: number | undefined;
}

/** Looks at the first and the last lines of the file at a path; never throws. */
export interface LogEnds {
  head(path: string): LogHead;
  /** The time of the last entry of connections, as far as the last lines tell. */
  lastAt(path: string): number | undefined;
}

/**
 * Puts the files of one name that differ in their format in the order in which they were written. Where two begin and
 * end together the server wrote both at once, and the richer one tells it all.
 */
export class TurnFiles {
  readonly #ends: LogEnds;
  readonly #heads = new Map<string, { readonly sizeBytes: number; readonly head: LogHead }>();

  constructor(ends: LogEnds) {
    this.#ends = ends;
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
    return this.#head(file).isLog;
  }

  #tellsAllOf(file: FoundFile, other: FoundFile): boolean {
    if (!areTogether(file, other) || other.sizeBytes === 0) return false;
    return (
      isSameTime(this.#head(file).firstAt, this.#head(other).firstAt) &&
      isSameTime(this.#ends.lastAt(file.path), this.#ends.lastAt(other.path))
    );
  }

  #compare(a: FoundFile, b: FoundFile): number {
    if (!areTogether(a, b)) return a.modifiedAt - b.modifiedAt;
    const [atA, atB] = [this.#head(a).firstAt, this.#head(b).firstAt];
    if (atA === undefined || atB === undefined || isSameTime(atA, atB)) return richnessOf(a) - richnessOf(b);
    return atA - atB;
  }

  #head(file: FoundFile): LogHead {
    const { device, inode, path, sizeBytes } = file;
    const key = `${device}:${inode}`;
    const known = this.#heads.get(key);
    if (known && (known.head.firstAt !== undefined || known.sizeBytes === sizeBytes)) return known.head;
    const head = this.#ends.head(path);
    if (this.#heads.size > 1000) this.#heads.clear();
    this.#heads.set(key, { sizeBytes, head });
    return head;
  }
}

function richnessOf({ path }: FoundFile): number {
  return richness(basename(path));
}

/** Is it, where one may be of whole seconds, of a clock that lags? Undefined = nothing is told in either. */
function isSameTime(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const isWhole = a % 1000 === 0 || b % 1000 === 0;
  return Math.abs(a - b) <= clockLagMs + (isWhole ? 999 : 0);
}

/** Were they written last at the same time? */
function areTogether(a: FoundFile, b: FoundFile): boolean {
  return Math.abs(a.modifiedAt - b.modifiedAt) <= togetherMs;
}
