// The forms of lines that came before: the same bytes but for their numbers. A form has a number outside, where it is
// known what such a line says.

import { hashOf, isSameBlocks } from './bytes';
import {
  ARENA,
  ARENA_BYTES,
  DERIVED,
  INDEX,
  MOST_DERIVED,
  MOST_FORMS,
  NAMELESS,
  SCRATCH,
  SEEN,
  SEEN_COUNT,
  WAITING,
  WAITING_BYTES,
} from './layout';
import { isTold } from './messageNames';
import { leaveOutNames } from './plainNames';

/** The line must be read the ordinary way: its form is new, may be learned, or is none to be learned. */
export const NEW: i32 = -1;
export const MET: i32 = -2;
export const NEVER: i32 = -3;
/** It may be learned that the line is nothing, and it is known to be nothing. */
export const MET_NOTHING: i32 = -4;
export const NOTHING: i32 = -5;
/** Of all lines that are alike but for plain names: they are nothing, or like that of the form with a number: less than this. */
const ALL_NOTHING: i32 = -6;
const ALL_ALIKE: i32 = -16;

const MANY_FORMS: i32 = MOST_FORMS / 2;
/** A form in the arena begins with its hash, its number and its length; each begins a line of the processor's cache. */
const HEAD_BYTES: i32 = 16;
const LINE_BYTES: i32 = 64;
/** A slot of the index holds the place of a form, counted in such lines from 1 on, and the highest bits of its hash. */
const PLACE_BITS: u32 = 18;
/** The index is as small as it can be, so that it stays in the cache. */
const LEAST_SLOTS: i32 = 512;

/** Something was remembered: the memory is not as it was at first. */
let isUsed: bool = false;
let slotCount: i32 = LEAST_SLOTS;
let arenaBytes: i32 = 0;
let formCount: i32 = 0;
/** The line that may be learned: its hash, and where its constant parts stand. */
let metHash: u64 = 0;
let metBytes: i32 = 0;
let metAt: i32 = 0;
/** How long it is without its plain names; 0 = it has none, or heads that differ. */
export let namelessBytes: i32 = 0;
/** The number of the next form; how many were derived since they were asked for. */
let nextNumber: i32 = 0;
export let derivedCount: i32 = 0;
export function forgetForms(): void {
  if (!isUsed) return;
  isUsed = false;
  memory.fill(INDEX, 0, 4 * slotCount);
  memory.fill(SEEN, 0, 8 * SEEN_COUNT);
  slotCount = LEAST_SLOTS;
  arenaBytes = 0;
  formCount = 0;
  metBytes = 0;
  namelessBytes = 0;
}

// @ts-ignore: decorator
@inline
function tagOf(hash: u64): u32 {
  return <u32>(hash >> 32) & ~((<u32>1 << PLACE_BITS) - 1);
}

// @ts-ignore: decorator
@inline
function slotAt(index: i32): i32 {
  return INDEX + (index & (slotCount - 1)) * 4;
}

/** Address of the form with a hash and these constant parts; 0 = there is none. */
function find(hash: u64, constants: i32, length: i32): i32 {
  const tag = tagOf(hash);
  let index = <i32>hash;
  for (let slot = load<u32>(slotAt(index)); slot != 0; slot = load<u32>(slotAt(++index))) {
    const place = slot ^ tag;
    if (place >> PLACE_BITS != 0) continue;
    const form = ARENA + <i32>(place - 1) * LINE_BYTES;
    if (load<u64>(form) != hash || load<i32>(form, 12) != length) continue;
    if (isSameBlocks(form + HEAD_BYTES, constants, length)) return form;
  }
  return 0;
}

/** Puts a form into the index. */
function enter(form: i32): void {
  const hash = load<u64>(form);
  let index = <i32>hash;
  while (load<u32>(slotAt(index)) != 0) index += 1;
  store<u32>(slotAt(index), tagOf(hash) | <u32>((form - ARENA) / LINE_BYTES + 1));
}

/** Makes room in the index for one more: no more than half of it is ever taken. */
function growIndex(): void {
  if (formCount * 2 < slotCount) return;
  memory.fill(INDEX, 0, 4 * slotCount);
  slotCount *= 2;
  const end = ARENA + arenaBytes;
  for (let form = ARENA; form < end; form += bytesOf(load<i32>(form, 12))) enter(form);
}

/** What a form takes up whose constant parts are so long. */
function bytesOf(length: i32): i32 {
  return (HEAD_BYTES + length + LINE_BYTES - 1) & -LINE_BYTES;
}

/** Asks for the forms of the lines that wait up to this one. */
export function askForms(last: i32): void {
  for (let line = WAITING; line < last; line += WAITING_BYTES)
    store<u32>(line, load<u32>(slotAt(<i32>load<u64>(line))), 16);
  for (let line = WAITING; line < last; line += WAITING_BYTES) {
    const place = load<u32>(line, 16) & ((<u32>1 << PLACE_BITS) - 1);
    const form = ARENA + <i32>place * LINE_BYTES - LINE_BYTES;
    const end = form + HEAD_BYTES + load<i32>(line, 12);
    let answer: u64 = 0;
    for (let at = form; at < end; at += LINE_BYTES) answer += load<u64>(at);
    store<u64>(line, answer, 16);
  }
}

