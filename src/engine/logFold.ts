import { SentenceError, type Sentence } from '../core/sentence.ts';
import type { FormatHints } from '../core/log/formatDetection.ts';
import { lineOf, type LineBlock } from '../core/log/lineBlock.ts';
import { programName, type LogSettings } from '../core/log/logPlace.ts';
import { Retelling } from '../core/log/retelling.ts';
import type { LogReport } from '../core/report/logReport.ts';
import { logReportOf } from '../core/session/logReportOf.ts';
import { bookedOf, type BookEntry } from '../core/session/bookFacts.ts';
import { LogState, type SavedLogState } from '../core/session/logState.ts';
import type { LogReading, SessionsPoll } from '../core/session/reconciliation.ts';
import { activeIs, endsLogged, logWarnings, type ReadingFacts } from '../core/session/logWarnings.ts';
import type { ActiveIs } from '../core/snapshot/sourceStatus.ts';
import type { LogSpan } from '../sources/discovery/consecutiveLogs.ts';
import { PostgresLog, type ReadFile } from '../sources/postgresLog.ts';
import type { Understanding } from '../sources/understanding.ts';

export { sentenceOf } from '../core/sentence.ts';

/** How a log is to be read: what is known of its server, and how much is kept. */
export interface FoldOptions extends FormatHints {
  readonly logTimezone?: string | undefined;
  readonly settings?: LogSettings | undefined;
  /** All of it is one file, in one format: no other tells the same. */
  readonly isOneFile?: boolean | undefined;
  /** Events kept for the feed, filters and exports. */
  readonly memoryEvents: number;
}

/** Which history a report holds. */
export interface HistoryChoice {
  readonly bucketMinutes: number;
  readonly windowMinutes?: number | undefined;
  readonly alignMinutes?: number | undefined;
}

/** One log being folded: bytes go in as into any tail's sink, the state comes out. Editor and terminal share it. */
export class LogFold {
  readonly log: PostgresLog;
  readonly state: LogState;
  /** The server's, as they are now. */
  settings: LogSettings;
  /** Said first where only a part of the log is in here. */
  partial: Sentence | undefined;
  /** What may be missing in between, and when the server had started last when that was noticed. */
  #gap: { readonly gap: Sentence; readonly restartedAt: number | undefined } | undefined;
  readonly #retelling: Retelling | undefined;

  constructor({ memoryEvents, settings, isOneFile, ...hints }: FoldOptions, saved?: SavedLogState) {
    if (isOneFile !== true) this.#retelling = new Retelling();
    this.state = new LogState(memoryEvents, saved);
    this.settings = settings ?? {};
    this.log = new PostgresLog(
      {
        entry: (entry, fileNumber, offsetBytes) =>
          this.#apply({ entry, place: { fileNumber, offsetBytes }, arrivedAt: Date.now() }),
        lines: (block) => this.#applyLines(block),
      },
      hints,
    );
  }

  /** Goes on where a checkpoint left off, which has this state, these files and this understanding of them. */
  resume(files: readonly ReadFile[], understanding: Understanding): void {
    this.log.resumeNumbering(files);
    Object.assign(this.log.understanding, understanding);
    const { newestAt } = this.state.book;
    if (understanding.format && newestAt !== undefined)
      this.#retelling?.resume(understanding.format, newestAt);
  }

  /** Nothing more will come: whatever is undecided is as it looks. */
  finish(): void {
    this.log.tellWaiting();
    this.state.book.settle(Number.POSITIVE_INFINITY);
  }

