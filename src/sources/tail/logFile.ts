import { closeSync, fstatSync, readSync } from 'node:fs';
import type { FileIdentity } from '../../core/log/logPlace.ts';
import { compressionOf } from './compression.ts';
import { CompressedFile } from './compressedFile.ts';
import { identifyOpen, maxHeadBytes, rawHead } from './fileIdentity.ts';
import { problemOf } from './fileProblem.ts';
import { beginsWithHole, lengthOfHole } from './hole.ts';
import { openRegular } from './openRegular.ts';
import type { TailedFile, TailSink } from './tailSink.ts';

/** What one read found: a full block (go on), all there is now, or that what was read is no longer in the file. */
export type ReadOutcome = 'more' | 'end' | 'truncated';

/** One file, kept open: it stays readable to its end after a rename or a delete. */
export interface OpenLog {
  /** As it is now: the same object for the whole time, whose identity grows with the first bytes of the file. */
  readonly file: TailedFile;
  /** Where the next byte is read, in uncompressed bytes. */
  readonly offsetBytes: number;
  /** mtime, ms since the epoch. */
  readonly modifiedAt: number;
  /** Bytes on the disk read since it was opened, and those known to be left; compressed ones if it is so. */
  readonly readBytes: number;
  readonly remainingBytes: number;
  /** Why the rest of a compressed file cannot be unpacked. */
  readonly damage: string | undefined;
  /** Gives the sink the next block of at most 1 MiB, of a plain file up to a place. Throws what `read` throws. */
  read(sink: TailSink, toBytes?: number): ReadOutcome | Promise<ReadOutcome>;
  close(): void;
}

