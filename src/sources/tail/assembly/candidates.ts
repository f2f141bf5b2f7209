// Finds the places of the bytes where an entry that counts may have its severity: a superset, for which no more is
// looked at than a label and the beginning of a message. Which of them is one is decided outside.

import { hasBit, lineStart, mix, sixteen, someBitsOf } from './bytes';
import { ALL_STARTS, EIGHT_STARTS, FOUR_STARTS, INPUT, LISTED_LABELS, SHORT_STARTS, STARTS, WHOLE_LABELS } from './layout';

/** The most bytes before a severity (scanFrames.ts). */
export const LONGEST_HEAD: i32 = 2048;

export const enum Framing {
  LINES = 0,
  CSV = 1,
  JSON = 2,
  /** csv whose severities may be of any language. */
  CSV_OF_ANY = 3,
}

// @ts-ignore: decorator
@inline
function mayStart(at: i32): bool {
  if (load<u8>(SHORT_STARTS + <i32>load<u8>(at)) != 0) return true;
  return hasBit(ALL_STARTS, mix(load<u32>(at))) && isStart(at);
}

function isStart(at: i32): bool {
  const four = load<u32>(at);
  const eight = four + load<u32>(at, 4) * 0x85ebca6b;
  if (hasBit(STARTS, mix(eight + load<u32>(at, 8) * 0xc2b2ae35))) return true;
  return hasBit(EIGHT_STARTS, mix(eight)) || hasBit(FOUR_STARTS, mix(four));
}

/** May a label end in this colon whose message counts? `to` is the end of the bytes. */
// @ts-ignore: decorator
@inline
export function mayCount(colon: i32, to: i32): bool {
  if (load<u8>(colon, 1) != (load<u8>(colon) == 0x3a ? 0x20 : 0x65)) return false;
  // ` panicked at `
  if (load<u8>(colon) != 0x3a)
    return colon + 7 > to || (load<u32>(colon - 4) == 0x63696e61 && load<u32>(colon + 3) == 0x20746120);
  const key = mix(load<u32>(colon - 3) & 0xffffff);
  if (hasBit(WHOLE_LABELS, key)) return true;
  if (!hasBit(LISTED_LABELS, key)) return false;
  const message = colon + 3;
  // with its SQLSTATE before it (log_error_verbosity = verbose)
  return message + 19 > to || mayStart(message) || (load<u8>(message + 5) == 0x3a && mayStart(message + 7));
}

/** Where the line of the last candidate starts, as far as a newline says; INPUT - 1 = none does. */
export let candidateLine: i32 = INPUT - 1;

/** Looks for the start of its line. */
export function placeLine(at: i32): void {
  const first = max(INPUT, at - LONGEST_HEAD);
  const start = lineStart(first, at);
  candidateLine = start >= first ? start : INPUT - 1;
}

/** Does it stand in a line that continues a record, as its TAB says? */
function isContinued(at: i32): bool {
  placeLine(at);
  return candidateLine >= INPUT && load<u8>(candidateLine) == 0x09;
}

/** `LOG,` `LOG"` and `ERRO`: of other words, which are rare, every message may count. */
const CSV_LOG: u32 = 0x2c474f4c;
const JSON_LOG: u32 = 0x22474f4c;
const ERRO: u32 = 0x4f525245;
const R_COMMA: u16 = 0x2c52;
const MESS: u32 = 0x7373656d;
const STAT: u32 = 0x74617473;

/** May the message count that stands behind `,LOG,XXXXX,"` or `,ERROR,XXXXX,"`? */
function mayCountInCsv(comma: i32, to: i32): bool {
  if (comma + 26 > to) return true;
  const word = load<u32>(comma + 1);
  if (word == CSV_LOG) return mayStart(comma + 12);
  // in other languages it begins alike
  return word != ERRO || load<u16>(comma + 5) != R_COMMA || mayStart(comma + 14);
}

