import { clientTroubles, lossReasons, type ConnectionEvent } from '../connection/connectionEvent.ts';
import { dimensions, type Dimension } from './filter.ts';
import { known } from '../log/recurring.ts';
import {
  connectSeenFlag,
  flagsOf,
  reasonOf,
  replicationFlag,
  storedKinds,
  wasLostFlag,
  type StoredEvent,
} from './storedEvent.ts';

/** Events, a column each for what is told of them; names by their numbers. NaN = unknown. */
export interface EventColumns {
  readonly kind: Uint8Array;
  readonly flags: Uint8Array;
  readonly at: Float64Array;
  readonly pid: Float64Array;
  readonly timeMs: Float64Array;
  readonly offset: Float64Array;
  readonly file: Uint32Array;
  readonly database: Uint32Array;
  readonly user: Uint32Array;
  readonly application: Uint32Array;
  readonly host: Uint32Array;
}

type Column = EventColumns[keyof EventColumns];

/** So few are stored faster one by one. */
const fewEvents = 24;

/** The store as plain data, for the checkpoint. */
export interface SavedEventStore {
  readonly firstId: number;
  readonly nextId: number;
  readonly names: readonly string[];
  readonly columns: readonly (Float64Array | Uint8Array | Uint32Array)[];
}

/**
 * The newest events in typed columns with interned names: a ring of a fixed size. Names that no kept event has are
 * dropped when they would outnumber the events.
 */
export class EventStore {
  readonly capacity: number;
  #nextId = 1;
  #nextRow: number;
  /** Nothing older was ever here: a ring that was loaded into a larger one is not full of what it had lost. */
  #oldestId = 1;
  readonly #kind: Uint8Array;
  readonly #flags: Uint8Array;
  readonly #at: Float64Array;
  readonly #pid: Float64Array;
  readonly #timeMs: Float64Array;
  readonly #offset: Float64Array;
  readonly #file: Uint32Array;
  readonly #names: Record<Dimension, Uint32Array>;
  readonly #columns: readonly Column[];
  /** Number 0 is "missing". */
  #texts: string[] = [''];
  #numbers = new Map<string, number>();
  #generation = 0;

  constructor(capacity: number, columns = emptyColumns(capacity)) {
    this.capacity = capacity;
    this.#nextRow = this.#nextId % capacity;
    const { kind, flags, at, pid, timeMs, offset, file, database, user, application, host } = columns;
    [this.#kind, this.#flags, this.#at, this.#pid] = [kind, flags, at, pid];
    [this.#timeMs, this.#offset, this.#file] = [timeMs, offset, file];
    this.#names = { database, user, application, host };
    this.#columns = columnsOf(columns);
  }

  /** Id of the oldest event still kept, and the id that the next one gets. */
  get firstId(): number {
    return Math.max(this.#oldestId, this.#nextId - this.capacity);
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** Stores one event; answers its id. */
  add(event: ConnectionEvent): number {
    const kind = event.kind === 'trouble' ? event.trouble.category : event.kind;
    const session = 'session' in event ? event.session : undefined;
    const trouble = event.kind === 'trouble' ? event.trouble : undefined;
    const named = session ?? trouble;
    const id = this.#put(
      storedKinds.indexOf(kind),
      flagsOf(event),
      event.at ?? Number.NaN,
      session?.pid ?? trouble?.pid ?? Number.NaN,
      event.kind === 'disconnect' ? event.sessionTimeMs : Number.NaN,
      event.place.offsetBytes,
      event.place.fileNumber,
      this.numberOf(named?.database),
      this.numberOf(named?.user),
      this.numberOf(named?.applicationName),
      this.numberOf(named?.remoteHost),
    );
    this.#forgetNames();
    return id;
  }

  /** Stores one event whose names have numbers of this generation; answers its id. */
  #put(
    kind: number,
    flags: number,
    at: number,
    pid: number,
    timeMs: number,
    offset: number,
    file: number,
    database: number,
    user: number,
    application: number,
    host: number,
  ): number {
    const id = this.#nextId;
    const row = this.#nextRow;
    this.#nextId += 1;
    this.#nextRow = row + 1 === this.capacity ? 0 : row + 1;
    this.#kind[row] = kind;
    this.#flags[row] = flags;
    this.#at[row] = at;
    this.#pid[row] = pid;
    this.#timeMs[row] = timeMs;
    this.#offset[row] = offset;
    this.#file[row] = file;
    const names = this.#names;
    names.database[row] = database;
    names.user[row] = user;
    names.application[row] = application;
    names.host[row] = host;
    return id;
  }

  /** Stores the first `count` events of columns, in their order; names have numbers of this generation. */
  addRows(events: EventColumns, count: number): void {
    if (count < fewEvents) for (let index = 0; index < count; index += 1) this.#putFrom(events, index);
    else this.#putMany(events, count);
    // only now: the others' numbers would be those of names that are forgotten
    this.#forgetNames();
  }

  #putFrom(events: EventColumns, index: number): void {
    this.#put(
      events.kind[index] ?? 0,
      events.flags[index] ?? 0,
      events.at[index] ?? 0,
      events.pid[index] ?? 0,
      events.timeMs[index] ?? 0,
      events.offset[index] ?? 0,
      events.file[index] ?? 0,
      events.database[index] ?? 0,
      events.user[index] ?? 0,
      events.application[index] ?? 0,
      events.host[index] ?? 0,
    );
  }

