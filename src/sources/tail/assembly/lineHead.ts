// What stands before the severity of a line, as log_line_prefix says: a program of operations, read from the left up
// to the first name, and from the severity to the left down to the last one. What stands between is kept as it is.

import { indexOf, isDigit, isSame } from './bytes';
import { PROGRAM } from './layout';
import { keep, keepNames, readPid, readSessionId, setEntryPort, setHost } from './line';
import { number, passNumber, passVirtualXid, readNumber } from './numbers';
import { readAt, readEpoch, readStart } from './times';

/** Operations: one byte each, LITERAL with its length and bytes behind it, SPACES with the most there may be. */
const enum Op {
  END = 0,
  LITERAL = 1,
  TIME_MS = 2,
  TIME = 3,
  EPOCH = 4,
  PID = 5,
  NUMBER = 6,
  SESSION_ID = 7,
  START = 8,
  HOST_PORT = 9,
  HOST = 10,
  VIRTUAL_XID = 11,
  SQLSTATE = 12,
  SPACES = 13,
  /** From here on it is read from the right: each piece by its length. */
  BACKWARDS = 14,
  /** Any bytes up to the first place where the literal stands that follows. */
  NAME = 15,
}

/** Has the prefix names, whatever may stand in them? */
export function hasNames(): bool {
  let op = PROGRAM;
  let what = load<u8>(op);
  while (what != Op.END && what != Op.BACKWARDS && what != Op.NAME) {
    op = behind(op);
    what = load<u8>(op);
  }
  return what != Op.END;
}

/** Reads the head of a line that begins at `at`, up to its severity. */
export function readHead(at: i32, severity: i32): bool {
  let op = PROGRAM;
  let what = load<u8>(op);
  while (what != Op.END && what != Op.BACKWARDS) {
    if (what == Op.LITERAL) at = passLiteral(op, at);
    // these two are in most prefixes
    else if (what == Op.TIME_MS) at = readAt(at, true);
    else if (what == Op.PID) at = readPid(at);
    else at = what == Op.NAME ? readName(op + 1, at, severity) : readPart(op, at);
    if (at == 0 || at > severity) return false;
    op = behind(op);
    what = load<u8>(op);
  }
  return what == Op.END ? at == severity : readBackwards(op + 1, at, severity);
}

// @ts-ignore: decorator
@inline
function passLiteral(op: i32, at: i32): i32 {
  const length = <i32>load<u8>(op, 1);
  if (length > 8 || length == 0) return isSame(at, op + 2, length) ? at + length : 0;
  return (load<u64>(at) ^ load<u64>(op, 2)) << (64 - 8 * <u64>length) == 0 ? at + length : 0;
}

// @ts-ignore: decorator
@inline
function behind(op: i32): i32 {
  const what = load<u8>(op);
  return what == Op.LITERAL ? op + 2 + load<u8>(op, 1) : what == Op.SPACES ? op + 2 : op + 1;
}

/** A name that the literal at `literal` ends. */
function readName(literal: i32, at: i32, severity: i32): i32 {
  const length = <i32>load<u8>(literal, 1);
  const first = load<u8>(literal, 2);
  for (let end = indexOf(first, at, severity); end < severity; end = indexOf(first, end + 1, severity)) {
    if (!isSame(end, literal + 2, length)) continue;
    keepNames(at, end);
    return end;
  }
  return 0;
}

function readPart(op: i32, at: i32): i32 {
  switch (<i32>load<u8>(op)) {
    case Op.LITERAL:
      return passLiteral(op, at);
    case Op.TIME_MS:
      return readAt(at, true);
    case Op.TIME:
      return readAt(at, false);
    case Op.EPOCH:
      return readEpoch(at);
    case Op.PID:
      return readPid(at);
    case Op.NUMBER:
      return passNumber(at);
    case Op.SESSION_ID:
      return readSessionId(at);
    case Op.START:
      return readStart(at);
    case Op.HOST_PORT:
      return readHost(at, true);
    case Op.HOST:
      return readHost(at, false);
    case Op.VIRTUAL_XID:
      return passVirtualXid(at);
    case Op.SQLSTATE:
      keep(at, at + 5);
      return at + 5;
    case Op.SPACES: {
      const most = at + <i32>load<u8>(op, 1);
      while (at < most && load<u8>(at) == 0x20) at += 1;
      return at;
    }
    default:
      return 0;
  }
}

