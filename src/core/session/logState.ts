import type { ConnectionEvent } from '../connection/connectionEvent.ts';
import type { TroubleCategory } from '../snapshot.ts';
import { lineAtIn, lineNumbers, type LineBlock } from '../log/lineBlock.ts';
import { EventStore, type SavedEventStore } from './eventStore.ts';
import { compileFilter, isNoFilter, noFilter, type Filter, type FilterSubject } from './filter.ts';
import { known } from '../log/recurring.ts';
import { KeptTroubles, type StoredTrouble } from './keptTroubles.ts';
import { RowFilter } from './rowFilter.ts';
import { RowTroubles } from './rowTroubles.ts';
import { Reconciliation, type LogReading, type SessionsPoll } from './reconciliation.ts';
import { savedBook } from './savedBook.ts';
import { countsOf, type OpenCounts, type OpenSession } from './session.ts';
import type { BookEntry, SavedBook } from './bookFacts.ts';
import { SessionBook } from './sessionBook.ts';
import { connectSeenFlag, replicationFlag, storedKinds, type StoredEvent } from './storedEvent.ts';
import { activeChange, Tally, type SavedTally } from './tally.ts';
import type { RowListener, ToldRows } from './toldRows.ts';
import { failureState, stateIn } from './waitingRows.ts';

const mostRestarts = 1000;

type Passes = (event: { readonly names: FilterSubject }) => boolean;

/** Before this place of the log everything is forgotten: Clear's watermark, in terms of this state. */
export interface ClearPoint {
  /** Undefined = that file is not among those read: the time decides. */
  readonly fileNumber: number | undefined;
  readonly offsetBytes: number;
  readonly at: number;
}

/** The state as plain data, for the checkpoint. */
export interface SavedLogState {
  readonly book: SavedBook;
  readonly store: SavedEventStore;
  readonly tally: SavedTally;
  /** Read when somebody asks for one. */
  readonly troubles: Readonly<Record<TroubleCategory, readonly StoredTrouble[]>>;
  readonly newestFailureId: number | undefined;
  readonly restartsAt: readonly number[];
  readonly fromAt: number | undefined;
}

/**
 * Everything that is known of one log: the book of sessions, the newest events, the counts and the history, once
 * unfiltered and once as the filter and Clear let it be seen. A function of the entries applied to it.
 */
export class LogState {
  readonly book: SessionBook;
  readonly #reconciliation: Reconciliation;
  readonly #troubles: Readonly<Record<TroubleCategory, KeptTroubles>>;
  /** Of the newest kept failure. */
  newestFailureId: number | undefined;
  readonly restartsAt: number[] = [];
  /** Time of the oldest entry. */
  fromAt: number | undefined;
  /** Grows with every told event and every change of filter or Clear. */
  version = 0;
  #store: EventStore;
  readonly #rowFilter: RowFilter;
  readonly #rowTroubles: RowTroubles;
  readonly #all: Tally;
  #sinceClear: Tally;
  #seen: Tally;
  #filter: Filter = noFilter;
  #matches: (names: FilterSubject) => boolean = () => true;
  #passes: Passes = () => true;
  #clear: ClearPoint | undefined;

