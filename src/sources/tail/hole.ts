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

const newline = 0x0a;

/**
 * Parts the lines at zeros, which stand in the place of what was not written any more when the machine lost its power: the
 * first and the last of them, from an index on, become newlines. What they cut off keeps a zero before its end, in the
 * place of its last byte, by which it is known (tornLine.ts). Not for UTF-16.
 */
export function partAtZeros(bytes: Buffer, from: number): void {
  for (let at = bytes.indexOf(0, from); at >= 0; at = bytes.indexOf(0, at)) {
    if (at > 0 && bytes[at - 1] !== newline) bytes[at - 1] = 0;
    bytes[at] = newline;
    while (bytes[at + 1] === 0) at += 1;
    bytes[at] = newline;
    at += 1;
  }
}
