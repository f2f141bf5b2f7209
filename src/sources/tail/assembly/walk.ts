// One look at a line from its start to its end: where lines are read one after the other, each byte is seen once.

import { sixteen } from './bytes';
import { LONGEST_HEAD } from './candidates';

const NEWLINE: u8 = 0x0a;

/** The first `:  ` in the head of the line that was walked last; 0 = there is none. */
export let firstLabel: i32 = 0;
/** There is no other. */
export let isOnlyLabel: bool = false;
/** Before it something may be found that is no label. */
export let hasOther: bool = false;

/** Address of the newline that ends the line which begins at `start`, or `to`. */
export function walk(start: i32, to: i32): i32 {
  firstLabel = 0;
  isOnlyLabel = true;
  hasOther = false;
  const newline = sixteen(NEWLINE);
  const colon = sixteen(0x3a);
  const space = sixteen(0x20);
  const k = sixteen(0x6b);
  const d = sixteen(0x64);
  for (let at = start; at < to; at += 16) {
    const first = v128.load(at);
    const third = v128.load(at, 2);
    const newlines = i8x16.eq(first, newline);
    const labels = v128.and(i8x16.eq(first, colon), i8x16.eq(third, space));
    const others = v128.and(i8x16.eq(first, k), i8x16.eq(third, d));
    const marks = v128.or(labels, others);
    if (!v128.any_true(v128.or(marks, newlines))) continue;
    const ends = <u32>i8x16.bitmask(newlines);
    // those before the newline: all where there is none
    mark(start, at, <u32>i8x16.bitmask(marks) & ((ends & -ends) - 1));
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
