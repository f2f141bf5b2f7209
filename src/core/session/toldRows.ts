import type { TroubleNames } from '../connection/trouble.ts';
import { cells, type BookMemory } from './bookMemory.ts';
import { minuteNumbers } from './minute.ts';
import type { EventColumns } from './eventColumns.ts';
import type { NameNumbers } from './nameNumbers.ts';

/** Who is told of the events of ordinary sessions. */
export interface RowListener {
  /** What names are to the store of events. */
  readonly names: () => NameNumbers;
  /** Open client sessions before the next event. */
  readonly active: () => number;
  /** Whom the FATAL with the number of this form tells by itself. */
  readonly namesOfFatal: (form: number) => TroubleNames;
  readonly take: (told: ToldRows) => void;
}

/**
 * Events of ordinary sessions that were told together, and what they come to, in the memory of the module that has told
 * them (assembly/telling.ts): the next ones overwrite them.
 */
export class ToldRows {
  readonly #memory: BookMemory;
  /** Of which the first `count` are told. */
  readonly columns: EventColumns;
  /** Numbers of their forms and hosts, for RowFilter. */
  readonly forms: Int32Array;
  readonly hosts: Int32Array;
  /** Those that are troubles: which, and where their numbers begin in `waiting` (waitingRows.ts). */
  readonly troubles: Int32Array;
  readonly troubleRows: Int32Array;
  readonly waiting: Float64Array;
  /** `minuteNumbers` of each minute. */
  readonly minutes: Float64Array;
  count = 0;
  troubleCount = 0;
  minuteCount = 0;

  constructor(memory: BookMemory) {
    this.#memory = memory;
    const { buffer, toldAt, minutesAt, mostTold: most } = memory;
    let next = toldAt;
    const column = (bytes: number): number => (next += most * bytes) - most * bytes;
    const doubles = (): Float64Array => new Float64Array(buffer, column(8), most);
    const integers = (): Int32Array => new Int32Array(buffer, column(4), most);
    const names = (): Uint32Array => new Uint32Array(buffer, column(4), most);
    const bytes = (): Uint8Array => new Uint8Array(buffer, column(1), most);
    // in this order, one behind the other
    const [at, pid, timeMs, offset] = [doubles(), doubles(), doubles(), doubles()];
    const [file, database, user, application, host] = [names(), names(), names(), names(), names()];
    [this.forms, this.hosts, this.troubles, this.troubleRows] = [
      integers(),
      integers(),
      integers(),
      integers(),
    ];
    const [kind, flags] = [bytes(), bytes()];
    this.columns = { kind, flags, at, pid, timeMs, offset, file, database, user, application, host };
    this.waiting = memory.waiting;
    this.minutes = new Float64Array(buffer, minutesAt, most * minuteNumbers);
  }

  /** What the module has told last. */
  read(): void {
    const { module } = this.#memory;
    this.count = module.toldCount();
    this.troubleCount = module.troubleCount();
    this.minuteCount = module.minuteCount();
  }

  get connects(): number {
    return this.#cell(cells.toldConnects);
  }

  get disconnects(): number {
    return this.#cell(cells.toldDisconnects);
  }

  get lost(): number {
    return this.#cell(cells.toldLost);
  }

  get replicationConnects(): number {
    return this.#cell(cells.toldReplication);
  }

  get failures(): number {
    return this.#cell(cells.toldFailures);
  }

  get endings(): number {
    return this.#cell(cells.toldEndings);
  }

  /** Open client sessions after the last of them. */
  get active(): number {
    return this.#cell(cells.active);
  }

  #cell(number: number): number {
    return this.#memory.cells[number] ?? 0;
  }
}
