import type { LogEntry } from './logEntry.ts';
import type { LogFormatName } from './logPlace.ts';

/** Entries of the newest second that are remembered. */
const mostRemembered = 100_000;

/** What the files of one format have told so far. */
interface Account {
  newestAt: number;
  /** All times so far are whole seconds (`%t`). */
  inSeconds: boolean;
  /** The entries of the newest second. */
  lately: LogEntry[];
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
    const account = this.#accounts.get(format);
    if (account) note(account, entry, at);
    else this.#accounts.set(format, { newestAt: at, inSeconds: at % 1000 === 0, lately: [entry] });
    return false;
  }
}

function tells({ newestAt, inSeconds, lately }: Account, entry: LogEntry, at: number): boolean {
  if (secondOf(at) < secondOf(newestAt)) return true;
  if (at > newestAt + (inSeconds ? 999 : 0)) return false;
  return lately.some(
    ({ pid, severity, message }) =>
      pid === entry.pid && severity === entry.severity && message === entry.message,
  );
}

function note(account: Account, entry: LogEntry, at: number): void {
  if (at % 1000 !== 0) account.inSeconds = false;
  if (secondOf(at) > secondOf(account.newestAt)) account.lately = [];
  if (at > account.newestAt) account.newestAt = at;
  if (secondOf(at) === secondOf(account.newestAt) && account.lately.length < mostRemembered)
    account.lately.push(entry);
}

function secondOf(at: number): number {
  return Math.floor(at / 1000);
}