/** The number of the form of a line that waits; else why there is none. */
export function formOf(line: i32): i32 {
  const hash = load<u64>(line);
  const constants = load<i32>(line, 8);
  const length = load<i32>(line, 12);
  const form = find(hash, constants, length);
  if (form != 0) {
    const number = load<i32>(form, 8);
    // a line with zeros in its names looks like others without theirs
    return number <= ALL_NOTHING ? NEVER : number;
  }
  const derived = derivedOf(line, hash, constants, length);
  if (derived != NEW) return derived;
  const seen = SEEN + <i32>((hash >> 32) & (SEEN_COUNT - 1)) * 8;
  // what is met once may never come again: where there are many forms, it must come twice
  if (formCount >= MANY_FORMS && load<u64>(seen) != hash) {
    store<u64>(seen, hash);
    return NEW;
  }
  isUsed = true;
  metHash = hash;
  metAt = constants;
  metBytes = length;
  return load<i32>(line, 24);
}

/** What a line is that has no form, if one is known that is alike but for plain names; NEW = none is. */
function derivedOf(line: i32, hash: u64, constants: i32, length: i32): i32 {
  namelessBytes = namelessOf(line, constants, length);
  if (namelessBytes == 0) return NEW;
  v128.store(NAMELESS + namelessBytes, i8x16.splat(0));
  const form = find(hashOf(NAMELESS, namelessBytes), NAMELESS, namelessBytes);
  if (form == 0) return NEW;
  const what = load<i32>(form, 8);
  if (what == ALL_NOTHING) return NOTHING;
  if (what > ALL_ALIKE || derivedCount == MOST_DERIVED) return NEW;
  const number = nextNumber;
  if (!put(hash, number, constants, length)) return NEW;
  const derived = DERIVED + 16 * derivedCount;
  store<i32>(derived, ALL_ALIKE - what);
  store<i32>(derived, lastPut + HEAD_BYTES, 4);
  store<i32>(derived, length, 8);
  store<i32>(derived, load<i32>(line, 64) | (i32(isTold) << 16), 12);
  derivedCount += 1;
  nextNumber += 1;
  return number;
}

/** Writes a line's constant parts to NAMELESS without their plain names; answers their length, 0 = they have none, or heads that differ. */
function namelessOf(line: i32, constants: i32, length: i32): i32 {
  const names = load<i32>(line, 28);
  if (names == 0) return 0;
  const message = constants + load<i32>(line, 64);
  // where a label may be another's text, that is told apart by the names in it
  const end = load<i32>(line, 24) == MET_NOTHING ? message : constants + load<i32>(line, 68);
  return leaveOutNames(constants, length, line + 32, names, message, end);
}

/** Those that were derived have been taken, and so many forms have numbers. */
export function numberFrom(next: i32): void {
  derivedCount = 0;
  nextNumber = next;
}

/** Address of the constant parts of the form that was met last, and their length. */
export function metPlace(): i32 {
  return metAt;
}
export function metLength(): i32 {
  return metBytes;
}

/** Makes the form whose constant parts stand in SCRATCH, which no search needs now, the one that was met last. */
export function meet(length: i32): void {
  v128.store(SCRATCH + length, i8x16.splat(0));
  isUsed = true;
  metHash = hashOf(SCRATCH, length);
  metAt = SCRATCH;
  metBytes = find(metHash, SCRATCH, length) == 0 ? length : 0;
}

/** Gives the form that was met last a number, NEVER or NOTHING; false = there is no more room. SCRATCH must be as it was. */
export function learn(number: i32): bool {
  if (metBytes == 0 || !put(metHash, number, metAt, metBytes)) return false;
  metBytes = 0;
  return true;
}

/** And so are all that are alike but for plain names: like this one, or nothing. False = they are not known by these. */
export function learnAlike(number: i32): bool {
  const hash = hashOf(NAMELESS, namelessBytes);
  if (namelessBytes == 0 || find(hash, NAMELESS, namelessBytes) != 0) return false;
  return put(hash, number < 0 ? ALL_NOTHING : ALL_ALIKE - number, NAMELESS, namelessBytes);
}

/** Where the last form stands. */
let lastPut: i32 = 0;

/** Puts a form behind the others, its constant parts with the zeros behind them; false = there is no more room. */
function put(hash: u64, number: i32, constants: i32, length: i32): bool {
  const bytes = bytesOf(length);
  if (formCount >= MOST_FORMS || arenaBytes + bytes > ARENA_BYTES) return false;
  growIndex();
  lastPut = ARENA + arenaBytes;
  store<u64>(lastPut, hash);
  store<i32>(lastPut, number, 8);
  store<i32>(lastPut, length, 12);
  memory.copy(lastPut + HEAD_BYTES, constants, (length + 15) & ~15);
  enter(lastPut);
  arenaBytes += bytes;
  formCount += 1;
  return true;
}
