// Finds the places of the bytes where an entry that counts may have its severity: a superset, from left to right. Where one
// stands can be foretold as little as what it is: so a window of bytes is searched as a whole, without a branch for what is
// found, and only the few places that are left are looked at one by one.

import { bitsOf, sixteen } from './bytes';
import {
  countsInRecord,
  Framing,
  isContinued,
  mayCount,
  mightCount,
  mightCountInCsv,
  mightCountInJson,
} from './candidates';
import { isNearOther, mightBeNearOther } from './encodings';
import { BLOCKS, PLACES, WINDOW_BYTES } from './layout';

/** The window, its places, and which of these is the next. */
let windowStart: i32 = 0;
let windowEnd: i32 = 0;
let placeCount: i32 = 0;
let nextPlace: i32 = 0;

/** Forgets what was found: the bytes have moved or grown, or others are wanted. */
export function forgetWindow(): void {
  windowStart = windowEnd = 0;
  placeCount = nextPlace = 0;
}

/** From here on it is searched, which may be before what was answered last. */
export function rewind(at: i32): void {
  if (at < windowStart) forgetWindow();
  nextPlace = 0;
}

/** Address of the next place in [at, to) that may count, or `to`; `at` only grows until `rewind`. */
export function nextCandidate(framing: Framing, at: i32, to: i32): i32 {
  while (true) {
    for (; nextPlace < placeCount; nextPlace += 1) {
      const place = load<i32>(PLACES + 4 * nextPlace);
      if (place >= at && counts(framing, place, to)) return place;
    }
    at = max(at, windowEnd);
    // what stands in two bytes is neither a label nor a word
    if (at >= to - 2) return to;
    searchWindow(framing, at, to);
  }
}

// @ts-ignore: decorator
@inline
function counts(framing: Framing, place: i32, to: i32): bool {
  if (framing == Framing.LINES) return (mayCount(place, to) || isNearOther(framing, place)) && !isContinued(place);
  return countsInRecord(framing, place, to) || isNearOther(framing, place);
}

/** Makes it the window that begins at `at`. */
function searchWindow(framing: Framing, at: i32, to: i32): void {
  const last = to - 2;
  const end = min(at + WINDOW_BYTES, last);
  const blocks = framing == Framing.LINES ? labelsIn(at, end) : wordsIn(framing, at, end);
  let places = PLACES;
  for (let block = BLOCKS; block < blocks; block += 8) {
    const from = load<i32>(block);
    let bits = load<u32>(block, 4);
    do {
      const place = from + ctz(bits);
      store<i32>(places, place);
      places += <i32>mightCountIn(framing, place, to) << 2;
      bits &= bits - 1;
    } while (bits != 0);
  }
  // the last block may reach beyond the end
  while (places > PLACES && load<i32>(places - 4) >= end) places -= 4;
  windowStart = at;
  windowEnd = end;
  placeCount = (places - PLACES) >> 2;
  nextPlace = 0;
}

// @ts-ignore: decorator
@inline
function mightCountIn(framing: Framing, place: i32, to: i32): u32 {
  const isNear = mightBeNearOther(framing, place);
  if (framing == Framing.LINES) return isNear | mightCount(place, to);
  return isNear | (framing == Framing.JSON ? mightCountInJson(place, to) : mightCountInCsv(framing, place, to));
}

/** Writes down a block of 32 bytes, if something is found in it; answers where the next is written. */
// @ts-ignore: decorator
@inline
function note(block: i32, at: i32, bits: u32): i32 {
  store<u64>(block, (<u64>bits << 32) | <u64>at);
  return block + (i32(bits != 0) << 3);
}

/** Blocks where `:  ` may begin, with which every label of a line ends, or the `ked` of a panic in Rust. */
function labelsIn(at: i32, end: i32): i32 {
  const colon = sixteen(0x3a);
  const space = sixteen(0x20);
  const k = sixteen(0x6b);
  const d = sixteen(0x64);
  let block = BLOCKS;
  for (; at < end; at += 32) {
    const first1 = v128.load(at);
    const third1 = v128.load(at, 2);
    const labels1 = v128.and(i8x16.eq(first1, colon), i8x16.eq(third1, space));
    const one = v128.or(labels1, v128.and(i8x16.eq(first1, k), i8x16.eq(third1, d)));
    const first2 = v128.load(at, 16);
    const third2 = v128.load(at, 18);
    const labels2 = v128.and(i8x16.eq(first2, colon), i8x16.eq(third2, space));
    const two = v128.or(labels2, v128.and(i8x16.eq(first2, k), i8x16.eq(third2, d)));
    block = note(block, at, bitsOf(one, two));
  }
  return block;
}

/** Blocks where a comma or a quote stands before a capital, or before a letter that is not ASCII. */
function wordsIn(framing: Framing, at: i32, end: i32): i32 {
  const before = framing == Framing.JSON ? sixteen(0x22) : sixteen(0x2c);
  const a = sixteen(0x41);
  const letters = sixteen(25);
  const zero = i8x16.splat(0);
  let block = BLOCKS;
  for (; at < end; at += 32) {
    const second1 = v128.load(at, 1);
    const second2 = v128.load(at, 17);
    const letters1 = v128.or(i8x16.le_u(i8x16.sub(second1, a), letters), i8x16.lt_s(second1, zero));
    const letters2 = v128.or(i8x16.le_u(i8x16.sub(second2, a), letters), i8x16.lt_s(second2, zero));
    const one = v128.and(i8x16.eq(v128.load(at), before), letters1);
    const two = v128.and(i8x16.eq(v128.load(at, 16), before), letters2);
    block = note(block, at, bitsOf(one, two));
  }
  return block;
}
