import type { HeadPart, RecurringShape } from '../../core/log/recurringShape.ts';
import { startModule } from '../../core/webAssembly.ts';
import { scanModule } from './scanModule.ts';
import type { WantedLabels } from './wantedLabels.ts';

/** What the module exports (assembly/index.ts). */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  layout(index: number): number;
  forget(): void;
  setReading(isOn: boolean): void;
  learn(form: number): boolean;
  found(): number;
  whyNot(): number;
  readTo(): number;
  hostCount(): number;
  search(framing: number, from: number, to: number, startsLine: boolean, isMore: boolean): number;
}

/** And one more, of the line that was not read. */
export const mostRecords = 4096 + 1;
const programBytes = 4096;
const keyBytes = 24;
/** assembly/forms.ts: the line may be learned; it never is read here. */
const met = -2;
const never = -3;

/** Operations of a head (assembly/lineHead.ts). */
const operations: Readonly<Record<HeadPart['kind'], number>> = {
  literal: 1,
  timeMs: 2,
  time: 3,
  epoch: 4,
  pid: 5,
  number: 6,
  sessionId: 7,
  start: 8,
  hostPort: 9,
  host: 10,
  virtualXid: 11,
  sqlState: 12,
  spaces: 13,
  name: 15,
};
const backwards = 14;

/** Keys of a json record up to its severity, in the order in which the server writes them (jsonlog.c). */
const jsonKeys = [
  '{"timestamp":"',
  '"user":"',
  '"dbname":"',
  '"pid":',
  '"remote_host":"',
  '"remote_port":',
  '"session_id":"',
  '"line_num":',
  '"ps":"',
  '"session_start":"',
  '"vxid":"',
  '"txid":',
  '"error_severity":"',
];

/**
 * Where the numbers of a line stand among the doubles of its record, or among twice as many integers: the times first,
 * as if the log's zone were UTC, then the first eight bytes of the zones (0 = the time is an instant), and where the
 * line begins (assembly/records.ts).
 */
export const recordFields = {
  doubles: 9,
  localAt: 0,
  localStartSeconds: 1,
  sessionTimeMs: 2,
  zone: 6,
  startZone: 8,
  form: 10,
  pid: 11,
  entryPort: 12,
  messagePort: 13,
  start: 14,
  host: 16,
} as const;

/**
 * The scan as a module in WebAssembly with SIMD (assembly/), which runs at the speed of memory. It says nothing that
 * the scan in JavaScript would not: a place that it passes over is none where an entry can be, as far as the labels and
 * messages say that it was given; a line that it reads is the same, but for its numbers, as one that was read the
 * ordinary way, and was learned from that. Where either is in doubt, it answers the place.
 */
export class WasmScan {
  /** The bytes that are searched; 16 behind those that are asked for are overwritten. */
  readonly input: Buffer;
  readonly #exports: Exports;
  readonly #bytes: Buffer;
  /** The records of the lines that were read, as doubles and as integers (`recordFields`). */
  readonly doubles: Float64Array;
  readonly integers: Int32Array;
  #framing = 0;

  /** Null where the runtime has no WebAssembly with SIMD. */
  static start(): WasmScan | null {
    const exports = startModule(scanModule);
    return exports === undefined ? null : new WasmScan(exports as Exports);
  }

  private constructor(exports: Exports) {
    this.#exports = exports;
    const { buffer } = exports.memory;
    this.#bytes = Buffer.from(buffer);
    const records = exports.layout(2);
    this.doubles = new Float64Array(buffer, records, mostRecords * recordFields.doubles);
    this.integers = new Int32Array(buffer, records, mostRecords * recordFields.doubles * 2);
    this.input = this.#bytes.subarray(exports.layout(0), exports.layout(0) + exports.layout(1));
    jsonKeys.forEach((key, index) => {
      const at = exports.layout(7) + index * keyBytes;
      this.#bytes[at] = key.length;
      this.#bytes.write(key, at + 1, 'latin1');
    });
  }

  /** Sets what is searched. */
  want({ framing, maps }: WantedLabels): void {
    this.#framing = framing;
    this.#bytes.set(maps, this.#exports.layout(3));
  }

  /** Sets how the lines look that may be read here; false = such lines cannot be. All forms are forgotten. */
  look(shape: RecurringShape): boolean {
    this.#exports.forget();
    return this.#writeProgram(shape);
  }

  /** Whether lines are read from now on. */
  set isReading(isOn: boolean) {
    this.#exports.setReading(isOn);
  }

  /**
   * The index of the next place at or after `from` that may be an entry, or `to`; lines before it that were read are
   * `count` many.
   */
  search(from: number, to: number, startsLine: boolean, isMore: boolean): number {
    return this.#exports.search(this.#framing, from, to, startsLine, isMore);
  }

  /** How many lines the last search has read. */
  get count(): number {
    return this.#exports.found();
  }

  /** Index of the newline that ends the last of them. */
  get readTo(): number {
    return this.#exports.readTo();
  }

  /** How many hosts lines have told. */
  get hostCount(): number {
    return this.#exports.hostCount();
  }

  /** The host with a number; ASCII. */
  host(number: number): string {
    const at = this.#exports.layout(11) + number * this.#exports.layout(12);
    const length = this.#bytes[at] ?? 0;
    return this.#bytes.toString('latin1', at + 1, at + 1 + length);
  }

  /** The line at the last place may be learned: its numbers are those behind the last record. */
  get mayLearn(): boolean {
    return this.#exports.whyNot() === met;
  }

  /** Gives the line at the last place a number; undefined = it is never read here. False = there is no room. */
  learn(form: number | undefined): boolean {
    return this.#exports.learn(form ?? never);
  }

  #writeProgram({ head }: RecurringShape): boolean {
    if (!head) return true;
    const program = [
      ...head.fromLeft.flatMap(operation),
      ...(head.fromRight ? [backwards, ...head.fromRight.flatMap(operation)] : []),
      0,
    ];
    if (program.length > programBytes || program.some((byte) => byte > 255)) return false;
    this.#bytes.set(program, this.#exports.layout(6));
    return true;
  }
}

function operation(part: HeadPart): number[] {
  const code = operations[part.kind];
  if (part.kind === 'spaces') return [code, part.most];
  if (part.kind !== 'literal') return [code];
  const bytes = Buffer.from(part.text);
  return [code, bytes.length, ...bytes];
}
