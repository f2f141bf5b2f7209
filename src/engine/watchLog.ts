import { jsonText } from '../core/report/jsonText.ts';
import { createPaint } from '../core/report/shownText.ts';
import { createShownTime, shownDuration } from '../core/report/shownTime.ts';
import { watchDocument, watchHeader, watchLine } from '../core/report/watchText.ts';
import { sentence, SentenceError, type Sentence } from '../core/sentence.ts';
import type { Filter } from '../core/session/filter.ts';
import { feedRow } from '../core/session/logReportOf.ts';
import { lostSentence } from '../core/session/logWarnings.ts';
import { turnFilesFor } from '../sources/turnFilesFor.ts';
import { tailLog, tailStream } from '../sources/tail/tailLog.ts';
import type { TailSink, TailStatus } from '../sources/tail/tailSink.ts';
import { LogFold } from './logFold.ts';
import { pendingMs, settleWaiting } from './pendingMs.ts';
import type { MeasuredSource, MetricsSwitch } from './metricsSwitch.ts';
import { foldOptionsOf, type ReadTarget } from './readLog.ts';
import { waitingSentence } from './sourceTrouble.ts';

const keptEvents = 20_000;

/** What to watch, and where the lines go. */
export interface WatchOptions {
  readonly filter: Filter;
  readonly json: boolean;
  readonly logLinePrefix?: string | undefined;
  readonly timeZone?: string | undefined;
  /** Of 127.0.0.1, where Prometheus finds /metrics meanwhile. */
  readonly metricsPort?: number | undefined;
  readonly signal: AbortSignal;
  readonly colour: boolean;
  readonly print: (line: string) => void;
  readonly warn: (warnings: readonly Sentence[]) => void;
}

/**
 * Prints who comes, leaves and is turned away from now on, until the signal aborts or the stream ends. A file that
 * goes away or cannot be read is a warning, and tried again. Rejects with a SentenceError when it is no PostgreSQL log.
 */
export async function watchLog(target: ReadTarget, options: WatchOptions): Promise<void> {
  const isLog = 'settings' in target;
  const foldOptions = foldOptionsOf(isLog ? target : { settings: {} }, options, keptEvents);
  const fold = new LogFold(foldOptions);
  const watch = new Watch(fold, options);
  const metrics = await serveMetrics(watch, options.metricsPort);
  const settling = setInterval(() => watch.settle(), pendingMs);
  const { signal } = options;
  try {
    if (isLog) {
      const onStatus = (status: TailStatus): void => watch.onStatus(status);
      const place = target.place ?? { kind: 'files', paths: [] };
      const turnFiles = await turnFilesFor(place, foldOptions);
      await tailLog(place, watch.sink, { signal, follow: true, turnFiles, onStatus });
    } else {
      // what a file holds already is history; what a stream brings is news
      watch.begin();
      await tailStream(target, watch.sink, { signal });
      fold.refuseForeign('standard input');
    }
    fold.finish();
    watch.tell();
  } finally {
    clearInterval(settling);
    await metrics?.close();
  }
}

/** Serves /metrics of what is watched; undefined = nobody wants it. Rejects with a SentenceError when it cannot. */
async function serveMetrics(watch: Watch, port: number | undefined): Promise<MetricsSwitch | undefined> {
  if (port === undefined) return undefined;
  const { MetricsSwitch } = await import('./metricsSwitch.ts');
  const metrics = new MetricsSwitch(
    () => [watch.measured],
    () => undefined,
  );
  await metrics.set(port);
  const { trouble } = metrics;
  if (trouble) {
    await metrics.close();
    throw new SentenceError(trouble.message, ...trouble.args);
  }
  watch.onTold = () => metrics.note(watch.measured);
  return metrics;
}

