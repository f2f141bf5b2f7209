// The forms of lines that came before: the same bytes but for their numbers. A form has a number outside, where it is
// known what such a line says.

import { hashOf, isSame } from './bytes';
import { ARENA, ARENA_BYTES, FORMS, FORM_BYTES, FORM_SLOTS, SCRATCH, SEEN, SEEN_COUNT } from './layout';

/** The line must be read the ordinary way: its form is new, may be learned, or is none to be learned. */
export const NEW: i32 = -1;
export const MET: i32 = -2;
export const NEVER: i32 = -3;

const MANY_FORMS: i32 = FORM_SLOTS / 4;

/** Something was remembered: the memory is not as it was at first. */
let isUsed: bool = false;
let arenaBytes: i32 = 0;
let formCount: i32 = 0;
/** The line that may be learned: its hash and its length in SCRATCH. */
let metHash: u64 = 0;
let metBytes: i32 = 0;

export function forgetForms(): void {
  if (!isUsed) return;
  isUsed = false;
  memory.fill(FORMS, 0, FORM_BYTES * FORM_SLOTS);
  memory.fill(SEEN, 0, 8 * SEEN_COUNT);
  arenaBytes = 0;
  formCount = 0;
  metBytes = 0;
}

/** Address of the slot of a hash and these bytes, or of the free one where they would be. */
function slotOf(hash: u64, length: i32): i32 {
  let index = <i32>(hash & (FORM_SLOTS - 1));
  let slot = FORMS + index * FORM_BYTES;
  while (load<i32>(slot, 16) != 0 && !isAt(slot, hash, length)) {
    index = (index + 1) & (FORM_SLOTS - 1);
    slot = FORMS + index * FORM_BYTES;
  }
  return slot;
}

function isAt(slot: i32, hash: u64, length: i32): bool {
  if (load<u64>(slot) != hash || load<i32>(slot, 16) != length) return false;
  return isSame(ARENA + load<i32>(slot, 12), SCRATCH, length);
}

/** The number of the form whose constant parts stand in SCRATCH; else why there is none. */
export function formOf(length: i32): i32 {
  const hash = hashOf(SCRATCH, length);
  const slot = slotOf(hash, length);
  if (load<i32>(slot, 16) != 0) return load<i32>(slot, 8);
  const seen = SEEN + <i32>((hash >> 32) & (SEEN_COUNT - 1)) * 8;
  // what is met once may never come again: where there are many forms, it must come twice
  if (formCount >= MANY_FORMS && load<u64>(seen) != hash) {
    store<u64>(seen, hash);
    return NEW;
  }
  isUsed = true;
  metHash = hash;
  metBytes = length;
  return MET;
}

/** Gives the form that was met last a number, or NEVER; false = there is no more room. SCRATCH must be as it was. */
export function learn(form: i32): bool {
  if (metBytes == 0 || formCount * 2 >= FORM_SLOTS || arenaBytes + metBytes + 16 > ARENA_BYTES) return false;
  const slot = slotOf(metHash, metBytes);
  store<u64>(slot, metHash);
  store<i32>(slot, form, 8);
  store<i32>(slot, arenaBytes, 12);
  store<i32>(slot, metBytes, 16);
  memory.copy(ARENA + arenaBytes, SCRATCH, metBytes);
  arenaBytes += metBytes;
  formCount += 1;
  metBytes = 0;
  return true;
}
