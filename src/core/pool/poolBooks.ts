import { PoolBook, type PoolTotals } from './poolBook.ts';
import { parsePoolMessage } from './poolMessage.ts';
import { processIn, type PoolLine } from './poolLine.ts';
import type { PoolKind, PoolMessage } from './poolSample.ts';

/** Pools kept apart; what comes beyond counts into the last. */
const mostPools = 1000;
/** As much of a line as is looked at. */
export const longestPoolText = 8192;

/** A checkout that was given up, for the list of failures. */
export interface PoolFailure {
  readonly at?: number | undefined;
  readonly pool: string;
  readonly poolKind: PoolKind;
  readonly process?: string | undefined;
  readonly message: string;
  readonly place: LinePlace;
}

/** Where in which file a line begins. */
export interface LinePlace {
  readonly file: string;
  readonly offsetBytes: number;
}

const mostFailures = 10_000;

/** Reads a line in other words than those that are known: the user's own pattern. */
export type ReadMessage = (text: string) => PoolMessage | undefined;

/**
 * All pools of one log. A pool is what a process calls so: with several processes, each has its own. A line that does
 * not say which pool or process it is about is about the only one there is.
 */
export class PoolBooks {
  /** The newest `mostFailures`. */
  readonly failures: PoolFailure[] = [];
  failureCount = 0;
  fromAt: number | undefined;
  toAt: number | undefined;
  /** Lines that said something of a pool. */
  told = 0;
  readonly #books: PoolBook[] = [];
  /** The line that began the newest record. */
  #head: PoolLine | undefined;
  readonly #record = new RecordOfLines();
  #last: { readonly text: string; readonly process: string | undefined } | undefined;
  /** The log has each line of the pool's logger twice, once without the process. */
  #isTwofold = false;

  /** Folds one line, and says whether it was about a pool. */
  apply(line: PoolLine, place: LinePlace, read: ReadMessage = parsePoolMessage): boolean {
    const text = line.text.slice(0, longestPoolText);
    const message = read(text) ?? (line.more === undefined ? undefined : read(lastTimeout(line.more)));
    const isNew = this.#record.isNew(line, message?.news.kind === 'timeout');
    this.#span(line.at);
    if (line.isHead) this.#head = line;
    if (!message || !isNew) return message !== undefined;
    const process = line.process ?? processIn(text.slice(0, message.at)) ?? this.#inherited(line);
    if (this.#isCopy(message, text, process)) return true;
    this.told += 1;
    const book = this.#bookOf(message, process);
    book.apply(message.news, line.at ?? this.toAt);
    if (message.news.kind === 'timeout') this.#failed(line, message, book, place);
    return true;
  }

  get books(): readonly PoolBook[] {
    return this.#books;
  }

  /** Every pool, in the order in which the log named them. */
  totals(): PoolTotals[] {
    return this.#books.map((book) => book.totals(this.nameOf(book)));
  }

  /** A pool's name, with its process where several have one of that name. */
  nameOf(book: PoolBook): string {
    const isAlone = this.#books.every((other) => other === book || other.name !== book.name);
    return isAlone || book.process === undefined ? book.name : `${book.name} (${book.process})`;
  }

  /** The lines of a stack trace were written by the process that began the record. */
  #inherited(line: PoolLine): string | undefined {
    if (line.isHead || !this.#head) return undefined;
    const process = this.#head.process ?? processIn(this.#head.text.slice(0, 100));
    return this.#books.some((book) => book.process === process) ? process : undefined;
  }

  #span(at: number | undefined): void {
    if (at === undefined) return;
    this.fromAt = Math.min(this.fromAt ?? at, at);
    this.toAt = Math.max(this.toAt ?? at, at);
  }

