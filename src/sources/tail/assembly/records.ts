// Reads a line that is like one before it, and writes its numbers down.

import { indexOf, indexOfEither } from './bytes';
import { candidateLine, Framing, LONGEST_HEAD, mayCount, nextCandidate, placeLine } from './candidates';
import { readCsvHead } from './csvHead';
import { askForms, clearWaiting, formOf, freeScratch, letWait, NEW, NOTHING, waitingCount } from './forms';
import { readJsonHead } from './jsonHead';
import { INPUT, MOST_RECORDS, RECORDS, MOST_CONSTANT_BYTES, RECORD_BYTES } from './layout';
import {
  beginLine,
  constantBytes,
  entryPort,
  host,
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
import { hasNames, readHead } from './lineHead';
import { isOfSession, readMessage } from './messages';
import { firstLabel, hasOther, isOnlyLabel, walk } from './walk';

const NEWLINE: u8 = 0x0a;
const TAB: u8 = 0x09;
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
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

/** Where in a record the number of its form stands, and the end of its line. */
const FORM_IN: i32 = 40;
const END_IN: i32 = 60;
/** Where its constant parts divide, as long as it has no form. */
const PARTS_IN: i32 = 68;
/** Candidates are dense with less than so much between two. */
const CLOSE_BYTES: i32 = 1024;

export let recordCount: i32 = 0;
/** Where the line of the last record of this search ends: at its newline, or behind the last byte. */
export let readTo: i32 = 0;
/** The place of the line that has no form. */
export let unsettled: i32 = 0;
/** Where the line that was read last ends. */
let lineEnd: i32 = 0;
/** How many of its constant bytes stand before its severity, and how many up to the end of its message. */
let headBytes: i32 = 0;
let messageBytes: i32 = 0;
/** The candidate stands behind the label of a section: if the line is an entry, it is read the ordinary way. */
let mayBeNothing: bool = false;
/** Why the last line was none of those that are read here. */
export let refusal: i32 = NEW;

export function clearRecords(): void {
  recordCount = 0;
}

export function beginSearch(): void {
  refusal = NEW;
  readTo = INPUT;
  isLineKnown = false;
  isDense = false;
}

/** The next line, where it was looked at: its start, or 0 if candidates must be searched in it; its label and its end. */
let nextStart: i32 = 0;
let nextColon: i32 = 0;
let nextEnd: i32 = 0;

/** The candidate's line is that which was looked at. */
let isLineKnown: bool = false;
/** Candidates stand close together. */
let isDense: bool = false;

/** Is it known that there is a candidate close behind the line that was read? */
export function isNextClose(framing: Framing, to: i32): bool {
  if (framing != Framing.LINES) return isDense;
  isLineKnown = nextStart != 0 && mayCount(nextColon, to);
  return isLineKnown;
}

/** The next candidate behind the line that was read, after `isNextClose`. */
export function candidateBehind(framing: Framing, to: i32): i32 {
  if (isLineKnown) return nextColon;
  const from = framing == Framing.LINES && nextStart != 0 ? nextColon + 1 : lineEnd;
  const found = nextCandidate(framing, from, to);
  isDense = found - from < CLOSE_BYTES;
  return found;
}

/** Reads the line of a candidate, which waits for its form then; false = it must be read the ordinary way. */
export function readLine(framing: Framing, at: i32, to: i32, startsLine: bool, isMore: bool): bool {
  refusal = NEW;
  if (recordCount + waitingCount == MOST_RECORDS) return false;
  const start = startOf(framing, at, startsLine);
  if (start < INPUT) return false;
  beginLine(freeScratch);
  mayBeNothing = false;
  let isRead: bool;
  if (framing == Framing.LINES) isRead = readStderr(start, at, to, isMore);
  else if (framing == Framing.JSON) isRead = readJson(start, at, to);
  else isRead = readCsv(start, at, to);
  if (framing == Framing.LINES) messageBytes = constantBytes;
  keepStarts();
  if (!isRead || pid <= 0 || constantBytes > MOST_CONSTANT_BYTES) return false;
  write(RECORDS + (recordCount + waitingCount) * RECORD_BYTES, at, start);
  letWait(constantBytes, mayBeNothing);
  return true;
}

/**
 * Does the candidate stand in the text of a DETAIL, CONTEXT, … without doubt? Names could look like one: it does where a
 * prefix has none. Behind `readLine`, which refused it.
 */
export function isOfSection(at: i32, startsLine: bool): bool {
  if (isLineKnown || hasNames()) return false;
  const start = startOf(Framing.LINES, at, startsLine);
  if (start < INPUT) return false;
  walk(start, at);
  const section = firstLabel == 0 ? 0 : sectionBefore(start, firstLabel);
  if (section == 0) return false;
  beginLine(freeScratch);
  return readHead(start, section);
}

/** Gives the lines that wait their forms; false = one has none, and stands behind the last record. */
export function settle(): bool {
  askForms();
  let waiting = RECORDS + recordCount * RECORD_BYTES;
  for (let index = 0; index < waitingCount; index += 1) {
    const record = RECORDS + recordCount * RECORD_BYTES;
    if (record != waiting) memory.copy(record, waiting, RECORD_BYTES);
    waiting += RECORD_BYTES;
    const form = formOf(index);
    if (form == NOTHING) continue;
    if (form < 0) {
      refusal = form;
      unsettled = load<i32>(record, FORM_IN);
      clearWaiting(false);
      return false;
    }
    store<i32>(record, form, FORM_IN);
    readTo = load<i32>(record, END_IN);
    recordCount += 1;
  }
  clearWaiting(true);
  return true;
}

function startOf(framing: Framing, at: i32, startsLine: bool): i32 {
  if (isLineKnown) return nextStart;
  if (framing != Framing.LINES) placeLine(at);
  if (candidateLine >= INPUT) return candidateLine;
  return startsLine && at - INPUT <= LONGEST_HEAD ? INPUT : INPUT - 1;
}

/** The numbers of a line, which become a record where it has a form: until then its place stands there, and its end. */
function write(record: i32, place: i32, start: i32): void {
  store<f64>(record, localAt);
  store<f64>(record, isNaN(startSeconds) ? localStart / 1000 : startSeconds, 8);
  store<f64>(record, sessionTimeMs, 16);
  store<u64>(record, zone, 24);
  store<u64>(record, isNaN(startSeconds) ? startZone : 0, 32);
  store<i32>(record, place, FORM_IN);
  store<i32>(record, pid, 44);
  store<i32>(record, entryPort, 48);
  store<i32>(record, messagePort, 52);
  store<i32>(record, start - INPUT, 56);
  store<i32>(record, lineEnd, END_IN);
  store<i32>(record, host, 64);
  store<i32>(record, headBytes | (messageBytes << 16), PARTS_IN);
}

function readStderr(start: i32, colon: i32, to: i32, isMore: bool): bool {
  if (load<u8>(start) == TAB) return false;
  const isLog = isWord3(colon, LOG);
  if (!isLog && !isWord5(start, colon, ATAL, 0x46)) return false;
  const label = colon - (isLog ? 3 : 5);
  let message = colon + 3;
  if ((load<u64>(message) & 0xffffffffffffff) == NO_ERROR) message += 7;
  if (message + 16 > to) return false;
  const newline = isLineKnown ? nextEnd : indexOf(NEWLINE, message, to);
  if (newline == to) return false;
  if (!isLineKnown && hasNames() && isBehindLabel(start, colon)) return readInner(start, newline, to);
  if (!readHead(start, label)) return false;
  headBytes = constantBytes;
  if (!isLog || !isOfSession(message)) return readOther(label, newline, to);
  const next = lookAt(newline + 1, to);
  // it may be what somebody else has to say: that depends on its further lines
  if (next == Next.CONTINUED || next == Next.OTHER) return readOther(label, newline, to);
  if (next != Next.ENTRY && isMore) return false;
  const end = load<u8>(newline - 1) == 0x0d ? newline - 1 : newline;
  if (!readMessage(label, message, end)) return false;
  if (end < newline) keep(end, newline);
  lineEnd = newline;
  return true;
}

/** Stands another label before this one? Then names may be what looks like it, or it is in the text behind it. */
function isBehindLabel(start: i32, colon: i32): bool {
  walk(start, colon);
  return firstLabel != 0 && firstLabel < colon;
}

/** One line of a DETAIL, CONTEXT, …, with a candidate in its text, as far as it is not the names that look so. */
function readInner(start: i32, newline: i32, to: i32): bool {
  nextStart = 0;
  const section = sectionBefore(start, firstLabel);
  if (section == 0 || newline + 1 >= to || load<u8>(newline + 1) == TAB || !readHead(start, section)) return false;
  keep(section, newline);
  mayBeNothing = true;
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
    const what = lookAt(next, to);
    if (what == Next.ENTRY) break;
    if (what == Next.CONTINUED) {
      const end = indexOf(NEWLINE, next, to);
      if (end == to) return false;
      keep(next, end);
      newline = end;
      continue;
    }
    if (what != Next.OTHER || firstLabel == 0) return false;
    const section = sectionBefore(next, firstLabel);
    if (section == 0 || !readHead(next, section) || pid != process) return false;
    keep(section, nextEnd);
    newline = nextEnd;
  }
  setAt(at, itsZone);
  lineEnd = newline;
  return true;
}

