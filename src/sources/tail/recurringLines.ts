import type { LogEntry } from '../../core/log/logEntry.ts';
import {
  recurringFormOf,
  saysTheSame,
  entryOf,
  type OtherForm,
  type RecurringForm,
  type RecurringLine,
} from '../../core/log/recurring.ts';
import type { RecurringShape } from '../../core/log/recurringShape.ts';
import type { LineNumbers, WasmScan } from './wasmScan.ts';

/** Forms that one log may have: what comes beyond them is read the ordinary way. */
const mostForms = 65_536;

const nothing: RecurringForm = {
  entry: { severity: 'LOG', message: '' },
  message: { kind: 'received', remoteHost: '' },
};

/** Who is told of the lines that are read. */
export interface RecurringListener {
  readonly entry: (entry: LogEntry, offsetBytes: number) => void;
  readonly recurring: (line: RecurringLine) => void;
  /** A line of a form whose entry is told; without this it is an `entry`. */
  readonly other?: (line: RecurringLine, form: OtherForm) => void;
}

/**
 * The lines that the module has read: they are like one that was read the ordinary way but for their numbers. A form is
 * learned from that one, if the numbers that were read of it are those of its entry; where there are many forms, only
 * when it comes for the second time.
 */
export class RecurringLines {
  readonly #wasm: WasmScan;
  #shape: RecurringShape | undefined;
  #isAble = false;
  readonly #forms: (RecurringForm | OtherForm)[] = [];
  readonly #numbers: LineNumbers = {
    localAt: 0,
    localStartSeconds: 0,
    sessionTimeMs: 0,
    zone: '',
    startZone: '',
    form: 0,
    pid: 0,
    entryPort: -1,
    messagePort: -1,
    start: 0,
  };
  readonly #line: RecurringLine = {
    form: nothing,
    formNumber: 0,
    at: 0,
    pid: 0,
    startSeconds: Number.NaN,
    entryPort: -1,
    messagePort: -1,
    sessionTimeMs: 0,
    fileNumber: 0,
    offsetBytes: 0,
    arrivedAt: 0,
  };

  constructor(wasm: WasmScan) {
    this.#wasm = wasm;
  }

  /**
   * Sets how lines look, and whether they are read now; what was learned of lines that look otherwise is forgotten.
   */
  look(shape: RecurringShape | undefined, isWanted: boolean): void {
    if (shape && shape !== this.#shape) this.#isAble = this.#wasm.look(shape);
    this.#shape = shape ?? this.#shape;
    this.#wasm.isReading = isWanted && shape !== undefined && this.#isAble;
  }

  /** How many lines the last search has read. */
  get count(): number {
    return this.#wasm.count;
  }

  /** Index of the newline that ends the last of them. */
  get readTo(): number {
    return this.#wasm.readTo;
  }

  /** Tells each line: what `recurring` gets is good only until it returns. */
  tell(offsetBytes: number, listener: RecurringListener): void {
    const { count } = this.#wasm;
    this.#line.arrivedAt = Date.now();
    for (let index = 0; index < count; index += 1) {
      const line = this.#read(index, offsetBytes);
      line.formNumber = this.#numbers.form;
      this.tellLine(line, listener);
    }
  }

  /** Tells a line whose numbers and number of form are set. */
  tellLine(line: RecurringLine, { entry, recurring, other }: RecurringListener): void {
    const form = this.#forms[line.formNumber] ?? nothing;
    if (form.message) {
      line.form = form;
      recurring(line);
    } else if (other) other(line, form);
    else entry(entryOf(line, form), line.offsetBytes);
  }

  /** When the last of them was written. */
  get lastAt(): number {
    return this.#line.at;
  }

  /** What became of the line at the place that the last search has answered: read the ordinary way, it is this entry. */
  learn(entry: LogEntry | undefined): void {
    if (!this.#wasm.mayLearn) return;
    const form = entry && recurringFormOf(entry);
    const isSame = form && saysTheSame(this.#read(this.#wasm.count, 0), form);
    const number = isSame === true && this.#forms.length < mostForms ? this.#forms.length : undefined;
    if (this.#wasm.learn(number) && number !== undefined && form) this.#forms.push(form);
  }

  /** A form that another scan of the same log has learned: its number here; undefined = there are too many. */
  adopt(form: RecurringForm | OtherForm): number | undefined {
    return this.#forms.length < mostForms ? this.#forms.push(form) - 1 : undefined;
  }

  /** All forms, by their numbers. */
  get forms(): readonly (RecurringForm | OtherForm)[] {
    return this.#forms;
  }

  #read(index: number, offsetBytes: number): RecurringLine {
    const numbers = this.#numbers;
    this.#wasm.numbers(index, numbers);
    const line = this.#line;
    const { localAt, localStartSeconds, zone, startZone } = numbers;
    const clock = this.#shape?.clock;
    line.at = zone === '' || !clock ? localAt : clock.instant(localAt, zone);
    line.startSeconds =
      startZone === '' || !clock
        ? localStartSeconds
        : clock.instant(localStartSeconds * 1000, startZone) / 1000;
    line.pid = numbers.pid;
    line.entryPort = numbers.entryPort;
    line.messagePort = numbers.messagePort;
    line.sessionTimeMs = numbers.sessionTimeMs;
    line.offsetBytes = offsetBytes + numbers.start;
    return line;
  }
}
