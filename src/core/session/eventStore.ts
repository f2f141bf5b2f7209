import { clientTroubles, lossReasons, type ConnectionEvent } from '../connection/connectionEvent.ts';
import { known } from '../log/recurring.ts';
import {
  columnsOf,
  copyRing,
  emptyColumns,
  wholeColumns,
  type EventColumn,
  type EventColumns,
} from './eventColumns.ts';
import { dimensions, type Dimension } from './filter.ts';
import { NameNumbers } from './nameNumbers.ts';
import {
  connectSeenFlag,
  flagsOf,
  reasonOf,
  replicationFlag,
  storedKinds,
  wasLostFlag,
  type StoredEvent,
} from './storedEvent.ts';

/** So few are stored faster one by one. */
const fewEvents = 24;

/** The store as plain data, for the checkpoint. */
export interface SavedEventStore {
  readonly firstId: number;
  readonly nextId: number;
  readonly names: readonly string[];
  readonly columns: readonly EventColumn[];
}

/**
 * The newest events in typed columns with interned names: a ring of a fixed size. Names that no kept event has are
 * dropped when they would outnumber the events.
 */
export class EventStore {
  readonly capacity: number;
  /** Of all kept events, and of some that have left. */
  readonly names: NameNumbers;
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
  readonly #namesIn: Record<Dimension, Uint32Array>;
  readonly #columns: readonly EventColumn[];

  constructor(capacity: number, columns = emptyColumns(capacity), names = new NameNumbers()) {
    this.capacity = capacity;
    this.names = names;
    this.#nextRow = this.#nextId % capacity;
    const { kind, flags, at, pid, timeMs, offset, file, database, user, application, host } = columns;
    [this.#kind, this.#flags, this.#at, this.#pid] = [kind, flags, at, pid];
    [this.#timeMs, this.#offset, this.#file] = [timeMs, offset, file];
    this.#namesIn = { database, user, application, host };
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
      this.names.numberOf(named?.database),
      this.names.numberOf(named?.user),
      this.names.numberOf(named?.applicationName),
      this.names.numberOf(named?.remoteHost),
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
    const names = this.#namesIn;
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

  /** The event with this id, or undefined when it has left the ring. */
  get(id: number): StoredEvent | undefined {
    if (id < this.firstId || id >= this.#nextId) return undefined;
    const row = id % this.capacity;
    const flags = this.#flags[row] ?? 0;
    const name = (dimension: Dimension): string | undefined =>
      this.names.textOf(this.#namesIn[dimension][row] ?? 0);
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
    return { firstId: this.firstId, nextId: this.#nextId, names: this.names.save(), columns };
  }

  /** A store with the newest of the saved events, whatever its capacity was. What was saved is the store's from now on. */
  static load({ firstId, nextId, names, columns }: SavedEventStore, capacity: number): EventStore {
    // a full ring of the same size is one as it is
    const whole = wholeColumns(columns, capacity);
    const store = new EventStore(capacity, whole, new NameNumbers(names));
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
    if (this.names.count <= 4 * this.capacity + 1024) return;
    this.names.keepThoseIn(dimensions.map((dimension) => this.#namesIn[dimension]));
  }
}
