// One look at a line from its start to its end: where lines are read one after the other, each byte is seen once.

import { bitsOf, sixteen } from './bytes';
import { LONGEST_HEAD } from './candidates';

const NEWLINE: u8 = 0x0a;

/** The first `:  ` in the head of the line that was walked last; 0 = there is none. */
export let firstLabel: i32 = 0;
/** There is no other. */
export let isOnlyLabel: bool = false;
/** Before it something may be found that is no label. */
export let hasOther: bool = false;

/** Address of the newline that ends the line which begins at `start`, or `to`, close behind which it sees labels too. */
export function walk(start: i32, to: i32): i32 {
  firstLabel = 0;
  isOnlyLabel = true;
  hasOther = false;
  const newline = sixteen(NEWLINE);
  const colon = sixteen(0x3a);
  const space = sixteen(0x20);
  const k = sixteen(0x6b);
  const d = sixteen(0x64);
  for (let at = start; at < to; at += 32) {
    const first1 = v128.load(at);
    const third1 = v128.load(at, 2);
    const newlines1 = i8x16.eq(first1, newline);
    const labels1 = v128.and(i8x16.eq(first1, colon), i8x16.eq(third1, space));
    const marks1 = v128.or(labels1, v128.and(i8x16.eq(first1, k), i8x16.eq(third1, d)));
    const first2 = v128.load(at, 16);
    const third2 = v128.load(at, 18);
    const newlines2 = i8x16.eq(first2, newline);
    const labels2 = v128.and(i8x16.eq(first2, colon), i8x16.eq(third2, space));
    const marks2 = v128.or(labels2, v128.and(i8x16.eq(first2, k), i8x16.eq(third2, d)));
    const all = v128.or(v128.or(marks1, newlines1), v128.or(marks2, newlines2));
    if (i8x16.bitmask(all) == 0) continue;
    const ends = bitsOf(newlines1, newlines2);
    // those before the newline: all where there is none
    mark(start, at, bitsOf(marks1, marks2) & ((ends & -ends) - 1));
    if (ends != 0) return min(at + ctz(ends), to);
  }
  return to;
}

// @ts-ignore: decorator
@inline
function mark(start: i32, at: i32, marks: u32): void {
  for (; marks != 0; marks &= marks - 1) {
    const found = at + ctz(marks);
    if (load<u8>(found) != 0x3a) hasOther = hasOther || firstLabel == 0;
    // the label and its two spaces stand in the head
    else if (load<u8>(found, 1) == 0x20 && found < start + LONGEST_HEAD - 2) {
      if (firstLabel == 0) firstLabel = found;
      else isOnlyLabel = false;
    }
  }
}