/** What may stand behind a line: nothing, what continues it, a line without an end, an entry without doubt, or else. */
const enum Next {
  NONE = 0,
  CONTINUED = 1,
  UNFINISHED = 2,
  ENTRY = 3,
  OTHER = 4,
}

/** Looks at the line that starts here: an entry without doubt has one label, a severity in English. */
function lookAt(start: i32, to: i32): Next {
  nextStart = 0;
  if (start >= to) return Next.NONE;
  if (load<u8>(start) == TAB) return Next.CONTINUED;
  nextEnd = walk(start, to);
  if (nextEnd == to) return Next.UNFINISHED;
  if (firstLabel == 0 || !isOnlyLabel || !isSeverity(start, firstLabel)) return Next.OTHER;
  if (!hasOther) nextStart = start;
  nextColon = firstLabel;
  return Next.ENTRY;
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
  const newline = recordEnd(end + 1, to);
  if (newline == to || !readCsvHead(start, comma) || !keepMessage(comma, message, end)) return false;
  keep(end, newline);
  lineEnd = newline;
  return true;
}

/** Keeps the message of a record from its severity on, behind its head; false = it is none of the usual ones. */
function keepMessage(from: i32, at: i32, to: i32): bool {
  headBytes = constantBytes;
  if (!isOfSession(at)) keep(from, to);
  else if (!readMessage(from, at, to)) return false;
  messageBytes = constantBytes;
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
  for (at = indexOfEither(QUOTE, NEWLINE, at, to); at < to; at = indexOfEither(QUOTE, NEWLINE, at + 2, to)) {
    if (load<u8>(at) == NEWLINE) return 0;
    if (load<u8>(at + 1) != QUOTE) return at;
  }
  return 0;
}

