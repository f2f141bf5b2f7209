// The scan of a log at the speed of memory: bytes in, places and numbers out. What is found here is a shortcut, never
// the truth: wasmScan.ts says what must hold.

import { Framing } from './candidates';
import { lookForOthers as lookForOthersThan } from './encodings';
import * as forms from './forms';
import * as hosts from './hosts';
import * as at from './layout';
import * as lines from './lines';
import { isTold } from './messageNames';
import {
  beginSearch,
  candidateBehind,
  clearRecords,
  isOfSection,
  isNextClose,
  readLine,
  readTo as readToAddress,
  recordCount,
  refusal,
  settle,
  unsettled,
} from './records';
import { isFull } from './waiting';
import { forgetWindow, nextCandidate, rewind } from './windows';

/** Addresses and sizes, in the order in which wasmScan.ts and moduleForms.ts read them. */
export function layout(index: i32): i32 {
  switch (index) {
    case 0:
      return at.INPUT;
    case 1:
      return at.INPUT_BYTES;
    case 2:
      return at.RECORDS;
    case 3:
      return at.WHOLE_LABELS;
    case 4:
      return at.PROGRAM;
    case 5:
      return at.KEYS;
    case 6:
      return at.HOST_TEXTS;
    case 7:
      return at.HOST_BYTES;
    case 8:
      return at.HOST_NUMBERS;
    case 9:
      return at.SCRATCH;
    case 10:
      return at.IN_NAMES;
    case 11:
      return at.DERIVED;
    default:
      return 0;
  }
}

let isReading = false;

/** Forgets all forms. */
export function forget(): void {
  forms.forgetForms();
}

/** Whether lines that were met before are read here from now on. */
export function setReading(isOn: bool): void {
  isReading = isOn;
}

/** Where the constant parts of that line stand, and their length. */
export function metPlace(): i32 {
  return forms.metPlace();
}
export function metLength(): i32 {
  return forms.metLength();
}

/** Makes it a form whose constant parts stand in SCRATCH: so long. */
export function meet(length: i32): void {
  forms.meet(length);
}

/** Gives the form of the last place that was found, which was met for the second time, a number. */
export function learn(form: i32): bool {
  return forms.learn(form);
}

/** How long it is without its plain names; 0 = it has none, or heads that differ. */
export function namelessLength(): i32 {
  return forms.namelessBytes;
}

/** Does its message tell names of its head again? */
export function tellsNames(): bool {
  return isTold;
}

/** And what all are that are alike but for plain names: like the form with this number, or, if it is negative, nothing. */
export function learnAlike(form: i32): bool {
  return forms.learnAlike(form);
}

/** How many forms were derived of others, whose numbers are the next. */
export function derivedCount(): i32 {
  return forms.derivedCount;
}
/** They have been taken: so many have numbers. */
export function numberFrom(next: i32): void {
  forms.numberFrom(next);
}

/** Makes lines of the records that were found; answers the first whose zone must be told, or `to`. */
export function finish(from: i32, to: i32, offset: f64): i32 {
  return lines.finish(from, to, offset);
}
/** Is it that of the process's start? */
export function isZoneOfStart(): bool {
  return lines.isOfStart;
}
export function setZone(index: i32, from: f64, offset: f64): void {
  lines.setZone(index, from, offset);
}
/** Forgets the lines that were read. */
export function clear(): void {
  clearRecords();
}
/** How many lines were read since then, and why the place that the last search found is none of them. */
export function found(): i32 {
  return recordCount;
}
export function whyNot(): i32 {
  return refusal;
}
/** How many hosts lines have told. */
export function hostCount(): i32 {
  return hosts.hostCount;
}
/** Index behind the last line that the last search read. */
export function readTo(): i32 {
  return readToAddress - at.INPUT;
}

/** Whether places are answered near which something is not in UTF-8. */
export function lookForOthers(isOn: bool): void {
  lookForOthersThan(isOn);
}

/** The bytes that are searched, or what is searched in them, are others than they were. */
export function restart(): void {
  forgetWindow();
}

/**
 * Index of the next place in [from, to) that must be looked at the ordinary way, or `to`. The lines before it that
 * were read stand in RECORDS, behind those of earlier searches.
 */
export function search(framing: i32, from: i32, to: i32, startsLine: bool, isMore: bool): i32 {
  beginSearch();
  const end = at.INPUT + to;
  const how = <Framing>framing;
  // what stands behind the bytes must not look like more of them
  store<u64>(end, 0);
  store<u64>(end, 0, 8);
  rewind(at.INPUT + from);
  let place = nextCandidate(how, at.INPUT + from, end);
  while (place < end && isReading) {
    if (!readLine(how, place, end, startsLine, isMore)) {
      if (how != Framing.LINES || !isOfSection(place, startsLine)) break;
      place = nextCandidate(how, place + 1, end);
      continue;
    }
    // forms are asked for together, but not before much is searched in vain
    if ((!isNextClose(how, end) || isFull()) && !settle()) return unsettled - at.INPUT;
    place = candidateBehind(how, end);
  }
  return (settle() ? place : unsettled) - at.INPUT;
}