  /**
   * Books what a poll of the server shows; `caughtUpAt` = up to when all is read, if that is known otherwise than by the
   * newest entry (the server's clock). Nothing happens where the log is PgBouncer's.
   */
  reconcile(poll: SessionsPoll, caughtUpAt: number | undefined): void {
    if (this.log.understanding.format !== 'pgbouncer') this.state.reconcile(poll, this.#reading(caughtUpAt));
  }

  /** No poll comes any more; `forGood` = whom only polls showed is forgotten, unless the log will tell of the end. */
  endPolls(forGood: boolean, caughtUpAt: number | undefined): void {
    const stay = !forGood || endsLogged(this.state.book.evidence, this.settings);
    this.state.endPolls(stay, this.#reading(caughtUpAt));
  }

  get activeIs(): ActiveIs {
    if (this.state.isReconciled) return 'exact';
    if (this.#gap && this.#gap.restartedAt === this.state.restartsAt.at(-1)) return 'unknown';
    return activeIs(this.state.book.evidence, this.settings);
  }

  get warnings(): Sentence[] {
    const warnings = logWarnings(this.state.book.evidence, this.settings, this.#readingFacts());
    return [this.partial, this.#gap?.gap, ...warnings].filter((warning) => warning !== undefined);
  }

  /** A part of the log may be missing here: who is connected is not known until the server starts anew. */
  noteGap(gap: Sentence): void {
    this.#gap = { gap, restartedAt: this.state.restartsAt.at(-1) };
    this.state.version += 1;
  }

  /** There was something to read, and no line of it was one of a PostgreSQL log. */
  get isForeign(): boolean {
    const { format, bytes } = this.log.understanding;
    return format === undefined && bytes > 0;
  }

  /** Throws a SentenceError when what was read is no PostgreSQL log at all. */
  refuseForeign(name: string): void {
    if (!this.isForeign) return;
    throw new SentenceError(
      'No line of {0} is one of a PostgreSQL log: name the log of a server, or give its prefix with --log-line-prefix.',
      name,
    );
  }

  /** When the log was written, and by which program; undefined = it tells of no connection. */
  get span(): LogSpan | undefined {
    const { understood, format } = this.log.understanding;
    if (understood === 0) return undefined;
    const { fromAt, book } = this.state;
    const { newestAt, server } = book;
    const program = programName(format);
    return { fromAt, toAt: newestAt, program, format, majorVersion: server.version?.split('.', 1)[0] };
  }

  fileName(fileNumber: number): string {
    return this.log.files.find(({ number }) => number === fileNumber)?.file.path ?? '';
  }

  /** The report as seen now; `now` is the newest line's time unless given (while following, the wall clock). */
  report(history: HistoryChoice, now = this.state.book.newestAt ?? 0): LogReport {
    const { understanding, files } = this.log;
    return logReportOf(this.state, {
      ...history,
      files: [...new Set(files.map(({ file }) => file.path))],
      format: understanding.format,
      logLinePrefix: understanding.logLinePrefix,
      wrapping: understanding.wrapping,
      bytes: understanding.bytes,
      skipped: understanding.skipped,
      activeIs: this.activeIs,
      warnings: this.warnings,
      now,
      fileName: (fileNumber) => this.fileName(fileNumber),
    });
  }

  #apply(booked: BookEntry): void {
    const { format } = this.log.understanding;
    if (format === undefined || this.#retelling?.isRetold(booked.entry, format) !== true)
      this.state.apply(booked);
  }

  #applyLines(block: LineBlock): void {
    const { format } = this.log.understanding;
    if (format === undefined || this.#retelling?.takeLines(block, format) !== false)
      this.state.applyLines(block);
    else for (let index = 0; index < block.count; index += 1) this.#apply(bookedOf(lineOf(block, index)));
  }

  #reading(caughtUpAt: number | undefined): LogReading {
    const { fileNumber = 0, offsetBytes = 0 } = this.log.settled ?? {};
    return { caughtUpAt, place: { fileNumber, offsetBytes } };
  }

  #readingFacts(): ReadingFacts {
    const {
      bytes,
      understood,
      skipped,
      counterExamples,
      lostBytes,
      truncations,
      foreignBytes,
      logLinePrefix,
      format,
      otherServers,
    } = this.log.understanding;
    const { guessedZone } = this.log.clock;
    const { newestAt } = this.state.book;
    return {
      ...{ bytes, understood, skipped, counterExample: counterExamples[0]?.line },
      ...{ lostBytes, truncations, foreignBytes, logLinePrefix, guessedZone, newestAt, format, otherServers },
    };
  }
}