/** The newline that ends a csv record behind the field that ends before `from`; `to` = it is not near. */
function recordEnd(from: i32, to: i32): i32 {
  const last = min(to, from + MOST_CONSTANT_BYTES);
  let newline = indexOf(NEWLINE, from, last);
  while (newline < last && !isBalanced(from, newline)) newline = indexOf(NEWLINE, newline + 1, last);
  return newline < last ? newline : to;
}

/** Are all quotes closed that are opened here? */
function isBalanced(at: i32, to: i32): bool {
  let quotes = 0;
  for (; at < to; at += 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(QUOTE)));
    quotes += popcnt(to - at < 16 ? bits & ((1 << (to - at)) - 1) : bits);
  }
  return (quotes & 1) == 0;
}

function readJson(start: i32, quote: i32, to: i32): bool {
  const newline = indexOf(NEWLINE, quote, to);
  if (newline == to) return false;
  const message = jsonMessage(quote, newline);
  if (message == 0) return false;
  let end = indexOfEither(QUOTE, BACKSLASH, message, newline);
  while (end < newline && load<u8>(end) == BACKSLASH) end = indexOfEither(QUOTE, BACKSLASH, end + 2, newline);
  if (end >= newline || !readJsonHead(start, quote) || !keepMessage(quote, message, end)) return false;
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
