import type { LogFormat } from '../../core/log/logFormat.ts';
import type { FormLearning } from './formLearning.ts';
import type { RecurringListener } from './recurringLines.ts';
import { RefusedLines } from './refusedLines.ts';
import { keptBefore } from './scanBuffer.ts';
import type { Frame, Surroundings } from './scanFrames.ts';
import { readEntry, readFrom } from './scanReading.ts';
import { textOf } from './scanTexts.ts';
import type { ToldPlaces } from './toldPlaces.ts';

/** The most of a line that is told as not understood. */
const longestSample = 300;

/** What the scan tells. Offsets count from the beginning of the file. */
export interface ScanListener extends RecurringListener {
  /** A line that looks like an entry begins like no line of this log. */
  notUnderstood(line: string, offsetBytes: number): void;
  /** Such a line is understood after all: the prefix has changed, which later lines told. */
  understood(offsetBytes: number): void;
}

/** Where the bytes begin that are searched, and who learns of what is read. */
interface Bytes {
  readonly offsetBytes: number;
  readonly learning: FormLearning | undefined;
}

/** Reads and tells the entries that are read the ordinary way, each once, whatever is learned of lines meanwhile. */
export class EntryTelling {
  readonly #listener: ScanListener;
  readonly #told: ToldPlaces;
  readonly #tellWaiting: () => void;
  readonly #refused = new RefusedLines(keptBefore);

  /** `tellWaiting` tells what was read before an entry. */
  constructor(listener: ScanListener, told: ToldPlaces, tellWaiting: () => void) {
    this.#listener = listener;
    this.#told = told;
    this.#tellWaiting = tellWaiting;
  }

  /** A file begins. */
  begin(): void {
    this.#refused.clear();
  }

  /** Are all lines understood that stand close before this file offset? */
  areUnderstoodAt(fileBytes: number): boolean {
    return this.#refused.isEmptyAt(fileBytes);
  }

  /** Answers where to search on: before the entry, when a prefix was learned from it, or its form. */
  tell(
    around: Surroundings,
    frame: Extract<Frame, { kind: 'entry' }>,
    format: LogFormat,
    { offsetBytes, learning }: Bytes,
  ): number {
    const { start, end } = frame;
    const reading = this.#told.untold(readEntry(around, frame, format), offsetBytes);
    const isLearned = learning?.learn(readFrom(reading, start), end, around.bytes, format);
    if (reading === 'unknown') {
      const again = this.#refuse(() => textOf(around.bytes, start, end), offsetBytes + start, format);
      if (again !== undefined) return again - offsetBytes;
    } else if (this.#refused.understand(offsetBytes + start)) this.#listener.understood(offsetBytes + start);
    if (typeof reading === 'string') {
      // whatever else stands in this line is no beginning of a line either
      const lineEnd = around.bytes.indexOf(0x0a, start);
      return Math.max(lineEnd < 0 ? end : lineEnd, start + 1);
    }
    // it is told as one of those that are like it
    if (isLearned === true) return start;
    const entryBytes = offsetBytes + reading.start;
    const entry = this.#told.dated(reading.entry, frame.isRaw === true);
    this.#tellWaiting();
    if (!this.#refused.tell(entryBytes)) this.#listener.entry(entry, entryBytes);
    this.#told.tell(entryBytes, offsetBytes + Math.min(end + 1, around.bytes.length));
    return end;
  }

  /** A line is not understood: file offset from which on all is read again, since it teaches how; undefined = it does not. */
  #refuse(line: () => string, fileBytes: number, format: LogFormat): number | undefined {
    if (!this.#refused.refuse(fileBytes)) return undefined;
    const text = line();
    this.#listener.notUnderstood(text.slice(0, longestSample), fileBytes);
    return format.adapt(text) ? (this.#refused.firstBytes ?? fileBytes) : undefined;
  }
}
