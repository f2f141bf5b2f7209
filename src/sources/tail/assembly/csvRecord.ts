// Reads what stands behind the head of a csv record (RFC 4180) whose severity is in English, if it is one of the usual ones.

import { indexOf, indexOfEither } from './bytes';
import { MOST_CONSTANT_BYTES } from './layout';
import { keep } from './line';
import { keepMessage } from './parts';

const NEWLINE: u8 = 0x0a;
const QUOTE: u8 = 0x22;

/** Reads a record from the comma before its severity on; answers the newline that ends it, or 0. */
export function readCsv(comma: i32, to: i32): i32 {
  const message = csvMessage(comma);
  if (message == 0 || message + 16 > to) return 0;
  const end = quoteAfter(message, to);
  if (end == 0) return 0;
  const newline = recordEnd(end + 1, to);
  if (newline == to || !keepMessage(comma, message, end)) return 0;
  keep(end, newline);
  return newline;
}

/** Address of the message behind `,WORD,XXXXX,"`; 0 = it does not look so. */
function csvMessage(comma: i32): i32 {
  let at = comma + 1;
  while (load<u8>(at) - 0x41 < 26 && at - comma < 12) at += 1;
  return load<u8>(at) == 0x2c && load<u16>(at, 6) == 0x222c && load<u8>(at + 8) != QUOTE ? at + 8 : 0;
}

/** The quote that ends a csv field, in the same line; 0 = it is not there. */
function quoteAfter(at: i32, to: i32): i32 {
  for (at = indexOfEither(QUOTE, NEWLINE, at, to); at < to; at = indexOfEither(QUOTE, NEWLINE, at + 2, to)) {
    if (load<u8>(at) == NEWLINE) return 0;
    if (load<u8>(at + 1) != QUOTE) return at;
  }
  return 0;
}

/** The newline that ends a csv record behind the field that ends before `from`; `to` = it is not near. */
function recordEnd(from: i32, to: i32): i32 {
  const last = min(to, from + MOST_CONSTANT_BYTES);
  let newline = indexOf(NEWLINE, from, last);
  while (newline < last && !isBalanced(from, newline)) newline = indexOf(NEWLINE, newline + 1, last);
  return newline < last ? newline : to;
}

/** Are all quotes closed that are opened here? */
function isBalanced(at: i32, to: i32): bool {
  let quotes = 0;
  for (; at < to; at += 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(QUOTE)));
    quotes += popcnt(to - at < 16 ? bits & ((1 << (to - at)) - 1) : bits);
  }
  return (quotes & 1) == 0;
}
