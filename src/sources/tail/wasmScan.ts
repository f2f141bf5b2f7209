import type { ScanTable } from '../../core/log/logFormat.ts';
import type { HeadPart, RecurringShape } from '../../core/log/recurringShape.ts';
import { scanModule } from './scanModule.ts';

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
  search(framing: number, from: number, to: number, startsLine: boolean, isMore: boolean): number;
}

/** A label as bytes, and the beginnings of its messages that count; undefined = all count. */
export interface WantedBytes {
  readonly text: Buffer;
  readonly starts: readonly Buffer[] | undefined;
}

const framings = { lines: 0, csv: 1, singleLine: 2 } as const;
const framingOfAnyCsv = 3;
/** And one more, of the line that was not read. */
const mostRecords = 4096 + 1;
const mapBytes = 8192;
const programBytes = 4096;
const keyBytes = 24;
/** assembly/forms.ts: this line was met for the second time and may be learned; it never is read here. */
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

/** Where the numbers of a line stand among the 8 doubles, or 16 integers, of its record (assembly/records.ts). */
const localAtIn = 0;
const localStartIn = 1;
const sessionTimeIn = 2;
const zoneIn = 6;
const startZoneIn = 8;
const formIn = 10;
const pidIn = 11;
const entryPortIn = 12;
const messagePortIn = 13;
const startIn = 14;

/** The numbers of a line; times as if the log's zone were UTC. */
export interface LineNumbers {
  localAt: number;
  localStartSeconds: number;
  sessionTimeMs: number;
  zone: string;
  /** Empty: the start was given as an instant. */
  startZone: string;
  form: number;
  pid: number;
  entryPort: number;
  messagePort: number;
  /** Index of its first byte. */
  start: number;
}

