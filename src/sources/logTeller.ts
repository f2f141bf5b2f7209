import type { LogEntry } from '../core/log/logEntry.ts';
import { entryOf, type OtherForm, type RecurringLine } from '../core/log/recurring.ts';
import type { ScanListener } from './tail/scan.ts';
import { skip, unskip, type LinePlace, type Understanding } from './understanding.ts';

/** What a log tells, entry by entry. `file` is a number: files are numbered as they begin. */
export interface PostgresLogListener {
  entry(entry: LogEntry, fileNumber: number, offsetBytes: number): void;
  /** An entry like one before it, but for its numbers; good only until this returns. Without this it is an `entry`. */
  recurring?(line: RecurringLine): void;
}

/** Where the places of a scan are. */
export interface ScannedPlaces {
  readonly fileNumber: number;
  /** The place in the file of a place among the bytes that the scan got. */
  placeOf(offsetBytes: number): number;
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

  readonly recurring = (line: RecurringLine): void => {
    if (this.borrower) return this.borrower.recurring(line);
    if (!this.#listener.recurring) return this.entry(entryOf(line), line.offsetBytes);
    if (line.offsetBytes < this.tellFromBytes) return;
    this.#understanding.understood += 1;
    line.fileNumber = this.#places.fileNumber;
    line.offsetBytes = this.#places.placeOf(line.offsetBytes);
    this.#listener.recurring(line);
  };

  readonly other = (line: RecurringLine, form: OtherForm): void => {
    if (this.borrower?.other) this.borrower.other(line, form);
    else this.entry(entryOf(line, form), line.offsetBytes);
  };

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