/** `127.0.0.1(5432)`, `::1(5432)`, `[local]`; a host's name (log_hostname) is left to the ordinary reading. */
function readHost(at: i32, hasPort: bool): i32 {
  let end = at;
  if (load<u8>(at) == 0x5b) {
    while (load<u8>(++end) - 0x61 < 26) {}
    if (load<u8>(end) != 0x5d) return 0;
    keep(at, end + 1);
    return end + 1;
  }
  end = addressEnd(at);
  if (end == at || end - at > 45) return 0;
  if (!setHost(at, end)) return 0;
  keep(at, at);
  if (!hasPort) return end;
  const close = load<u8>(end) == 0x28 ? readNumber(end + 1, 5) : 0;
  if (close == 0 || load<u8>(close) != 0x29) return 0;
  setEntryPort(<i32>number);
  return close + 1;
}

/** Digits and dots; or what IPv6 consists of, where there are no dots. */
function addressEnd(at: i32): i32 {
  let end = at;
  let hasDot = false;
  for (; isDigit(load<u8>(end)) || load<u8>(end) == 0x2e; end += 1) hasDot = hasDot || load<u8>(end) == 0x2e;
  if (hasDot) return end;
  while (isOfPart(Op.HOST, load<u8>(end))) end += 1;
  return end;
}

/** The rest of the program from the right: its operations stand in that order, literals as they are. */
function readBackwards(op: i32, from: i32, severity: i32): bool {
  let end = severity;
  for (; load<u8>(op) != Op.END; op = behind(op)) {
    const start = partBefore(op, from, end);
    if (start < from) return false;
    end = start;
  }
  // a line break in a name, or another label, is none of the usual
  if (indexOf(0x0a, from, end) != end) return false;
  keepNames(from, end);
  return true;
}

/** Address at which a part begins that ends at `end`; 0 = it does not stand there. */
function partBefore(op: i32, from: i32, end: i32): i32 {
  const what = load<u8>(op);
  if (what == Op.LITERAL) {
    const start = end - <i32>load<u8>(op, 1);
    return start >= from && isSame(start, op + 2, end - start) ? start : 0;
  }
  let start = end;
  if (what == Op.SPACES) {
    const least = end - <i32>load<u8>(op, 1);
    while (start > from && start > least && load<u8>(start - 1) == 0x20) start -= 1;
    return start;
  }
  if (what == Op.TIME || what == Op.TIME_MS || what == Op.START) {
    while (start > from && load<u8>(start - 1) != 0x20) start -= 1;
    start -= what == Op.TIME_MS ? 24 : 20;
  } else if (what == Op.SQLSTATE) start -= 5;
  else if (end > from && load<u8>(end - 1) == 0x5d) while (start > from && load<u8>(start) != 0x5b) start -= 1;
  else while (start > from && end - start <= 48 && isOfPart(what, load<u8>(start - 1))) start -= 1;
  if (what == Op.VIRTUAL_XID && start == end) return start;
  return start >= from && readPart(op, start) == end ? start : 0;
}

/** What a part consists of that is read from the right. */
function isOfPart(what: u32, byte: u32): bool {
  if (isDigit(byte)) return true;
  switch (what) {
    case Op.PID:
    case Op.NUMBER:
      return false;
    case Op.SESSION_ID:
      return byte == 0x2e || byte - 0x61 < 6;
    case Op.VIRTUAL_XID:
      return byte == 0x2f || byte == 0x2d;
    case Op.EPOCH:
      return byte == 0x2e;
    case Op.HOST_PORT:
      return byte == 0x2e || byte == 0x28 || byte == 0x29 || byte == 0x3a || byte - 0x61 < 6;
    case Op.HOST:
      return byte == 0x2e || byte == 0x3a || byte - 0x61 < 6;
    default:
      return false;
  }
}
