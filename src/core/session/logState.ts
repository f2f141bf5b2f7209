import type { ConnectionEvent } from '../connection/connectionEvent.ts';
import type { TroubleCategory } from '../snapshot/troubleLists.ts';
import { lineAtIn, lineNumbers, type LineBlock } from '../log/lineBlock.ts';
import type { ClearPoint } from './clearPoint.ts';
import { EventStore, type SavedEventStore } from './eventStore.ts';
import type { Filter } from './filter.ts';
import { known } from '../log/recurring.ts';
import type { StoredTrouble } from './keptTroubles.ts';
import { LogTroubles, type SavedTroubles } from './logTroubles.ts';
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

const mostRestarts = 1000;

/** The state as plain data, for the checkpoint. */
export interface SavedLogState extends SavedTroubles {
  readonly book: SavedBook;
  readonly store: SavedEventStore;
  readonly tally: SavedTally;
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
  readonly troubles: LogTroubles;
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
    this.troubles = new LogTroubles(this.#rowTroubles, saved);
    this.#all = new Tally(0, saved?.tally);
    this.#seen = new SeenEvents(this.book, this.#all, this.#rowTroubles);
    this.fromAt = saved?.fromAt;
    if (saved) this.restartsAt.push(...saved.restartsAt);
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
    return this.troubles[category].filter((trouble) => this.#isSeen(category, trouble));
  }

  /** The newest of them that is shown. */
  newestSeen(
    category: TroubleCategory,
    isShown: (trouble: StoredTrouble) => boolean,
  ): StoredTrouble | undefined {
    return this.troubles[category].findLast((trouble) => isShown(trouble) && this.#isSeen(category, trouble));
  }

  #isSeen(category: TroubleCategory, trouble: StoredTrouble): boolean {
    return this.isAfterClear(trouble) && (category === 'problem' || this.#seen.shows(trouble));
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
    return {
      book: savedBook(this.book),
      store: this.#store.save(),
      tally: this.#all.save(),
      ...this.troubles.save(),
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
    if (event.kind === 'trouble') this.troubles.add({ ...event.trouble, id, ...event.place });
    else if (event.kind === 'restart' && event.at !== undefined) {
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
    this.troubles.addRows(told, firstId);
    this.#seen.countRows(told);
  }
}
