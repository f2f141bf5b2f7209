import type { LogEntry } from '../core/log/logEntry.ts';
import {
  lineNumber,
  lineNumbers,
  lineOf,
  lineOffsetIn,
  linesOf,
  type LineBlock,
} from '../core/log/lineBlock.ts';
import { entryOf } from '../core/log/recurring.ts';
import type { ScanListener } from './tail/entryTelling.ts';
import { skip, unskip, type LinePlace, type Understanding } from './understanding.ts';

/** What a log tells, entry by entry. `file` is a number: files are numbered as they begin. */
export interface PostgresLogListener {
  entry(entry: LogEntry, fileNumber: number, offsetBytes: number): void;
  /** Entries like ones before them, but for their numbers; good only until this returns. Without this each is an `entry`. */
  lines?(block: LineBlock): void;
}

/** Where the places of a scan are. */
export interface ScannedPlaces {
  readonly fileNumber: number;
  /** The place in the file of a place among the bytes that the scan got. */
  placeOf(offsetBytes: number): number;
  /** The two are the same. */
  readonly arePlacesSame: boolean;
}

/** Tells the listener of a log what its scan tells, or who has borrowed the scan for a while. */
export class LogTeller implements ScanListener {
  borrower: ScanListener | undefined;
  /** What begins before was told already. */
  tellFromBytes = 0;
  readonly #listener: PostgresLogListener;
  readonly #understanding: Understanding;
  readonly #places: ScannedPlaces;

  constructor(listener: PostgresLogListener, understanding: Understanding, places: ScannedPlaces) {
    this.#listener = listener;
    this.#understanding = understanding;
    this.#places = places;
  }

  readonly entry = (entry: LogEntry, offsetBytes: number): void => {
    if (this.borrower) return this.borrower.entry(entry, offsetBytes);
    if (offsetBytes < this.tellFromBytes) return;
    this.#understanding.understood += 1;
    this.#listener.entry(entry, this.#places.fileNumber, this.#places.placeOf(offsetBytes));
  };

  readonly lines = (block: LineBlock): void => {
    if (this.borrower) return this.borrower.lines(block);
    let first = 0;
    while (first < block.count && lineNumber(block, first, lineOffsetIn) < this.tellFromBytes) first += 1;
    const told = first === 0 ? block : linesOf(block, first, block.count);
    if (told.count === 0) return;
    if (this.#listener.lines) this.#tellLines(told, this.#listener.lines.bind(this.#listener));
    else
      for (let index = 0; index < told.count; index += 1) {
        const line = lineOf(told, index);
        this.entry(entryOf(line), line.offsetBytes);
      }
  };

  #tellLines(block: LineBlock, tell: (block: LineBlock) => void): void {
    const { numbers, count } = block;
    this.#understanding.understood += count;
    if (!this.#places.arePlacesSame)
      for (let at = lineOffsetIn; at < count * lineNumbers; at += lineNumbers)
        numbers[at] = this.#places.placeOf(numbers[at] ?? 0);
    tell({ ...block, fileNumber: this.#places.fileNumber });
  }

  notUnderstood(line: string, offsetBytes: number): void {
    if (this.borrower) this.borrower.notUnderstood(line, offsetBytes);
    else if (offsetBytes >= this.tellFromBytes)
      skip(this.#understanding, { line, ...this.#lineAt(offsetBytes) });
  }

  understood(offsetBytes: number): void {
    if (this.borrower) this.borrower.understood(offsetBytes);
    else if (offsetBytes >= this.tellFromBytes) unskip(this.#understanding, this.#lineAt(offsetBytes));
  }

  #lineAt(offsetBytes: number): LinePlace {
    return { fileNumber: this.#places.fileNumber, offsetBytes: this.#places.placeOf(offsetBytes) };
  }
}
