import { Buffer } from 'node:buffer';

const keptBytes = 2048;
const longestLine = 300;

/**
 * The standard error of a command, for the one line of it that tells why it ended: the first of a few lines, which name
 * the cause; the last of many, for those are the log itself.
 */
export class ErrorLines {
  #kept: Buffer = Buffer.alloc(0);
  #isMore = false;

  took(bytes: Uint8Array): void {
    this.#isMore ||= this.#kept.length + bytes.length > keptBytes;
    this.#kept = Buffer.concat([this.#kept, bytes.subarray(-keptBytes)]).subarray(-keptBytes);
  }

  /** '' = it printed nothing. */
  get line(): string {
    const lines = this.#kept
      .toString('utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    return ((this.#isMore ? lines.at(-1) : lines[0]) ?? '').slice(0, longestLine);
  }
}
