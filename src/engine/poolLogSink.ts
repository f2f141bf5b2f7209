import type { OwnPattern } from '../core/pool/ownPattern.ts';
import { PoolerPools } from '../core/pool/poolerPools.ts';
import type { PoolOrigin } from '../core/pool/poolSnapshot.ts';
import { PoolLog } from '../sources/pool/poolLog.ts';
import { PostgresLog } from '../sources/postgresLog.ts';
import { feed } from '../sources/tail/feed.ts';
import type { TailedFile, TailSink } from '../sources/tail/tailSink.ts';
import { LogFold } from './logFold.ts';

/** From so much of a log it is known whose it is. */
const decidedBytes = 512 * 1024;
const pieceBytes = 64 * 1024;

export interface PoolSinkOptions {
  readonly pattern?: OwnPattern | undefined;
  readonly timeZone?: string | undefined;
  /** Entries of a PgBouncer's log that are kept. */
  readonly keptEvents: number;
}

/** Gives the same bytes to the readers of both kinds of logs, until it is known whose log it is. */
export class PoolLogSink implements TailSink {
  readonly log: PoolLog;
  readonly fold: LogFold;
  readonly pools: PoolerPools = new PoolerPools();
  origin: PoolOrigin = 'unknown';
  bytes = 0;
  /** The files in which the log was read: the newest is last. */
  readonly files: TailedFile[] = [];
  onCaughtUp: (() => void) | undefined;
  readonly #piece = new Uint8Array(pieceBytes);
  readonly #poolerReaders: readonly TailSink[];
  #readers: readonly TailSink[];

  constructor({ pattern, timeZone, keptEvents }: PoolSinkOptions) {
    const hints = { logTimezone: timeZone };
    this.fold = new LogFold({ memoryEvents: keptEvents, ...hints });
    this.log = new PoolLog({ pattern, timeZone });
    this.#poolerReaders = [
      this.fold.log,
      new PostgresLog({ entry: (entry) => this.pools.apply(entry) }, hints),
    ];
    this.#readers = [this.log, ...this.#poolerReaders];
    if (pattern) this.#decide('applicationLog');
  }

  begin(file: TailedFile, offsetBytes: number): void {
    this.files.push(file);
    if (this.files.length > 100) this.files.shift();
    for (const reader of this.#readers) reader.begin(file, offsetBytes);
  }

  room(): Uint8Array {
    return this.#piece;
  }

  took(count: number): void {
    this.bytes += count;
    for (const reader of this.#readers) feed(reader, this.#piece.subarray(0, count));
    if (this.origin === 'unknown' && this.bytes >= decidedBytes) this.decide();
  }

  caughtUp(): void {
    for (const reader of this.#readers) reader.caughtUp();
    // a few lines of nothing may be the beginning of either
    if (this.origin === 'unknown' && (this.#isPooler || this.log.books.told > 0)) this.decide();
    this.onCaughtUp?.();
  }

  end(): void {
    for (const reader of this.#readers) reader.end();
  }

  lost(bytes: number): void {
    for (const reader of this.#readers) reader.lost(bytes);
  }

  /** From now on it is what it looks like. */
  decide(): void {
    if (this.origin === 'unknown') this.#decide(this.#isPooler ? 'poolerLog' : 'applicationLog');
  }

  get #isPooler(): boolean {
    return this.fold.log.understanding.format === 'pgbouncer';
  }

  #decide(origin: PoolOrigin): void {
    this.origin = origin;
    this.#readers = origin === 'poolerLog' ? this.#poolerReaders : [this.log];
  }
}
