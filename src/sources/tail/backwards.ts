import { closeSync, fstatSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { compressionOf } from './compression.ts';
import { identifyOpen, rawHead } from './fileIdentity.ts';
import { openRegular } from './openRegular.ts';
import type { TailedFile, TailSink } from './tailSink.ts';

/** A piece of a file that begins with a line. */
export interface Window {
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** What is read at once, so that it is still in the processor's cache when it is searched; so many, and others have a turn. */
const pieceBytes = 256 * 1024;
const piecesOfTurn = 4;
/** An entry that begins in a window is read to its end, if that is no further behind the window. */
const overrunBytes = 64 * 1024;
const newline = 0x0a;

/** One uncompressed file that is read in pieces, from its end backwards, and is kept open meanwhile. */
export class BackwardsFile {
  readonly file: TailedFile;
  readonly #fd: number;

  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.file = { path, identity: identifyOpen(fd) };
  }

  /** Opens a file; undefined when it cannot be, or is compressed. */
  static open(path: string): BackwardsFile | undefined {
    let fd: number | undefined;
    try {
      fd = openRegular(path);
      if (compressionOf(rawHead(fd)) === undefined) return new BackwardsFile(fd, path);
    } catch {
      // the forward reading says why
    }
    if (fd !== undefined) closeSync(fd);
    return undefined;
  }

  get sizeBytes(): number {
    return fstatSync(this.#fd).size;
  }

  /** The first bytes of the file, at most so many. */
  head(bytes: number): Uint8Array {
    return rawHead(this.#fd, bytes);
  }

  /** The window of about this size that ends at `toBytes`, which is the beginning of a line or the end of the file. */
  windowBefore(toBytes: number, aboutBytes: number): Window {
    let fromBytes = toBytes;
    do {
      const at = Math.max(0, fromBytes - aboutBytes);
      const line = at === 0 ? 0 : this.#lineFrom(at, fromBytes);
      // a line that is longer than that: further back
      fromBytes = line < fromBytes ? line : at;
    } while (fromBytes > 0 && !this.#beginsLine(fromBytes));
    return { fromBytes, toBytes };
  }

  /**
   * Hands a window to the sink, yielding to the event loop between blocks, and then what follows it, so far as an entry
   * may reach. False when `stopped` became true, asked before each block, or the file has become shorter.
   */
  async read(
    { fromBytes, toBytes }: Window,
    sink: Pick<TailSink, 'begin' | 'room' | 'took'>,
    stopped: () => boolean,
  ): Promise<boolean> {
    sink.begin(this.file, fromBytes);
    const endBytes = Math.min(toBytes + overrunBytes, this.sizeBytes);
    let count = 1;
    for (let at = fromBytes; at < endBytes && count > 0;) {
      if (stopped()) return false;
      for (let piece = 0; piece < piecesOfTurn && at < endBytes && count > 0; piece += 1) {
        count = this.take(sink, at, endBytes);
        at += count;
      }
      await nextTurn();
    }
    return this.sizeBytes >= toBytes;
  }

  /** Reads one piece into the sink; answers its bytes. */
  take(sink: Pick<TailSink, 'room' | 'took'>, atBytes: number, endBytes: number): number {
    const room = sink.room();
    const length = Math.min(room.length, pieceBytes, endBytes - atBytes);
    const count = readSync(this.#fd, room, 0, length, atBytes);
    if (count > 0) sink.took(count);
    return count;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #beginsLine(atBytes: number): boolean {
    const before = Buffer.alloc(1);
    return readSync(this.#fd, before, 0, 1, atBytes - 1) === 1 && before[0] === newline;
  }

  /** The beginning of the first line at or after `atBytes`; `toBytes` if none begins before it. */
  #lineFrom(atBytes: number, toBytes: number): number {
    const block = Buffer.allocUnsafe(Math.min(overrunBytes, toBytes - atBytes + 1));
    for (let at = atBytes - 1; at < toBytes;) {
      const count = readSync(this.#fd, block, 0, block.length, at);
      if (count === 0) break;
      const found = block.subarray(0, count).indexOf(newline);
      if (found >= 0) return Math.min(at + found + 1, toBytes);
      at += count;
    }
    return toBytes;
  }
}
