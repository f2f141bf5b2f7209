import type { OtherForm, RecurringForm, RecurringLine } from './recurring.ts';

/** Numbers of a line in a block, in this order. */
export const lineNumbers = 9;
/** ms since the epoch; NaN = the log has no time. */
export const lineAtIn = 0;
/** Start of the process, seconds since the epoch; NaN = the log does not say. */
export const lineStartIn = 1;
/** disconnection: ms; else 0. */
export const lineTimeMsIn = 2;
export const lineOffsetIn = 3;
export const linePidIn = 4;
export const lineFormIn = 5;
/** Port in the prefix, csv column or json key; −1 = none. */
export const lineEntryPortIn = 6;
/** Port in the message; −1 = none. */
export const lineMessagePortIn = 7;
/** Number of the host that the line tells; −1 = none but what its form may have. */
export const lineHostIn = 8;

/** Lines that recur, as numbers, in the order of the log. Nothing of it may be kept: it is filled anew. */
export interface LineBlock {
  /** `lineNumbers` of each. */
  readonly numbers: Float64Array;
  readonly count: number;
  /** By the numbers of forms. */
  readonly forms: readonly (RecurringForm | OtherForm)[];
  /** By their numbers. */
  readonly hosts: readonly string[];
  readonly fileNumber: number;
  /** Wall clock, ms. */
  readonly arrivedAt: number;
}

/** A number of a line. */
export function lineNumber({ numbers }: LineBlock, index: number, field: number): number {
  return numbers[index * lineNumbers + field] ?? Number.NaN;
}

/** A line of a block by itself. */
export function lineOf(block: LineBlock, index: number): RecurringLine {
  const number = (field: number): number => lineNumber(block, index, field);
  const formNumber = number(lineFormIn);
  const form = block.forms[formNumber];
  if (!form) throw new RangeError(`no form ${formNumber}`);
  const { fileNumber, arrivedAt } = block;
  return {
    ...{ form, formNumber, fileNumber, arrivedAt },
    at: number(lineAtIn),
    pid: number(linePidIn),
    startSeconds: number(lineStartIn),
    entryPort: number(lineEntryPortIn),
    messagePort: number(lineMessagePortIn),
    host: block.hosts[number(lineHostIn)],
    sessionTimeMs: number(lineTimeMsIn),
    offsetBytes: number(lineOffsetIn),
  };
}

/** The lines of a block from one index to another. */
export function linesOf(block: LineBlock, from: number, to: number): LineBlock {
  const numbers = block.numbers.subarray(from * lineNumbers, to * lineNumbers);
  return { ...block, numbers, count: to - from };
}
