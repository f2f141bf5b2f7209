// Reads a line that is like one before it, and writes its numbers down.

import { candidateLine, countsInRecord, Framing, LONGEST_HEAD, placeLine } from './candidates';
import { readCsvHead } from './csvHead';
import { readCsv } from './csvRecord';
import { formOf, NEW, NOTHING } from './forms';
import { readJsonHead } from './jsonHead';
import { readJson } from './jsonRecord';
import { INPUT, MOST_RECORDS, RECORDS, MOST_CONSTANT_BYTES, RECORD_BYTES } from './layout';
import {
  beginLine,
  constantBytes,
  entryPort,
  host,
  keepStarts,
  localAt,
  localStart,
  messagePort,
  pid,
  sessionTimeMs,
  startSeconds,
  startZone,
  zone,
} from './line';
import { hasNames } from './lineHead';
import { headBytes, messageBytes } from './parts';
import { forgetNext, hasOneHead, isInSection, isLineKnown, isNextKnown, mayBeNothing, nextColon, nextStart, readStderr } from './stderrEntry';
import { askForWaiting, clearWaiting, freeScratch, letWait, waitingAt, waitingCount } from './waiting';
import { nextCandidate } from './windows';

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
/** Where the line that was read last ends, and where the record begins whose head was read. */
let lineEnd: i32 = 0;
let recordStart: i32 = 0;
/** Why the last line was none of those that are read here. */
export let refusal: i32 = NEW;

export function clearRecords(): void {
  recordCount = 0;
}

export function beginSearch(): void {
  refusal = NEW;
  readTo = INPUT;
  forgetNext();
  isDense = false;
  isHeadRead = false;
}

/** Candidates stand close together. */
let isDense: bool = false;
/** The head of the candidate's record has been read. */
let isHeadRead: bool = false;

/** Is it known that there is a candidate close behind the line that was read? */
export function isNextClose(framing: Framing, to: i32): bool {
  return framing == Framing.LINES ? isNextKnown(to) : isDense;
}

/** The next candidate behind the line that was read, after `isNextClose`. */
export function candidateBehind(framing: Framing, to: i32): i32 {
  if (isLineKnown) return nextColon;
  if (isDense && framing != Framing.LINES) {
    const severity = readNextHead(framing, to);
    if (severity != 0) return severity;
  }
  const from = framing == Framing.LINES && nextStart != 0 ? nextColon + 1 : lineEnd;
  const found = nextCandidate(framing, from, to);
  isDense = found - from < CLOSE_BYTES;
  return found;
}

/**
 * Where records that count stand one behind the other, the next is not searched: reads the head of the one behind the last,
 * and answers the place of its severity; 0 = it does not count.
 */
function readNextHead(framing: Framing, to: i32): i32 {
  recordStart = lineEnd + 1;
  beginLine(freeScratch);
  const severity = readHeadOf(framing, recordStart, min(to, recordStart + LONGEST_HEAD));
  isHeadRead = severity != 0 && countsInRecord(framing, severity, to);
  return isHeadRead ? severity : 0;
}

// @ts-ignore: decorator
@inline
function readHeadOf(framing: Framing, start: i32, to: i32): i32 {
  return framing == Framing.JSON ? readJsonHead(start, to) : readCsvHead(start, to);
}

/** Reads the rest of a record whose severity stands there, with its head if that has not been read. */
// @ts-ignore: decorator
@inline
function readRecord(framing: Framing, start: i32, at: i32, to: i32): i32 {
  if (!isHeadRead && readHeadOf(framing, start, at + 1) != at) return 0;
  return framing == Framing.JSON ? readJson(at, to) : readCsv(at, to);
}

/** Reads the line of a candidate, which waits for its form then; false = it must be read the ordinary way. */
export function readLine(framing: Framing, at: i32, to: i32, startsLine: bool, isMore: bool): bool {
  refusal = NEW;
  if (recordCount + waitingCount == MOST_RECORDS) return false;
  const start = isHeadRead ? recordStart : startOf(framing, at, startsLine);
  if (start < INPUT) return false;
  if (!isHeadRead) beginLine(freeScratch);
  lineEnd = framing == Framing.LINES ? readStderr(start, at, to, isMore) : readRecord(framing, start, at, to);
  isHeadRead = false;
  keepStarts();
  if (lineEnd == 0 || pid <= 0 || constantBytes > MOST_CONSTANT_BYTES) return false;
  write(RECORDS + (recordCount + waitingCount) * RECORD_BYTES, at, start);
  const isLine = framing == Framing.LINES;
  letWait(constantBytes, isLine && mayBeNothing, !isLine || hasOneHead);
  return true;
}

/**
 * Does the candidate stand in the text of a DETAIL, CONTEXT, … without doubt? Names could look like one: it does where a
 * prefix has none. Behind `readLine`, which refused it.
 */
export function isOfSection(at: i32, startsLine: bool): bool {
  if (isLineKnown || hasNames()) return false;
  const start = startOf(Framing.LINES, at, startsLine);
  return start >= INPUT && isInSection(start, at);
}

/** Gives the lines that wait their forms; false = one has none, and stands behind the last record. */
export function settle(): bool {
  askForWaiting();
  let waiting = RECORDS + recordCount * RECORD_BYTES;
  for (let index = 0; index < waitingCount; index += 1) {
    const record = RECORDS + recordCount * RECORD_BYTES;
    if (record != waiting) memory.copy(record, waiting, RECORD_BYTES);
    waiting += RECORD_BYTES;
    const form = formOf(waitingAt(index));
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