/** Opens a log at an offset, compressed or not. Throws what `open` throws, or an Error that says why it is no log file. */
export function openLog(path: string, offsetBytes = 0): OpenLog {
  const problem = problemOf(path);
  if (problem?.reason === 'failed' || problem?.reason === 'directory')
    throw new Error(problem.detail ?? problem.reason);
  const fd = openRegular(path);
  try {
    const compression = compressionOf(rawHead(fd));
    return compression === undefined
      ? new LogFile(fd, path, offsetBytes)
      : new CompressedFile(fd, path, compression, offsetBytes);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** What is read at once, so that it is still in the processor's cache when it is searched; and before others have a turn. */
const pieceBytes = 256 * 1024;
const blockBytes = 4 * pieceBytes;
const fingerprintBytes = 48;

/**
 * One uncompressed file, read straight into the sink's buffer. Reading is synchronous with the sink: `took` returns
 * when the block is scanned, and only then the next is read, so a slow sink needs no queue and holds at most one block.
 */
export class LogFile implements OpenLog {
  readonly damage = undefined;
  readonly #fd: number;
  readonly #startBytes: number;
  #file: { path: string; identity: FileIdentity };
  #offsetBytes: number;
  #knownBytes: number;
  /** The first bytes, and the last before the offset: others in their place mean truncated and written again. */
  #head: Uint8Array;
  #fingerprint: Uint8Array;
  readonly #check = new Uint8Array(maxHeadBytes);
  /** All before the offset is a hole; undefined = nothing was read yet. */
  #isInHole: boolean | undefined;

  /** Takes over an open descriptor; `close` closes it. */
  constructor(fd: number, path: string, offsetBytes: number) {
    this.#fd = fd;
    this.#file = { path, identity: identifyOpen(fd) };
    this.#startBytes = offsetBytes;
    this.#offsetBytes = offsetBytes;
    if (offsetBytes > 0) this.#isInHole = false;
    this.#knownBytes = fstatSync(fd).size;
    this.#head = rawHead(fd);
    const length = Math.min(fingerprintBytes, offsetBytes);
    this.#fingerprint = new Uint8Array(length);
    readSync(fd, this.#fingerprint, 0, length, offsetBytes - length);
  }

  get file(): TailedFile {
    return this.#file;
  }

  /** Its descriptor, for another thread of this process. */
  get descriptor(): number {
    return this.#fd;
  }

  get offsetBytes(): number {
    return this.#offsetBytes;
  }

  get modifiedAt(): number {
    return fstatSync(this.#fd).mtimeMs;
  }

  get readBytes(): number {
    return this.#offsetBytes - this.#startBytes;
  }

  /** The greatest size seen while what was read was still in place. */
  get knownBytes(): number {
    return this.#knownBytes;
  }

  get remainingBytes(): number {
    return Math.max(0, this.#knownBytes - this.#offsetBytes);
  }

  /** The last ≤ 48 bytes before the offset. */
  get fingerprint(): Uint8Array {
    return this.#fingerprint;
  }

  get sizeBytes(): number {
    return fstatSync(this.#fd).size;
  }

  /** What stands before the offset ends with a line. */
  get isAtLine(): boolean {
    return this.#offsetBytes === 0 || this.#fingerprint.at(-1) === 0x0a;
  }

  /** Looks at the size without reading, so that later it is known how much a truncation destroyed. */
  glance(): void {
    const { size } = fstatSync(this.#fd);
    // in this order: if all is still in place now, the size above was not that of a younger file
    if (!this.#isInPlace()) return;
    this.#knownBytes = Math.max(this.#knownBytes, size);
    this.#growIdentity(size);
  }

  /** Reads bytes from any place of it; answers how many there are. */
  readAt(into: Uint8Array, offsetBytes: number): number {
    return readSync(this.#fd, into, 0, into.length, offsetBytes);
  }

  /** What stands before this offset was read otherwise; false = it is no longer in the file. */
  pass(offsetBytes: number): boolean {
    if (!this.#isInPlace()) return false;
    const bytes = new Uint8Array(Math.min(fingerprintBytes, offsetBytes));
    if (this.readAt(bytes, offsetBytes - bytes.length) < bytes.length) return false;
    this.#fingerprint = bytes;
    this.#offsetBytes = offsetBytes;
    this.#knownBytes = Math.max(this.#knownBytes, offsetBytes);
    return true;
  }

  read(sink: TailSink, toBytes = Number.POSITIVE_INFINITY): ReadOutcome {
    // then the sink is asked for no room, which takes it megabytes
    const { sizeBytes } = this;
    if (this.#offsetBytes > 0 && sizeBytes === this.#offsetBytes && this.#isInPlace()) return 'end';
    if (this.#offsetBytes >= toBytes) {
      if (!this.#isInPlace()) return 'truncated';
      return sizeBytes > this.#offsetBytes ? 'more' : 'end';
    }
    let outcome: ReadOutcome = 'more';
    for (let bytes = 0; bytes < blockBytes && outcome === 'more'; bytes += pieceBytes)
      if (this.#offsetBytes < toBytes) outcome = this.#readPiece(sink, toBytes - this.#offsetBytes);
    return outcome;
  }

  #readPiece(sink: TailSink, mostBytes: number): ReadOutcome {
    const room = sink.room();
    const length = Math.min(room.length, pieceBytes, mostBytes);
    const count = readSync(this.#fd, room, 0, length, this.#offsetBytes);
    // after reading, not before: a truncation in between would bring bytes of a younger file
    if (!this.#isInPlace()) return 'truncated';
    if (count === 0) return 'end';
    const outcome = count < length ? 'end' : 'more';
    this.#isInHole ??= beginsWithHole(rawHead(this.#fd, 2));
    if (this.#isInHole) return this.#passHole(room.subarray(0, count), sink) ? outcome : 'more';
    this.#advance(room.subarray(0, count));
    sink.took(count);
    return outcome;
  }

  /** Passes over what these bytes have of a hole; false = the log begins in them. */
  #passHole(bytes: Uint8Array, sink: TailSink): boolean {
    const length = lengthOfHole(bytes);
    this.#advance(bytes.subarray(0, length));
    if (length === bytes.length) {
      // what has nothing but zeros is no log, and not an empty one
      if (this.#offsetBytes >= this.sizeBytes) sink.took(length);
      return true;
    }
    this.#isInHole = false;
    sink.end();
    sink.begin(this.#file, this.#offsetBytes);
    return false;
  }

  /** Begins again at the first byte after a truncation, as another file with the same inode. */
  restart(): void {
    this.#file = { path: this.#file.path, identity: identifyOpen(this.#fd) };
    this.#offsetBytes = 0;
    this.#isInHole = undefined;
    this.#knownBytes = fstatSync(this.#fd).size;
    this.#head = rawHead(this.#fd);
    this.#fingerprint = new Uint8Array();
  }

  close(): void {
    closeSync(this.#fd);
  }

  #advance(block: Uint8Array): void {
    this.#offsetBytes += block.length;
    this.#knownBytes = Math.max(this.#knownBytes, this.#offsetBytes);
    // a copy: the block is the sink's, and a Buffer's own slice would share its bytes
    if (block.length >= fingerprintBytes)
      this.#fingerprint = Uint8Array.prototype.slice.call(block, -fingerprintBytes);
    else this.#fingerprint = Buffer.concat([this.#fingerprint, block]).subarray(-fingerprintBytes);
    this.#growIdentity(this.#offsetBytes);
  }

  #growIdentity(sizeBytes: number): void {
    if (this.#head.length >= maxHeadBytes || sizeBytes <= this.#head.length) return;
    this.#head = rawHead(this.#fd);
    this.#file.identity = identifyOpen(this.#fd);
  }

  /** Whether the first bytes and those before the offset are what they were. */
  #isInPlace(): boolean {
    const { length } = this.#fingerprint;
    return this.#holds(this.#head, 0) && this.#holds(this.#fingerprint, this.#offsetBytes - length);
  }

  #holds(bytes: Uint8Array, atBytes: number): boolean {
    const count = readSync(this.#fd, this.#check, 0, bytes.length, atBytes);
    return count === bytes.length && Buffer.compare(this.#check.subarray(0, count), bytes) === 0;
  }
}
