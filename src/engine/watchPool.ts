import { setTimeout as pause } from 'node:timers/promises';
import { poolDocument } from '../core/report/poolJson.ts';
import { jsonText, isoInstant } from '../core/report/jsonText.ts';
import { poolChangeLine, poolFailureLine } from '../core/report/poolWatchText.ts';
import { poolerDocument, poolerText } from '../core/report/poolerReport.ts';
import { createPaint } from '../core/report/shownText.ts';
import { createShownTime } from '../core/report/shownTime.ts';
import { type Sentence, SentenceError } from '../core/sentence.ts';
import type { PoolerConsole } from '../sources/pool/pgbouncerConsole.ts';
import { PoolLog } from '../sources/pool/poolLog.ts';
import { tailLog, tailStream } from '../sources/tail/tailLog.ts';
import type { ReadTarget } from './readLog.ts';
import { requirePools, type PoolReadOptions } from './readPool.ts';
import { waitingSentence } from './sourceTrouble.ts';

export interface PoolWatchOptions extends PoolReadOptions {
  readonly json: boolean;
  readonly colour: boolean;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  readonly warn: (warnings: readonly Sentence[]) => void;
}

/**
 * Prints each pool as it changes, and each checkout that is given up, until the signal aborts or the stream ends. Answers
 * `pgbouncer`, and has printed nothing, when the files are the log of a PgBouncer.
 */
export async function watchPool(
  target: ReadTarget,
  options: PoolWatchOptions,
): Promise<'watched' | 'pgbouncer'> {
  const log = new PoolLog(options);
  const known = new AbortController();
  const isStream = !('settings' in target);
  const watch = new PoolWatch(log, options, () => {
    // a file is read again as what it is
    if (isStream)
      throw new SentenceError(
        'Standard input is the log of a PgBouncer: watch it without “pool”, or name its file or its console.',
      );
    known.abort();
  });
  if (isStream) {
    watch.begin();
    await tailStream(target, log, { signal: options.signal });
    watch.tell();
    requirePools(log, false);
    return 'watched';
  }
  await tailLog(target.place ?? { kind: 'files', paths: [] }, log, {
    signal: AbortSignal.any([options.signal, known.signal]),
    follow: true,
    onStatus: (status) => {
      if (status.kind === 'waiting') options.warn([waitingSentence(status)]);
    },
  });
  return known.signal.aborted ? 'pgbouncer' : 'watched';
}

const pollMs = 2000;

/**
 * Prints what the console shows every two seconds, until the signal aborts. Rejects with a SentenceError when it does not
 * answer at first; later that is a warning, said once, and it is asked again.
 */
export async function watchConsole(
  pooler: PoolerConsole,
  options: PoolWatchOptions & { readonly intervalMs?: number },
): Promise<void> {
  const { signal, json, colour, print, warn, intervalMs = pollMs } = options;
  // who has had enough need not wait for a console that does not answer
  signal.addEventListener('abort', () => void pooler.close(), { once: true });
  let hasAnswered = false;
  let warned = '';
  while (!signal.aborted) {
    try {
      const sample = await pooler.poll();
      hasAnswered = true;
      warned = '';
      print(json ? jsonText(poolerDocument(sample)) : `${poolerText(sample, pooler.label, { colour })}\n`);
    } catch (error) {
      // what we stopped ourselves is no trouble of the console
      if (isAborted(signal)) return;
      if (!hasAnswered || !(error instanceof SentenceError)) throw error;
      if (error.message !== warned) warn([error.sentence]);
      warned = error.message;
    }
    await pause(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Now: while something was waited for it may have become so. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** What is told of a log from a moment on. */
class PoolWatch {
  readonly #log: PoolLog;
  readonly #options: PoolWatchOptions;
  readonly #time = createShownTime(undefined);
  readonly #told = new Map<string, string>();
  #toldFailures = 0;
  #isNews = false;

  constructor(log: PoolLog, options: PoolWatchOptions, isPooler: () => void) {
    this.#log = log;
    this.#options = options;
    log.onCaughtUp = () => {
      if (log.isPooler && options.pattern === undefined) isPooler();
      else if (this.#isNews) this.tell();
      else this.begin();
    };
  }

  /** From now on everything is news. */
  begin(): void {
    this.#isNews = true;
    for (const pool of this.#log.books.totals()) this.#told.set(pool.name, JSON.stringify(pool));
    this.#toldFailures = this.#log.books.failureCount;
    if (!this.#options.json) this.#options.print('Watching pools (Ctrl+C to exit)');
  }

  tell(): void {
    const { books } = this.#log;
    const { json, print, colour } = this.#options;
    const paint = createPaint(colour);
    const fresh = books.failureCount - this.#toldFailures;
    this.#toldFailures = books.failureCount;
    for (const failure of fresh > 0 && !json ? books.failures.slice(-fresh) : [])
      print(poolFailureLine(failure, this.#time, paint));
    for (const pool of books.totals()) {
      const text = JSON.stringify(pool);
      if (this.#told.get(pool.name) === text) continue;
      this.#told.set(pool.name, text);
      const at = books.toAt;
      print(
        json ? jsonText({ at: isoInstant(at), ...poolDocument(pool) }) : poolChangeLine(pool, at, this.#time),
      );
    }
  }
}
