// Reads a line that is like one before it, and writes its numbers down.

import { indexOf, lineStart } from './bytes';
import { Framing, LONGEST_HEAD } from './candidates';
import { readCsvHead } from './csvHead';
import { formOf, NEW } from './forms';
import { readJsonHead } from './jsonHead';
import { INPUT, MOST_RECORDS, RECORDS, RECORD_BYTES, SCRATCH_BYTES } from './layout';
import {
  beginLine,
  constantBytes,
  entryPort,
  keep,
  keepStarts,
  localAt,
  localStart,
  messagePort,
  pid,
  sessionTimeMs,
  startSeconds,
  startZone,
  setAt,
  zone,
} from './line';
import { readHead } from './lineHead';
import { isOfSession, readMessage } from './messages';

const NEWLINE: u8 = 0x0a;
const TAB: u8 = 0x09;
const QUOTE: u8 = 0x22;
/** `LOG`, the last four letters of other labels, and `00000: `. */
const LOG: u32 = 0x474f4c;
const ATAL: u32 = 0x4c415441;
const RROR: u32 = 0x524f5252;
const NING: u32 = 0x474e494e;
const TAIL: u32 = 0x4c494154;
const TEXT: u32 = 0x54584554;
const MENT: u32 = 0x544e454d;
const HINT: u32 = 0x544e4948;
const NO_ERROR: u64 = 0x203a3030303030;
/** `"state_code"` and `"message` */
const STATE_KEY: u64 = 0x635f657461747322;
const STATE_KEY_END: u32 = 0x2265646f;
const MESSAGE_KEY: u64 = 0x6567617373656d22;

export let recordCount: i32 = 0;
/** Where the line that was read ends: at its newline, or behind the last byte. */
export let lineEnd: i32 = 0;
/** Why the last line was none of those that are read here. */
export let refusal: i32 = NEW;

export function clearRecords(): void {
  recordCount = 0;
}

/** Reads the line of a candidate; false = it must be read the ordinary way. */
export function readLine(framing: Framing, at: i32, to: i32, startsLine: bool, isMore: bool): bool {
  refusal = NEW;
  if (recordCount == MOST_RECORDS) return false;
  const start = startOf(at, startsLine);
  if (start < INPUT) return false;
  beginLine();
  let isRead: bool;
  if (framing == Framing.LINES) isRead = readStderr(start, at, to, isMore);
  else if (framing == Framing.JSON) isRead = readJson(start, at, to);
  else isRead = readCsv(start, at, to);
  keepStarts();
  if (!isRead || pid <= 0 || constantBytes > SCRATCH_BYTES) return false;
  const form = formOf(constantBytes);
  if (form < 0) refusal = form;
  write(form, start);
  return form >= 0;
}

function startOf(at: i32, startsLine: bool): i32 {
  const first = max(INPUT, at - LONGEST_HEAD);
  const start = lineStart(first, at);
  return start >= first ? start : first == INPUT && startsLine ? INPUT : INPUT - 1;
}

/** The numbers behind the last record; they become a record where the line has a form. */
function write(form: i32, start: i32): void {
  const record = RECORDS + recordCount * RECORD_BYTES;
  store<f64>(record, localAt);
  store<f64>(record, isNaN(startSeconds) ? localStart / 1000 : startSeconds, 8);
  store<f64>(record, sessionTimeMs, 16);
  store<u64>(record, zone, 24);
  store<u64>(record, isNaN(startSeconds) ? startZone : 0, 32);
  store<i32>(record, form, 40);
  store<i32>(record, pid, 44);
  store<i32>(record, entryPort, 48);
  store<i32>(record, messagePort, 52);
  store<i32>(record, start - INPUT, 56);
  if (form >= 0) recordCount += 1;
}

function readStderr(start: i32, colon: i32, to: i32, isMore: bool): bool {
  if (load<u8>(start) == TAB) return false;
  const isLog = isWord3(colon, LOG);
  if (!isLog && !isWord5(start, colon, ATAL, 0x46)) return false;
  const label = colon - (isLog ? 3 : 5);
  let message = colon + 3;
  if ((load<u64>(message) & 0xffffffffffffff) == NO_ERROR) message += 7;
  if (message + 16 > to) return false;
  const newline = indexOf(NEWLINE, message, to);
  if (newline == to) return false;
  if (!isLog || !isOfSession(message)) return readHead(start, label) && readOther(label, newline, to);
  if (!isWhole(newline, to, isMore) || !readHead(start, label)) return false;
  const end = load<u8>(newline - 1) == 0x0d ? newline - 1 : newline;
  keep(label, message);
  if (!readMessage(message, end)) return false;
  keep(end, newline);
  lineEnd = newline;
  return true;
}

