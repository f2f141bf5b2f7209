import type { OpenLog } from './logFile.ts';
import type { TailStatus } from './tailSink.ts';

const intervalMs = 100;

/** Tells how far one look has come, at most ten times a second; a look that is done sooner tells nothing. */
export class ReadingProgress {
  readonly #tell: (status: TailStatus) => void;
  #doneBytes: number;
  #nextAt: number;

  /** `nextAt`: when to tell first, on the clock of `performance.now`. */
  constructor(open: OpenLog, tell: (status: TailStatus) => void, nextAt = performance.now() + intervalMs) {
    this.#tell = tell;
    this.#doneBytes = -open.readBytes;
    this.#nextAt = nextAt;
  }

  /** `laterBytes` gives the size of the files still to be opened; asked only if it is time to tell. */
  at(open: OpenLog, laterBytes: () => number): void {
    const now = performance.now();
    if (now < this.#nextAt) return;
    this.#nextAt = now + intervalMs;
    this.now(open, laterBytes());
  }

  /** Tells at once, for the end. */
  now(open: OpenLog, laterBytes: number): void {
    const readBytes = this.#doneBytes + open.readBytes;
    this.#tell({ kind: 'reading', readBytes, totalBytes: readBytes + open.remainingBytes + laterBytes });
  }

  /** The next bytes are those of another file. */
  leave(left: OpenLog, entered: OpenLog): void {
    this.#doneBytes += left.readBytes - entered.readBytes;
  }
}
