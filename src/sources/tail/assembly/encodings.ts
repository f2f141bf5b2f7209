// Labels and messages that are not in UTF-8 are many, and hardly ever there: they are not searched for before one is met.
// Each has bytes that UTF-8 has not; where such stand near a label's place, the place is answered, and it is found out
// outside whether the line is in another encoding. (A name that ends right before its label, which no usual prefix allows, can
// make letters of a label's first bytes: then another line must show it.)

import { Framing } from './candidates';

/** So much of a label shows it, and of a message with its SQLSTATE; and of a record from its severity on. */
const LABEL_BYTES: i32 = 16;
const MESSAGE_BYTES: i32 = 32;
const RECORD_BYTES: i32 = 64;

let isLookedFor: u32 = 0;

/** Whether such places are answered. */
export function lookForOthers(isOn: bool): void {
  isLookedFor = u32(isOn);
}

/** 1 where `isNearOther` may be true: near the place stands what is not ASCII. */
// @ts-ignore: decorator
@inline
export function mightBeNearOther(framing: Framing, place: i32): u32 {
  const all =
    framing == Framing.LINES
      ? v128.or(v128.load(place - LABEL_BYTES), v128.or(v128.load(place, 3), v128.load(place, 19)))
      : v128.or(v128.or(v128.load(place), v128.load(place, 16)), v128.or(v128.load(place, 32), v128.load(place, 48)));
  return isLookedFor & u32(i8x16.bitmask(all) != 0);
}

/** Stands something near a place that is not in UTF-8? What is behind the last byte may count. */
export function isNearOther(framing: Framing, place: i32): bool {
  if (isLookedFor == 0) return false;
  if (framing != Framing.LINES) return hasOther(place, RECORD_BYTES);
  return hasOther(place - LABEL_BYTES, LABEL_BYTES) || hasOther(place + 3, MESSAGE_BYTES);
}

/**
 * Are these bytes not in UTF-8? There a byte follows, as its two highest bits say, exactly where one to three before it is
 * the first of so many, and some bytes are none. (What is written longer than it need be, and halves of surrogate pairs,
 * pass for letters.)
 */
function hasOther(from: i32, bytes: i32): bool {
  const ofTwo = i8x16.splat(<i8>0xc0);
  const ofThree = i8x16.splat(<i8>0xe0);
  const ofFour = i8x16.splat(<i8>0xf0);
  let others = i8x16.splat(0);
  for (const to = from + bytes; from < to; from += 16) {
    const here = v128.load(from);
    const follows = i8x16.lt_s(here, ofTwo);
    const isWanted = v128.or(
      i8x16.ge_u(v128.load(from - 1), ofTwo),
      v128.or(i8x16.ge_u(v128.load(from - 2), ofThree), i8x16.ge_u(v128.load(from - 3), ofFour)),
    );
    const isNone = v128.or(i8x16.le_u(i8x16.sub(here, ofTwo), i8x16.splat(1)), i8x16.ge_u(here, i8x16.splat(<i8>0xf5)));
    others = v128.or(others, v128.or(isNone, v128.xor(follows, isWanted)));
  }
  return v128.any_true(others);
}
