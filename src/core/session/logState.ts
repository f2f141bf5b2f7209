import type { ConnectionEvent } from '../connection/connectionEvent.ts';
import type { TroubleCategory } from '../snapshot/troubleLists.ts';
import { lineAtIn, lineNumbers, type LineBlock } from '../log/lineBlock.ts';
import type { ClearPoint } from './clearPoint.ts';
import { EventStore, type SavedEventStore } from './eventStore.ts';
import type { Filter } from './filter.ts';
import { known } from '../log/recurring.ts';
import { KeptTroubles, type StoredTrouble } from './keptTroubles.ts';
import { RowTroubles } from './rowTroubles.ts';
import { Reconciliation, type LogReading, type SessionsPoll } from './reconciliation.ts';
import { savedBook } from './savedBook.ts';
import { SeenEvents } from './seenEvents.ts';
import type { OpenCounts, OpenSession } from './session.ts';
import type { BookEntry, SavedBook } from './bookFacts.ts';
import { SessionBook } from './sessionBook.ts';
import type { StoredEvent } from './storedEvent.ts';
import { Tally, type SavedTally } from './tally.ts';
import type { RowListener, ToldRows } from './toldRows.ts';
import { failureState, stateIn } from './waitingRows.ts';

const mostRestarts = 1000;

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
  readonly #rowTroubles: RowTroubles;
  readonly #all: Tally;
  readonly #seen: SeenEvents;

  constructor(capacity: number, saved?: SavedLogState) {
    this.book = new SessionBook((event) => this.#tell(event), this.#rowListener(), saved?.book);
    this.#reconciliation = new Reconciliation(this.book);
    this.#store = saved ? EventStore.load(saved.store, capacity) : new EventStore(capacity);
    this.#rowTroubles = new RowTroubles(this.book.columns.forms);
    const troubles = saved?.troubles;
    const kept = (category: TroubleCategory): KeptTroubles =>
      new KeptTroubles(this.#rowTroubles, troubles && (() => troubles[category]));
    this.#troubles = { failure: kept('failure'), ending: kept('ending'), problem: kept('problem') };
    this.#all = new Tally(0, saved?.tally);
    this.#seen = new SeenEvents(this.book, this.#all, this.#rowTroubles);
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
    return this.#seen.filter;
  }

  get clearPoint(): ClearPoint | undefined {
    return this.#seen.clearPoint;
  }

  /** Counts and history of everything, whatever Clear and the filter say. */
  get everything(): Tally {
    return this.#all;
  }

  /** Counts and history since Clear, unfiltered (status bar, badge). */
  get unfiltered(): Tally {
    return this.#seen.unfiltered;
  }

  /** Counts and history as the filter and Clear let them be seen. */
  get seen(): Tally {
    return this.#seen.tally;
  }

  /** Changes what is seen; the stored events are counted again. */
  look(filter: Filter, clear: ClearPoint | undefined): void {
    this.#seen.look(filter, clear, this.#store);
    this.version += 1;
  }

  /** True when the filter lets this session be seen. */
  shows(session: OpenSession): boolean {
    return this.#seen.shows(session);
  }

  /** How many sessions are open, and how many of them the filter lets be seen. */
  openCounts(): { readonly open: OpenCounts; readonly seen: OpenCounts } {
    return this.#seen.openCounts();
  }

  /** True when an event happened after Clear. */
  isAfterClear(place: { fileNumber: number; offsetBytes: number; at?: number | undefined }): boolean {
    return this.#seen.isAfterClear(place);
  }

  /** Kept troubles of a category after Clear that the filter lets be seen, oldest first. */
  seenTroubles(category: TroubleCategory): StoredTrouble[] {
    return this.#troubles[category].list.filter((trouble) => this.#isSeen(category, trouble));
  }

  /** The newest of them that is shown. */
  newestSeen(
    category: TroubleCategory,
    isShown: (trouble: StoredTrouble) => boolean,
  ): StoredTrouble | undefined {
    return this.#troubles[category].list.findLast(
      (trouble) => isShown(trouble) && this.#isSeen(category, trouble),
    );
  }

  #isSeen(category: TroubleCategory, trouble: StoredTrouble): boolean {
    return this.isAfterClear(trouble) && (category === 'problem' || this.#seen.shows(trouble));
  }

  /** A kept trouble by its id. */
  troubleById(category: TroubleCategory, id: number): StoredTrouble | undefined {
    return this.#troubles[category].byId(id);
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
      if (event && this.#seen.has(event)) yield event;
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
      names: () => this.#store.names,
      active: () => this.#all.active,
      namesOfFatal: (form) => this.#rowTroubles.names(form),
      take: (told) => this.#takeRows(told),
    };
  }

  #tell(event: ConnectionEvent): void {
    this.version += 1;
    const id = this.#store.add(event);
    const stored = this.#store.get(id);
    if (!stored) return;
    this.#all.count(stored);
    this.#seen.count(stored);
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
    this.#seen.countRows(told);
  }
}
