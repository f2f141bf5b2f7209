import { isAfterClear, type ClearPoint } from './clearPoint.ts';
import type { EventStore } from './eventStore.ts';
import { compileFilter, isNoFilter, noFilter, type Filter, type FilterSubject } from './filter.ts';
import { RowFilter } from './rowFilter.ts';
import type { RowTroubles } from './rowTroubles.ts';
import { countsOf, type OpenCounts, type OpenSession } from './session.ts';
import type { SessionBook } from './sessionBook.ts';
import { connectSeenFlag, replicationFlag, storedKinds, type StoredEvent } from './storedEvent.ts';
import { activeChange, Tally } from './tally.ts';
import type { ToldRows } from './toldRows.ts';

type Passes = (event: { readonly names: FilterSubject }) => boolean;

/** Whoever has the names that a filter looks at. */
type Named = Pick<OpenSession, 'database' | 'user' | 'applicationName' | 'remoteHost'>;

/**
 * What the filter and Clear let be seen of a log: they decide of each event, and what they let through is counted. While
 * neither is set, these are the counts of everything.
 */
export class SeenEvents {
  readonly #book: SessionBook;
  readonly #rowFilter: RowFilter;
  readonly #rowTroubles: RowTroubles;
  readonly #all: Tally;
  #sinceClear: Tally;
  #seen: Tally;
  #filter: Filter = noFilter;
  #matches: (names: FilterSubject) => boolean = () => true;
  #passes: Passes = () => true;
  #clear: ClearPoint | undefined;

  /** `all` is the tally of everything, which counts by itself. */
  constructor(book: SessionBook, all: Tally, rowTroubles: RowTroubles) {
    this.#book = book;
    this.#rowFilter = new RowFilter(book.columns.forms);
    this.#rowTroubles = rowTroubles;
    this.#all = this.#sinceClear = this.#seen = all;
  }

  get filter(): Filter {
    return this.#filter;
  }

  get clearPoint(): ClearPoint | undefined {
    return this.#clear;
  }

  /** Counts and history since Clear, unfiltered. */
  get unfiltered(): Tally {
    return this.#sinceClear;
  }

  /** Counts and history as the filter and Clear let them be seen. */
  get tally(): Tally {
    return this.#seen;
  }

  /** Changes what is seen; the stored events are counted again. */
  look(filter: Filter, clear: ClearPoint | undefined, store: EventStore): void {
    this.#filter = filter;
    this.#clear = clear;
    this.#rowFilter.forget();
    this.#matches = isNoFilter(filter) ? () => true : compileFilter(filter);
    this.#passes = ({ names }) => this.#matches(names);
    this.#sinceClear = clear ? this.#replay(store, () => true) : this.#all;
    this.#seen = isNoFilter(filter) ? this.#sinceClear : this.#replay(store, this.#passes);
  }

  /** True when the filter lets a session or a trouble be seen. */
  shows(who: Named): boolean {
    return this.#passes({ names: subjectOf(who) });
  }

  /** How many sessions are open, and how many of them the filter lets be seen. */
  openCounts(): { readonly open: OpenCounts; readonly seen: OpenCounts } {
    if (isNoFilter(this.#filter)) {
      const open = this.#book.openCounts();
      return { open, seen: open };
    }
    const sessions = this.#book.sessions();
    return { open: countsOf(sessions), seen: countsOf(sessions.filter((session) => this.shows(session))) };
  }

  /** True when an event happened after Clear. */
  isAfterClear(place: { fileNumber: number; offsetBytes: number; at?: number | undefined }): boolean {
    return isAfterClear(this.#clear, place.fileNumber, place.offsetBytes, place.at ?? Number.NaN);
  }

  /** True when an event happened after Clear and the filter lets it be seen. */
  has(event: StoredEvent): boolean {
    return this.isAfterClear(event) && this.#passes(event);
  }

  /** Counts an event where it is seen. */
  count(stored: StoredEvent): void {
    if (!this.isAfterClear(stored)) return;
    if (this.#sinceClear !== this.#all) this.#sinceClear.count(stored);
    if (this.#seen !== this.#sinceClear && this.#passes(stored)) this.#seen.count(stored);
  }

  /** Counts what was told of ordinary sessions where it is seen. */
  countRows(told: ToldRows): void {
    if (this.#seen === this.#all) return;
    const { forms, hosts, troubles, troubleRows, waiting } = told;
    let trouble = 0;
    for (let index = 0; index < told.count; index += 1) {
      const isTrouble = trouble < told.troubleCount && troubles[trouble] === index;
      const row = troubleRows[trouble] ?? 0;
      if (isTrouble) trouble += 1;
      this.#countRow(told, index, () =>
        isTrouble
          ? this.#matches(subjectOf(this.#rowTroubles.of(waiting, row)))
          : this.#rowFilter.passes(forms[index] ?? 0, hosts[index] ?? -1, this.#matches),
      );
    }
  }

  #countRow({ columns }: ToldRows, index: number, passes: () => boolean): void {
    const at = columns.at[index] ?? 0;
    if (!isAfterClear(this.#clear, columns.file[index] ?? 0, columns.offset[index] ?? 0, at)) return;
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

  /** Counts the stored events that pass; how many were open before the first follows from how many are open now. */
  #replay(store: EventStore, passes: Passes): Tally {
    const events: StoredEvent[] = [];
    let active = 0;
    for (const session of this.#book.sessions())
      if (!session.replication && passes({ names: subjectOf(session) })) active += 1;
    for (let id = store.firstId; id < store.nextId; id += 1) {
      const event = store.get(id);
      if (!event || !this.isAfterClear(event) || !passes(event)) continue;
      events.push(event);
      active -= activeChange(event);
    }
    const tally = new Tally(Math.max(0, active));
    for (const event of events) tally.count(event);
    return tally;
  }
}

function subjectOf({ database, user, applicationName, remoteHost }: Named): FilterSubject {
  return { database, user, application: applicationName, host: remoteHost };
}
