import type { LogEntry } from '../../core/log/logEntry.ts';
import { lineNumber, lineNumbers, lineOffsetIn, linesOf, type LineBlock } from '../../core/log/lineBlock.ts';
import type { LearnedForm } from './learnedForms.ts';
import type { ScanListener } from './entryTelling.ts';

/** A part of a file, from the beginning of a line to that of another. An entry belongs to the one in which it begins. */
export interface Stretch {
  readonly fromBytes: number;
  readonly toBytes: number;
  /** What was before it: lines that are not in ASCII, or in another language than English. */
  readonly isForeign: boolean;
}

/** What a stretch tells, in columns: plain data, for another thread. */
export interface ToldStretch {
  readonly fromBytes: number;
  readonly toBytes: number;
  /** What was assumed of the lines before it, and what is so of those before its end. */
  readonly assumed: Pick<Stretch, 'isForeign'>;
  readonly isForeign: boolean;
  /** Read as a part of the whole file it might tell something else. */
  readonly isDoubtful: boolean;
  /** What was known of the format (LogFormat). */
  readonly learned: string | undefined;
  readonly guessedZone: string | undefined;
  /** Lines that recur: `lineNumbers` each. */
  readonly lines: Float64Array<ArrayBuffer>;
  readonly lineCount: number;
  readonly entries: readonly ToldEntry[];
  /** The forms that the thread which scanned it has learned since the stretch before, or their numbers in the other. */
  readonly forms: readonly (LearnedForm | number | undefined)[];
  /** Hosts that it has met since then. */
  readonly hosts: readonly string[];
}

export interface ToldEntry {
  readonly entry: LogEntry;
  readonly offsetBytes: number;
  /** How many lines that recur stand before it. */
  readonly linesBefore: number;
}

/** Numbers of the lines of a stretch, at first. */
export const firstNumbers = 1024 * lineNumbers;

/** Takes down what a scan tells of a stretch. */
export class StretchNotes implements ScanListener {
  readonly #stretch: Stretch;
  #lines: Float64Array<ArrayBuffer>;
  #count = 0;
  readonly #entries: ToldEntry[] = [];
  isDoubtful = false;

  /** Lines are written to `lines`, as long as there is room. */
  constructor(stretch: Stretch, lines: Float64Array<ArrayBuffer>) {
    this.#stretch = stretch;
    this.#lines = lines;
  }

  get told(): Pick<ToldStretch, 'lines' | 'lineCount' | 'entries'> {
    return { lines: this.#lines, lineCount: this.#count, entries: this.#entries };
  }

  readonly entry = (entry: LogEntry, offsetBytes: number): void => {
    if (!this.#holds(offsetBytes)) return;
    // text without a time has that of the entry above it, which may stand before the stretch
    if (entry.at === undefined) this.isDoubtful = true;
    this.#entries.push({ entry, offsetBytes, linesBefore: this.#count });
  };

  readonly lines = (block: LineBlock): void => {
    let first = 0;
    let end = block.count;
    while (first < end && !this.#holds(lineNumber(block, first, lineOffsetIn))) first += 1;
    while (end > first && !this.#holds(lineNumber(block, end - 1, lineOffsetIn))) end -= 1;
    const { numbers, count } = linesOf(block, first, end);
    while ((this.#count + count) * lineNumbers > this.#lines.length) this.#grow();
    this.#lines.set(numbers.subarray(0, count * lineNumbers), this.#count * lineNumbers);
    this.#count += count;
  };

  /** A line is learned from that is not understood: what it teaches depends on those before it. */
  notUnderstood(): void {
    this.isDoubtful = true;
  }

  understood(): void {
    this.isDoubtful = true;
  }

  #holds(offsetBytes: number): boolean {
    return offsetBytes >= this.#stretch.fromBytes && offsetBytes < this.#stretch.toBytes;
  }

  #grow(): void {
    const lines = new Float64Array(this.#lines.length * 2);
    lines.set(this.#lines);
    this.#lines = lines;
  }
}
