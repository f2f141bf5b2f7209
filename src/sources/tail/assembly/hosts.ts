// The clients' hosts that lines tell, numbered as they come: a line is like another one whatever host it comes from.

import { isDigit, isSame } from './bytes';
import { HOST_BYTES, HOST_SLOTS, HOSTS, MOST_HOSTS, HOST_TEXTS } from './layout';

/** A text that begins with its length. */
const MOST_BYTES: i32 = HOST_BYTES - 1;

export let hostCount: i32 = 0;
/** The last one that was asked for: where it stands, and its number. */
let lastNumber: i32 = -1;

/** The number of the host in [at, to); -1 = it is no address and no usual name, or there are too many. */
export function numberOfHost(at: i32, to: i32): i32 {
  const length = to - at;
  if (length <= 0 || length > MOST_BYTES) return -1;
  if (lastNumber >= 0 && isHost(lastNumber, at, length)) return lastNumber;
  let index = hashOf(at, length);
  for (;;) {
    const number = load<i32>(HOSTS + index * 4) - 1;
    if (number < 0) break;
    if (isHost(number, at, length)) return (lastNumber = number);
    index = (index + 1) & (HOST_SLOTS - 1);
  }
  if (hostCount == MOST_HOSTS || !isUsual(at, to)) return -1;
  const text = textOf(hostCount);
  store<u8>(text, <u8>length);
  for (let byte = 0; byte < length; byte += 1) store<u8>(text + 1 + byte, load<u8>(at + byte));
  hostCount += 1;
  store<i32>(HOSTS + index * 4, hostCount);
  return (lastNumber = hostCount - 1);
}

/** The slot at which a host is looked for first. */
function hashOf(at: i32, length: i32): i32 {
  let hash: u64 = length;
  for (; length >= 8; length -= 8, at += 8) hash = (hash ^ load<u64>(at)) * 0xff51afd7ed558ccd;
  if (length > 0) hash = (hash ^ (load<u64>(at) << (64 - 8 * <u64>length))) * 0xff51afd7ed558ccd;
  return <i32>(hash >> 40) & (HOST_SLOTS - 1);
}

// @ts-ignore: decorator
@inline
function textOf(number: i32): i32 {
  return HOST_TEXTS + number * HOST_BYTES;
}

// @ts-ignore: decorator
@inline
function isHost(number: i32, at: i32, length: i32): bool {
  const text = textOf(number);
  return <i32>load<u8>(text) == length && isSame(text + 1, at, length);
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
