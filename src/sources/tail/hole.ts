/**
 * A writer that keeps its place (`server > log`, without O_APPEND) leaves a hole when its file is truncated: up to where
 * it writes on there are zeros, which are no part of a line. Of UTF-16 one zero may be the first byte, never two.
 */
export function beginsWithHole(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0;
}

/** How many of these bytes, of which those before are of a hole, are of it too. */
export function lengthOfHole(bytes: Uint8Array): number {
  const zeros = zerosOf(bytes.length);
  if (Buffer.compare(bytes, zeros) === 0) return bytes.length;
  return bytes.findIndex((byte) => byte !== 0);
}

let manyZeros = new Uint8Array();

/** To compare with them is much faster than to look at each byte, and there may be as many as the log was long. */
function zerosOf(length: number): Uint8Array {
  if (manyZeros.length < length) manyZeros = new Uint8Array(length);
  return manyZeros.subarray(0, length);
}
