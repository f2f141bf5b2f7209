import { createReadStream, fstatSync, type ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { decompressed, type Compression } from './compression.ts';
import { feed } from './feed.ts';
import { identifyOpen } from './fileIdentity.ts';
import { beginsWithHole, lengthOfHole } from './hole.ts';
import type { OpenLog, ReadOutcome } from './logFile.ts';
import type { TailedFile, TailSink } from './tailSink.ts';

/** A compressed file: rotated and at rest. Unpacked as a stream, one chunk for each read, no faster than the sink. */
export class CompressedFile implements OpenLog {
  readonly file: TailedFile;
  readonly modifiedAt: number;
  damage: string | undefined;
  readonly #sizeBytes: number;
  readonly #source: ReadStream;
  readonly #unpacked: Readable;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #offsetBytes: number;
  /** Unpacked bytes before the offset that are still to be passed over. */
  #skipBytes: number;
  /** All before the offset is a hole; undefined = nothing was read yet. */
  #isInHole: boolean | undefined;

  /** Takes over an open descriptor; `close` closes it. */
  constructor(fd: number, path: string, compression: Compression, offsetBytes: number) {
    this.file = { path, identity: identifyOpen(fd) };
    const { size, mtimeMs } = fstatSync(fd);
    this.#sizeBytes = size;
    this.modifiedAt = mtimeMs;
    this.#source = createReadStream(path, { fd, start: 0, highWaterMark: 256 * 1024 });
    this.#unpacked = decompressed(this.#source, compression);
    this.#chunks = this.#unpacked[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    this.#offsetBytes = offsetBytes;
    this.#skipBytes = offsetBytes;
  }

  get offsetBytes(): number {
    return this.#offsetBytes;
  }

  get readBytes(): number {
    return this.#source.bytesRead;
  }

  get remainingBytes(): number {
    return Math.max(0, this.#sizeBytes - this.#source.bytesRead);
  }

  /** Never throws: what cannot be unpacked is the file's end, and `damage` says why. */
  async read(sink: TailSink): Promise<ReadOutcome> {
    const chunk = await this.#nextChunk();
    if (chunk === undefined) {
      // what has nothing but zeros is no log, and not an empty one
      if (this.#isInHole) feed(sink, new Uint8Array(1));
      this.#isInHole = false;
      return 'end';
    }
    const skipped = Math.min(this.#skipBytes, chunk.length);
    this.#skipBytes -= skipped;
    const bytes = chunk.subarray(skipped);
    this.#isInHole ??= this.#offsetBytes === 0 && beginsWithHole(bytes);
    if (this.#isInHole) this.#passHole(bytes, sink);
    else this.#feed(bytes, sink);
    return 'more';
  }

  #passHole(bytes: Uint8Array, sink: TailSink): void {
    const length = lengthOfHole(bytes);
    this.#offsetBytes += length;
    if (length === bytes.length) return;
    this.#isInHole = false;
    sink.end();
    sink.begin(this.file, this.#offsetBytes);
    this.#feed(bytes.subarray(length), sink);
  }

  #feed(bytes: Uint8Array, sink: TailSink): void {
    this.#offsetBytes += bytes.length;
    feed(sink, bytes);
  }

  close(): void {
    this.#unpacked.destroy();
    this.#source.destroy();
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    try {
      const next = await this.#chunks.next();
      return next.done === true ? undefined : next.value;
    } catch (error) {
      this.damage = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }
}