  #putMany(events: EventColumns, count: number): void {
    const kept = Math.min(count, this.capacity);
    const firstRow = (this.#nextRow + count - kept) % this.capacity;
    const before = Math.min(kept, this.capacity - firstRow);
    const sources = columnsOf(events);
    this.#columns.forEach((target, index) => {
      const source = sources[index] ?? target;
      target.set(source.subarray(count - kept, count - kept + before), firstRow);
      if (before < kept) target.set(source.subarray(count - kept + before, count));
    });
    this.#nextId += count;
    this.#nextRow = (this.#nextRow + count) % this.capacity;
  }

  /** Grows when names get other numbers. */
  get generation(): number {
    return this.#generation;
  }

  /** The number of a name in this generation; 0 = missing. */
  numberOf(text: string | undefined): number {
    if (text === undefined) return 0;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** The event with this id, or undefined when it has left the ring. */
  get(id: number): StoredEvent | undefined {
    if (id < this.firstId || id >= this.#nextId) return undefined;
    const row = id % this.capacity;
    const flags = this.#flags[row] ?? 0;
    const name = (dimension: Dimension): string | undefined => {
      const number = this.#names[dimension][row] ?? 0;
      return number === 0 ? undefined : this.#texts[number];
    };
    const kind = storedKinds[this.#kind[row] ?? 0] ?? 'connect';
    const reason = reasonOf(flags);
    return {
      id,
      kind,
      at: known(this.#at[row]),
      pid: known(this.#pid[row]),
      replication: (flags & replicationFlag) !== 0,
      connectSeen: (flags & connectSeenFlag) !== 0,
      wasLost: (flags & wasLostFlag) !== 0,
      lossReason: kind === 'lost' ? lossReasons[reason] : undefined,
      clientTrouble: kind === 'disconnect' ? clientTroubles[reason - 1] : undefined,
      sessionTimeMs: known(this.#timeMs[row]),
      names: {
        database: name('database'),
        user: name('user'),
        application: name('application'),
        host: name('host'),
      },
      fileNumber: this.#file[row] ?? 0,
      offsetBytes: this.#offset[row] ?? 0,
    };
  }

  save(): SavedEventStore {
    // while the ring has not gone round, its rows are those of ids 1 to the last
    const used = Math.min(this.capacity, this.#nextId);
    const columns = this.#columns.map((column) => column.slice(0, used));
    return { firstId: this.firstId, nextId: this.#nextId, names: [...this.#texts], columns };
  }

  /** A store with the newest of the saved events, whatever its capacity was. What was saved is the store's from now on. */
  static load({ firstId, nextId, names, columns }: SavedEventStore, capacity: number): EventStore {
    // a full ring of the same size is one as it is
    const whole = wholeColumns(columns, capacity);
    const store = new EventStore(capacity, whole);
    store.#texts = [...names];
    store.#numbers = new Map(names.map((text, number) => [text, number] as const).slice(1));
    store.#nextId = nextId;
    store.#nextRow = nextId % capacity;
    store.#oldestId = Math.max(firstId, nextId - capacity);
    if (whole) return store;
    store.#columns.forEach((target, index) => {
      copyRing(columns[index] ?? new Uint8Array(), target, store.#oldestId, nextId);
    });
    return store;
  }

  /** Drops the names that no kept event has, when there are many. */
  #forgetNames(): void {
    if (this.#texts.length <= 4 * this.capacity + 1024) return;
    const texts = this.#texts;
    this.#generation += 1;
    this.#texts = [''];
    this.#numbers = new Map();
    for (const dimension of dimensions) {
      const column = this.#names[dimension];
      for (let row = 0; row < this.capacity; row += 1) {
        const number = column[row] ?? 0;
        if (number !== 0) column[row] = this.numberOf(texts[number]);
      }
    }
  }
}

function emptyColumns(capacity: number): EventColumns {
  const doubles = (): Float64Array => new Float64Array(capacity);
  const names = (): Uint32Array => new Uint32Array(capacity);
  return {
    ...{ kind: new Uint8Array(capacity), flags: new Uint8Array(capacity) },
    ...{ at: doubles(), pid: doubles(), timeMs: doubles(), offset: doubles(), file: names() },
    ...{ database: names(), user: names(), application: names(), host: names() },
  };
}

/** Saved columns by their names, if all are of this size and of their types; else undefined. */
function wholeColumns(saved: readonly Column[], capacity: number): EventColumns | undefined {
  const [kind, flags, at, pid, timeMs, offset, file, database, user, application, host] = saved;
  const bytes = [kind, flags].filter((each) => each instanceof Uint8Array);
  const doubles = [at, pid, timeMs, offset].filter((each) => each instanceof Float64Array);
  const names = [file, database, user, application, host].filter((each) => each instanceof Uint32Array);
  const all = [...bytes, ...doubles, ...names];
  if (all.length < 11 || all.some(({ length }) => length !== capacity)) return undefined;
  return { kind, flags, at, pid, timeMs, offset, file, database, user, application, host } as EventColumns;
}

/** In the order in which they are saved. */
function columnsOf(events: EventColumns): Column[] {
  const { kind, flags, at, pid, timeMs, offset, file, database, user, application, host } = events;
  return [kind, flags, at, pid, timeMs, offset, file, database, user, application, host];
}

/** Copies the rows of these ids from one ring to another, in as few pieces as their ends leave. */
function copyRing(
  source: Float64Array | Uint8Array | Uint32Array,
  target: Float64Array | Uint8Array | Uint32Array,
  fromId: number,
  toId: number,
): void {
  for (let id = fromId; id < toId && source.length > 0;) {
    const [from, to] = [id % source.length, id % target.length];
    const count = Math.min(toId - id, source.length - from, target.length - to);
    target.set(source.subarray(from, from + count), to);
    id += count;
  }
}
