// The digits of a line. A reader answers the address behind those that it has read, or 0: they are none, or too many.

import { decimal, hexadecimal, isDigit, noDigits, noHex } from './bytes';

/** The value of those that were read last. */
export let number: i64 = 0;

/** Decimal digits, of which `number` is the value: at most `most` of at most 12, without a zero before others. */
// @ts-ignore: decorator
@inline
export function readNumber(at: i32, most: i32): i32 {
  const bytes = load<u64>(at);
  const others = noDigits(bytes);
  if (others == 0) return readLongNumber(at, most);
  const bits = ctz(others) & 56;
  const length = <i32>(bits >> 3);
  number = 0;
  if (length == 0 || length > most || ((bytes & 0xff) == 0x30 && length > 1)) return 0;
  number = decimal(bytes << (64 - bits));
  return at + length;
}

function readLongNumber(at: i32, most: i32): i32 {
  const first = at;
  number = 0;
  while (at - first < most) {
    const byte = load<u8>(at);
    if (!isDigit(byte)) break;
    number = number * 10 + (byte - 0x30);
    at += 1;
  }
  return isDigit(load<u8>(at)) || load<u8>(first) == 0x30 ? 0 : at;
}

/** Two digits; -1 = they are none. */
export function two(at: i32): i32 {
  const tens = <u32>load<u8>(at) - 0x30;
  const ones = <u32>load<u8>(at + 1) - 0x30;
  return tens < 10 && ones < 10 ? <i32>(tens * 10 + ones) : -1;
}

/** Hexadecimal digits without capitals, of which `number` is the value: at most `most` of at most 8, the first no zero. */
export function readHex(at: i32, most: i32): i32 {
  const bytes = load<u64>(at);
  const others = noHex(bytes);
  const bits = others == 0 ? 64 : ctz(others) & 56;
  const length = <i32>(bits >> 3);
  number = 0;
  if (length == 0 || length > most || (bytes & 0xff) == 0x30) return 0;
  if (length == 8 && (noHex(load<u64>(at, 8)) & 0xff) == 0) return 0;
  number = hexadecimal(bytes << (64 - bits));
  return at + length;
}

/** Digits that tell nothing here, maybe with a sign, without a zero before others. */
export function passNumber(at: i32): i32 {
  const first = load<u8>(at) == 0x2d ? at + 1 : at;
  const others = noDigits(load<u64>(first));
  let end = first + (others == 0 ? 8 : <i32>(ctz(others) >> 3));
  if (others == 0) while (isDigit(load<u8>(end))) end += 1;
  const length = end - first;
  return length == 0 || length > 20 || (length > 1 && load<u8>(first) == 0x30) ? 0 : end;
}

/** `3/12`, or nothing where the process has none. */
export function passVirtualXid(at: i32): i32 {
  const slash = passNumber(at);
  if (slash == 0 || load<u8>(slash) != 0x2f) return at;
  return passNumber(slash + 1);
}

/** The port that ends some text behind `before`, which must be kept too: address of its first digit, or 0. */
// @ts-ignore: decorator
@inline
export function portBefore(from: i32, to: i32): i32 {
  const bytes = load<u64>(to - 8);
  const others = noDigits(bytes);
  const length = others == 0 ? 8 : <i32>(clz(others) >> 3);
  const first = max(to - length, from);
  if (first == to || to - first > 5 || isDigit(load<u8>(to))) return 0;
  const bits = <u64>(to - first) * 8;
  number = decimal((bytes >> (64 - bits)) << (64 - bits));
  return load<u8>(first) == 0x30 && to - first > 1 ? 0 : first;
}
