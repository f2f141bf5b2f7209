import { lineStart, type Surroundings } from './scanFrames.ts';

/** Bytes held at once: what is kept of the last block, and the room for the next. */
export const capacity = 2 * 1024 * 1024;
const leastRoom = 64 * 1024;
/** Bytes kept before the last line, in which a record of several lines may have begun. */
export const keptBefore = 8 * 1024;
const nothing = Buffer.alloc(0);

/** The bytes of a file that are searched, with where they stand in it and how far they were searched. */
export class ScanBuffer {
  #memory: Buffer = nothing;
  #length = 0;
  /** File offset of the first byte that is held. */
  offsetBytes = 0;
  /** Whether that begins a line. */
  startsLine = true;
  /** Everything before this index has been searched. */
  searchedTo = 0;

  /** Bytes come from now on: of memory there is so much (`capacity`). */
  use(memory: Buffer): void {
    this.#memory = memory;
  }

  get hasMemory(): boolean {
    return this.#memory !== nothing;
  }

  /** What comes next stands there in a file, at 0 or at the beginning of a line. */
  begin(offsetBytes: number): void {
    this.#length = 0;
    this.searchedTo = 0;
    this.offsetBytes = offsetBytes;
    this.startsLine = true;
  }

  /** The bytes that are held. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** They, as lines. */
  get lines(): Pick<Surroundings, 'bytes' | 'startsLine'> {
    return { bytes: this.bytes, startsLine: this.startsLine };
  }

  room(): Uint8Array {
    return this.#memory.subarray(this.#length);
  }

  /** There is no room for a block to come. */
  get isFull(): boolean {
    return capacity - this.#length < leastRoom;
  }

  /** `count` more bytes stand in the room. */
  grow(count: number): void {
    this.#length += count;
  }

  /** What is at or behind an index must be searched again. */
  searchAgain(from: number): void {
    this.searchedTo = Math.min(this.searchedTo, from);
  }

  /** Lets go of what no entry needs that began before what was searched; answers how many bytes that were. */
  dropSearched(): number {
    return this.drop(this.#keepFrom());
  }

  /** One entry fills the buffer: lets go of so much of it that a block has room. */
  dropRoom(): number {
    return this.drop(Math.max(this.#keepFrom(), leastRoom));
  }

  /** Lets go of the first bytes. */
  drop(count: number): number {
    if (count <= 0) return 0;
    const before = this.#memory[count - 1];
    this.#memory.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.offsetBytes += count;
    this.searchedTo = Math.max(0, this.searchedTo - count);
    this.startsLine = before === 0x0a;
    return count;
  }

  /** Index from which bytes must be kept: an entry that began before what was searched may still need them. */
  #keepFrom(): number {
    const searchedTo = Math.min(this.searchedTo, this.#length);
    const line = lineStart(this.lines, searchedTo);
    const needed = line < 0 ? searchedTo : line;
    const earlier = Math.max(0, needed - keptBefore);
    const newline = this.#memory.subarray(0, needed).indexOf(0x0a, earlier);
    return earlier === 0 ? 0 : newline < 0 ? earlier : newline + 1;
  }
}