  constructor(capacity: number, saved?: SavedLogState) {
    this.book = new SessionBook((event) => this.#tell(event), this.#rowListener(), saved?.book);
    this.#reconciliation = new Reconciliation(this.book);
    this.#store = saved ? EventStore.load(saved.store, capacity) : new EventStore(capacity);
    this.#rowFilter = new RowFilter(this.book.columns.forms);
    this.#rowTroubles = new RowTroubles(this.book.columns.forms);
    const troubles = saved?.troubles;
    const kept = (category: TroubleCategory): KeptTroubles =>
      new KeptTroubles(this.#rowTroubles, troubles && (() => troubles[category]));
    this.#troubles = { failure: kept('failure'), ending: kept('ending'), problem: kept('problem') };
    this.#all = new Tally(0, saved?.tally);
    this.#sinceClear = this.#seen = this.#all;
    this.fromAt = saved?.fromAt;
    this.newestFailureId = saved?.newestFailureId;
    if (!saved) return;
    this.restartsAt.push(...saved.restartsAt);
  }

  /** Kept troubles by category, oldest first. */
  get troubles(): Readonly<Record<TroubleCategory, readonly StoredTrouble[]>> {
    const { failure, ending, problem } = this.#troubles;
    return {
      get failure() {
        return failure.list;
      },
      get ending() {
        return ending.list;
      },
      get problem() {
        return problem.list;
      },
    };
  }

  /** Kept failures with a greater id, oldest first. */
  failuresAfter(id: number): readonly StoredTrouble[] {
    if ((this.newestFailureId ?? 0) <= id) return [];
    return this.#troubles.failure.list.filter((failure) => failure.id > id);
  }

  apply(booked: BookEntry): void {
    this.fromAt ??= booked.entry.at;
    this.book.apply(booked);
  }

  /** Does what `apply` would do with the lines' entries. */
  applyLines(block: LineBlock): void {
    for (let line = 0; this.fromAt === undefined && line < block.count; line += 1)
      this.fromAt = known(block.numbers[line * lineNumbers + lineAtIn]);
    this.book.applyLines(block);
  }

  /** Books what a poll of the server shows; see Reconciliation. */
  reconcile(poll: SessionsPoll, reading: LogReading): void {
    if (this.#reconciliation.reconcile(poll, reading)) this.version += 1;
  }

  /** Polls go on, and the open sessions are those that the server has. */
  get isReconciled(): boolean {
    return this.#reconciliation.isLive;
  }

  /** No poll comes any more; whom only the server has shown may stay, or not. */
  endPolls(stay: boolean, { place, caughtUpAt }: LogReading): void {
    this.#reconciliation.end();
    if (!stay) this.#reconciliation.forget(place, caughtUpAt ?? this.book.newestAt ?? 0);
    this.version += 1;
  }

  get filter(): Filter {
    return this.#filter;
  }

  get clearPoint(): ClearPoint | undefined {
    return this.#clear;
  }

  /** Counts and history of everything, whatever Clear and the filter say. */
  get everything(): Tally {
    return this.#all;
  }

  /** Counts and history since Clear, unfiltered (status bar, badge). */
  get unfiltered(): Tally {
    return this.#sinceClear;
  }

  /** Counts and history as the filter and Clear let them be seen. */
  get seen(): Tally {
    return this.#seen;
  }

  /** Changes what is seen; the stored events are counted again. */
  look(filter: Filter, clear: ClearPoint | undefined): void {
    this.#filter = filter;
    this.#clear = clear;
    this.#rowFilter.forget();
    this.#matches = isNoFilter(filter) ? () => true : compileFilter(filter);
    this.#passes = ({ names }) => this.#matches(names);
    this.#sinceClear = clear ? this.#replay(() => true) : this.#all;
    this.#seen = isNoFilter(filter) ? this.#sinceClear : this.#replay(this.#passes);
    this.version += 1;
  }

  /** True when the filter lets this session be seen. */
  shows(session: OpenSession): boolean {
    return this.#passes({ names: subjectOf(session) });
  }

  /** How many sessions are open, and how many of them the filter lets be seen. */
  openCounts(): { readonly open: OpenCounts; readonly seen: OpenCounts } {
    if (isNoFilter(this.#filter)) {
      const open = this.book.openCounts();
      return { open, seen: open };
    }
    const sessions = this.book.sessions();
    return { open: countsOf(sessions), seen: countsOf(sessions.filter((session) => this.shows(session))) };
  }

  /** True when an event happened after Clear. */
  isAfterClear(place: { fileNumber: number; offsetBytes: number; at?: number | undefined }): boolean {
    return this.#isAfter(place.fileNumber, place.offsetBytes, place.at ?? Number.NaN);
  }

  /** Kept troubles of a category after Clear that the filter lets be seen, oldest first. */
  seenTroubles(category: TroubleCategory): StoredTrouble[] {
    return this.#troubles[category].list.filter(
      (trouble) =>
        this.isAfterClear(trouble) && (category === 'problem' || this.#passes({ names: subjectOf(trouble) })),
    );
  }

  /** A kept trouble by its id. */
  troubleById(category: TroubleCategory, id: number): StoredTrouble | undefined {
    const { list } = this.#troubles[category];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.id ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return list[low]?.id === id ? list[low] : undefined;
  }

  /** The id that the next event gets. */
  get nextEventId(): number {
    return this.#store.nextId;
  }

  /** No event has left the ring: what the stored ones tell is everything. */
  get hasAllEvents(): boolean {
    return this.#store.firstId <= 1;
  }

  /** Stored events after Clear that the filter lets be seen, newest first, back to `fromId`. */
  *newestEvents(fromId = 0): Generator<StoredEvent> {
    for (let id = this.#store.nextId - 1; id >= Math.max(fromId, this.#store.firstId); id -= 1) {
      const event = this.#store.get(id);
      if (event && this.isAfterClear(event) && this.#passes(event)) yield event;
    }
  }

  /** Changes how many events are kept. */
  resize(capacity: number): void {
    if (capacity === this.#store.capacity) return;
    this.#store = EventStore.load(this.#store.save(), capacity);
  }

  save(): SavedLogState {
    const { failure, ending, problem } = this.troubles;
    return {
      book: savedBook(this.book),
      store: this.#store.save(),
      tally: this.#all.save(),
      // copies: these lists grow, and what is saved is read later
      troubles: { failure: [...failure], ending: [...ending], problem: [...problem] },
      newestFailureId: this.newestFailureId,
      restartsAt: this.restartsAt,
      fromAt: this.fromAt,
    };
  }

  /** Whom the book tells of ordinary sessions. */
  #rowListener(): RowListener {
    return {
      store: () => this.#store,
      active: () => this.#all.active,
      fatal: (form) => this.#rowTroubles.itself(form, false),
      take: (told) => this.#takeRows(told),
    };
  }

  #tell(event: ConnectionEvent): void {
    this.version += 1;
    const id = this.#store.add(event);
    const stored = this.#store.get(id);
    if (!stored) return;
    this.#all.count(stored);
    if (this.isAfterClear(stored)) this.#countSeen(stored);
    if (event.kind === 'trouble') {
      const { category } = event.trouble;
      this.#troubles[category].add({ ...event.trouble, id, ...event.place });
      if (category === 'failure') this.newestFailureId = id;
    } else if (event.kind === 'restart' && event.at !== undefined) {
      this.restartsAt.push(event.at);
      if (this.restartsAt.length > mostRestarts) this.restartsAt.shift();
    }
  }

  /** Takes what happened to ordinary sessions, as `#tell` would one by one. */
  #takeRows(told: ToldRows): void {
    const firstId = this.#store.nextId;
    this.version += told.count;
    this.#store.addRows(told.columns, told.count);
    this.#all.countRows(told);
    for (let index = 0; index < told.troubleCount; index += 1) {
      const from = told.troubleRows[index] ?? 0;
      const category = told.waiting[from + stateIn] === failureState ? 'failure' : 'ending';
      const id = firstId + (told.troubles[index] ?? 0);
      this.#troubles[category].addRow(id, told.waiting, from);
      if (category === 'failure') this.newestFailureId = id;
    }
    if (this.#seen !== this.#all) this.#seeRows(told);
  }

  /** Counts what was told where the filter and Clear let it be seen. */
  #seeRows(told: ToldRows): void {
    const { forms, hosts, troubles, troubleRows, waiting } = told;
    let trouble = 0;
    for (let index = 0; index < told.count; index += 1) {
      const isTrouble = trouble < told.troubleCount && troubles[trouble] === index;
      const row = troubleRows[trouble] ?? 0;
      if (isTrouble) trouble += 1;
      this.#seeRow(told, index, () =>
        isTrouble
          ? this.#matches(subjectOf(this.#rowTroubles.of(waiting, row)))
          : this.#rowFilter.passes(forms[index] ?? 0, hosts[index] ?? -1, this.#matches),
      );
    }
  }

  #seeRow({ columns }: ToldRows, index: number, passes: () => boolean): void {
    const at = columns.at[index] ?? 0;
    if (!this.#isAfter(columns.file[index] ?? 0, columns.offset[index] ?? 0, at)) return;
    const flags = columns.flags[index] ?? 0;
    const connectSeen = (flags & connectSeenFlag) !== 0;
    const replication = (flags & replicationFlag) !== 0;
    const count = (tally: Tally): void =>
      tally.countOne(
        storedKinds[columns.kind[index] ?? 0] ?? 'connect',
        at,
        columns.timeMs[index] ?? Number.NaN,
        replication,
        connectSeen,
        false,
      );
    if (this.#sinceClear !== this.#all) count(this.#sinceClear);
    if (this.#seen !== this.#sinceClear && passes()) count(this.#seen);
  }

  #isAfter(fileNumber: number, offsetBytes: number, at: number): boolean {
    const clear = this.#clear;
    if (!clear) return true;
    if (clear.fileNumber === undefined) return !(at < clear.at);
    if (fileNumber !== clear.fileNumber) return fileNumber > clear.fileNumber;
    return offsetBytes >= clear.offsetBytes;
  }

  #countSeen(stored: StoredEvent): void {
    if (this.#sinceClear !== this.#all) this.#sinceClear.count(stored);
    if (this.#seen !== this.#sinceClear && this.#passes(stored)) this.#seen.count(stored);
  }

  /** Counts the stored events that pass; how many were open before the first follows from how many are open now. */
  #replay(passes: Passes): Tally {
    const events: StoredEvent[] = [];
    let active = 0;
    for (const session of this.book.sessions())
      if (!session.replication && passes({ names: subjectOf(session) })) active += 1;
    for (let id = this.#store.firstId; id < this.#store.nextId; id += 1) {
      const event = this.#store.get(id);
      if (!event || !this.isAfterClear(event) || !passes(event)) continue;
      events.push(event);
      active -= activeChange(event);
    }
    const tally = new Tally(Math.max(0, active));
    for (const event of events) tally.count(event);
    return tally;
  }
}

function subjectOf({
  database,
  user,
  applicationName,
  remoteHost,
}: Omit<OpenSession, 'key' | 'replication'>): FilterSubject {
  return { database, user, application: applicationName, host: remoteHost };
}
