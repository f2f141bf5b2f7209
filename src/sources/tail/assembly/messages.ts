// The messages of a session's life in English, of which the constant parts are kept and the numbers read.

import { indexOf, indexOfEither, isDigit } from './bytes';
import { keep, setHost, setMessagePort, setSessionTime } from './line';
import { number, portBefore, readNumber, two } from './numbers';

const CONNECTI: u64 = 0x697463656e6e6f63;
const ON_RECEI: u64 = 0x6965636572206e6f;
const ON_AUTHO: u64 = 0x6f68747561206e6f;
const ON_AUTHE: u64 = 0x6568747561206e6f;
const DISCONNE: u64 = 0x656e6e6f63736964;
const REPLICAT: u64 = 0x746163696c706572;
/** Length of `disconnection: session time: `. */
const BEFORE_TIME: i32 = 29;
const PORT: u32 = 0x74726f70;
const HOST: u32 = 0x74736f68;
const LONGEST_HOST: i32 = 64;
/** `no pg_hb` and `pg_hba.c`, ` host` and what quotes it: nothing, or a backslash in json, or another quote in csv. */
const NO_PG_HB: u64 = 0x62685f6770206f6e;
const PG_HBA_C: u64 = 0x632e6162685f6770;
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const LONGEST_BEFORE_HOST: i32 = 80;

/** Is this the beginning of a message that can be read here? */
export function isOfSession(at: i32): bool {
  const first = load<u64>(at);
  if (first == DISCONNE || first == REPLICAT) return true;
  if (first != CONNECTI) return false;
  const second = load<u64>(at, 8);
  return second == ON_RECEI || second == ON_AUTHO || second == ON_AUTHE;
}

/** Reads the message that fills [at, to), of which all from `from` on is kept; false = it is none of the usual ones. */
// @ts-ignore: decorator
@inline
export function readMessage(from: i32, at: i32, to: i32): bool {
  if (load<u64>(at) == DISCONNE) return readDisconnection(from, at, to);
  if (load<u64>(at, 8) == ON_RECEI) return keepWithPort(from, at, to);
  keep(from, to);
  return true;
}

/** `disconnection: session time: 1:02:03.456 user=… host=… port=…` */
function readDisconnection(from: i32, at: i32, to: i32): bool {
  const time = at + BEFORE_TIME;
  const colon = time < to ? readNumber(time, 6) : 0;
  if (colon == 0 || colon + 10 > to) return false;
  const hours = <f64>number;
  const minutes = two(colon + 1);
  const seconds = two(colon + 4);
  const tens = two(colon + 7);
  const ones = load<u8>(colon + 9);
  if (load<u8>(colon) != 0x3a || load<u8>(colon + 3) != 0x3a || load<u8>(colon + 6) != 0x2e) return false;
  if (minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 || tens < 0 || !isDigit(ones)) return false;
  setSessionTime(((hours * 60 + minutes) * 60 + seconds) * 1000 + tens * 10 + (ones - 0x30));
  keep(from, time);
  return keepWithPort(colon + 10, colon + 10, to);
}

/** Keeps a text that may end in ` port=5432`, whose digits are a number. */
// @ts-ignore: decorator
@inline
function keepWithPort(from: i32, at: i32, to: i32): bool {
  const digits = portBefore(at, to);
  if (digits == 0) {
    keep(from, to);
    // digits that are no port are left to who knows what they are
    return !isDigit(load<u8>(to - 1));
  }
  if (digits - at < 6 || load<u32>(digits - 5) != PORT || load<u8>(digits - 6) != 0x20 || load<u8>(digits - 1) != 0x3d) return false;
  setMessagePort(<i32>number);
  return keepHost(from, at, digits - 6);
}

/** Keeps a text that ends in ` host=10.0.0.7` behind `at`, and what is told there. */
// @ts-ignore: decorator
@inline
function keepHost(from: i32, at: i32, to: i32): bool {
  const equals = lastEquals(at, to);
  if (equals - at < 5 || load<u32>(equals - 4) != HOST || !setHost(equals + 1, to)) return false;
  keep(from, equals + 1);
  return true;
}

/** Keeps a message of another kind as far as it has no host that is told apart (hostQuoted in recurring.ts). */
export function keepOther(from: i32, at: i32, to: i32): void {
  const host = quotedHost(at, to);
  const end = host == 0 ? 0 : hostEnd(host, to);
  if (end != 0 && setHost(host, end)) {
    keep(from, host);
    from = end;
  }
  keep(from, to);
}

/** Address of the host in `no pg_hba.conf entry for host "10.0.0.7", …`; 0 = there is none. */
function quotedHost(at: i32, to: i32): i32 {
  const first = load<u64>(at);
  if (first != NO_PG_HB && first != PG_HBA_C) return 0;
  const quote = indexOf(QUOTE, at, min(to, at + LONGEST_BEFORE_HOST));
  if (load<u8>(quote) != QUOTE) return 0;
  const word = load<u8>(quote - 1) == BACKSLASH ? quote - 6 : quote - 5;
  if (load<u8>(word - 1) != 0x20 || load<u32>(word) != HOST || load<u8>(word, 4) != 0x20) return 0;
  return load<u8>(quote + 1) == QUOTE ? quote + 2 : quote + 1;
}

/** Address at which a host that is quoted ends; 0 = it has no end, or is none. */
function hostEnd(host: i32, to: i32): i32 {
  const end = indexOfEither(QUOTE, BACKSLASH, host, min(to, host + LONGEST_HOST));
  if (end >= to) return 0;
  const isEscaped = load<u8>(host - 2) == BACKSLASH;
  return load<u8>(end + i32(isEscaped)) == QUOTE ? end : 0;
}

/** Address of the last `=` of a text that is not far from its end, or one before it. */
function lastEquals(at: i32, to: i32): i32 {
  const first = max(at, to - LONGEST_HOST);
  for (to -= 1; to >= first; to -= 1) if (load<u8>(to) == 0x3d) return to;
  return at - 1;
}
