import { DefaultDeserializer, DefaultSerializer } from 'node:v8';

/** So that it can be read where it stands, an array begins at a multiple of this. */
const alignment = 8;
const lengthBytes = 4;

type Numbers = Uint8Array | Uint32Array | Int32Array | Float64Array;
type NumbersConstructor = new (buffer: ArrayBufferLike, at: number, length: number) => Numbers;
/** What the bytes call them. */
const kinds: readonly NumbersConstructor[] = [Uint8Array, Uint32Array, Int32Array, Float64Array];

/**
 * Plain data as bytes: what structured clone makes of it, behind its length, but for typed arrays; then these, as they
 * are.
 */
export function bytesOf(data: unknown): Buffer {
  const writer = new Writer();
  writer.writeHeader();
  writer.writeValue(data);
  const rest = writer.releaseBuffer();
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(rest.length);
  const parts = [length, rest, padding(lengthBytes + rest.length)];
  for (const { buffer, byteOffset, byteLength } of writer.arrays)
    parts.push(Buffer.from(buffer, byteOffset, byteLength), padding(byteLength));
  return Buffer.concat(parts);
}

/** The data again, whose typed arrays stand in the memory of the bytes. Throws where these are none of `bytesOf`. */
export function dataOf(data: Uint8Array): unknown {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const end = lengthBytes + bytes.readUInt32LE();
  const reader = new Reader(bytes.subarray(lengthBytes, end));
  reader.arrays = bytes.subarray(end + padding(end).length);
  reader.readHeader();
  return reader.readValue();
}

function padding(length: number): Buffer {
  return Buffer.alloc(-length & (alignment - 1));
}

// what node:v8 asks of them is documented, and not in its types
class Writer extends DefaultSerializer {
  readonly arrays: Numbers[] = [];

  _writeHostObject(array: Numbers): void {
    const kind = kinds.findIndex((each) => array instanceof each);
    if (kind < 0) throw new TypeError('no array of these numbers is saved');
    this.writeUint32(kind);
    this.writeUint32(array.length);
    this.arrays.push(array);
  }
}

class Reader extends DefaultDeserializer {
  arrays: Buffer = Buffer.alloc(0);
  #next = 0;

  _readHostObject(): Numbers {
    const [kind, length] = [this.readUint32(), this.readUint32()];
    const Kind = kinds[kind];
    if (!Kind) throw new RangeError(`no kind ${kind}`);
    const array = new Kind(this.arrays.buffer, this.arrays.byteOffset + this.#next, length);
    this.#next += array.byteLength + padding(array.byteLength).length;
    return array;
  }
}
