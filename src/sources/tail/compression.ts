import { Decompress } from 'fzstd';
import { pipeline, Readable, Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/** The compressions that are read in place. */
export type Compression = 'gzip' | 'zstd';

const magics: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

const longestMagic = Math.max(...magics.map(([, magic]) => magic.length));

/** Compressed bytes from which the first 256 can be had: a deflate header, or one whole block of zstd. */
export const compressedHeadBytes = { gzip: 4096, zstd: 256 * 1024 } as const;

/**
 * How the file that begins with these bytes is compressed, by its magic number and never by its name; undefined =
 * not at all. Throws an Error, whose message is a clause with the next step, for what this Node cannot unpack.
 */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const name = magics.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0];
  if (name === undefined || name === 'gzip' || name === 'zstd') return name;
  throw new Error(`it is compressed with ${name}; unpack it first`);
}

/** The first bytes of what these bytes (the beginning of a compressed file, perhaps cut) unpack to. */
export function decompressedHead(compression: Compression, bytes: Uint8Array): Uint8Array {
  try {
    return compression === 'gzip'
      ? zlib.gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH })
      : zstdHead(bytes);
  } catch {
    return new Uint8Array();
  }
}

/**
 * The unpacked bytes of a stream, with back-pressure: the source is read no faster than this is. An error of
 * the source or of the data destroys the result with that error; destroying the result ends the source.
 */
export function decompressed(source: Readable, compression: Compression): Readable {
  const decoder = compression === 'gzip' ? zlib.createGunzip({ chunkSize: 256 * 1024 }) : zstdDecoder();
  // who reads the decoder gets the error; the callback only keeps it from being thrown here too
  return pipeline(source, decoder, () => undefined);
}

/** zlib of Node 20 has no zstd, and that of later ones stops behind the first of several frames. */
function zstdDecoder(): Transform {
  const decoder = new Decompress((bytes) => transform.push(Buffer.from(bytes)));
  const push = (bytes: Uint8Array, isLast: boolean, done: (error?: Error) => void): void => {
    try {
      decoder.push(bytes, isLast);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const transform = new Transform({
    transform: (bytes: Uint8Array, _, done) => push(bytes, false, done),
    flush: (done) => push(new Uint8Array(), true, done),
  });
  return transform;
}

/** As far as the bytes go: they may be the beginning of a longer file. */
function zstdHead(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  new Decompress((part) => parts.push(part.slice())).push(bytes);
  return Buffer.concat(parts);
}

/** What a stream gives, unpacked if it begins as a compressed one does. Throws what `compressionOf` throws. */
export async function* unpacked(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let ended = false;
  while (!ended && head.length < longestMagic) {
    const next = await chunks.next();
    if (next.done === true) ended = true;
    else head = Buffer.concat([head, Buffer.from(next.value as Uint8Array)]);
  }
  const compression = compressionOf(head);
  const whole = followedBy(head, chunks);
  yield* compression === undefined ? whole : decompressed(Readable.from(whole), compression);
}

async function* followedBy(
  head: Uint8Array,
  chunks: AsyncIterator<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    yield Buffer.from(next.value as Uint8Array);
  }
}
