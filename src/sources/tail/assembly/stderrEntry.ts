// Reads an entry of stderr whose labels are in English: its line, and those of its sections; and looks at the line behind.

import { indexOf, lineStart } from './bytes';
import { LONGEST_HEAD, mayCount } from './candidates';
import { beginLine, constantBytes, keep, localAt, nameCount, noteHead, pid, setAt, zone } from './line';
import { INPUT } from './layout';
import { hasNames, readHead } from './lineHead';
import { isOfSession, keepOther, readMessage } from './messages';
import { endHead, endMessage, headBytes } from './parts';
import { freeScratch } from './waiting';
import { firstLabel, hasOther, isOnlyLabel, walk } from './walk';

const NEWLINE: u8 = 0x0a;
const TAB: u8 = 0x09;
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

/** The next line, where it was looked at: its start, or 0 if candidates must be searched in it; its label and its end. */
export let nextStart: i32 = 0;
export let nextColon: i32 = 0;
let nextEnd: i32 = 0;
/** The candidate's line is that which was looked at. */
export let isLineKnown: bool = false;
/** The candidate stands behind the label of a section: if the line is an entry, it is read the ordinary way. */
export let mayBeNothing: bool = false;
/** All heads of the entry's lines are like the first. */
export let hasOneHead: bool = false;

/** Nothing was looked at. */
export function forgetNext(): void {
  isLineKnown = false;
}

/** Is it known that the next candidate is in the line behind the one that was read? */
export function isNextKnown(to: i32): bool {
  isLineKnown = nextStart != 0 && mayCount(nextColon, to);
  return isLineKnown;
}

/** Does the text of a DETAIL, CONTEXT, … stand there without doubt? Names could look like its label. */
export function isInSection(start: i32, at: i32): bool {
  walk(start, at);
  const section = firstLabel == 0 ? 0 : sectionBefore(start, firstLabel);
  if (section == 0) return false;
  beginLine(freeScratch);
  return readHead(start, section);
}

/**
 * Reads the entry whose line begins at `start`, and whose label ends in a colon; answers the newline that ends its last
 * line, or 0.
 */
export function readStderr(start: i32, colon: i32, to: i32, isMore: bool): i32 {
  mayBeNothing = false;
  hasOneHead = true;
  const newline = readEntry(start, colon, to, isMore);
  endMessage();
  return newline;
}

// @ts-ignore: decorator
@inline
function readEntry(start: i32, colon: i32, to: i32, isMore: bool): i32 {
  if (load<u8>(start) == TAB) return 0;
  const isLog = isWord3(colon, LOG);
  if (!isLog && !isWord5(start, colon, ATAL, 0x46)) return 0;
  const label = colon - (isLog ? 3 : 5);
  let message = colon + 3;
  if ((load<u64>(message) & 0xffffffffffffff) == NO_ERROR) message += 7;
  if (message + 16 > to) return 0;
  const newline = isLineKnown ? nextEnd : indexOf(NEWLINE, message, to);
  if (newline == to) return 0;
  if (!isLineKnown && hasNames()) {
    if (isBelowOpen(start)) return 0;
    if (isBehindLabel(start, colon)) return readInner(start, newline, to);
  }
  if (!readHead(start, label)) return 0;
  endHead();
  if (!isLog || !isOfSession(message)) return readOther(label, message, newline, to);
  const next = lookAt(newline + 1, to);
  // it may be what somebody else has to say: that depends on its further lines
  if (next == Next.CONTINUED || next == Next.OTHER) return readOther(label, message, newline, to);
  if (next != Next.ENTRY && isMore) return 0;
  const end = load<u8>(newline - 1) == 0x0d ? newline - 1 : newline;
  if (!readMessage(label, message, end)) return 0;
  if (end < newline) keep(end, newline);
  return newline;
}

/** So many lines above one may belong to it, and so short is one that begins with a TAB then (brokenLines.ts). */
const MOST_BROKEN_LINES: i32 = 3;
const SHORT_LINE: i32 = 128;

/** May the prefix of an entry have begun above that goes on here, in a name? Lines with a label are whole. */
function isBelowOpen(start: i32): bool {
  let above = start;
  for (let tries = 0; tries < MOST_BROKEN_LINES && above > INPUT; tries += 1) {
    const end = above - 1;
    const first = max(INPUT, end - LONGEST_HEAD);
    above = lineStart(first, end);
    if (above < first) {
      if (first != INPUT) return false;
      above = INPUT;
    }
    const isShort = end - above < SHORT_LINE;
    if (load<u8>(above) == TAB) {
      if (!isShort) return false;
      continue;
    }
    walk(above, end);
    return firstLabel == 0 || (!isSeverity(above, firstLabel) && sectionBefore(above, firstLabel) == 0);
  }
  return false;
}

/** Stands another label before this one? Then names may be what looks like it, or it is in the text behind it. */
function isBehindLabel(start: i32, colon: i32): bool {
  walk(start, colon);
  return firstLabel != 0 && firstLabel < colon;
}

/** One line of a DETAIL, CONTEXT, …, with a candidate in its text, as far as it is not the names that look so. */
function readInner(start: i32, newline: i32, to: i32): i32 {
  nextStart = 0;
  const section = sectionBefore(start, firstLabel);
  if (section == 0 || newline + 1 >= to || load<u8>(newline + 1) == TAB || !readHead(start, section)) return 0;
  endHead();
  keep(section, newline);
  mayBeNothing = true;
  return newline;
}

/** A record whose message has no numbers to be read, with the lines of its DETAIL, HINT, … */
function readOther(label: i32, message: i32, newline: i32, to: i32): i32 {
  const process = pid;
  const at = localAt;
  const itsZone = zone;
  keepOther(label, message, newline);
  for (;;) {
    const next = newline + 1;
    const what = lookAt(next, to);
    if (what == Next.ENTRY) break;
    if (what == Next.CONTINUED) {
      const end = indexOf(NEWLINE, next, to);
      if (end == to) return 0;
      keep(next, end);
      newline = end;
      continue;
    }
    if (what != Next.OTHER || firstLabel == 0) return 0;
    const section = sectionBefore(next, firstLabel);
    const before = constantBytes;
    const names = nameCount;
    if (section == 0 || !readHead(next, section) || pid != process) return 0;
    hasOneHead = noteHead(before, headBytes, names) && hasOneHead;
    keep(section, nextEnd);
    newline = nextEnd;
  }
  setAt(at, itsZone);
  return newline;
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
