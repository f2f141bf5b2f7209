// One line while it is read: its numbers, and its constant parts one behind the other in SCRATCH. A reader answers the
// address behind what it has read, or 0: then the line is left to the ordinary reading, which knows everything.

import { isDigit } from './bytes';
import { SCRATCH, SCRATCH_BYTES } from './layout';

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
/** Length of the constant parts; over SCRATCH_BYTES = the line is too long. */
export let constantBytes: i32 = 0;

export function beginLine(): void {
  localAt = NaN;
  startSeconds = NaN;
  localStart = NaN;
  zone = 0;
  startZone = 0;
  pid = -1;
  entryPort = -1;
  messagePort = -1;
  sessionTimeMs = 0;
  constantBytes = 0;
}

export function setEntryPort(port: i32): void {
  entryPort = port;
}
export function setMessagePort(port: i32): void {
  messagePort = port;
}
export function setSessionTime(ms: f64): void {
  sessionTimeMs = ms;
}

/** A record's later lines say another time than its first. */
export function setAt(at: f64, itsZone: u64): void {
  localAt = at;
  zone = itsZone;
}

/** Adds a constant part and what divides it from the next. */
export function keep(from: i32, to: i32): void {
  const length = to - from;
  if (constantBytes + length + 1 > SCRATCH_BYTES) {
    constantBytes = SCRATCH_BYTES + 1;
    return;
  }
  // short as it is, a call of memory.copy would take longer; what is written too much is overwritten by the next
  const into = SCRATCH + constantBytes;
  for (let at = 0; at < length; at += 16) v128.store(into + at, v128.load(from + at));
  store<u8>(SCRATCH + constantBytes + length, 0x0a);
  constantBytes += length + 1;
}

/** Where a line tells twice when its process began: how far the two are apart is the same in all lines of a form. */
export function keepStarts(): void {
  if (isNaN(startSeconds) || isNaN(localStart) || constantBytes + 8 > SCRATCH_BYTES) return;
  store<f64>(SCRATCH + constantBytes, localStart - startSeconds * 1000);
  constantBytes += 8;
}

/** Decimal digits, of which `readNumber` gives the value: at most `most`, without a zero before others. */
export let number: i64 = 0;
export function readNumber(at: i32, most: i32): i32 {
  const first = at;
  number = 0;
  while (at - first < most) {
    const byte = load<u8>(at);
    if (!isDigit(byte)) break;
    number = number * 10 + (byte - 0x30);
    at += 1;
  }
  if (at == first || isDigit(load<u8>(at)) || (load<u8>(first) == 0x30 && at - first > 1)) return 0;
  return at;
}

/** Two digits; -1 = they are none. */
export function two(at: i32): i32 {
  const tens = <u32>load<u8>(at) - 0x30;
  const ones = <u32>load<u8>(at + 1) - 0x30;
  return tens < 10 && ones < 10 ? <i32>(tens * 10 + ones) : -1;
}

