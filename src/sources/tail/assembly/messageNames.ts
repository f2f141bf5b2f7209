// The names of a head where a message tells them again, as `user=app` or `"app"`: lines that tell their own names so are alike,
// whatever these are. What is told again and what is not: namesInMessages.ts says the same.

import { isSame } from './bytes';

/** The names that may be told again: where each stands, and its length. */
const MOST: i32 = 4;
const NAMES: usize = memory.data(8 * MOST);
let count: i32 = 0;
/** All that were left out can be told apart. */
let areClear: bool = true;

/** Stands before the number of a name that is told again. */
const TOLD: u8 = 0;
const EQUALS: u8 = 0x3d;
const QUOTE: u8 = 0x22;
const SPACE: u8 = 0x20;
const RETURN: u8 = 0x0d;
const NEWLINE: u8 = 0x0a;

/** A message has told a name again. */
export let isTold: bool = false;

/** A head begins. */
export function forgetNames(): void {
  count = 0;
  areClear = true;
  isTold = false;
}

/** A name was left out of the head. */
export function noteName(at: i32, to: i32): void {
  areClear = areClear && count < MOST && !isKnown(at, to - at);
  if (!areClear) return;
  store<i32>(NAMES + 8 * count, at);
  store<i32>(NAMES + 8 * count, isWord(at, to) ? to - at : 0, 4);
  count += 1;
}

function isKnown(at: i32, length: i32): bool {
  for (let name = 0; name < count; name += 1) {
    const known = load<i32>(NAMES + 8 * name, 4);
    if (known == length && isSame(load<i32>(NAMES + 8 * name), at, length)) return true;
  }
  return false;
}

/** Letters, digits, and what is none of the signs that stand around a name in a message. */
function isWord(at: i32, to: i32): bool {
  for (; at < to; at += 1) {
    const byte = <u32>load<u8>(at);
    const isPart = byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f || byte == 0x2d || byte == 0x2e;
    if (!isPart && byte < 0x80) return false;
  }
  return true;
}

/** Copies a message without the names that it tells again; answers the address behind the copy, 0 = there are zeros in it. */
export function copyWithoutNames(into: i32, from: i32, to: i32): i32 {
  let kept = from;
  for (let at = from; at < to; ) {
    const byte = load<u8>(at);
    if (byte == TOLD) return 0;
    at += 1;
    if (!areClear || (byte != EQUALS && byte != QUOTE)) continue;
    const name = nameAt(at, to);
    if (name < 0) continue;
    memory.copy(into, kept, at - kept);
    into += at - kept;
    store<u8>(into, TOLD);
    store<u8>(into, <u8>(name + 1), 1);
    into += 2;
    at += load<i32>(NAMES + 8 * name, 4);
    kept = at;
    isTold = true;
  }
  memory.copy(into, kept, to - kept);
  return into + to - kept;
}

/** Number of the name that stands here, up to a sign that ends it; -1 = none does. */
function nameAt(at: i32, to: i32): i32 {
  for (let name = 0; name < count; name += 1) {
    const length = load<i32>(NAMES + 8 * name, 4);
    if (length == 0 || at + length > to || !isSame(load<i32>(NAMES + 8 * name), at, length)) continue;
    const behind = at + length == to ? NEWLINE : load<u8>(at + length);
    if (behind == SPACE || behind == QUOTE || behind == RETURN || behind == NEWLINE) return name;
  }
  return -1;
}
