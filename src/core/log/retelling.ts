import type { LogEntry } from './logEntry.ts';
import type { LogFormatName } from './logPlace.ts';
import { lineAtIn, lineNumbers, type LineBlock } from './lineBlock.ts';
import { RememberedLines, saying } from './rememberedLines.ts';
import { ToldTimes } from './toldTimes.ts';

/** Entries that are remembered. */
const mostRemembered = 100_000;
/**
 * How far the clock of `%t` may lag: it is asked for with time(), which goes on with the kernel's ticks (as rarely as
 * every 10 ms), the one of `%m`, csv and json with gettimeofday() (elog.c, `log_status_format` and `get_formatted_log_time`).
 */
export const clockLagMs = 20;
/** So much later than `%t` says a thing may have happened; the times of the others are the same, to the millisecond. */
const lagInSecondsMs = 999 + clockLagMs;

/**
 * What the files of one format have told so far: when, and of the newest all of it, word by word. All of the second of
 * its newest time and of the one before is remembered: a clock of whole seconds that lags puts what another format has
 * at the beginning of a second before it.
 */
class Account {
  #newestAt: number;
  readonly #times = new ToldTimes();
  /** All times so far are whole seconds (`%t`). */
  #inSeconds: boolean;
  #entries: LogEntry[] = [];
  readonly #lines = new RememberedLines();
  /** What the remembered ones say; undefined = to be gathered when it is asked for. */
  #sayings: Set<string> | undefined;
  /** Up to here all was told, word by word unknown. */
  readonly #allToAt: number;

  /** `at`: of the first entry; with `isResumed`, of the newest of those that were told before. */
  constructor(at: number, isResumed = false) {
    this.#newestAt = at;
    this.#inSeconds = at % 1000 === 0;
    this.#times.add(at);
    this.#allToAt = isResumed ? at + this.#lagMs : Number.NEGATIVE_INFINITY;
  }

  /** It ends before this time, and tells nothing of what is later. */
  isBefore(at: number): boolean {
    return at > this.#newestAt + this.#lagMs;
  }

  tells(entry: LogEntry, at: number): boolean {
    if (at <= this.#allToAt) return true;
    if (this.isBefore(at)) return false;
    if (at < this.#rememberedFrom + clockLagMs)
      return this.#times.has(
        at - (this.#inSeconds ? lagInSecondsMs : 0),
        at + (at % 1000 === 0 ? lagInSecondsMs : 0),
      );
    this.#sayings ??= new Set([...this.#entries.map(saying), ...this.#lines.sayings()]);
    return this.#sayings.has(saying(entry));
  }

  take(entry: LogEntry, at: number): void {
    this.#times.add(at);
    this.#pass(at);
    if (at >= this.#rememberedFrom && this.#mayRemember()) this.#entries.push(entry);
    this.#sayings = undefined;
  }

  takeLines(block: LineBlock): void {
    const { numbers, count } = block;
    const end = count * lineNumbers;
    for (let at = lineAtIn; this.#inSeconds && at < end; at += lineNumbers)
      this.#passWhole(numbers[at] ?? Number.NaN);
    // only those behind the last but one that begins a second may be remembered
    let newestAt = this.#newestAt;
    let nextSecondAt = (secondOf(newestAt) + 1) * 1000;
    let [first, firstOfNewest] = [0, 0];
    for (let index = 0; index < count; index += 1) {
      const at = numbers[index * lineNumbers + lineAtIn] ?? Number.NaN;
      this.#times.add(at);
      if (at > newestAt) newestAt = at;
      if (at >= nextSecondAt) {
        nextSecondAt = (secondOf(at) + 1) * 1000;
        first = firstOfNewest;
        firstOfNewest = index;
      }
    }
    this.#pass(newestAt);
    const from = this.#rememberedFrom;
    for (let index = first; index < count; index += 1) {
      const at = numbers[index * lineNumbers + lineAtIn] ?? Number.NaN;
      if (at >= from && this.#mayRemember()) this.#lines.add(block, index);
    }
    this.#sayings = undefined;
  }

  /** So much later than it says a thing of its newest time may have happened. */
  get #lagMs(): number {
    return this.#inSeconds ? lagInSecondsMs : clockLagMs;
  }

  get #rememberedFrom(): number {
    return (secondOf(this.#newestAt) - 1) * 1000;
  }

  #mayRemember(): boolean {
    return this.#entries.length + this.#lines.count < mostRemembered;
  }

  /** Takes note of a time; NaN = none. What was remembered of earlier seconds is forgotten. */
  #pass(at: number): void {
    this.#passWhole(at);
    if (!(at > this.#newestAt)) return;
    const isNewSecond = secondOf(at) > secondOf(this.#newestAt);
    this.#newestAt = at;
    if (!isNewSecond) return;
    const from = this.#rememberedFrom;
    this.#entries = this.#entries.filter((entry) => (entry.at ?? from) >= from);
    this.#lines.forgetBefore(from);
  }

  #passWhole(at: number): void {
    if (this.#inSeconds && at % 1000 !== 0) this.#inSeconds = Number.isNaN(at);
  }
}

/**
 * A server can write one log in several formats at once (`log_destination = 'stderr,csvlog'`). Where files of several
 * formats are read one after another, as after a change of log_destination, a later one may tell again what an earlier
 * one told: everything of the times of which that one told.
 */
export class Retelling {
  readonly #accounts = new Map<LogFormatName, Account>();

  /** Was this entry, of a file in this format, told already by a file in another one? */
  isRetold(entry: LogEntry, format: LogFormatName): boolean {
    const { at } = entry;
    if (at === undefined || isPastTheLog(entry)) return false;
    for (const [name, account] of this.#accounts)
      if (name !== format && account.tells(entry, at)) return true;
    this.#accountOf(format, at).take(entry, at);
    return false;
  }

  /** A file in this format has told everything up to this time before; what it said is not known any more. */
  resume(format: LogFormatName, at: number): void {
    this.#accounts.set(format, new Account(at, true));
  }

  /**
   * Takes note of lines that recur in a file of this format; false = files in other formats tell of the same time, and each
   * of their entries must be asked for.
   */
  takeLines(block: LineBlock, format: LogFormatName): boolean {
    const account = this.#accounts.get(format);
    if (!account || this.#isToldOf(block, format)) return false;
    account.takeLines(block);
    return true;
  }

  #accountOf(format: LogFormatName, at: number): Account {
    const account = this.#accounts.get(format) ?? new Account(at);
    this.#accounts.set(format, account);
    return account;
  }

  /** May files in other formats have told some of these lines? */
  #isToldOf({ numbers, count }: LineBlock, format: LogFormatName): boolean {
    if (this.#accounts.size < 2) return false;
    let oldestAt = Number.POSITIVE_INFINITY;
    for (let at = lineAtIn; at < count * lineNumbers; at += lineNumbers)
      oldestAt = Math.min(oldestAt, numbers[at] ?? Number.NEGATIVE_INFINITY);
    return [...this.#accounts].some(([name, account]) => name !== format && !account.isBefore(oldestAt));
  }
}

/** Written to standard error past the log: only that has it, and the time is that of the entry above it. */
function isPastTheLog({ rawText, pid }: LogEntry): boolean {
  return rawText !== undefined && pid === undefined;
}

function secondOf(at: number): number {
  return Math.floor(at / 1000);
}
