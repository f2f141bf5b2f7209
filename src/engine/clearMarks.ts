import type { ClearMark } from '../protocol/logQuestions.ts';
import { clearPointOf } from './clearPoints.ts';
import type { LogFold } from './logFold.ts';

/** The Clears of one source: the one in force, and those before it, so that the last can be taken back. */
export class ClearMarks {
  #mark: ClearMark | undefined;
  readonly #before: (ClearMark | undefined)[] = [];

  constructor(mark: ClearMark | undefined) {
    this.#mark = mark;
  }

  get mark(): ClearMark | undefined {
    return this.#mark;
  }

  /** Forgets everything up to now; answers the mark that says up to where. */
  clear(sourceId: string, fold: LogFold): ClearMark {
    fold.log.settle();
    fold.finish();
    const { settled } = fold.log;
    const mark: ClearMark = {
      sourceId,
      ...(settled ? { file: { ...settled.file.identity } } : {}),
      offsetBytes: settled ? fold.log.readToBytes : 0,
      at: fold.state.book.newestAt ?? Date.now(),
    };
    this.#before.push(this.#mark);
    this.#mark = mark;
    this.applyTo(fold);
    return mark;
  }

  /** Takes the last Clear back; answers the mark that is in force then. */
  undo(fold: LogFold): ClearMark | undefined {
    this.#mark = this.#before.pop();
    this.applyTo(fold);
    return this.#mark;
  }

  /** Lets a fold be seen from the mark on; where the mark stands follows from the files read so far. */
  applyTo({ state, log }: LogFold): void {
    const point = this.#mark && clearPointOf(this.#mark, log.files);
    if (point || state.clearPoint) state.look(state.filter, point);
  }
}