  /**
   * echo_pool adds a handler of its own, without the process, to those that the application has. Where each line comes
   * twice, those without the process are copies.
   */
  #isCopy(message: PoolMessage, text: string, process: string | undefined): boolean {
    if (message.poolKind !== 'sqlalchemy' || message.pool === undefined) return false;
    const said = text.slice(message.at).replace(/^([\w.]+):? ?/, '$1 ');
    const last = this.#last;
    this.#last = { text: said, process };
    if (last?.text === said && (last.process === undefined) !== (process === undefined)) {
      this.#isTwofold = true;
      return process === undefined;
    }
    return this.#isTwofold && process === undefined;
  }

  #bookOf(message: PoolMessage, process: string | undefined): PoolBook {
    const ofKind = this.#books.filter(({ kind }) => kind === message.poolKind);
    const { pool } = message;
    if (pool === undefined) {
      const ofProcess = ofKind.filter((book) => process === undefined || book.process === process);
      const [only, other] = ofProcess.length > 0 ? ofProcess : ofKind.filter((book) => !book.process);
      if (only && !other) return this.#of(only, process);
    }
    const name = pool ?? defaultNames[message.poolKind] ?? message.poolKind;
    const named = ofKind.filter((book) => book.name === name);
    const [first, second] = named;
    const found =
      named.find((book) => book.process === process) ??
      named.find((book) => book.process === undefined) ??
      (process === undefined && !second ? first : undefined) ??
      this.#adopted(ofKind, pool, process);
    return found
      ? this.#of(found, process)
      : this.#open({ name, kind: message.poolKind, isNameless: pool === undefined }, process);
  }

  /** What was said of a pool without a name, when the first name comes: it was about that one. */
  #adopted(
    ofKind: readonly PoolBook[],
    pool: string | undefined,
    process: string | undefined,
  ): PoolBook | undefined {
    if (pool === undefined) return undefined;
    const nameless = ofKind.find((book) => book.isNameless && (!book.process || book.process === process));
    if (nameless) Object.assign(nameless, { name: pool, isNameless: false });
    return nameless;
  }

  #of(book: PoolBook, process: string | undefined): PoolBook {
    book.process ??= process;
    return book;
  }

  #open({ name, kind, isNameless }: NewPool, process: string | undefined): PoolBook {
    const last = this.#books.at(-1);
    if (last && this.#books.length >= mostPools) return last;
    const book = new PoolBook(name, kind, process);
    book.isNameless = isNameless;
    this.#books.push(book);
    return book;
  }

  #failed(line: PoolLine, message: PoolMessage, book: PoolBook, place: LinePlace): void {
    this.failureCount += 1;
    if (this.failures.length >= mostFailures) this.failures.shift();
    this.failures.push({
      at: line.at ?? this.toAt,
      pool: this.nameOf(book),
      poolKind: message.poolKind,
      process: book.process,
      message: (line.text + (line.more === undefined ? '' : ` ${lastTimeout(line.more)}`)).slice(0, 1000),
      place,
    });
  }
}

interface NewPool {
  readonly name: string;
  readonly kind: PoolKind;
  readonly isNameless: boolean;
}

/** What a pool is called that nothing gives a name. */
const defaultNames: Partial<Record<PoolKind, string>> = { sqlalchemy: 'QueuePool' };

/** The line of a stack trace that says of a checkout that it was given up. */
function lastTimeout(trace: string): string {
  const lines = trace.slice(0, 65_536).split('\n');
  return lines.findLast((each) => parsePoolMessage(each)?.news.kind === 'timeout') ?? '';
}

/**
 * A timeout is told once, though the record of it says it in its first line and again in the stack trace, where one
 * exception is the cause of another.
 */
class RecordOfLines {
  #hasHead = false;
  #counted: 'no' | 'head' | 'exception' = 'no';
  #isChained = false;

  isNew(line: PoolLine, isTimeout: boolean): boolean {
    const { text, isHead } = line;
    if (isHead || text.startsWith('Exception in thread')) this.#begin(isHead);
    else if (/^(?:The above exception was the direct cause|During handling of the above)/.test(text))
      this.#isChained = true;
    else if (text.startsWith('Traceback (most') && !this.#isChained && this.#counted === 'exception')
      this.#counted = 'no';
    if (!isTimeout) return true;
    const isException = /^(?:Caused by: )?[\w.$]+(?:Exception|Error|Timeout)\b/.test(text);
    if (!isHead && !isException) return true;
    const isChained = this.#isChained || this.#hasHead || text.startsWith('Caused by: ');
    const repeats = this.#counted !== 'no' && !isHead && isChained;
    this.#counted = isHead ? 'head' : 'exception';
    this.#isChained = false;
    return !repeats;
  }

  #begin(isHead: boolean): void {
    this.#hasHead ||= isHead;
    this.#counted = 'no';
    this.#isChained = false;
  }
}
