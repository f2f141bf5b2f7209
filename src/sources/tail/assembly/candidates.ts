// May an entry that counts have its severity at a place? No more is looked at for it than a label and the beginning of a
// message. Which of these is one is decided outside.

import { bitOf, hasBit, lineStart, mix } from './bytes';
import { ALL_STARTS, EIGHT_STARTS, FOUR_STARTS, INPUT, LISTED_LABELS, SHORT_STARTS, STARTS, WHOLE_LABELS } from './layout';

/** The most that is looked at of a message, and of what stands before it from a comma or quote on. */
const LABEL_BYTES: i32 = 19;
const CSV_BYTES: i32 = 26;
const JSON_BYTES: i32 = 52;

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
  return message + LABEL_BYTES > to || mayStart(message) || (load<u8>(message + 5) == 0x3a && mayStart(message + 7));
}

/** 1 if a message that counts may begin here: as `mayStart`, but by less of it, and without a branch. */
// @ts-ignore: decorator
@inline
function mightStart(at: i32): u32 {
  const isShort = <u32>(load<u8>(SHORT_STARTS + <i32>load<u8>(at)) != 0);
  return isShort | bitOf(ALL_STARTS, mix(load<u32>(at)));
}

/** 1 where `mayCount` may be true. */
// @ts-ignore: decorator
@inline
export function mightCount(colon: i32, to: i32): u32 {
  const key = mix(load<u32>(colon - 3) & 0xffffff);
  const message = colon + 3;
  const isPanic = <u32>(load<u8>(colon) != 0x3a);
  const isUnknown = <u32>(message + LABEL_BYTES > to) | <u32>(load<u8>(message, 5) == 0x3a);
  const isListed = bitOf(LISTED_LABELS, key) & (mightStart(message) | isUnknown);
  return bitOf(WHOLE_LABELS, key) | isListed | isPanic;
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
export function isContinued(at: i32): bool {
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

/** Does `LO`, `FA`, `PA` or `ER` stand here, or, if it may be any language, the first letters of its words? */
// @ts-ignore: decorator
@inline
function isWord(framing: Framing, at: i32): u32 {
  const letters = <u32>load<u16>(at);
  const isEnglish = u32(letters == 0x4f4c) | u32(letters == 0x4146) | u32(letters == 0x4150) | u32(letters == 0x5245);
  if (framing != Framing.CSV_OF_ANY) return isEnglish;
  // `DZ`, `KA`, `KR`, `HA`, `FE`
  const isLatin = u32(letters == 0x5a44) | u32(letters == 0x414b) | u32(letters == 0x524b) | u32(letters == 0x4148);
  return isEnglish | isLatin | u32(letters == 0x4546) | u32((letters & 0x8080) != 0);
}

/** 1 where a word stands behind this comma, and `mayCountInCsv` may be true. */
// @ts-ignore: decorator
@inline
export function mightCountInCsv(framing: Framing, comma: i32, to: i32): u32 {
  const word = load<u32>(comma, 1);
  const isLog = u32(word == CSV_LOG);
  const isError = u32(word == ERRO) & u32(load<u16>(comma, 5) == R_COMMA);
  const isUnknown = u32(comma + CSV_BYTES > to) | ((isLog | isError) ^ 1);
  const isStart = (isLog & mightStart(comma + 12)) | (isError & mightStart(comma + 14));
  return isWord(framing, comma + 1) & (isUnknown | isStart);
}

/** 1 where a word stands behind this quote, and `mayCountInJson` may be true. */
// @ts-ignore: decorator
@inline
export function mightCountInJson(quote: i32, to: i32): u32 {
  const word = load<u32>(quote, 1);
  const isLog = u32(word == JSON_LOG) & u32(load<u32>(quote, 7) == MESS);
  const isError = u32(word == ERRO) & u32(load<u32>(quote, 9) == STAT);
  const isUnknown = u32(quote + JSON_BYTES > to) | ((isLog | isError) ^ 1);
  const isStart = (isLog & mightStart(quote + 17)) | (isError & mightStart(quote + 40));
  return isWord(Framing.JSON, quote + 1) & (isUnknown | isStart);
}

/** May the message count that stands behind `,LOG,XXXXX,"` or `,ERROR,XXXXX,"`? */
function mayCountInCsv(comma: i32, to: i32): bool {
  if (comma + CSV_BYTES > to) return true;
  const word = load<u32>(comma + 1);
  if (word == CSV_LOG) return mayStart(comma + 12);
  // in other languages it begins alike
  return word != ERRO || load<u16>(comma + 5) != R_COMMA || mayStart(comma + 14);
}

/** And behind `"LOG","message":"` or `"ERROR","state_code":"XXXXX","message":"`? */
function mayCountInJson(quote: i32, to: i32): bool {
  if (quote + JSON_BYTES > to) return true;
  const word = load<u32>(quote + 1);
  if (word == JSON_LOG) return load<u32>(quote + 7) != MESS || mayStart(quote + 17);
  return word != ERRO || load<u32>(quote + 9) != STAT || mayStart(quote + 40);
}

/** Is this the comma or quote before a severity whose message may count? */
export function countsInRecord(framing: Framing, at: i32, to: i32): bool {
  if (isWord(framing, at + 1) == 0) return false;
  return framing == Framing.JSON ? mayCountInJson(at, to) : mayCountInCsv(at, to);
}
