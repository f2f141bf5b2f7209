import { basename } from 'node:path';
import { poolTroublesOf } from '../core/pool/poolTroubles.ts';
import { livePoolFindings, type PoolFinding } from '../core/pool/poolFinding.ts';
import { shownPools } from '../core/pool/poolRows.ts';
import type { PoolChart, PoolOrigin, PoolRow, PoolState, PoolTarget } from '../core/pool/poolSnapshot.ts';
import { summedBuckets } from '../core/pool/poolTimeline.ts';
import { checkPattern } from '../core/pool/ownPattern.ts';
import { sumOfPools } from '../core/report/poolReport.ts';
import { sentence, SentenceError, sentenceOf, type Sentence } from '../core/sentence.ts';
import type { TroubleGroup } from '../core/snapshot/troubleLists.ts';
import type { EntryPlace } from '../protocol/logQuestions.ts';
import type { PoolSettings } from '../protocol/poolQuestions.ts';
import { tailLog } from '../sources/tail/tailLog.ts';
import type { TailStatus } from '../sources/tail/tailSink.ts';
import { locateEntry } from './locateEntry.ts';
import type { LogFold } from './logFold.ts';
import { pendingMs, settleWaiting } from './pendingMs.ts';
import { PoolLogSink } from './poolLogSink.ts';
import type { PoolParts, PoolReader, PoolReaderHost } from './poolReader.ts';
import { answerLocate } from './sourceAnswers.ts';
import { troublesOf } from './sourceSnapshots.ts';
import { waitingSentence } from './sourceTrouble.ts';

type LogTarget = Extract<PoolTarget, { kind: 'log' }>;

/** Groups of troubles that are shown. */
const mostGroups = 50;
/** Entries of a PgBouncer's log that are kept. */
const keptEvents = 5000;

/** The log of an application or of a PgBouncer: read whole, then followed. */
export class FollowedPoolLog implements PoolReader {
  readonly label: string;
  readonly needsPassword = false;
  readonly ages = true;
  state: PoolState = 'reading';
  sentence: Sentence | undefined;
  readonly #target: LogTarget;
  readonly #host: PoolReaderHost;
  readonly #sink: PoolLogSink;
  readonly #ended = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #settling: NodeJS.Timeout | undefined;

