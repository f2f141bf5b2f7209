// Small questions about bytes. Addresses are absolute; `to` is the address behind the last byte that may be looked at.

const NEWLINE: u8 = 0x0a;

// @ts-ignore: decorator
@inline
export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

/** Every byte, in its order. */
const BYTES: usize = memory.data<u8>([
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
  0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
  0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
  0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f,
  0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f,
  0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f,
  0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f,
  0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f,
]);

/** 16 times a byte below 0x80; before a loop it is kept in a register, which `splat` is not: that is made each time. */
// @ts-ignore: decorator
@inline
export function sixteen(byte: u8): v128 {
  return v128.load8_splat(BYTES + byte);
}

/** One bit for each byte of two vectors. */
// @ts-ignore: decorator
@inline
export function bitsOf(one: v128, other: v128): u32 {
  return <u32>i8x16.bitmask(one) | (<u32>i8x16.bitmask(other) << 16);
}

/** Address of the first such byte in [at, to), or `to`. */
export function indexOf(byte: u8, at: i32, to: i32): i32 {
  const wanted = i8x16.splat(byte);
  while (at < to) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found != 0) return min(at + ctz(found), to);
    at += 16;
  }
  return to;
}

/** Address of the first of two bytes in [at, to), or `to`. */
export function indexOfEither(one: u8, other: u8, at: i32, to: i32): i32 {
  while (at < to) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(bytes, i8x16.splat(one)), i8x16.eq(bytes, i8x16.splat(other))));
    if (found != 0) return min(at + ctz(found), to);
    at += 16;
  }
  return to;
}

/** Address behind the last newline in [from, at), or `from` - 1 if there is none. */
export function lineStart(from: i32, at: i32): i32 {
  const wanted = i8x16.splat(NEWLINE);
  while (at - from >= 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at - 16), wanted));
    if (found != 0) return at - 16 + 32 - clz(found);
    at -= 16;
  }
  while (at > from) {
    if (load<u8>(at - 1) == NEWLINE) return at;
    at -= 1;
  }
  return from - 1;
}

/** Are these bytes the same? Up to 15 bytes behind either may be read. */
export function isSame(one: i32, other: i32, length: i32): bool {
  let at = 0;
  while (at + 8 <= length) {
    if (load<u64>(one + at) != load<u64>(other + at)) return false;
    at += 8;
  }
  const rest = length - at;
  if (rest == 0) return true;
  const mask: u64 = (<u64>1 << (<u64>rest * 8)) - 1;
  return ((load<u64>(one + at) ^ load<u64>(other + at)) & mask) == 0;
}

/** Are these the same, up to the next multiple of 16? It is expected that they are. */
export function isSameBlocks(one: i32, other: i32, length: i32): bool {
  let difference = i8x16.splat(0);
  for (let at = 0; at < length; at += 16)
    difference = v128.or(difference, v128.xor(v128.load(one + at), v128.load(other + at)));
  return !v128.any_true(difference);
}

/** 64 bits of some bytes and those up to the next multiple of 16: what they tell apart is compared besides. */
export function hashOf(from: i32, length: i32): u64 {
  // the products do not wait for one another
  let hash: u64 = <u64>length * 0xff51afd7ed558ccd;
  let key: u64 = 0x9e3779b97f4a7c15;
  for (const to = from + length; from < to; from += 16) {
    hash += (load<u64>(from) ^ key) * (load<u64>(from, 8) + key);
    key += 0x3c6ef372fe94f82a;
  }
  hash ^= hash >> 32;
  hash *= 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 29);
}

const ZEROS: u64 = 0x3030303030303030;
const LOW: u64 = 0x0f0f0f0f0f0f0f0f;
const HIGH: u64 = 0xf0f0f0f0f0f0f0f0;
const SIXES: u64 = 0x0606060606060606;
const SIXTEENS: u64 = 0x1010101010101010;
const ONES: u64 = 0x0101010101010101;

/** Of each of eight bytes: 0 if it is a decimal digit. */
// @ts-ignore: decorator
@inline
export function noDigits(bytes: u64): u64 {
  return ((bytes ^ ZEROS) & HIGH) | (((bytes & LOW) + SIXES) & SIXTEENS);
}

/** Value of 1 to 8 decimal digits, the last of which is the highest byte; the lower ones count nothing if they are 0. */
// @ts-ignore: decorator
@inline
export function decimal(digits: u64): i32 {
  const tens = (((digits & LOW) * 2561) >> 8) & 0x00ff00ff00ff00ff;
  const hundreds = ((tens * 6553601) >> 16) & 0x0000ffff0000ffff;
  return <i32>((hundreds * 42949672960001) >> 32);
}

/** Of each of eight bytes: 0 if it is a hexadecimal digit without capitals. */
// @ts-ignore: decorator
@inline
export function noHex(bytes: u64): u64 {
  const letters = (bytes >> 6) & ONES;
  const low = bytes & LOW;
  const isOther = (bytes & HIGH) ^ (ZEROS + letters * 0x30);
  // 0 to 9, and 1 to 6 of the letters
  return isOther | ((low + SIXES + letters * 3) & SIXTEENS) | (~((low | SIXTEENS) - letters) & SIXTEENS);
}

/** Value of 1 to 8 hexadecimal digits, as `decimal` takes them. */
// @ts-ignore: decorator
@inline
export function hexadecimal(digits: u64): u32 {
  const one = (digits & LOW) + ((digits >> 6) & ONES) * 9;
  const two = ((one << 4) | (one >> 8)) & 0x00ff00ff00ff00ff;
  const four = ((two << 8) | (two >> 16)) & 0x0000ffff0000ffff;
  return <u32>((four << 16) | (four >> 32));
}

/** Bit `index` of a map. */
// @ts-ignore: decorator
@inline
export function hasBit(map: i32, index: u32): bool {
  return ((<u32>load<u8>(map + (index >> 3)) >> (index & 7)) & 1) != 0;
}

/** The same bit as 0 or 1. */
// @ts-ignore: decorator
@inline
export function bitOf(map: i32, index: u32): u32 {
  return (<u32>load<u8>(map + (index >> 3)) >> (index & 7)) & 1;
}

/** 16 bits of three or four bytes; setBit in wasmScan.ts computes the same. */
// @ts-ignore: decorator
@inline
export function mix(value: u32): u32 {
  return (value * 0x9e3779b1) >> 16;
}
