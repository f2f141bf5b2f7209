import type { LogEntry } from './logEntry.ts';
import type { LogFormatName } from './logPlace.ts';
import {
  lineAtIn,
  lineFormIn,
  lineHostIn,
  lineMessagePortIn,
  lineNumber,
  lineNumbers,
  linePidIn,
  lineTimeMsIn,
  type LineBlock,
} from './lineBlock.ts';
import { messageOf, type OtherForm, type RecurringForm } from './recurring.ts';

/** Entries of the newest second that are remembered. */
const mostRemembered = 100_000;

/** What the files of one format have told so far. */
interface Account {
  newestAt: number;
  /** All times so far are whole seconds (`%t`). */
  inSeconds: boolean;
  /** The entries of the newest second: as they are, and those that recur by their numbers. */
  lately: LogEntry[];
  readonly lines: RememberedLines;
}

/** Lines that recur, in columns: there are many, and hardly ever is one asked for. */
class RememberedLines {
  count = 0;
  #forms: readonly (RecurringForm | OtherForm)[] = [];
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
    this.#hostNumbers[row] = lineNumber(block, index, lineHostIn);
    this.#numbers[row] = lineNumber(block, index, lineFormIn);
    this.#pids[row] = lineNumber(block, index, linePidIn);
    this.#ports[row] = lineNumber(block, index, lineMessagePortIn);
    this.#times[row] = lineNumber(block, index, lineTimeMsIn);
    this.count += 1;
  }

  has({ pid, severity, message }: LogEntry): boolean {
    for (let row = 0; row < this.count; row += 1) {
      const form = this.#forms[this.#numbers[row] ?? 0];
      if (!form || this.#pids[row] !== pid || form.entry.severity !== severity) continue;
      const numbers = {
        messagePort: this.#ports[row] ?? -1,
        sessionTimeMs: this.#times[row] ?? 0,
        host: this.#hosts[this.#hostNumbers[row] ?? -1],
      };
      if (messageOf(numbers, form) === message) return true;
    }
    return false;
  }

  #grow(rows: number): void {
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

/**
 * A server can write one log in several formats at once (`log_destination = 'stderr,csvlog'`). Where files of several
 * formats are read one after another, as after a change of log_destination, a later one may tell again what an earlier
 * one told: everything up to its newest time.
 */
export class Retelling {
  readonly #accounts = new Map<LogFormatName, Account>();

  /** Was this entry, of a file in this format, told already by a file in another one? */
  isRetold(entry: LogEntry, format: LogFormatName): boolean {
    const { at } = entry;
    if (at === undefined) return false;
    for (const [name, account] of this.#accounts)
      if (name !== format && tells(account, entry, at)) return true;
    const account = this.#accountOf(format, at);
    if (isLate(account, at)) account.lately.push(entry);
    return false;
  }

  /**
   * Takes note of lines that recur in a file of this format; false = there are files in other formats, and each of their
   * entries must be asked for.
   */
  takeLines(block: LineBlock, format: LogFormatName): boolean {
    const account = this.#accounts.get(format);
    if (this.#accounts.size > 1 || !account) return false;
    const { numbers, count } = block;
    const end = count * lineNumbers;
    for (let at = lineAtIn; account.inSeconds && at < end; at += lineNumbers)
      passTime(account, numbers[at] ?? Number.NaN);
    // only those behind the last one that begins a second may be of the newest
    let newestAt = account.newestAt;
    let nextSecondAt = (secondOf(newestAt) + 1) * 1000;
    let first = 0;
    for (let index = 0; index < count; index += 1) {
      const at = numbers[index * lineNumbers + lineAtIn] ?? Number.NaN;
      if (at > newestAt) newestAt = at;
      if (at >= nextSecondAt) {
        nextSecondAt = (secondOf(at) + 1) * 1000;
        first = index;
      }
    }
    passTime(account, newestAt);
    const from = secondOf(newestAt) * 1000;
    for (let index = first; index < count; index += 1) {
      const at = numbers[index * lineNumbers + lineAtIn] ?? Number.NaN;
      if (at >= from && account.lately.length + account.lines.count < mostRemembered)
        account.lines.add(block, index);
    }
    return true;
  }

  #accountOf(format: LogFormatName, at: number): Account {
    const known = this.#accounts.get(format);
    if (known) return known;
    const account = {
      newestAt: at,
      inSeconds: at % 1000 === 0,
      lately: [],
      lines: new RememberedLines(),
    };
    this.#accounts.set(format, account);
    return account;
  }
}

function tells({ newestAt, inSeconds, lately, lines }: Account, entry: LogEntry, at: number): boolean {
  if (secondOf(at) < secondOf(newestAt)) return true;
  if (at > newestAt + (inSeconds ? 999 : 0)) return false;
  const isSame = ({ pid, severity, message }: LogEntry): boolean =>
    pid === entry.pid && severity === entry.severity && message === entry.message;
  return lately.some(isSame) || lines.has(entry);
}

/** Takes note of a time; answers whether its entry is one of the newest second, which is remembered. */
function isLate(account: Account, at: number): boolean {
  passTime(account, at);
  const isNewest = at === account.newestAt || secondOf(at) === secondOf(account.newestAt);
  return isNewest && account.lately.length + account.lines.count < mostRemembered;
}

/** Takes note of a time; NaN = none. What was remembered of an earlier second is forgotten. */
function passTime(account: Account, at: number): void {
  if (at > account.newestAt) {
    if (at - account.newestAt >= 1000 || secondOf(at) > secondOf(account.newestAt)) {
      account.lately = [];
      account.lines.count = 0;
    }
    account.newestAt = at;
  }
  if (account.inSeconds && at % 1000 !== 0) account.inSeconds = Number.isNaN(at);
}

function secondOf(at: number): number {
  return Math.floor(at / 1000);
}
