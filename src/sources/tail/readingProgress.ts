import type { OpenLog } from './logFile.ts';
import { monotonicMs } from './monotonic.ts';
import type { ReadingLag } from './readingLag.ts';
import type { TailStatus } from './tailSink.ts';

const intervalMs = 100;

/** Tells how far one look has come, at most ten times a second; a look that is done sooner tells nothing. */
export class ReadingProgress {
  readonly #tell: (status: TailStatus) => void;
  readonly #lag: ReadingLag;
  #doneBytes: number;
  #nextAt: number;

  /** `nextAt`: when to tell first, on the clock of `monotonicMs`. */
  constructor(
    open: OpenLog,
    lag: ReadingLag,
    tell: (status: TailStatus) => void,
    nextAt = monotonicMs() + intervalMs,
  ) {
    this.#tell = tell;
    this.#lag = lag;
    this.#doneBytes = -open.readBytes;
    this.#nextAt = nextAt;
    lag.begin(monotonicMs());
  }

  /** `unreadBytes` gives what is left of the open file and the size of those still to be opened; asked only if it is time to tell. */
  at(open: OpenLog, unreadBytes: () => number): void {
    const now = monotonicMs();
    if (now < this.#nextAt) return;
    this.#nextAt = now + intervalMs;
    this.now(open, unreadBytes());
  }

  /** Tells at once, for the end. */
  now(open: OpenLog, unreadBytes: number): void {
    const readBytes = this.#doneBytes + open.readBytes;
    const totalBytes = readBytes + unreadBytes;
    const behindMs = this.#lag.behindMs(monotonicMs(), readBytes, totalBytes);
    this.#tell({ kind: 'reading', readBytes, totalBytes, ...(behindMs !== undefined && { behindMs }) });
  }

  /** The next bytes are those of another file. */
  leave(left: OpenLog, entered: OpenLog): void {
    this.#doneBytes += left.readBytes - entered.readBytes;
  }
}
