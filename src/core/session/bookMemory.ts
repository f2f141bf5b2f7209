import { lineNumbers } from '../log/lineBlock.ts';
import { startModule } from '../webAssembly.ts';
import { bookModule } from './bookModule.ts';
import { rowNumbers } from './waitingRows.ts';

/** What the module exports (assembly/index.ts). */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  layout(index: number): number;
  apply(from: number, to: number): number;
  why(): number;
  lose(row: number, at: number, offset: number, flags: number): void;
  rowOf(pid: number): number;
  setRowOf(pid: number, row: number): void;
  previousOf(row: number): number;
  free(row: number): void;
  nextRow(row: number, states: number): number;
  tell(head: number, tail: number, logClockMs: number): number;
  whyNotTold(): number;
  toldCount(): number;
  troubleCount(): number;
  minuteCount(): number;
  rememberNames(disconnection: number, authorized: number): void;
}

/** What became of a line (assembly/answers.ts). */
export const answers = { done: 0, notPlain: 1, inBook: 2, names: 3, drain: 4 } as const;

/** Places of what is told with each call, and answered (assembly/cells.ts). */
export const cells = {
  elapsedMs: 0,
  newestAt: 1,
  lastAt: 2,
  order: 3,
  head: 4,
  tail: 5,
  fileNumber: 6,
  arrivedAt: 7,
  postmasterPid: 8,
  received: 9,
  receivedNotRefused: 10,
  connects: 11,
  guessedNames: 12,
  disconnections: 13,
  lostSilently: 14,
  active: 15,
  toldConnects: 16,
  toldDisconnects: 17,
  toldLost: 18,
  toldReplication: 19,
  toldFailures: 20,
  toldEndings: 21,
  terminatedFlags: 22,
  pidReusedFlags: 23,
} as const;
const cellCount = 24;

/** What `layout` answers, by its index. */
const layout = {
  cells: 0,
  facts: 1,
  lines: 2,
  mostLines: 3,
  waiting: 4,
  mostWaiting: 5,
  rows: 6,
  mostRows: 7,
  mostForms: 8,
  formNames: 9,
  hostNames: 10,
  mostHosts: 11,
  told: 12,
  mostTold: 13,
  minutes: 14,
  fatalNames: 15,
} as const;

/** Bytes of what is known of a form (assembly/facts.ts), and how many names it has (assembly/names.ts). */
export const factBytes = 8;
export const namesOfForm = 4;
/** 4-byte numbers of a row, and 8-byte ones (sessionRows.ts). */
const intsOfRow = 32;
const doublesOfRow = 16;

/** The book of ordinary sessions: a module in WebAssembly (assembly/), and its memory, which is the columns. */
export class BookMemory {
  readonly module: Exports;
  readonly cells: Float64Array;
  /** Bytes of all forms' facts, and the same as integers. */
  readonly facts: Uint8Array;
  readonly factInts: Int32Array;
  /** Room for the lines that are booked next. */
  readonly lines: Float64Array;
  readonly mostLines: number;
  /** The ring of what waits to be told. */
  readonly waiting: Float64Array;
  /** What names of forms, of FATALs, and hosts, are to the store of events (rowTelling.ts). */
  readonly formNames: Int32Array;
  readonly fatalNames: Int32Array;
  readonly hostNames: Int32Array;
  readonly buffer: ArrayBuffer;
  /** Where the columns of what is told stand, and how many events they hold; and the minutes (toldRows.ts). */
  readonly toldAt: number;
  readonly mostTold: number;
  readonly minutesAt: number;
  /** The sessions. */
  readonly #doubles: Float64Array;
  readonly #ints: Int32Array;

  /** Undefined where the runtime has no WebAssembly with SIMD. */
  static start(): BookMemory | undefined {
    const exports = startModule(bookModule());
    return exports === undefined ? undefined : new BookMemory(exports as Exports);
  }

  private constructor(module: Exports) {
    this.module = module;
    const { buffer } = module.memory;
    const at = (name: keyof typeof layout): number => module.layout(layout[name]);
    this.buffer = buffer;
    const [mostForms, mostRows] = [at('mostForms'), at('mostRows')];
    this.cells = new Float64Array(buffer, at('cells'), cellCount);
    this.facts = new Uint8Array(buffer, at('facts'), mostForms * factBytes);
    this.factInts = new Int32Array(buffer, at('facts'), (mostForms * factBytes) / 4);
    this.lines = new Float64Array(buffer, at('lines'), at('mostLines') * lineNumbers);
    this.mostLines = at('mostLines');
    this.waiting = new Float64Array(buffer, at('waiting'), at('mostWaiting') * rowNumbers);
    this.formNames = new Int32Array(buffer, at('formNames'), mostForms * namesOfForm);
    this.fatalNames = new Int32Array(buffer, at('fatalNames'), mostForms * namesOfForm);
    this.hostNames = new Int32Array(buffer, at('hostNames'), at('mostHosts'));
    this.toldAt = at('told');
    this.mostTold = at('mostTold');
    this.minutesAt = at('minutes');
    this.#doubles = new Float64Array(buffer, at('rows'), mostRows * doublesOfRow);
    this.#ints = new Int32Array(buffer, at('rows'), mostRows * intsOfRow);
  }

  int(row: number, field: number): number {
    return this.#ints[row * intsOfRow + field] ?? 0;
  }

  double(row: number, field: number): number {
    return this.#doubles[row * doublesOfRow + field] ?? 0;
  }
}
