// The keys before the severity of a json record, in the order in which the server writes them (jsonlog.c).

import { indexOfEither, isSame } from './bytes';
import { KEYS } from './layout';
import { keep, keepNamed, readPid, readSessionId, setEntryPort, setHost } from './line';
import { number, passNumber, passVirtualXid, readNumber } from './numbers';
import { readAt, readStart } from './times';

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/** The keys as they stand in KEYS, each behind a byte with its length (see wasmScan.ts). */
const enum Key {
  TIMESTAMP = 0,
  USER = 1,
  DBNAME = 2,
  PID = 3,
  REMOTE_HOST = 4,
  REMOTE_PORT = 5,
  SESSION_ID = 6,
  LINE_NUM = 7,
  PS = 8,
  SESSION_START = 9,
  VXID = 10,
  TXID = 11,
  ERROR_SEVERITY = 12,
}
const KEY_BYTES: i32 = 24;

/** Reads the keys of a record that begins at `at`; answers the quote before its severity, or 0: it is not before `to`. */
export function readJsonHead(at: i32, to: i32): i32 {
  at = ended(readAt(key(Key.TIMESTAMP, at), true));
  if (at == 0) return 0;
  at = keepName(Key.USER, at, to);
  at = keepName(Key.DBNAME, at, to);
  at = comma(readPid(key(Key.PID, at)));
  at = readRemoteHost(at, to);
  at = readPort(at);
  at = ended(readSessionId(key(Key.SESSION_ID, at)));
  at = comma(passNumber(key(Key.LINE_NUM, at)));
  at = keepOptional(Key.PS, at, to);
  at = ended(readStart(key(Key.SESSION_START, at)));
  at = passVxid(at);
  at = comma(passNumber(key(Key.TXID, at)));
  const word = key(Key.ERROR_SEVERITY, at);
  return word != 0 && word <= to ? word - 1 : 0;
}

/** Address behind a key that stands at `at`, or an address where nothing can be read. */
function key(which: Key, at: i32): i32 {
  const wanted = KEYS + which * KEY_BYTES;
  const length = <i32>load<u8>(wanted);
  return isSame(at, wanted + 1, length) ? at + length : 0;
}

function ended(at: i32): i32 {
  return at != 0 && load<u16>(at) == 0x2c22 ? at + 2 : 0;
}

function comma(at: i32): i32 {
  return at != 0 && load<u8>(at) == 0x2c ? at + 1 : 0;
}

/** Address of the quote that ends a string; 0 = it does not end. */
function stringEnd(at: i32, to: i32): i32 {
  let end = indexOfEither(QUOTE, BACKSLASH, at, to);
  while (end < to && load<u8>(end) == BACKSLASH) end = indexOfEither(QUOTE, BACKSLASH, end + 2, to);
  return end < to ? end : 0;
}

function keepOptional(which: Key, at: i32, to: i32): i32 {
  const value = key(which, at);
  // that it is not there is kept as well
  if (value == 0) {
    keep(at, at);
    return at;
  }
  const end = stringEnd(value, to);
  if (end == 0) return 0;
  keep(at, end);
  return ended(end);
}

/** A name, which need not be there. */
function keepName(which: Key, at: i32, to: i32): i32 {
  const value = key(which, at);
  const end = value == 0 ? 0 : stringEnd(value, to);
  if (end == 0) return keepOptional(which, at, to);
  keepNamed(at, value, end, end);
  return ended(end);
}

/** An address is told apart; that there is none, or `[local]`, is kept. */
function readRemoteHost(at: i32, to: i32): i32 {
  const value = key(Key.REMOTE_HOST, at);
  if (value == 0 || load<u8>(value) == 0x5b) return keepOptional(Key.REMOTE_HOST, at, to);
  const end = stringEnd(value, to);
  if (end == 0 || !setHost(value, end)) return 0;
  keep(at, value);
  return ended(end);
}

function readPort(at: i32): i32 {
  const value = key(Key.REMOTE_PORT, at);
  if (value == 0) return at;
  const end = readNumber(value, 5);
  setEntryPort(<i32>number);
  return comma(end);
}

function passVxid(at: i32): i32 {
  const value = key(Key.VXID, at);
  return value == 0 ? at : ended(passVirtualXid(value));
}
