import type { LogPlace } from '../core/log/logPlace.ts';
import { LogTurns } from '../sources/tail/logTurns.ts';
import { FirstList, type WindowSizes } from './firstList.ts';
import type { FoldOptions, LogFold } from './logFold.ts';
import { pendingMs, settleWaiting } from './pendingMs.ts';

/** A file so large is not read from its beginning before anything is shown. */
const largeBytes = 64 * 1024 * 1024;

/** When a first list is made, and of which windows; tests have small ones. */
export interface FirstListSizes extends WindowSizes {
  readonly largeBytes: number;
}

/** What shows a first list. */
export interface FirstListHost {
  show(fold: LogFold): void;
  changed(): void;
  /** The file can be read no longer: the list stays as it is. */
  failed(error: unknown): void;
  /** Nothing is to be read any more. */
  readonly isStopped: () => boolean;
  /** Nothing is to be read now. */
  readonly isPaused: () => boolean;
}

/** The first list of a large log, shown and kept up to date until the whole log has been read. */
export class FirstListShown {
  readonly #host: FirstListHost;
  readonly #sizes: FirstListSizes | undefined;
  #list: FirstList | undefined;
  #following: NodeJS.Timeout | undefined;
  #hasFailed = false;

  constructor(host: FirstListHost, sizes?: FirstListSizes) {
    this.#host = host;
    this.#sizes = sizes;
  }

  /** The list that is shown; undefined = none. */
  get list(): FirstList | undefined {
    return this.#list;
  }

  /** Shows a first list if the followed file is large; resolves when it is complete, or as far as it gets. */
  async run(place: LogPlace, options: FoldOptions): Promise<void> {
    const path = this.#largeFile(place);
    const { isStopped } = this.#host;
    const list = path === undefined ? undefined : await FirstList.open(path, options, isStopped, this.#sizes);
    if (!list) return;
    if (isStopped()) {
      list.close();
      return;
    }
    this.#list = list;
    this.#host.show(list.fold);
    this.#following = setInterval(() => this.#follow(), pendingMs);
    await list.goBack(
      () => this.#host.show(list.fold),
      () => isStopped() || this.#host.isPaused() || this.#hasFailed,
    );
  }

  /** Reads no more; what is shown stays. Answers the list as it is at last. */
  end(): FirstList | undefined {
    const list = this.#list;
    clearInterval(this.#following);
    this.#list = undefined;
    if (!list) return undefined;
    this.#catchUp(list);
    list.fold.finish();
    list.close();
    return list;
  }

  #largeFile(place: LogPlace): string | undefined {
    const last = new LogTurns(place).sequence.files().at(-1);
    return last && last.sizeBytes >= (this.#sizes?.largeBytes ?? largeBytes) ? last.path : undefined;
  }

  /** Reads what was written meanwhile; true when there was something. What failed once is not tried again. */
  #catchUp(list: FirstList): boolean {
    try {
      return !this.#hasFailed && list.follow();
    } catch (error) {
      this.#hasFailed = true;
      this.#host.failed(error);
      return false;
    }
  }

  #follow(): void {
    if (!this.#list || this.#host.isPaused()) return;
    const { state } = this.#list.fold;
    const before = state.version;
    if (!this.#catchUp(this.#list)) this.#list.fold.log.settle();
    settleWaiting(state.book);
    if (state.version !== before) this.#host.changed();
  }
}