/** Days from 1970-01-01 (Howard Hinnant's days_from_civil). */
function daysFrom(year: i32, month: i32, day: i32): i32 {
  const shifted = month <= 2 ? year - 1 : year;
  const era = shifted / 400;
  const yearOfEra = shifted - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

let minuteBytes1: u64 = 0;
let minuteBytes2: u64 = 0;
let minuteMs: f64 = 0;
let time: f64 = 0;
let timeZone: u64 = 0;

/** `YYYY-MM-DD HH:MM`, of which the last one is remembered. */
function readMinute(at: i32): bool {
  const one = load<u64>(at);
  const other = load<u64>(at + 8);
  if (one == minuteBytes1 && other == minuteBytes2) return true;
  const century = two(at);
  const year = two(at + 2);
  const month = two(at + 5);
  const day = two(at + 8);
  const hour = two(at + 11);
  const minute = two(at + 14);
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 28) {
    if (!(day > 28 && day <= lastDay(century * 100 + year, month))) return false;
  }
  if (century < 1 || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  if (load<u8>(at + 4) != 0x2d || load<u8>(at + 7) != 0x2d) return false;
  if (load<u8>(at + 10) != 0x20 || load<u8>(at + 13) != 0x3a) return false;
  minuteMs = (<f64>daysFrom(century * 100 + year, month, day) * 1440 + hour * 60 + minute) * 60000;
  minuteBytes1 = one;
  minuteBytes2 = other;
  return true;
}

function lastDay(year: i32, month: i32): i32 {
  if (month < 1 || month > 12) return 0;
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** `2026-11-20 09:58:11.972 UTC`, with or without ms: leaves `time` and `timeZone`. */
function readTime(at: i32, hasMs: bool): i32 {
  if (!readMinute(at) || load<u8>(at + 16) != 0x3a) return 0;
  const second = two(at + 17);
  if (second < 0 || second > 59) return 0;
  let ms = 0;
  at += 19;
  if (hasMs) {
    const tens = two(at + 1);
    const ones = <u32>load<u8>(at + 3) - 0x30;
    if (load<u8>(at) != 0x2e || tens < 0 || ones > 9) return 0;
    ms = tens * 10 + <i32>ones;
    at += 4;
  }
  if (load<u8>(at) != 0x20) return 0;
  const first = ++at;
  const hasName = isLetter(load<u8>(at));
  timeZone = 0;
  while (hasName ? isLetter(load<u8>(at)) : isOfOffset(load<u8>(at), at == first)) {
    if (at - first >= 8) return 0;
    timeZone |= <u64>load<u8>(at) << (<u64>(at - first) * 8);
    at += 1;
  }
  time = minuteMs + second * 1000 + ms;
  // what a zone is worth is known of those that were met
  keep(first, at);
  return at == first ? 0 : at;
}

function isLetter(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26;
}

/** `+05:30` */
function isOfOffset(byte: u32, isFirst: bool): bool {
  return isFirst ? byte == 0x2b || byte == 0x2d : isDigit(byte) || byte == 0x3a;
}

/** When the line was written. */
export function readAt(at: i32, hasMs: bool): i32 {
  const end = readTime(at, hasMs);
  localAt = time;
  zone = timeZone;
  return end;
}

/** When its process began, as a time. */
export function readStart(at: i32): i32 {
  const end = readTime(at, false);
  localStart = time;
  startZone = timeZone;
  return end;
}

/** `1763632691.972` */
export function readEpoch(at: i32): i32 {
  const dot = readNumber(at, 12);
  if (dot == 0 || load<u8>(dot) != 0x2e) return 0;
  const tens = two(dot + 1);
  const ones = <u32>load<u8>(dot + 3) - 0x30;
  if (tens < 0 || ones > 9) return 0;
  localAt = <f64>number * 1000 + tens * 10 + ones;
  return dot + 4;
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

function readHex(at: i32, most: i32): i32 {
  const first = at;
  number = 0;
  for (; ; at += 1) {
    const byte = <u32>load<u8>(at);
    const digit = isDigit(byte) ? byte - 0x30 : byte - 0x61 < 6 ? byte - 0x57 : 16;
    if (digit == 16) break;
    if (at - first == most) return 0;
    number = number * 16 + digit;
  }
  return at == first || load<u8>(first) == 0x30 ? 0 : at;
}

/** Digits that tell nothing here, maybe with a sign. */
export function passNumber(at: i32): i32 {
  const first = load<u8>(at) == 0x2d ? at + 1 : at;
  let end = first;
  while (isDigit(load<u8>(end))) end += 1;
  return end == first || end - first > 20 ? 0 : end;
}

/** The port that ends some text behind `before`, which must be kept too: address of its first digit, or 0. */
export function portBefore(from: i32, to: i32): i32 {
  let first = to;
  while (first > from && to - first < 6 && isDigit(load<u8>(first - 1))) first -= 1;
  return first < to && readNumber(first, 5) == to ? first : 0;
}
