// One line while it is read: what its numbers say, and its constant parts one behind the other in SCRATCH. A reader answers
// the address behind what it has read, or 0: then the line is left to the ordinary reading, which knows everything.

import { isSame } from './bytes';
import { isHost, numberOfHost } from './hosts';
import { NAME_PLACES, SCRATCH, MOST_CONSTANT_BYTES } from './layout';
import { number, readHex, readNumber } from './numbers';

/** As if the log's zone were UTC, ms; NaN = not said. */
export let localAt: f64 = NaN;
/** Start of the process: in seconds since the epoch, or local as above, in ms. */
export let startSeconds: f64 = NaN;
export let localStart: f64 = NaN;
/** The zone's first eight bytes, of each of the two. */
export let zone: u64 = 0;
export let startZone: u64 = 0;
export let pid: i32 = -1;
export let entryPort: i32 = -1;
export let messagePort: i32 = -1;
export let sessionTimeMs: f64 = 0;
/** Number of the client's host; -1 = none that is told apart. */
export let host: i32 = -1;
/** Length of the constant parts; over MOST_CONSTANT_BYTES = the line is too long. */
export let constantBytes: i32 = 0;
/** Where in SCRATCH they begin. */
export let constants: i32 = SCRATCH;

/** How many places with names there are; of the first ones it is known where they are (NAME_PLACES). */
export let nameCount: i32 = 0;
export const MOST_NAMES: i32 = 8;
/** All that stands at such a place stands there because it stands in the first head as well. */
export const IS_HEAD: u32 = 0x8000;

/** Begins a line whose constant parts go to an address in SCRATCH. */
export function beginLine(into: i32): void {
  constants = into;
  localAt = NaN;
  startSeconds = NaN;
  localStart = NaN;
  zone = 0;
  startZone = 0;
  pid = -1;
  entryPort = -1;
  messagePort = -1;
  sessionTimeMs = 0;
  host = -1;
  constantBytes = 0;
  nameCount = 0;
}

export function setEntryPort(port: i32): void {
  entryPort = port;
}
export function setMessagePort(port: i32): void {
  messagePort = port;
}
/** The line tells its host in [from, to); false = that is none to be told apart, or another one than it told before. */
export function setHost(from: i32, to: i32): bool {
  if (host >= 0) return isHost(host, from, to);
  host = numberOfHost(from, to);
  return host >= 0;
}
export function setSessionTime(ms: f64): void {
  sessionTimeMs = ms;
}

/** When the line was written: a record's later lines say another time than its first. */
// @ts-ignore: decorator
@inline
export function setAt(at: f64, itsZone: u64): void {
  localAt = at;
  zone = itsZone;
}
/** When its process began, as a time. */
// @ts-ignore: decorator
@inline
export function setStart(at: f64, itsZone: u64): void {
  localStart = at;
  startZone = itsZone;
}

/** Adds a constant part and what divides it from the next. */
export function keep(from: i32, to: i32): void {
  const length = to - from;
  if (constantBytes + length + 1 > MOST_CONSTANT_BYTES) {
    constantBytes = MOST_CONSTANT_BYTES + 1;
    return;
  }
  // short as it is, a call of memory.copy would take longer; what is written too much is overwritten by the next
  const into = constants + constantBytes;
  for (let at = 0; at < length; at += 16) v128.store(into + at, v128.load(from + at));
  store<u8>(constants + constantBytes + length, 0x0a);
  constantBytes += length + 1;
}

/** Adds a name, or several with what divides them. */
// @ts-ignore: decorator
@inline
export function keepNames(from: i32, to: i32): void {
  notePlace(constantBytes, constantBytes + to - from);
  keep(from, to);
}

/** Adds a constant part of which [name, to) is a name. */
// @ts-ignore: decorator
@inline
export function keepNamed(from: i32, name: i32, to: i32, end: i32): void {
  notePlace(constantBytes + name - from, constantBytes + to - from);
  keep(from, end);
}

// @ts-ignore: decorator
@inline
function notePlace(from: u32, to: i32): void {
  if (nameCount < MOST_NAMES) store<u32>(NAME_PLACES + 4 * nameCount, from | (to << 16));
  nameCount += 1;
}

/** Another head was read, which begins at a constant byte, and of which the names are the next; false = it is not like the first. */
export function noteHead(from: i32, headBytes: i32, names: i32): bool {
  const isSameHead = constantBytes - from == headBytes && isSame(constants, constants + from, headBytes);
  nameCount = names;
  notePlace(from | IS_HEAD, constantBytes);
  return isSameHead;
}

/** Adds eight bytes that are a constant part. */
// @ts-ignore: decorator
@inline
export function keepEight(bytes: u64): void {
  // keep sees that there are too many
  store<u64>(constants + min(constantBytes, MOST_CONSTANT_BYTES), bytes);
  constantBytes += 8;
}

/** Where a line tells twice when its process began: how far the two are apart is the same in all lines of a form. */
export function keepStarts(): void {
  if (isNaN(startSeconds) || isNaN(localStart) || constantBytes + 8 > MOST_CONSTANT_BYTES) return;
  store<f64>(constants + constantBytes, localStart - startSeconds * 1000);
  constantBytes += 8;
}

export function readPid(at: i32): i32 {
  const end = readNumber(at, 9);
  pid = <i32>number;
  return end;
}

/** `691ee0b3.1a2b`: when the process began, and its pid, without a zero before other digits. */
export function readSessionId(at: i32): i32 {
  const dot = readHex(at, 8);
  if (dot == 0 || load<u8>(dot) != 0x2e) return 0;
  startSeconds = <f64>number;
  const end = readHex(dot + 1, 7);
  if (end != 0 && pid >= 0 && pid != <i32>number) return 0;
  pid = <i32>number;
  return end;
}
