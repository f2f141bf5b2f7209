import type { LogEntry } from '../../core/log/logEntry.ts';
import {
  lineAtIn,
  lineEntryPortIn,
  lineHostIn,
  lineMessagePortIn,
  lineNumbers,
  lineOffsetIn,
  linePidIn,
  lineStartIn,
  lineTimeMsIn,
  type LineBlock,
} from '../../core/log/lineBlock.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import type { RecurringNumbers } from '../../core/log/recurring.ts';
import type { RecurringShape } from '../../core/log/recurringShape.ts';
import { FormLearning } from './formLearning.ts';
import { mostRecords, type WasmScan } from './wasmScan.ts';
import { zoneAround } from './zoneAround.ts';

/** Who is told of the lines that are read. */
export interface RecurringListener {
  readonly entry: (entry: LogEntry, offsetBytes: number) => void;
  /** Lines like ones before them, but for their numbers; `fileNumber` is the listener's to know. */
  readonly lines: (block: LineBlock) => void;
}

/**
 * The lines that the module has read: they are like one that was read the ordinary way but for their numbers. Where there
 * are many forms, one is learned only when it comes for the second time.
 */
export class RecurringLines {
  readonly #wasm: WasmScan;
  #shape: RecurringShape | undefined;
  #isAble = false;
  readonly learning: FormLearning;
  readonly #hosts: string[] = [];
  readonly #hostNumbers = new Map<string, number>();
  /** Lines that wait to be told. */
  #count = 0;
  /** Of so many hosts the module knows what their numbers are here. */
  #hostsKnown = 0;
  /** When the last line that was taken was written; NaN = it has no time. And where it begins in the file. */
  lastAt = Number.NaN;
  lastFromBytes = 0;

  constructor(wasm: WasmScan) {
    this.#wasm = wasm;
    this.learning = new FormLearning(wasm.forms, () => this.#numbersAt(wasm.count));
  }

  /**
   * Sets how lines look, and whether they are read now; what was learned of lines that look otherwise is forgotten.
   */
  look(shape: RecurringShape | undefined, isWanted: boolean): void {
    if (shape && shape !== this.#shape) {
      this.#isAble = this.#wasm.look(shape);
      this.learning.lookOtherwise();
    }
    this.#shape = shape ?? this.#shape;
    this.#wasm.isReading = isWanted && shape !== undefined && this.#isAble;
  }

  /** How many lines wait to be told. */
  get count(): number {
    return this.#count;
  }

  /** So many that there may soon be no room for more. */
  get isHalfFull(): boolean {
    return this.#count * 2 > mostRecords;
  }

  /** Index of the newline that ends the last line that the last search has read. */
  get readTo(): number {
    return this.#wasm.readTo;
  }

  /**
   * Takes the lines that the last search has read; false = it has read none. `offsetBytes` is where the bytes that were
   * searched begin in the file.
   */
  took(offsetBytes: number, format: LogFormat): boolean {
    this.learning.takeDerived(format);
    const { count } = this.#wasm;
    if (count === this.#count) return false;
    this.#finish(this.#count, count, offsetBytes);
    this.#count = count;
    const last = (count - 1) * lineNumbers;
    this.lastAt = this.#wasm.lines[last + lineAtIn] ?? Number.NaN;
    this.lastFromBytes = this.#wasm.lines[last + lineOffsetIn] ?? 0;
    return true;
  }

  /** Tells the lines that wait. */
  tell(listener: RecurringListener): void {
    const count = this.#count;
    this.#count = 0;
    listener.lines(this.block(this.#wasm.lines, count));
    this.#wasm.clear();
  }

  /** Numbers of lines of this log with their forms. */
  block(numbers: Float64Array, count: number): LineBlock {
    return {
      numbers,
      count,
      forms: this.learning.forms.all,
      hosts: this.#hosts,
      fileNumber: 0,
      arrivedAt: Date.now(),
    };
  }

  /** The number of a host, which it gets now unless it has one. */
  numberOfHost(host: string): number {
    const known = this.#hostNumbers.get(host);
    if (known !== undefined) return known;
    this.#hostNumbers.set(host, this.#hosts.length);
    return this.#hosts.push(host) - 1;
  }

  /** All hosts that lines have told, by their numbers. */
  get hosts(): readonly string[] {
    return this.#hosts;
  }

  #numbersAt(index: number): RecurringNumbers {
    this.#finish(index, index + 1, 0);
    const number = (field: number): number => this.#wasm.lines[index * lineNumbers + field] ?? 0;
    return {
      at: number(lineAtIn),
      pid: number(linePidIn),
      startSeconds: number(lineStartIn),
      entryPort: number(lineEntryPortIn),
      messagePort: number(lineMessagePortIn),
      host: this.#hosts[number(lineHostIn)],
      sessionTimeMs: number(lineTimeMsIn),
    };
  }

  /** Turns the module's records into lines, from one to another. */
  #finish(from: number, to: number, offsetBytes: number): void {
    for (; this.#hostsKnown < this.#wasm.hostCount; this.#hostsKnown += 1)
      this.#wasm.hostNumbers[this.#hostsKnown] = this.numberOfHost(this.#wasm.host(this.#hostsKnown));
    const clock = this.#shape?.clock;
    this.#wasm.finish(from, to, offsetBytes, (zone, localMs) => zoneAround(zone, localMs, clock));
  }
}
