import type { LogEntry } from './logEntry.ts';
import type { LogFormatName } from './logPlace.ts';
import { entryOf, messageOf, type RecurringForm, type RecurringLine } from './recurring.ts';

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
  #forms: RecurringForm[] = [];
  #pids = new Int32Array(256);
  #ports = new Int32Array(256);
  #times = new Float64Array(256);

  get count(): number {
    return this.#forms.length;
  }

  clear(): void {
    this.#forms.length = 0;
  }

  add({ form, pid, messagePort, sessionTimeMs }: RecurringLine): void {
    const row = this.#forms.length;
    if (row === this.#pids.length) {
      this.#pids = grown(this.#pids, new Int32Array(row * 2));
      this.#ports = grown(this.#ports, new Int32Array(row * 2));
      this.#times = grown(this.#times, new Float64Array(row * 2));
    }
    this.#forms.push(form);
    this.#pids[row] = pid;
    this.#ports[row] = messagePort;
    this.#times[row] = sessionTimeMs;
  }

  has({ pid, severity, message }: LogEntry): boolean {
    return this.#forms.some((form, row) => {
      if (this.#pids[row] !== pid || form.entry.severity !== severity) return false;
      const numbers = { messagePort: this.#ports[row] ?? -1, sessionTimeMs: this.#times[row] ?? 0 };
      return messageOf(numbers, form) === message;
    });
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

  /** The same of a line that recurs: as long as all files are in one format, its entry is not needed. */
  isLineRetold(line: RecurringLine, format: LogFormatName): boolean {
    if (this.#accounts.size > 1 || !this.#accounts.has(format)) return this.isRetold(entryOf(line), format);
    const { at } = line;
    if (Number.isNaN(at)) return false;
    const account = this.#accountOf(format, at);
    if (isLate(account, at)) account.lines.add(line);
    return false;
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
  if (at > account.newestAt) {
    if (secondOf(at) > secondOf(account.newestAt)) {
      account.lately = [];
      account.lines.clear();
    }
    account.newestAt = at;
  }
  if (account.inSeconds && at % 1000 !== 0) account.inSeconds = false;
  const isNewest = at === account.newestAt || secondOf(at) === secondOf(account.newestAt);
  return isNewest && account.lately.length + account.lines.count < mostRemembered;
}

function secondOf(at: number): number {
  return Math.floor(at / 1000);
}
