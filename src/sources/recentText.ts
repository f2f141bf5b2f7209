import { Buffer } from 'node:buffer';
import type { TailedFile, TailSink } from './tail/tailSink.ts';

/** How much of what was read last is kept. */
const keptBytes = 4 * 1024 * 1024;
/** As many parts of files are told apart in it. */
const mostParts = 1000;

/** A piece of what was read, and where in it a place of the file is. */
export interface RecentPiece {
  readonly bytes: Buffer;
  readonly entryAt: number;
  /** The piece begins where the file does. */
  readonly isStart: boolean;
}

/** From here on the ring holds bytes of this file; both places count from the beginning. */
interface Part {
  readonly inode: number;
  readonly offsetBytes: number;
  readonly atBytes: number;
}

/** The newest bytes of a log that is no file of this machine: what an entry looks like can be shown from nowhere else. */
export class RecentText {
  readonly #ring: Buffer;
  #parts: Part[] = [];
  /** All bytes that ever came. */
  #toBytes = 0;

  constructor(bytes = keptBytes) {
    this.#ring = Buffer.alloc(bytes);
  }

  begin({ identity: { inode } }: TailedFile, offsetBytes: number): void {
    this.#parts = [...this.#parts.slice(1 - mostParts), { inode, offsetBytes, atBytes: this.#toBytes }];
  }

  push(bytes: Uint8Array): void {
    const kept = bytes.subarray(-this.#ring.length);
    const at = (this.#toBytes + bytes.length - kept.length) % this.#ring.length;
    const head = kept.subarray(0, this.#ring.length - at);
    this.#ring.set(head, at);
    this.#ring.set(kept.subarray(head.length), 0);
    this.#toBytes += bytes.length;
  }

  /** All that is kept, from the beginning of a line on. */
  newest(): Buffer {
    const bytes = this.#slice(0, this.#toBytes);
    return bytes.length < this.#ring.length ? bytes : bytes.subarray(bytes.indexOf(0x0a) + 1);
  }

  /** What is kept around a place of a file, so much before and from it on; undefined = it is too long ago. */
  around(
    { identity: { inode } }: TailedFile,
    offsetBytes: number,
    reachBytes: number,
  ): RecentPiece | undefined {
    const part = this.#parts.findLast((each) => each.inode === inode && each.offsetBytes <= offsetBytes);
    if (!part) return undefined;
    const atBytes = part.atBytes + offsetBytes - part.offsetBytes;
    const oldestBytes = Math.max(part.atBytes, this.#toBytes - this.#ring.length);
    if (atBytes < oldestBytes || atBytes >= this.#toBytes) return undefined;
    const from = Math.max(oldestBytes, atBytes - reachBytes);
    const bytes = this.#slice(from, atBytes + reachBytes);
    return { bytes, entryAt: atBytes - from, isStart: from === part.atBytes && part.offsetBytes === 0 };
  }

  #slice(fromBytes: number, toBytes: number): Buffer {
    const size = this.#ring.length;
    const from = Math.max(fromBytes, this.#toBytes - size, 0);
    const length = Math.max(0, Math.min(toBytes, this.#toBytes) - from);
    const head = this.#ring.subarray(from % size, Math.min(size, (from % size) + length));
    return Buffer.concat([head, this.#ring.subarray(0, length - head.length)]);
  }
}

/** The sink, of whose bytes the newest are kept. */
export function keptIn(recent: RecentText, sink: TailSink): TailSink {
  let room: Uint8Array = new Uint8Array();
  return {
    begin: (file, offsetBytes) => {
      recent.begin(file, offsetBytes);
      sink.begin(file, offsetBytes);
    },
    room: () => (room = sink.room()),
    took: (count) => {
      recent.push(room.subarray(0, count));
      sink.took(count);
    },
    caughtUp: () => sink.caughtUp(),
    end: () => sink.end(),
    lost: (bytes) => sink.lost(bytes),
  };
}
