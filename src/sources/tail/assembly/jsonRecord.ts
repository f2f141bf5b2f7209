// Reads what stands behind the head of a json record (jsonlog.c), which is one line, if it is one of the usual ones.

import { indexOf, indexOfEither } from './bytes';
import { keep } from './line';
import { keepMessage } from './parts';

const NEWLINE: u8 = 0x0a;
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
/** `"state_code"` and `"message` */
const STATE_KEY: u64 = 0x635f657461747322;
const STATE_KEY_END: u32 = 0x2265646f;
const MESSAGE_KEY: u64 = 0x6567617373656d22;

/** Reads a record from the quote before its severity on; answers the newline that ends it, or 0. */
export function readJson(quote: i32, to: i32): i32 {
  const newline = indexOf(NEWLINE, quote, to);
  if (newline == to) return 0;
  const message = jsonMessage(quote, newline);
  if (message == 0) return 0;
  let end = indexOfEither(QUOTE, BACKSLASH, message, newline);
  while (end < newline && load<u8>(end) == BACKSLASH) end = indexOfEither(QUOTE, BACKSLASH, end + 2, newline);
  if (end >= newline || !keepMessage(quote, message, end)) return 0;
  keep(end, newline);
  return newline;
}

/** Address of the message behind `"WORD","message":"` or `"WORD","state_code":"XXXXX","message":"`; 0 = neither. */
function jsonMessage(quote: i32, to: i32): i32 {
  let at = quote + 1;
  while (load<u8>(at) - 0x41 < 26 && at - quote < 12) at += 1;
  at += 2;
  if (at + 48 > to) return 0;
  if (load<u64>(at) == STATE_KEY && load<u32>(at, 8) == STATE_KEY_END) at += 21;
  return load<u64>(at) == MESSAGE_KEY && load<u16>(at, 8) == 0x3a22 ? at + 11 : 0;
}