/** A record whose message has no numbers to be read, with the lines of its DETAIL, HINT, … */
function readOther(label: i32, newline: i32, to: i32): bool {
  const process = pid;
  const at = localAt;
  const itsZone = zone;
  keep(label, newline);
  for (;;) {
    const next = newline + 1;
    if (next >= to || load<u8>(next) == TAB) return false;
    const end = indexOf(NEWLINE, next, to);
    if (end == to) return false;
    const last = min(end, next + LONGEST_HEAD) - 2;
    const colon = nextLabelIn(next, last);
    if (colon >= last) return false;
    if (isSeverity(next, colon) && nextLabelIn(colon + 1, last) >= last) break;
    const section = sectionBefore(next, colon);
    if (section == 0 || !readHead(next, section) || pid != process) return false;
    keep(section, end);
    newline = end;
  }
  setAt(at, itsZone);
  lineEnd = newline;
  return true;
}

/** Does the record end with this line? It does where the next one is an entry of its own without doubt. */
function isWhole(newline: i32, to: i32, isMore: bool): bool {
  const next = newline + 1;
  if (next == to) return !isMore;
  if (load<u8>(next) == TAB) return false;
  const end = indexOf(NEWLINE, next, to);
  if (end == to) return !isMore;
  const last = min(end, next + LONGEST_HEAD) - 2;
  const label = nextLabelIn(next, last);
  return label < last && isSeverity(next, label) && nextLabelIn(label + 1, last) >= last;
}

/** Address of the first `:  ` in [at, to), or an address behind them. */
function nextLabelIn(at: i32, to: i32): i32 {
  for (at = indexOf(0x3a, at, to); at < to; at = indexOf(0x3a, at + 1, to))
    if (load<u16>(at, 1) == 0x2020) return at;
  return max(at, to);
}

// @ts-ignore: decorator
@inline
function isWord3(colon: i32, word: u32): bool {
  return (load<u32>(colon - 3) & 0xffffff) == word;
}

/** Does a word end before this colon, by its last four letters and the one before them? */
// @ts-ignore: decorator
@inline
function isWord5(start: i32, colon: i32, last: u32, before: u32): bool {
  return colon - start >= 5 && load<u32>(colon - 4) == last && load<u8>(colon - 5) == before;
}

/** Is the word before this colon a severity in English? */
function isSeverity(start: i32, colon: i32): bool {
  if (isWord3(colon, LOG)) return colon - start >= 3;
  return isWord5(start, colon, ATAL, 0x46) || isWord5(start, colon, RROR, 0x45) || isWord5(start, colon, NING, 0x52);
}

/** Address of the section's label in English that this colon ends; 0 = it ends none. */
function sectionBefore(start: i32, colon: i32): i32 {
  if (isWord5(start, colon, TAIL, 0x45)) return colon - 6;
  if (isWord5(start, colon, TEXT, 0x4e)) return colon - 7;
  if (isWord5(start, colon, MENT, 0x45)) return colon - 9;
  return colon - start >= 4 && load<u32>(colon - 4) == HINT ? colon - 4 : 0;
}

function readCsv(start: i32, comma: i32, to: i32): bool {
  const message = csvMessage(comma);
  if (message == 0 || message + 16 > to) return false;
  const end = quoteAfter(message, to);
  if (end == 0) return false;
  const newline = indexOf(NEWLINE, end, to);
  if (newline == to || !isBalanced(end + 1, newline)) return false;
  if (!readCsvHead(start, comma)) return false;
  keep(comma, message);
  if (!isOfSession(message)) keep(message, end);
  else if (!readMessage(message, end)) return false;
  keep(end, newline);
  lineEnd = newline;
  return true;
}

/** Address of the message behind `,WORD,XXXXX,"`; 0 = it does not look so. */
function csvMessage(comma: i32): i32 {
  let at = comma + 1;
  while (load<u8>(at) - 0x41 < 26 && at - comma < 12) at += 1;
  return load<u8>(at) == 0x2c && load<u16>(at, 6) == 0x222c && load<u8>(at + 8) != QUOTE ? at + 8 : 0;
}

/** The quote that ends a csv field, in the same line; 0 = it is not there. */
function quoteAfter(at: i32, to: i32): i32 {
  for (; at < to; at += 1) {
    const byte = load<u8>(at);
    if (byte == NEWLINE) return 0;
    if (byte != QUOTE) continue;
    if (load<u8>(at + 1) != QUOTE) return at;
    at += 1;
  }
  return 0;
}

/** Are all quotes closed that are opened here? */
function isBalanced(at: i32, to: i32): bool {
  let quotes = 0;
  for (at = indexOf(QUOTE, at, to); at < to; at = indexOf(QUOTE, at + 1, to)) quotes += 1;
  return (quotes & 1) == 0;
}

function readJson(start: i32, quote: i32, to: i32): bool {
  const newline = indexOf(NEWLINE, quote, to);
  if (newline == to) return false;
  const message = jsonMessage(quote, newline);
  if (message == 0) return false;
  let end = message;
  for (; end < newline && load<u8>(end) != QUOTE; end += 1) if (load<u8>(end) == 0x5c) end += 1;
  if (end >= newline || !readJsonHead(start, quote)) return false;
  keep(quote, message);
  if (!isOfSession(message)) keep(message, end);
  else if (!readMessage(message, end)) return false;
  keep(end, newline);
  lineEnd = newline;
  return true;
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