  /** Throws a SentenceError for a pattern that is none. */
  constructor(target: LogTarget, settings: PoolSettings, host: PoolReaderHost) {
    const { path, pattern } = target;
    const timeZone = settings.timeZone === 'auto' ? undefined : settings.timeZone;
    this.label = basename(path);
    this.#target = target;
    this.#host = host;
    const checked = pattern === undefined ? undefined : checkPattern(pattern);
    this.#sink = new PoolLogSink({ timeZone, pattern: checked, keptEvents });
    this.#sink.onCaughtUp = () => {
      this.#settleLater();
      host.changed();
    };
  }

  get origin(): PoolOrigin {
    return this.#sink.origin;
  }

  get path(): string {
    return this.#sink.files.at(-1)?.path ?? this.#target.path;
  }

  get toldAt(): number | undefined {
    const { log, fold, origin } = this.#sink;
    return origin === 'poolerLog' ? fold.state.book.newestAt : log.books.toAt;
  }

  start(): void {
    const { signal } = this.#ended;
    const place = { kind: 'files', paths: [this.#target.path] } as const;
    const onStatus = (status: TailStatus): void => this.#onStatus(status);
    const options = { signal, follow: true, onStatus };
    this.#running = tailLog(place, this.#sink, options).catch((error: unknown) => {
      this.state = 'waiting';
      this.sentence = sentenceOf(error);
      this.#host.changed();
    });
  }

  /** A log is followed as it was begun, whether or not somebody looks. */
  configure(): void {}
  attend(): void {}

  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    clearTimeout(this.#settling);
  }

  findings(at: number): readonly PoolFinding[] {
    if (this.origin !== 'applicationLog') return [];
    const { books } = this.#sink.log;
    return books.books.flatMap((book) =>
      livePoolFindings(book.totals(books.nameOf(book)), book.now, book.timeline.buckets, at),
    );
  }

  parts(): PoolParts {
    return {
      ...shownPools(this.#rows()),
      applications: [],
      troubles: this.#troubles(),
      warnings: this.#warnings(),
    };
  }

  traced(): readonly [] {
    return [];
  }

  chart(pool: string | undefined): Omit<PoolChart, 'label' | 'now'> | undefined {
    const { books } = this.#sink.log;
    const chosen = books.books.filter((book) => pool === undefined || books.nameOf(book) === pool);
    if (pool !== undefined && chosen.length === 0) return undefined;
    const [only, another] = chosen;
    const { size, maxOverflow } = sumOfPools(chosen.map((book) => book.totals(book.name)));
    const timelines = chosen.map(({ timeline }) => timeline);
    return {
      pool: only && !another ? books.nameOf(only) : pool,
      size,
      limit: size === undefined || maxOverflow === undefined ? undefined : size + maxOverflow,
      bucketMs: Math.max(0, ...timelines.map(({ bucketMs }) => bucketMs)),
      buckets: summedBuckets(timelines),
    };
  }

  async locate(troubleId: number, largestFileBytes: number): Promise<EntryPlace> {
    const { log, fold, files, origin } = this.#sink;
    if (origin === 'poolerLog')
      return answerLocate({ fold, recent: undefined }, { troubleId, largestFileBytes });
    const { failures, failureCount } = log.books;
    const failure = failures[troubleId - (failureCount - failures.length)];
    if (!failure) throw new SentenceError('This entry is too old to be kept: look for it in the log itself.');
    const read = files.findLast(({ path }) => path === failure.place.file);
    return locateEntry(read, failure.place, largestFileBytes);
  }

  /** Who was not refused within a moment was let in: what PgBouncer's log tells behind that is told then. */
  #settleLater(): void {
    if (this.origin !== 'poolerLog' || this.#ended.signal.aborted) return;
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      const { book } = this.#sink.fold.state;
      settleWaiting(book);
      if (book.undecidedSince !== undefined) this.#settleLater();
      this.#host.changed();
    }, pendingMs);
  }

  #rows(): PoolRow[] {
    const { log, pools, origin } = this.#sink;
    if (origin === 'poolerLog') return pools.totals().map((pool) => ({ ...pool, now: {} }));
    return log.books.books.map((book) => ({ ...book.totals(log.books.nameOf(book)), now: book.now }));
  }

  #troubles(): readonly TroubleGroup[] {
    const { log, fold, origin } = this.#sink;
    const groups = origin === 'poolerLog' ? poolerTroublesOf(fold) : poolTroublesOf(log.books);
    return groups.slice(0, mostGroups);
  }

  #warnings(): readonly Sentence[] {
    const { log, fold, bytes, origin } = this.#sink;
    if (origin === 'poolerLog') return fold.warnings;
    if (bytes === 0 || this.state !== 'following') return [];
    if (log.books.told > 0) return [];
    return [
      sentence(
        'No line of {0} is about a pool yet: log what it does (SQLAlchemy: echo_pool="debug"; HikariCP: level DEBUG), or describe its lines with a pattern of your own.',
        this.#target.path,
      ),
    ];
  }

  #onStatus(status: TailStatus): void {
    if (this.#ended.signal.aborted) return;
    // a file is never away
    if (status.kind === 'away') return;
    this.sentence = status.kind === 'waiting' ? waitingSentence(status) : undefined;
    // what is written later is read too, but that is no first reading any more
    if (status.kind !== 'reading' || this.state !== 'following') this.state = status.kind;
    this.#host.changed();
  }
}

/** What went wrong in a PgBouncer's log: newest first. */
function poolerTroublesOf(fold: LogFold): TroubleGroup[] {
  const lists = troublesOf({ fold, log: {}, acknowledged: new Set() }, { mute: [] });
  const newest = ({ members }: TroubleGroup): number => members[0]?.id ?? 0;
  return [...lists.failures, ...lists.endings, ...lists.problems].sort(
    (one, other) => newest(other) - newest(one),
  );
}
