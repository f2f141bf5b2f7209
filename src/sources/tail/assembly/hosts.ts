// The clients' hosts that lines tell, numbered as they come: a line is like another one whatever host it comes from.

import { isDigit, isSame } from './bytes';
import { HOST_BYTES, HOST_SLOTS, HOSTS, MOST_HOSTS, HOST_TEXTS } from './layout';

/** A text of which the last byte is its length; behind its end are zeros. */
const LENGTH_IN: i32 = HOST_BYTES - 1;
const MOST_BYTES: i32 = LENGTH_IN;
/** Bytes that are looked at together: most hosts have no more, and which one it is decides no branch. */
const TOGETHER: i32 = 16;
/** As many bytes that stay, and that go. */
const MASKS: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

export let hostCount: i32 = 0;

/** Is the host in [at, to) the one with a number? */
export function isHost(number: i32, at: i32, to: i32): bool {
  const length = to - at;
  return length > 0 && length <= MOST_BYTES && isText(textOf(number), firstOf(at, length), at, length);
}

/** The number of the host in [at, to); -1 = it is no address and no usual name, or there are too many. */
export function numberOfHost(at: i32, to: i32): i32 {
  const length = to - at;
  if (length <= 0 || length > MOST_BYTES) return -1;
  const first = firstOf(at, length);
  let index = hashOf(first, length, to);
  for (;;) {
    const number = load<i32>(HOSTS + index * 4) - 1;
    if (number < 0) break;
    if (isText(textOf(number), first, at, length)) return number;
    index = (index + 1) & (HOST_SLOTS - 1);
  }
  if (hostCount == MOST_HOSTS || !isUsual(at, to)) return -1;
  const text = textOf(hostCount);
  store<u8>(text, <u8>length, LENGTH_IN);
  for (let byte = 0; byte < length; byte += 1) store<u8>(text + byte, load<u8>(at + byte));
  hostCount += 1;
  store<i32>(HOSTS + index * 4, hostCount);
  return hostCount - 1;
}

// @ts-ignore: decorator
@inline
function firstOf(at: i32, length: i32): v128 {
  return v128.and(v128.load(at), v128.load(MASKS + TOGETHER - min(length, TOGETHER)));
}

// @ts-ignore: decorator
@inline
function isText(text: i32, first: v128, at: i32, length: i32): bool {
  const isSameFirst = !v128.any_true(v128.xor(v128.load(text), first));
  return isSameFirst && <i32>load<u8>(text, LENGTH_IN) == length && isRestSame(text, at, length);
}

/** The slot at which a host that ends at `to` is looked for first. */
// @ts-ignore: decorator
@inline
function hashOf(first: v128, length: i32, to: i32): i32 {
  let hash = (i64x2.extract_lane(first, 0) * 0xff51afd7ed558ccd) ^ (i64x2.extract_lane(first, 1) * 0xc4ceb9fe1a85ec53);
  if (length > TOGETHER) hash ^= <i64>load<u64>(to - 8) * 0x9e3779b97f4a7c15;
  return <i32>(hash >> 40) & (HOST_SLOTS - 1);
}

// @ts-ignore: decorator
@inline
function textOf(number: i32): i32 {
  return HOST_TEXTS + number * HOST_BYTES;
}

/** Is the rest of a host the same, behind what was looked at? */
// @ts-ignore: decorator
@inline
function isRestSame(text: i32, at: i32, length: i32): bool {
  return length <= TOGETHER || isSame(text + TOGETHER, at + TOGETHER, length - TOGETHER);
}

/** Letters, digits, and what divides them in addresses and names. */
function isUsual(at: i32, to: i32): bool {
  for (; at < to; at += 1) {
    const byte = <u32>load<u8>(at);
    const isLetter = (byte | 0x20) - 0x61 < 26;
    if (!isLetter && !isDigit(byte) && byte != 0x2e && byte != 0x3a && byte != 0x2d && byte != 0x5f && byte != 0x25)
      return false;
  }
  return true;
}
