// One line while it is read: its numbers, and its constant parts one behind the other in SCRATCH. A reader answers the
// address behind what it has read, or 0: then the line is left to the ordinary reading, which knows everything.

import { decimal, hexadecimal, isDigit, noDigits, noHex } from './bytes';
import { numberOfHost } from './hosts';
import { SCRATCH, MOST_CONSTANT_BYTES } from './layout';

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
}

export function setEntryPort(port: i32): void {
  entryPort = port;
}
export function setMessagePort(port: i32): void {
  messagePort = port;
}
/** The line tells its host in [from, to); false = that is none to be told apart, or another one than it told before. */
export function setHost(from: i32, to: i32): bool {
  const number = numberOfHost(from, to);
  if (number < 0 || (host >= 0 && host != number)) return false;
  host = number;
  return true;
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

/** Adds eight bytes that are a constant part. */
// @ts-ignore: decorator
@inline
function keepEight(bytes: u64): void {
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

/** Decimal digits, of which `readNumber` gives the value: at most `most` of at most 12, without a zero before others. */
export let number: i64 = 0;
// @ts-ignore: decorator
@inline
export function readNumber(at: i32, most: i32): i32 {
  const bytes = load<u64>(at);
  const others = noDigits(bytes);
  if (others == 0) return readLongNumber(at, most);
  const bits = ctz(others) & 56;
  const length = <i32>(bits >> 3);
  number = 0;
  if (length == 0 || length > most || ((bytes & 0xff) == 0x30 && length > 1)) return 0;
  number = decimal(bytes << (64 - bits));
  return at + length;
}

function readLongNumber(at: i32, most: i32): i32 {
  const first = at;
  number = 0;
  while (at - first < most) {
    const byte = load<u8>(at);
    if (!isDigit(byte)) break;
    number = number * 10 + (byte - 0x30);
    at += 1;
  }
  return isDigit(load<u8>(at)) || load<u8>(first) == 0x30 ? 0 : at;
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

let dayBytes1: u64 = 0;
let dayBytes2: u32 = 0;
let dayMs: f64 = 0;
let time: f64 = 0;
let timeZone: u64 = 0;

/** `YYYY-MM-DD`, of which the last one is remembered. */
// @ts-ignore: decorator
@inline
function readDay(at: i32): bool {
  const one = load<u64>(at);
  const other = <u32>load<u16>(at + 8);
  return (one == dayBytes1 && other == dayBytes2) || readNewDay(at, one, other);
}

function readNewDay(at: i32, one: u64, other: u32): bool {
  const century = two(at);
  const year = two(at + 2);
  const month = two(at + 5);
  const day = two(at + 8);
  if (century < 1 || year < 0 || load<u8>(at + 4) != 0x2d || load<u8>(at + 7) != 0x2d) return false;
  if (day < 1 || day > lastDay(century * 100 + year, month)) return false;
  dayMs = <f64>daysFrom(century * 100 + year, month, day) * 86400000;
  dayBytes1 = one;
  dayBytes2 = other;
  return true;
}

/** 0 = there is no such month. */
function lastDay(year: i32, month: i32): i32 {
  if (month < 1 || month > 12) return 0;
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Bytes that are digits become their values, the others 0; anything else = one of them is none, or another byte. */
// @ts-ignore: decorator
@inline
function isOff(values: u64, digits: u64): bool {
  const sixes = digits & 0x0606060606060606;
  return ((values + sixes) & ~(digits & 0x0f0f0f0f0f0f0f0f)) != 0 || (values & ~(digits & 0x0f0f0f0f0f0f0f0f)) != 0;
}

// @ts-ignore: decorator
@inline
function valueAt(values: u64, byte: u64): i32 {
  return <i32>((values >> (byte * 8)) & 0xff);
}

/** ` HH:MM`, `:SS.mmm ` and `:SS ` with zeros for digits. */
const CLOCK: u64 = 0x30303a3030200000;
const CLOCK_DIGITS: u64 = 0xffff00ffff000000;
const SECONDS_MS: u64 = 0x203030302e30303a;
const SECONDS_MS_DIGITS: u64 = 0x00ffffff00ffff00;
const SECONDS: u64 = 0x2030303a;
const SECONDS_DIGITS: u64 = 0x00ffff00;

/** `2026-11-20 09:58:11.972 UTC`, with or without ms: leaves `time` and `timeZone`. */
// @ts-ignore: decorator
@inline
function readTime(at: i32, hasMs: bool): i32 {
  if (!readDay(at)) return 0;
  const clock = (load<u64>(at, 8) & 0xffffffffffff0000) ^ CLOCK;
  if (isOff(clock, CLOCK_DIGITS)) return 0;
  const hour = valueAt(clock, 3) * 10 + valueAt(clock, 4);
  const minute = valueAt(clock, 6) * 10 + valueAt(clock, 7);
  const after = hasMs ? load<u64>(at, 16) ^ SECONDS_MS : <u64>load<u32>(at, 16) ^ SECONDS;
  if (isOff(after, hasMs ? SECONDS_MS_DIGITS : SECONDS_DIGITS)) return 0;
  const second = valueAt(after, 1) * 10 + valueAt(after, 2);
  if (hour > 23 || minute > 59 || second > 59) return 0;
  const ms = hasMs ? valueAt(after, 4) * 100 + valueAt(after, 5) * 10 + valueAt(after, 6) : 0;
  time = dayMs + <f64>(((hour * 60 + minute) * 60 + second) * 1000 + ms);
  return readZone(at + (hasMs ? 24 : 20));
}

/** The zone that was read last, its bits, and whether it is a name. */
let lastZone: u64 = 0;
let lastZoneMask: u64 = 0;
let lastZoneBytes: i32 = 0;
let isLastName: bool = false;

function readZone(first: i32): i32 {
  let at = first + lastZoneBytes;
  if ((load<u64>(first) & lastZoneMask) != lastZone || isOfZone(load<u8>(at), false, isLastName) || at == first)
    at = readNewZone(first);
  timeZone = lastZone;
  // what a zone is worth is known of those that were met
  keepEight(lastZone);
  return at;
}

function readNewZone(first: i32): i32 {
  const isName = isLetter(load<u8>(first));
  let at = first;
  while (isOfZone(load<u8>(at), at == first, isName)) at += 1;
  const length = at - first;
  if (length == 0 || length > 8) return 0;
  lastZoneMask = length == 8 ? ~(<u64>0) : ((<u64>1) << (<u64>length * 8)) - 1;
  lastZone = load<u64>(first) & lastZoneMask;
  lastZoneBytes = length;
  isLastName = isName;
  return at;
}

// @ts-ignore: decorator
@inline
function isOfZone(byte: u32, isFirst: bool, isName: bool): bool {
  return isName ? isLetter(byte) : isOfOffset(byte, isFirst);
}

// @ts-ignore: decorator
@inline
function isLetter(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26;
}

/** `+05:30` */
// @ts-ignore: decorator
@inline
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
  const bytes = load<u64>(at);
  const others = noHex(bytes);
  const bits = others == 0 ? 64 : ctz(others) & 56;
  const length = <i32>(bits >> 3);
  number = 0;
  if (length == 0 || length > most || (bytes & 0xff) == 0x30) return 0;
  if (length == 8 && (noHex(load<u64>(at, 8)) & 0xff) == 0) return 0;
  number = hexadecimal(bytes << (64 - bits));
  return at + length;
}

/** Digits that tell nothing here, maybe with a sign, without a zero before others. */
export function passNumber(at: i32): i32 {
  const first = load<u8>(at) == 0x2d ? at + 1 : at;
  const others = noDigits(load<u64>(first));
  let end = first + (others == 0 ? 8 : <i32>(ctz(others) >> 3));
  if (others == 0) while (isDigit(load<u8>(end))) end += 1;
  const length = end - first;
  return length == 0 || length > 20 || (length > 1 && load<u8>(first) == 0x30) ? 0 : end;
}

/** `3/12`, or nothing where the process has none. */
export function passVirtualXid(at: i32): i32 {
  const slash = passNumber(at);
  if (slash == 0 || load<u8>(slash) != 0x2f) return at;
  return passNumber(slash + 1);
}

/** The port that ends some text behind `before`, which must be kept too: address of its first digit, or 0. */
// @ts-ignore: decorator
@inline
export function portBefore(from: i32, to: i32): i32 {
  const bytes = load<u64>(to - 8);
  const others = noDigits(bytes);
  const length = others == 0 ? 8 : <i32>(clz(others) >> 3);
  const first = max(to - length, from);
  if (first == to || to - first > 5 || isDigit(load<u8>(to))) return 0;
  const bits = <u64>(to - first) * 8;
  number = decimal((bytes >> (64 - bits)) << (64 - bits));
  return load<u8>(first) == 0x30 && to - first > 1 ? 0 : first;
}
