// Small questions about bytes. Addresses are absolute; `to` is the address behind the last byte that may be looked at.

const NEWLINE: u8 = 0x0a;

// @ts-ignore: decorator
@inline
export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
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

/** 64 bits of some bytes; up to 7 behind them may be read. */
export function hashOf(from: i32, length: i32): u64 {
  let hash: u64 = 0x9e3779b97f4a7c15 ^ <u64>length;
  let at = 0;
  while (at + 8 <= length) {
    hash = (hash ^ load<u64>(from + at)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
    at += 8;
  }
  const rest = length - at;
  if (rest > 0) {
    const mask: u64 = (<u64>1 << (<u64>rest * 8)) - 1;
    hash = (hash ^ (load<u64>(from + at) & mask)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  hash *= 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 29);
}

/** Bit `index` of a map. */
// @ts-ignore: decorator
@inline
export function hasBit(map: i32, index: u32): bool {
  return ((<u32>load<u8>(map + (index >> 3)) >> (index & 7)) & 1) != 0;
}

/** 16 bits of three or four bytes; setBit in wasmScan.ts computes the same. */
// @ts-ignore: decorator
@inline
export function mix(value: u32): u32 {
  return (value * 0x9e3779b1) >> 16;
}
