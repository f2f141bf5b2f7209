import type { Buffer } from 'node:buffer';
import { isPgbouncerLine } from '../../core/log/pgbouncerLog.ts';
import { LogClock } from '../../core/log/logTimestamp.ts';
import { longestPoolText, PoolBooks } from '../../core/pool/poolBooks.ts';
import { PoolLineReader, type PoolLine } from '../../core/pool/poolLine.ts';
import type { PoolMessage } from '../../core/pool/poolSample.ts';
import type { OwnPattern } from '../../core/pool/ownPattern.ts';
import { LineBuffer } from '../tail/lineBuffer.ts';
import type { TailedFile, TailSink } from '../tail/tailSink.ts';
import { BoundedPattern } from './boundedPattern.ts';

/** From so many lines it is known whose log it is. */
const headLines = 100;

/**
 * An application's log as a sink of a tail: whatever its lines look like and however they are encoded, it finds those
 * that are about a pool of connections. Holds one line.
 */
export class PoolLog implements TailSink {
  readonly books = new PoolBooks();
  readonly files: string[] = [];
  bytes = 0;
  lines = 0;
  lostBytes = 0;
  /** Lines longer than what is looked at of one. */
  longLines = 0;
  /** Among its first lines are some of PgBouncer's own log. */
  isPooler = false;
  onCaughtUp: (() => void) | undefined;
  readonly #reader: PoolLineReader;
  readonly #pattern: BoundedPattern | undefined;
  // the beginning of a line that is too long is enough to know what it says
  readonly #cut = new LineBuffer((line, offsetBytes) => this.#take(line, offsetBytes), { tellsLong: true });
  /** Lines that are read together, and where they stand. */
  #taken: PoolLine[] = [];
  #places: number[] = [];

  constructor({
    pattern,
    timeZone,
  }: { pattern?: OwnPattern | undefined; timeZone?: string | undefined } = {}) {
    this.#pattern = pattern && new BoundedPattern(pattern);
    this.#reader = new PoolLineReader({ clock: new LogClock(timeZone), now: Date.now() });
  }

  begin({ path }: TailedFile, offsetBytes: number): void {
    if (this.files.at(-1) !== path && this.files.length < 10_000) this.files.push(path);
    this.#cut.begin(offsetBytes);
  }

  room(): Uint8Array {
    return this.#cut.room();
  }

  took(count: number): void {
    this.bytes += count;
    this.#cut.took(count);
    this.#read();
  }

  /** What is there of a line that is not whole may be anything yet. */
  caughtUp(): void {
    this.onCaughtUp?.();
  }

  end(): void {
    this.#cut.end();
    this.#read();
  }

  lost(bytes: number): void {
    this.lostBytes += bytes;
  }

  #take(line: Buffer, offsetBytes: number): void {
    this.#taken.push(this.#lineOf(line));
    this.#places.push(offsetBytes);
  }

  /** Reads the lines that were taken. */
  #read(): void {
    const [lines, places] = [this.#taken, this.#places];
    [this.#taken, this.#places] = [[], []];
    if (this.lines < headLines) this.isPooler ||= lines.some(({ text }) => isPgbouncerLine(text));
    this.lines += lines.length;
    const found = this.#pattern?.match(lines.map(({ text }) => text));
    lines.forEach((line, index) => this.#tell(line, places[index] ?? 0, found?.[index]));
  }

  #tell(
    line: PoolLine,
    offsetBytes: number,
    own: (PoolMessage & { readonly process?: string | undefined }) | undefined,
  ): void {
    const place = { file: this.files.at(-1) ?? '', offsetBytes };
    if (own) this.books.apply({ ...line, process: own.process ?? line.process }, place, () => own);
    else if (!this.#pattern) this.books.apply(line, place);
  }

  #lineOf(line: Buffer): PoolLine {
    const isLong = line.length > 2 * longestPoolText;
    if (isLong) this.longLines += 1;
    // JSON has to be whole
    const isCut = isLong && line[0] !== 0x7b;
    const text = this.#cut.textOf(isCut ? line.subarray(0, 2 * longestPoolText) : line);
    // eslint-disable-next-line no-control-regex -- colours of a terminal
    return this.#reader.read(text.replace(/\u001b\[[0-9;]*m/g, ''));
  }
}
