import type { Filter } from '../core/session/filter.ts';
import type { ClearMark } from '../protocol/logQuestions.ts';
import { ClearMarks } from './clearMarks.ts';
import type { LogFold } from './logFold.ts';

/** The fold that is shown, as the filter and Clear let it be seen; another may take its place. */
export class ShownFold {
  readonly #marks: ClearMarks;
  #fold: LogFold;
  #firstVersion = nextFirstVersion(0);

  constructor(fold: LogFold, clearMark: ClearMark | undefined) {
    this.#fold = fold;
    this.#marks = new ClearMarks(clearMark);
  }

  get fold(): LogFold {
    return this.#fold;
  }

  /** Grows with every change of the state, also from one fold of a log to the next. */
  get version(): number {
    return this.#firstVersion + this.#fold.state.version;
  }

  get clearMark(): ClearMark | undefined {
    return this.#marks.mark;
  }

  /** Shows this one from now on, with the filter that is set. */
  show(fold: LogFold): void {
    const { filter } = this.#fold.state;
    this.#firstVersion = nextFirstVersion(this.version);
    this.#fold = fold;
    fold.state.look(filter, undefined);
    this.applyClear();
  }

  look(filter: Filter): void {
    this.#fold.state.look(filter, this.#fold.state.clearPoint);
  }

  /** Where the mark stands follows from the files that are read by now. */
  applyClear(): void {
    this.#marks.applyTo(this.#fold);
  }

  /** Forgets everything up to now; answers the mark that says up to where. */
  clear(sourceId: string): ClearMark {
    return this.#marks.clear(sourceId, this.#fold);
  }

  /** Takes the last Clear back; answers the mark that is in force then. */
  undoClear(): ClearMark | undefined {
    return this.#marks.undo(this.#fold);
  }
}

/** Wall-clock µs: no state grows faster, and so a new one is ahead of every one before it, in whichever engine. */
function nextFirstVersion(before: number): number {
  return Math.max(before + 1, Date.now() * 1000);
}
