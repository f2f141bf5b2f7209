import {
  lineAtIn,
  lineFormIn,
  lineHostIn,
  lineMessagePortIn,
  lineNumber,
  linePidIn,
  lineTimeMsIn,
  type LineBlock,
} from './lineBlock.ts';
import type { LogEntry } from './logEntry.ts';
import { messageOf, type OtherForm, type RecurringForm } from './recurring.ts';

/** Lines that recur, in columns: there are many, and hardly ever is one asked for. */
export class RememberedLines {
  count = 0;
  #forms: readonly (RecurringForm | OtherForm)[] = [];
  #ats = new Float64Array(256);
  #numbers = new Int32Array(256);
  #pids = new Int32Array(256);
  #ports = new Int32Array(256);
  #times = new Float64Array(256);
  #hostNumbers = new Int32Array(256);
  #hosts: readonly string[] = [];

  add(block: LineBlock, index: number): void {
    const row = this.count;
    if (row === this.#pids.length) this.#grow(row * 2);
    this.#forms = block.forms;
    this.#hosts = block.hosts;
    this.#ats[row] = lineNumber(block, index, lineAtIn);
    this.#hostNumbers[row] = lineNumber(block, index, lineHostIn);
    this.#numbers[row] = lineNumber(block, index, lineFormIn);
    this.#pids[row] = lineNumber(block, index, linePidIn);
    this.#ports[row] = lineNumber(block, index, lineMessagePortIn);
    this.#times[row] = lineNumber(block, index, lineTimeMsIn);
    this.count += 1;
  }

  /** What they say, as `saying` puts it. */
  sayings(): string[] {
    return Array.from({ length: this.count }, (_, row) => {
      const form = this.#forms[this.#numbers[row] ?? 0];
      if (!form) return '';
      const numbers = {
        messagePort: this.#ports[row] ?? -1,
        sessionTimeMs: this.#times[row] ?? 0,
        host: this.#hosts[this.#hostNumbers[row] ?? -1],
      };
      const { severity } = form.entry;
      return saying({ pid: this.#pids[row], severity, message: messageOf(numbers, form) });
    });
  }

  /** Forgets those that are older than a time. */
  forgetBefore(from: number): void {
    const columns = [this.#ats, this.#numbers, this.#pids, this.#ports, this.#times, this.#hostNumbers];
    let kept = 0;
    for (let row = 0; row < this.count; row += 1) {
      if ((this.#ats[row] ?? 0) < from) continue;
      if (kept < row) for (const column of columns) column[kept] = column[row] ?? 0;
      kept += 1;
    }
    this.count = kept;
  }

  #grow(rows: number): void {
    this.#ats = grown(this.#ats, new Float64Array(rows));
    this.#numbers = grown(this.#numbers, new Int32Array(rows));
    this.#pids = grown(this.#pids, new Int32Array(rows));
    this.#ports = grown(this.#ports, new Int32Array(rows));
    this.#times = grown(this.#times, new Float64Array(rows));
    this.#hostNumbers = grown(this.#hostNumbers, new Int32Array(rows));
  }
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** What an entry says, and who: the same in every format. */
export function saying({ pid, severity, message }: Pick<LogEntry, 'pid' | 'severity' | 'message'>): string {
  return `${pid} ${severity} ${message}`;
}
