// The times that a line tells: when it was written, and when its process began. Most days and zones are those that were
// read last.

import { isDigit } from './bytes';
import { keepEight, setAt, setStart, zone } from './line';
import { number, readNumber, two } from './numbers';

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
  setAt(time, timeZone);
  return end;
}

/** When its process began, as a time. */
export function readStart(at: i32): i32 {
  const end = readTime(at, false);
  setStart(time, timeZone);
  return end;
}

/** `1763632691.972` */
export function readEpoch(at: i32): i32 {
  const dot = readNumber(at, 12);
  if (dot == 0 || load<u8>(dot) != 0x2e) return 0;
  const tens = two(dot + 1);
  const ones = <u32>load<u8>(dot + 3) - 0x30;
  if (tens < 0 || ones > 9) return 0;
  // it has no zone: that of another time in the line stays
  setAt(<f64>number * 1000 + tens * 10 + ones, zone);
  return dot + 4;
}