/** What is told of a fold from a moment on. */
class Watch {
  /** The fold as the tail's sink, which tells as it takes. */
  readonly sink: TailSink;
  readonly #fold: LogFold;
  readonly #options: WatchOptions;
  readonly #time = createShownTime(undefined);
  /** Id of the first event that is not told yet; undefined = all that is read is history. */
  #toldTo: number | undefined;
  /** How far behind it is. */
  #behindMs: number | undefined;
  /** What happened is told. */
  onTold: (() => void) | undefined;
  /** How far behind it was when that was said last. */
  #toldBehindMs = 0;

  constructor(fold: LogFold, options: WatchOptions) {
    this.#fold = fold;
    this.#options = options;
    fold.state.look(options.filter, undefined);
    const { log } = fold;
    this.sink = {
      begin: (file, offsetBytes) => log.begin(file, offsetBytes),
      room: () => log.room(),
      took: (count) => {
        log.took(count);
        this.tell();
      },
      caughtUp: () => {
        log.caughtUp();
        this.#caughtUp();
      },
      end: () => log.end(),
      lost: (bytes) => {
        log.lost(bytes);
        this.#tellLost(bytes);
      },
    };
  }

  /** What /metrics is told of. */
  get measured(): MeasuredSource {
    const isRead = this.#toldTo !== undefined;
    const fold = this.#fold;
    const path = fold.fileName(1);
    return {
      ...{
        sourceId: 'watched',
        path: path === '-' ? 'standard input' : path,
        fold,
        isRead,
        following: isRead,
      },
      ...{ behindMs: this.#behindMs, overview: () => undefined },
    };
  }

  /** From now on everything is news. */
  begin(): void {
    if (this.#toldTo !== undefined) return;
    this.#toldTo = this.#fold.state.nextEventId;
    this.onTold?.();
    if (!this.#options.json) this.#options.print(watchHeader(this.#options.filter));
  }

  /** Prints the events that were decided since the last call. */
  tell(): void {
    if (this.#toldTo === undefined) return;
    const { state } = this.#fold;
    const { json, colour, print } = this.#options;
    const fresh = [...state.newestEvents(this.#toldTo)].reverse();
    this.#toldTo = state.nextEventId;
    for (const event of fresh) {
      const row = feedRow(state, event);
      if (row) print(json ? jsonText(watchDocument(row)) : watchLine(row, this.#time, createPaint(colour)));
    }
    this.onTold?.();
  }

  /** Silence decides what was undecided. */
  settle(): void {
    this.#fold.log.settle();
    settleWaiting(this.#fold.state.book);
    this.tell();
  }

  onStatus(status: TailStatus): void {
    this.#behindMs = status.kind === 'reading' ? status.behindMs : undefined;
    this.#tellLag(status);
    if (status.kind !== 'waiting') return;
    this.#options.warn([waitingSentence(status)]);
    // a log that comes into being while it is watched holds no history
    if (status.reason === 'missing') this.begin();
  }

  /** Says once that it is behind, and again when that has doubled. */
  #tellLag(status: TailStatus): void {
    if (status.kind === 'following') this.#toldBehindMs = 0;
    if (status.kind !== 'reading' || this.#toldTo === undefined) return;
    const { behindMs = 0 } = status;
    if (behindMs <= 2 * this.#toldBehindMs) return;
    this.#toldBehindMs = behindMs;
    this.#options.warn([
      sentence('{0} behind: the log is written faster than it is read.', shownDuration(behindMs)),
    ]);
  }

  /** Of history it is said with all else that is to be said of that. */
  #tellLost(bytes: number): void {
    if (this.#toldTo !== undefined && bytes > 0) this.#options.warn([lostSentence(bytes)]);
  }

  #caughtUp(): void {
    if (this.#toldTo === undefined) {
      this.#fold.refuseForeign(this.#fold.fileName(1));
      // what stands at the end is history too, though more of it could follow
      this.#fold.log.settle();
      this.#fold.finish();
      this.#options.warn(this.#fold.warnings);
      this.begin();
    }
    this.tell();
  }
}