/** And behind `"LOG","message":"` or `"ERROR","state_code":"XXXXX","message":"`? */
function mayCountInJson(quote: i32, to: i32): bool {
  if (quote + 52 > to) return true;
  const word = load<u32>(quote + 1);
  if (word == JSON_LOG) return load<u32>(quote + 7) != MESS || mayStart(quote + 17);
  return word != ERRO || load<u32>(quote + 9) != STAT || mayStart(quote + 40);
}

/** Address of the next place in [at, to) that may count, or `to`. */
export function nextCandidate(framing: Framing, at: i32, to: i32): i32 {
  return framing == Framing.LINES ? nextLabel(at, to) : nextWord(framing, at, to);
}

/** Where `:  ` may begin, with which every label of a line ends, or the `ked` of a panic in Rust. */
function nextLabel(at: i32, to: i32): i32 {
  const last = to - 2;
  const colon = sixteen(0x3a);
  const space = sixteen(0x20);
  const k = sixteen(0x6b);
  const d = sixteen(0x64);
  for (; at < last; at += 32) {
    const first1 = v128.load(at);
    const third1 = v128.load(at, 2);
    const labels1 = v128.and(i8x16.eq(first1, colon), i8x16.eq(third1, space));
    const one = v128.or(labels1, v128.and(i8x16.eq(first1, k), i8x16.eq(third1, d)));
    const first2 = v128.load(at, 16);
    const third2 = v128.load(at, 18);
    const labels2 = v128.and(i8x16.eq(first2, colon), i8x16.eq(third2, space));
    const two = v128.or(labels2, v128.and(i8x16.eq(first2, k), i8x16.eq(third2, d)));
    for (let bits = someBitsOf(one, two); bits != 0; bits &= bits - 1) {
      const found = at + ctz(bits);
      if (found >= last) return to;
      if (mayCount(found, to) && !isContinued(found)) return found;
    }
  }
  return to;
}

/** Where a comma or a quote stands before a capital, or before a letter that is not ASCII. */
function nextWord(framing: Framing, at: i32, to: i32): i32 {
  const last = to - 2;
  const before = framing == Framing.JSON ? sixteen(0x22) : sixteen(0x2c);
  const a = sixteen(0x41);
  const letters = sixteen(25);
  const zero = i8x16.splat(0);
  for (; at < last; at += 32) {
    const second1 = v128.load(at, 1);
    const second2 = v128.load(at, 17);
    const letters1 = v128.or(i8x16.le_u(i8x16.sub(second1, a), letters), i8x16.lt_s(second1, zero));
    const letters2 = v128.or(i8x16.le_u(i8x16.sub(second2, a), letters), i8x16.lt_s(second2, zero));
    const one = v128.and(i8x16.eq(v128.load(at), before), letters1);
    const two = v128.and(i8x16.eq(v128.load(at, 16), before), letters2);
    for (let bits = someBitsOf(one, two); bits != 0; bits &= bits - 1) {
      const found = at + ctz(bits);
      if (found >= last) return to;
      if (!isWord(framing, found + 1)) continue;
      if (framing == Framing.JSON ? mayCountInJson(found, to) : mayCountInCsv(found, to)) return found;
    }
  }
  return to;
}

/** Does `LO`, `FA`, `PA` or `ER` stand here, or, if it may be any language, the first letters of its words? */
function isWord(framing: Framing, at: i32): bool {
  const letters = <u32>load<u16>(at);
  if (letters == 0x4f4c || letters == 0x4146 || letters == 0x4150 || letters == 0x5245) return true;
  if (framing != Framing.CSV_OF_ANY) return false;
  // `DZ`, `KA`, `KR`, `HA`, `FE`
  if (letters == 0x5a44 || letters == 0x414b || letters == 0x524b || letters == 0x4148 || letters == 0x4546) return true;
  return (letters & 0x8080) != 0;
}
