// The lines that were read and wait for their forms: the memory where forms stand is slow, so it is asked for many at a time.

import { hashOf } from './bytes';
import { askForms, MET, MET_NOTHING } from './forms';
import { MOST_CONSTANT_BYTES, MOST_WAITING, NAME_PLACES, SCRATCH, SCRATCH_BYTES, WAITING, WAITING_BYTES } from './layout';
import { nameCount } from './line';
import { headBytes, messageBytes } from './parts';

/** How many lines wait, and where the constant parts of the next one go. */
export let waitingCount: i32 = 0;
export let freeScratch: i32 = SCRATCH;

/**
 * A line waits. WAITING holds of each its hash, where its constant parts stand, their length, what memory has answered so
 * far, what may be learned, and of its names how many there are, where they stand, and up to where its head and message go.
 */
export function letWait(length: i32, mayBeNothing: bool, hasOneHead: bool): void {
  // up to a multiple of 16 these are zeros
  v128.store(freeScratch + length, i8x16.splat(0));
  const line = waitingAt(waitingCount);
  store<u64>(line, hashOf(freeScratch, length));
  store<i32>(line, freeScratch, 8);
  store<i32>(line, length, 12);
  store<i32>(line, mayBeNothing ? MET_NOTHING : MET, 24);
  store<i32>(line, hasOneHead ? nameCount : 0, 28);
  v128.store(line, v128.load(NAME_PLACES), 32);
  v128.store(line, v128.load(NAME_PLACES, 16), 48);
  store<i32>(line, headBytes, 64);
  store<i32>(line, messageBytes, 68);
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

/** Address of the line that waits with an index; that behind the last is where the next would stand. */
// @ts-ignore: decorator
@inline
export function waitingAt(index: i32): i32 {
  return WAITING + index * WAITING_BYTES;
}

/** Asks for the forms of all of them. */
export function askForWaiting(): void {
  askForms(waitingAt(waitingCount));
}
