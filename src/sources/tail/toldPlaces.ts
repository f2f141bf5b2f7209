import type { LogEntry } from '../../core/log/logEntry.ts';
import type { Reading } from './scanReading.ts';

/** Up to where a scan has read and told, in file offsets, and what was told last. */
export class ToldPlaces {
  /** Behind the last entry that was read, and behind the last that was told. */
  #readToBytes = 0;
  toBytes = 0;
  /** Where the last entry stands: what stands there is a part of no other. */
  #last = { fromBytes: 0, toBytes: 0 };
  /** When the entry was written that was read last: raw text says no time of its own. */
  #lastAt: number | undefined;

  /** Begins a file at an offset. */
  begin(offsetBytes: number): void {
    this.#readToBytes = offsetBytes;
    this.toBytes = offsetBytes;
    this.#last = { fromBytes: offsetBytes, toBytes: offsetBytes };
    this.#lastAt = undefined;
  }

  /** When the entry before the next one was written. */
  assumeAt(at: number | undefined): void {
    this.#lastAt = at;
  }

  /** Lines were read, and wait to be told: the last stands here; `at`: when it was written, NaN = that is not said. */
  read(fromBytes: number, toBytes: number, at: number): void {
    this.#last = { fromBytes, toBytes };
    this.#lastAt = Number.isNaN(at) ? this.#lastAt : at;
    this.#readToBytes = Math.max(this.#readToBytes, toBytes);
  }

  /** All that was read is told. */
  tellAll(): void {
    this.toBytes = this.#readToBytes;
  }

  /** With when it was written, of raw text when the entry before it was. */
  dated(entry: LogEntry, isRaw: boolean): LogEntry {
    const dated = isRaw ? { ...entry, at: this.#lastAt } : entry;
    this.#lastAt = dated.at ?? this.#lastAt;
    return dated;
  }

  /** An entry was told by itself. */
  tell(fromBytes: number, toBytes: number): void {
    this.#last = { fromBytes, toBytes };
    this.#readToBytes = this.toBytes = Math.max(this.toBytes, toBytes);
  }

  /** What was read, unless it begins in the entry before: then nobody knows where it does. */
  untold(reading: Reading, offsetBytes: number): Reading {
    if (typeof reading === 'string') return reading;
    const atBytes = offsetBytes + reading.start;
    return atBytes >= this.#last.fromBytes && atBytes < this.#last.toBytes ? 'unknown' : reading;
  }
}
