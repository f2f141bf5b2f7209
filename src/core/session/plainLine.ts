import {
  lineAtIn,
  lineHostIn,
  lineNumbers,
  lineOf,
  linePidIn,
  lineStartIn,
  lineTimeMsIn,
  type LineBlock,
} from '../log/lineBlock.ts';
import type { RecurringLine } from '../log/recurring.ts';
import type { FormFacts } from './recurringForms.ts';

/** A line of a block: one object for all of them, because there are many. */
export class PlainLine {
  block: LineBlock = {
    ...{ numbers: new Float64Array(), count: 0, forms: [], hosts: [] },
    ...{ fileNumber: 0, arrivedAt: 0 },
  };
  /** Where its numbers begin. */
  from = 0;
  /** Those that are asked for most. */
  at = 0;
  pid = 0;
  start = 0;

  /** Becomes the line of the block with this index. */
  read(index: number): void {
    const { numbers } = this.block;
    const from = index * lineNumbers;
    this.from = from;
    this.at = numbers[from + lineAtIn] ?? 0;
    this.pid = numbers[from + linePidIn] ?? 0;
    this.start = numbers[from + lineStartIn] ?? 0;
  }

  /** As an object that may be kept. */
  whole(): RecurringLine {
    return lineOf(this.block, this.from / lineNumbers);
  }

  /** When the session began that this disconnection ends; NaN = the log has no time. */
  get startedAt(): number {
    return this.at - this.number(lineTimeMsIn);
  }

  /** Number of the host that the line tells, or its form. */
  host({ number }: FormFacts): number {
    const host = this.number(lineHostIn);
    return host >= 0 ? host : -2 - number;
  }

  /** Another of its numbers (lineBlock.ts). */
  number(field: number): number {
    return this.block.numbers[this.from + field] ?? 0;
  }
}
