import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogFile, type OpenLog, type ReadOutcome } from './logFile.ts';
import type { FoundFile } from './logSequence.ts';
import type { LogTurns } from './logTurns.ts';
import { monotonicMs } from './monotonic.ts';
import type { TailSink } from './tailSink.ts';

/** Why no more is read of a file now: this is its end, it was asked to stop, another file comes first, or it cannot be read. */
export type Drained =
  | 'end'
  | 'truncated'
  | 'stopped'
  | { readonly kind: 'earlier'; readonly file: FoundFile }
  | { readonly kind: 'failed'; readonly error: Error };

/** Whom reading tells how it goes. */
export interface DrainListener {
  /** Bytes were read, by a read that began at this moment of `monotonicMs`. */
  came(at: number): void;
  /** After each block. */
  wentOn(open: OpenLog): void;
}

/** Hands an open file to the sink, block after block, and yields to the event loop in between. */
export class FileDrain {
  /** What the sink took so far, in uncompressed bytes. */
  takenBytes = 0;
  /** When a file was read from last, by `monotonicMs`. */
  readAt = 0;
  readonly #turns: LogTurns;
  readonly #sink: TailSink;
  readonly #listener: DrainListener;

  constructor(turns: LogTurns, sink: TailSink, listener: DrainListener) {
    this.#turns = turns;
    this.#sink = sink;
    this.#listener = listener;
  }

  /** Up to its end, unless `stopped` becomes true (asked before each block) or another file has what was written before. */
  async run(open: OpenLog, stopped: () => boolean): Promise<Drained> {
    let alternation = this.#turns.alternation(open);
    try {
      for (;;) {
        if (stopped()) {
          this.#sink.leave?.();
          return 'stopped';
        }
        const bound = alternation?.bound();
        if (bound?.next && bound.toBytes <= open.offsetBytes) return { kind: 'earlier', file: bound.next };
        const outcome = await this.#block(open, bound?.toBytes);
        if (outcome !== 'more') return outcome;
        await nextTurn();
        if (open instanceof LogFile && alternation?.isNeeded !== true) await this.#readAhead(open, stopped);
        if (alternation && alternation.toBytes <= open.offsetBytes) {
          alternation.close();
          alternation = this.#turns.alternation(open);
        }
      }
    } finally {
      alternation?.close();
    }
  }

  async #block(open: OpenLog, toBytes: number | undefined): Promise<Exclude<Drained, 'stopped'> | 'more'> {
    const beforeBytes = open.offsetBytes;
    this.readAt = monotonicMs();
    const outcome = await this.#read(open, toBytes);
    this.takenBytes += open.offsetBytes - beforeBytes;
    if (open.offsetBytes > beforeBytes) this.#listener.came(this.readAt);
    if (typeof outcome === 'string') this.#listener.wentOn(open);
    return outcome;
  }

  async #read(
    open: OpenLog,
    toBytes: number | undefined,
  ): Promise<ReadOutcome | { kind: 'failed'; error: Error }> {
    try {
      return await open.read(this.#sink, toBytes);
    } catch (error) {
      if (!isOf(error, open.file.path)) throw error;
      return { kind: 'failed', error };
    }
  }

  /** The sink may do it by itself, block after block. */
  async #readAhead(open: LogFile, stopped: () => boolean): Promise<void> {
    const beforeBytes = open.offsetBytes;
    await this.#sink.readAhead?.(open, () => {
      this.#listener.wentOn(open);
      return stopped();
    });
    this.takenBytes += open.offsetBytes - beforeBytes;
  }
}

/** Could this file not be read? What the sink throws is no problem of the file, also if what it needs is not there. */
function isOf(error: unknown, path: string): error is Error {
  if (!(error instanceof Error && 'syscall' in error)) return false;
  return !('path' in error) || error.path === path;
}