/** What of WebAssembly is used: the types of Node have it only with those of the DOM. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

let compiled: object | undefined;

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
  /** The records, as doubles and as integers. */
  readonly #doubles: Float64Array;
  readonly #integers: Int32Array;
  #framing = 0;
  #lastLow = 0;
  #lastHigh = 0;
  #lastZone = '';

  /** Null where the runtime has no WebAssembly with SIMD. */
  static start(): WasmScan | null {
    try {
      const { Module, Instance } = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
      compiled ??= new Module(Buffer.from(scanModule, 'base64'));
      return new WasmScan(new Instance(compiled).exports as Exports);
    } catch {
      return null;
    }
  }

  private constructor(exports: Exports) {
    this.#exports = exports;
    const { buffer } = exports.memory;
    this.#bytes = Buffer.from(buffer);
    const records = exports.layout(2);
    this.#doubles = new Float64Array(buffer, records, mostRecords * 8);
    this.#integers = new Int32Array(buffer, records, mostRecords * 16);
    this.input = this.#bytes.subarray(exports.layout(0), exports.layout(0) + exports.layout(1));
    jsonKeys.forEach((key, index) => {
      const at = exports.layout(7) + index * keyBytes;
      this.#bytes[at] = key.length;
      this.#bytes.write(key, at + 1, 'latin1');
    });
  }

  /**
   * Sets what is searched; false where this table cannot be searched here. Every label of these must have the bytes by
   * which the module finds it: `:  ` at its end in lines, the first letters of the English words in the other formats.
   */
  want(framing: ScanTable['framing'], labels: readonly WantedBytes[]): boolean {
    if (!labels.every(({ text }) => isFound(framing, text))) return false;
    const ofAny = framing === 'csv' && !labels.every(({ text }) => isEnglish(text));
    this.#framing = ofAny ? framingOfAnyCsv : framings[framing];
    const [whole, listed] = [this.#map(3), this.#map(4)];
    const starts = [this.#map(8, 256), this.#map(9), this.#map(10), this.#map(5)] as const;
    for (const map of [whole, listed, ...starts]) map.fill(0);
    for (const { text, starts: messages } of labels) {
      setBit(messages ? listed : whole, text.readUIntLE(Math.max(0, text.length - 6), 3));
      for (const start of messages ?? []) setStart(starts, start);
    }
    return true;
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

  /** The line at the last place may be learned: its numbers are those behind the last record. */
  get mayLearn(): boolean {
    return this.#exports.whyNot() === met;
  }

  /** Gives the line at the last place a number; undefined = it is never read here. False = there is no room. */
  learn(form: number | undefined): boolean {
    return this.#exports.learn(form ?? never);
  }

  /** The numbers of a line that was read, by its place among them. */
  numbers(index: number, into: LineNumbers): void {
    const double = index * 8;
    const integer = index * 16;
    const doubles = this.#doubles;
    const integers = this.#integers;
    into.localAt = doubles[double + localAtIn] ?? 0;
    into.localStartSeconds = doubles[double + localStartIn] ?? 0;
    into.sessionTimeMs = doubles[double + sessionTimeIn] ?? 0;
    into.zone = this.#zone(integers[integer + zoneIn] ?? 0, integers[integer + zoneIn + 1] ?? 0);
    into.startZone = this.#zone(integers[integer + startZoneIn] ?? 0, integers[integer + startZoneIn + 1] ?? 0);
    into.form = integers[integer + formIn] ?? 0;
    into.pid = integers[integer + pidIn] ?? 0;
    into.entryPort = integers[integer + entryPortIn] ?? 0;
    into.messagePort = integers[integer + messagePortIn] ?? 0;
    into.start = integers[integer + startIn] ?? 0;
  }

  /** The text of at most eight bytes. */
  #zone(low: number, high: number): string {
    if (low === 0) return '';
    if (low !== this.#lastLow || high !== this.#lastHigh) {
      this.#lastLow = low;
      this.#lastHigh = high;
      const bytes = Buffer.alloc(8);
      bytes.writeInt32LE(low, 0);
      bytes.writeInt32LE(high, 4);
      this.#lastZone = bytes.toString('latin1').replaceAll('\0', '');
    }
    return this.#lastZone;
  }

  #map(index: number, length = mapBytes): Buffer {
    const at = this.#exports.layout(index);
    return this.#bytes.subarray(at, at + length);
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

/** Is a label found by the bytes that the module searches (assembly/candidates.ts)? */
function isFound(framing: ScanTable['framing'], text: Buffer): boolean {
  const words = text.toString('latin1');
  switch (framing) {
    case 'lines':
      return words.length >= 6 && words.endsWith(':  ');
    case 'csv':
      return isEnglish(text) || /^,(?:DZ|K[AR]|HA|FE|[^\0-\x7f]|.[^\0-\x7f])/.test(words);
    case 'singleLine':
      return /:"(?:LO|FA|PA|ER)\w*","$/.test(words);
  }
}

function isEnglish(text: Buffer): boolean {
  return /^,(?:LO|FA|PA|ER)/.test(text.toString('latin1'));
}

/** Sets the bit of the beginning of a message, by as much of it as there is (`mayStart` in assembly/candidates.ts). */
function setStart(
  [short, four, eight, twelve]: readonly [Buffer, Buffer, Buffer, Buffer],
  start: Buffer,
): void {
  if (start.length < 4) {
    short[start[0] ?? 0] = 1;
    return;
  }
  let hash = start.readInt32LE(0);
  if (start.length >= 8) hash += Math.imul(start.readInt32LE(4), 0x85ebca6b);
  if (start.length >= 12) hash += Math.imul(start.readInt32LE(8), 0xc2b2ae35);
  setBit(start.length >= 12 ? twelve : start.length >= 8 ? eight : four, hash);
}

/** Sets the bit of 32 bits (`mix` in assembly/bytes.ts). */
function setBit(map: Buffer, value: number): void {
  const index = Math.imul(value, 0x9e3779b1) >>> 16;
  map[index >> 3] = (map[index >> 3] ?? 0) | (1 << (index & 7));
}
