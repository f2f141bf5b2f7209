import { turnOf } from '../../core/log/logFiles.ts';
import type { OpenLog } from './logFile.ts';
import type { FoundFile } from './logSequence.ts';
import type { LogTurns } from './logTurns.ts';
import { monotonicMs } from './monotonic.ts';

/** So long what follows what is taken to be as it was seen. */
const seenForMs = 1000;

/** The files that follow the open one, as far as a look has seen them. */
export class NextFiles {
  readonly #turns: LogTurns;
  #files: readonly FoundFile[] = [];
  #seenAt = 0;
  /** The open file was opened when they had been seen. */
  #isSucceeded = false;

  constructor(turns: LogTurns) {
    this.#turns = turns;
  }

  /** Oldest first; none = this look has seen none yet. */
  get files(): readonly FoundFile[] {
    return this.#files;
  }

  forget(): void {
    this.#files = [];
  }

  /** Looks for them; false = there are none. `quiet` = the open file had no new bytes just now. */
  look(open: OpenLog, quiet: boolean): boolean {
    this.#isSucceeded = false;
    this.#files = this.#turns.after(open, quiet);
    this.#seenAt = monotonicMs();
    return this.#files.length > 0;
  }

  /** The open file was read on since they were seen. Does nobody write it any more: may it be left as soon as no more comes? */
  isSoonOver(): boolean {
    const isSucceeded = this.#isSucceeded;
    this.#isSucceeded = false;
    return isSucceeded;
  }

  /** One of these files was opened: among thousands each is not looked for anew. */
  entered(open: OpenLog, from: OpenLog, files: readonly FoundFile[]): void {
    const index = files.findIndex(({ path }) => path === open.file.path);
    const rest = files.slice(index + 1);
    this.#files = this.#isSeenNow && areTurns([from.file.path, open.file.path, rest[0]?.path]) ? rest : [];
    this.#isSucceeded = this.#files.length > 0;
  }

  /** What there is of them now. */
  sizeAfter(open: OpenLog): number {
    const isKnown = this.#files.length > 0 && this.#isSeenNow;
    const files = isKnown ? this.#files : this.#turns.after(open, true);
    return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  get #isSeenNow(): boolean {
    return monotonicMs() - this.#seenAt < seenForMs;
  }
}

/** Is each of these another turn of the log? Those of one, in several formats, are written at once, or to and fro. */
function areTurns(paths: readonly (string | undefined)[]): boolean {
  const turns = paths.flatMap((path) => (path === undefined ? [] : [turnOf(path)]));
  return new Set(turns).size === turns.length;
}
