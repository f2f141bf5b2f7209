// The forms of lines that came before: the same bytes but for their numbers. A form has a number outside, where it is
// known what such a line says.

import { hashOf, isSameBlocks } from './bytes';
import {
  ARENA,
  ARENA_BYTES,
  INDEX,
  MOST_CONSTANT_BYTES,
  MOST_FORMS,
  MOST_WAITING,
  SCRATCH,
  SCRATCH_BYTES,
  SEEN,
  SEEN_COUNT,
  WAITING,
  WAITING_BYTES,
} from './layout';

/** The line must be read the ordinary way: its form is new, may be learned, or is none to be learned. */
export const NEW: i32 = -1;
export const MET: i32 = -2;
export const NEVER: i32 = -3;
/** It may be learned that the line is nothing, and it is known to be nothing. */
export const MET_NOTHING: i32 = -4;
export const NOTHING: i32 = -5;

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
/** How many lines wait, and where the constant parts of the next one go. */
export let waitingCount: i32 = 0;
export let freeScratch: i32 = SCRATCH;

export function forgetForms(): void {
  if (!isUsed) return;
  isUsed = false;
  memory.fill(INDEX, 0, 4 * slotCount);
  memory.fill(SEEN, 0, 8 * SEEN_COUNT);
  slotCount = LEAST_SLOTS;
  arenaBytes = 0;
  formCount = 0;
  metBytes = 0;
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

/**
 * A line waits for its form: the memory where forms stand is slow, so it is asked for many at a time. WAITING holds of
 * each its hash, where its constant parts stand, their length, what memory has answered so far, and what may be learned.
 */
export function letWait(length: i32, mayBeNothing: bool): void {
  // up to a multiple of 16 these are zeros
  v128.store(freeScratch + length, i8x16.splat(0));
  const line = WAITING + waitingCount * WAITING_BYTES;
  store<u64>(line, hashOf(freeScratch, length));
  store<i32>(line, freeScratch, 8);
  store<i32>(line, length, 12);
  store<i32>(line, mayBeNothing ? MET_NOTHING : MET, 24);
  waitingCount += 1;
  freeScratch = (freeScratch + length + 15) & -16;
}

/** How many lines may wait: few where forms are new, since what was read behind such a line is read again. */
let mayWait: i32 = 1;

/** No other line can wait. */
// @ts-ignore: decorator
@inline
export function isFull(): bool {
  return waitingCount >= mayWait || freeScratch + MOST_CONSTANT_BYTES > SCRATCH + SCRATCH_BYTES;
}

/** No line waits any more, of which all had forms or not. */
export function clearWaiting(areKnown: bool): void {
  mayWait = areKnown ? min(mayWait * 2, MOST_WAITING) : 1;
  waitingCount = 0;
  freeScratch = SCRATCH;
}

/** Asks for the forms of all lines that wait. */
export function askForms(): void {
  const last = WAITING + waitingCount * WAITING_BYTES;
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
export function formOf(index: i32): i32 {
  const line = WAITING + index * WAITING_BYTES;
  const hash = load<u64>(line);
  const constants = load<i32>(line, 8);
  const length = load<i32>(line, 12);
  const form = find(hash, constants, length);
  if (form != 0) return load<i32>(form, 8);
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
  const bytes = bytesOf(metBytes);
  if (metBytes == 0 || formCount >= MOST_FORMS || arenaBytes + bytes > ARENA_BYTES) return false;
  growIndex();
  const form = ARENA + arenaBytes;
  store<u64>(form, metHash);
  store<i32>(form, number, 8);
  store<i32>(form, metBytes, 12);
  // with the zeros behind them
  memory.copy(form + HEAD_BYTES, metAt, (metBytes + 15) & ~15);
  enter(form);
  arenaBytes += bytes;
  formCount += 1;
  metBytes = 0;
  return true;
}
