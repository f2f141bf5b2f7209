// The names of a head, left out: where each can be read in one way only, whatever it is, lines are alike but for them. Which
// names these are plainHead.ts says.

import { IN_NAMES, NAMELESS } from './layout';
import { IS_HEAD, MOST_NAMES } from './line';
import { copyWithoutNames, forgetNames, noteName } from './messageNames';

/** What a byte is in a name (headProgram.ts): no part of one; it makes one plain; no name with it is one. */
const DIVIDER: u8 = 0;
const TELLING: u8 = 2;
const FORBIDDEN: u8 = 4;

const LONGEST_NAME: i32 = 63;
const BYTE_ORDER_MARK: u32 = 0xbfbbef;
/** `[unknown]` is no name. */
const BRACKET: u8 = 0x5b;
/** Stands for a name. */
const ANY_NAME: u8 = 0;

/** What the bytes are together of the name that was looked at last. */
let all: u8 = 0;

/**
 * Writes constant parts to NAMELESS without the plain names that stand at these places among them, and without those of the
 * first head where the message tells them again that fills [message, messageEnd); answers their length, 0 = there are none.
 */
export function leaveOutNames(constants: i32, length: i32, places: i32, count: i32, message: i32, messageEnd: i32): i32 {
  if (count > MOST_NAMES) return 0;
  forgetNames();
  let hasPlain = false;
  let from = constants;
  let into = NAMELESS;
  for (let place = places; place < places + 4 * count; place += 4) {
    const first = <u32>load<u16>(place);
    const names = constants + <i32>(first & ~IS_HEAD);
    const end = constants + <i32>load<u16>(place, 2);
    if ((first & IS_HEAD) != 0) {
      into = copyRest(into, from, names, message, messageEnd);
      from = end;
      continue;
    }
    into = copy(into, from, names);
    for (from = names; from < end; ) {
      const to = nameEnd(from, end);
      if ((all & FORBIDDEN) != 0) return 0;
      const isLeftOut = (all & TELLING) != 0 && to - from <= LONGEST_NAME && load<u8>(from - 1) != BRACKET;
      hasPlain = hasPlain || isLeftOut;
      // or what divides it from the next
      const behind = max(to, from + 1);
      if (isLeftOut) {
        store<u8>(into++, ANY_NAME);
        noteName(from, to);
      } else into = copy(into, from, behind);
      from = behind;
    }
  }
  into = copyRest(into, from, constants + length, message, messageEnd);
  return hasPlain && into != 0 ? into - NAMELESS : 0;
}

/** Copies what stands between heads, the first message without the names that it tells again: it begins in the first such part. */
function copyRest(into: i32, from: i32, to: i32, message: i32, messageEnd: i32): i32 {
  const end = min(to, messageEnd);
  if (into == 0 || from > message || message >= end) return into == 0 ? 0 : copy(into, from, to);
  const behind = copyWithoutNames(copy(into, from, message), message, end);
  return behind == 0 ? 0 : copy(behind, end, to);
}

/** Answers the address behind what it has copied. */
function copy(into: i32, from: i32, to: i32): i32 {
  memory.copy(into, from, to - from);
  return into + to - from;
}

/** Address behind the name that begins here; the same = a divider does. */
function nameEnd(at: i32, end: i32): i32 {
  all = (load<u32>(at) & 0xffffff) == BYTE_ORDER_MARK ? FORBIDDEN : 0;
  while (at < end) {
    const byte = load<u8>(at);
    const what = load<u8>(IN_NAMES + <i32>byte);
    if (what == DIVIDER) break;
    all |= what;
    const length = byte < 0x80 ? 1 : letterBytes(at, byte);
    if (length == 0 || at + length > end) {
      all |= FORBIDDEN;
      return end;
    }
    at += length;
  }
  return at;
}

/** Length of the letter in UTF-8 that begins with this byte, which is none of ASCII; 0 = none does (RFC 3629). */
function letterBytes(at: i32, byte: u32): i32 {
  const second = <u32>load<u8>(at, 1);
  if (byte < 0xc2 || byte > 0xf4 || !goesOn(second)) return 0;
  if (byte < 0xe0) return 2;
  if (!goesOn(load<u8>(at, 2))) return 0;
  if (byte < 0xf0) return (byte == 0xe0 && second < 0xa0) || (byte == 0xed && second > 0x9f) ? 0 : 3;
  if (!goesOn(load<u8>(at, 3))) return 0;
  return (byte == 0xf0 && second < 0x90) || (byte == 0xf4 && second > 0x8f) ? 0 : 4;
}

// @ts-ignore: decorator
@inline
function goesOn(byte: u32): bool {
  return (byte & 0xc0) == 0x80;
}
