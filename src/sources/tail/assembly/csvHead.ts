// The columns before the severity of a csv record (manual, section 19.8.4).

import { indexOf, indexOfEither } from './bytes';
import { keep, keepNamed, readPid, readSessionId, setEntryPort, setHost } from './line';
import { number, passNumber, passVirtualXid, portBefore } from './numbers';
import { readAt, readStart } from './times';

const COMMA: u8 = 0x2c;
const QUOTE: u8 = 0x22;
const NEWLINE: u8 = 0x0a;

/** Reads the columns of a record that begins at `at`; answers the comma before its severity, or 0: it is not before `to`. */
export function readCsvHead(at: i32, to: i32): i32 {
  at = comma(readAt(at, true));
  if (at != 0) at = keepName(at, to); // user_name
  if (at != 0) at = keepName(at, to); // database_name
  if (at != 0) at = comma(readPid(at));
  if (at != 0) at = readConnectionFrom(at, to);
  if (at != 0) at = comma(readSessionId(at));
  if (at != 0) at = comma(passNumber(at)); // session_line_num
  if (at != 0) at = keepColumn(at, to); // command_tag
  if (at != 0) at = comma(readStart(at));
  if (at != 0) at = comma(passVirtualXid(at));
  if (at != 0) at = passNumber(at); // transaction_id
  return at != 0 && at < to && load<u8>(at) == COMMA ? at : 0;
}

// @ts-ignore: decorator
@inline
function comma(at: i32): i32 {
  return at != 0 && load<u8>(at) == COMMA ? at + 1 : 0;
}

/** The end of a column without line breaks, at its comma; 0 = it has some. */
function columnEnd(at: i32, to: i32): i32 {
  if (load<u8>(at) != QUOTE) {
    const end = indexOf(COMMA, at, to);
    return end < to ? end : 0;
  }
  for (at = indexOfEither(QUOTE, NEWLINE, at + 1, to); at < to; at = indexOfEither(QUOTE, NEWLINE, at + 2, to)) {
    if (load<u8>(at) == NEWLINE) return 0;
    const after = load<u8>(at + 1);
    if (after != QUOTE) return after == COMMA ? at + 1 : 0;
  }
  return 0;
}

function keepColumn(at: i32, to: i32): i32 {
  const end = columnEnd(at, to);
  if (end != 0) keep(at, end);
  return comma(end);
}

/** A column with a name in quotes; there may be none. */
function keepName(at: i32, to: i32): i32 {
  const end = columnEnd(at, to);
  if (end != 0) {
    if (load<u8>(at) == QUOTE) keepNamed(at, at + 1, end - 1, end);
    else keep(at, end);
  }
  return comma(end);
}

/** `"127.0.0.1:5432"`, `"[local]"` */
function readConnectionFrom(at: i32, to: i32): i32 {
  const end = columnEnd(at, to);
  if (end == 0) return 0;
  const digits = end - at > 2 ? portBefore(at, end - 1) : 0;
  if (digits == 0 || load<u8>(digits - 1) != 0x3a) keep(at, end);
  else {
    setEntryPort(<i32>number);
    if (load<u8>(at) != QUOTE || !setHost(at + 1, digits - 1)) return 0;
    keep(at, at + 1);
  }
  return comma(end);
}
