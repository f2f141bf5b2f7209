import { lineNumbers } from '../../core/log/lineBlock.ts';
import type { RecurringShape } from '../../core/log/recurringShape.ts';
import { startModule } from '../../core/webAssembly.ts';
import { bytesInNames, headProgram, jsonKeys } from './headProgram.ts';
import type { ModuleExports } from './moduleExports.ts';
import { ModuleForms } from './moduleForms.ts';
import { scanModule } from './scanModule.ts';
import { framings, type WantedLabels } from './wantedLabels.ts';

/** How far a zone is from UTC, for a quarter of an hour from a local time on. */
export interface Zone {
  readonly fromMs: number;
  readonly offsetMs: number;
}

/** Lines that can be read before they are cleared away (MOST_RECORDS). */
export const mostRecords = 4096;
const mostHosts = 16_384;
const programBytes = 4096;
const keyBytes = 24;

/**
 * Where the two times of a record stand among its doubles until it is a line, as if the log's zone were UTC, in ms and in
 * s; and, among twice as many integers, the first eight bytes of their zones (assembly/records.ts).
 */
const localIn = [0, 1] as const;
const zoneIn = [6, 8] as const;

/**
 * The scan as a module in WebAssembly with SIMD (assembly/), which runs at the speed of memory. It says nothing that
 * the scan in JavaScript would not: a place that it passes over is none where an entry can be, as far as the labels and
 * messages say that it was given; a line that it reads is the same, but for its numbers, as one that was read the
 * ordinary way, and was learned from that. Where either is in doubt, it answers the place.
 */
export class WasmScan {
  /** The bytes that are searched; 16 behind those that are asked for are overwritten. */
  readonly input: Buffer;
  readonly #exports: ModuleExports;
  readonly #bytes: Buffer;
  /** The lines that were read (lineBlock.ts), once they are finished; and the same as integers. */
  readonly lines: Float64Array;
  readonly #integers: Int32Array;
  readonly forms: ModuleForms;
  /** What the hosts' numbers are outside. */
  readonly hostNumbers: Int32Array;
  #framing: number = framings.lines;

  /** Null where the runtime has no WebAssembly with SIMD. */
  static start(): WasmScan | null {
    const exports = startModule(scanModule());
    return exports === undefined ? null : new WasmScan(exports as ModuleExports);
  }

  private constructor(exports: ModuleExports) {
    this.#exports = exports;
    const { buffer } = exports.memory;
    this.#bytes = Buffer.from(buffer);
    const records = exports.layout(2);
    // and one more, of the line that was not read
    this.lines = new Float64Array(buffer, records, (mostRecords + 1) * lineNumbers);
    this.#integers = new Int32Array(buffer, records, (mostRecords + 1) * lineNumbers * 2);
    this.hostNumbers = new Int32Array(buffer, exports.layout(8), mostHosts);
    this.input = this.#bytes.subarray(exports.layout(0), exports.layout(0) + exports.layout(1));
    this.forms = new ModuleForms(exports);
    jsonKeys.forEach((key, index) => {
      const at = exports.layout(5) + index * keyBytes;
      this.#bytes[at] = key.length;
      this.#bytes.write(key, at + 1, 'latin1');
    });
  }

  /** Sets what is searched; and whether also places are answered near which something is not in UTF-8. */
  want({ framing, maps }: WantedLabels, isUtf8: boolean): void {
    this.#framing = framing;
    this.#exports.lookForOthers(isUtf8);
    this.#bytes.set(maps, this.#exports.layout(3));
    this.restart();
  }

  /** The bytes in the input have moved or grown. */
  restart(): void {
    this.#exports.restart();
  }

  /** Sets how the lines look that may be read here; false = such lines cannot be. All forms are forgotten. */
  look(shape: RecurringShape): boolean {
    this.#exports.forget();
    this.#bytes.set(bytesInNames(shape), this.#exports.layout(10));
    return this.#writeProgram(shape);
  }

  /** Whether lines are read from now on. */
  set isReading(isOn: boolean) {
    this.#exports.setReading(isOn);
  }

  /**
   * The index of the next place at or after `from` that may be an entry, or `to`; lines before it that were read stand
   * behind those that were read before.
   */
  search(from: number, to: number, startsLine: boolean, isMore: boolean): number {
    return this.#exports.search(this.#framing, from, to, startsLine, isMore);
  }

  /** How many lines were read since they were cleared away. */
  get count(): number {
    return this.#exports.found();
  }

  clear(): void {
    this.#exports.clear();
  }

  /** Index of the newline that ends the last that was read by the last search. */
  get readTo(): number {
    return this.#exports.readTo();
  }

  /**
   * Makes lines of what was read, from one to another; offsets count from `offsetBytes`. `zoneOf` is asked
   * how a zone looks around a local time in ms.
   */
  finish(
    from: number,
    to: number,
    offsetBytes: number,
    zoneOf: (zone: string, localMs: number) => Zone,
  ): void {
    for (;;) {
      const index = this.#exports.finish(from, to, offsetBytes);
      if (index === to) return;
      const which = this.#exports.isZoneOfStart() ? 1 : 0;
      const localMs = (this.lines[index * lineNumbers + localIn[which]] ?? 0) * (which === 1 ? 1000 : 1);
      const { fromMs, offsetMs } = zoneOf(this.#zoneText(index, which), localMs);
      this.#exports.setZone(index, fromMs, offsetMs);
      from = index;
    }
  }

  #zoneText(index: number, which: 0 | 1): string {
    const bytes = Buffer.alloc(8);
    const at = index * lineNumbers * 2 + zoneIn[which];
    bytes.writeInt32LE(this.#integers[at] ?? 0, 0);
    bytes.writeInt32LE(this.#integers[at + 1] ?? 0, 4);
    return bytes.toString('latin1').replaceAll('\0', '');
  }

  /** How many hosts lines have told. */
  get hostCount(): number {
    return this.#exports.hostCount();
  }

  /** The host with a number; ASCII. */
  host(number: number): string {
    const hostBytes = this.#exports.layout(7);
    const at = this.#exports.layout(6) + number * hostBytes;
    const length = this.#bytes[at + hostBytes - 1] ?? 0;
    return this.#bytes.toString('latin1', at, at + length);
  }

  #writeProgram({ head }: RecurringShape): boolean {
    if (!head) return true;
    const program = headProgram(head);
    if (program.length > programBytes || program.some((byte) => byte > 255)) return false;
    this.#bytes.set(program, this.#exports.layout(4));
    return true;
  }
}
