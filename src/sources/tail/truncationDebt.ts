import { LogFile, type OpenLog } from './logFile.ts';
import { monotonicMs } from './monotonic.ts';

/** A file from which bytes came so lately is being written. */
const writtenMs = 50;

/** What a truncated file owes: how much it had, until its copy has been read to the end, or there is none. */
export class TruncationDebt {
  /** How long the file was at least. */
  #knownBytes = 0;
  /** It was being written when it was truncated: what came then was never seen. */
  #mayBeMore = false;
  #bytesAt = -Infinity;

  /** Bytes were read, at this moment of `monotonicMs`. */
  bytesCame(at: number): void {
    this.#bytesAt = at;
  }

  /** The file was found truncated; `copy` was made of it before. */
  truncated({ knownBytes, offsetBytes }: LogFile, copy: OpenLog | undefined): void {
    this.#knownBytes = Math.max(this.#knownBytes, knownBytes);
    const grew = copy instanceof LogFile && copy.knownBytes > offsetBytes;
    this.#mayBeMore ||= grew || monotonicMs() - this.#bytesAt < writtenMs;
  }

  /** No more will be read of it than up to here. The bytes that are lost at least; undefined = surely none. */
  settle({ offsetBytes }: OpenLog): number | undefined {
    const lostBytes = Math.max(0, this.#knownBytes - offsetBytes);
    const isLoss = lostBytes > 0 || this.#mayBeMore;
    this.#knownBytes = 0;
    this.#mayBeMore = false;
    return isLoss ? lostBytes : undefined;
  }
}
