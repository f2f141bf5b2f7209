import type { BookedSession, EndedSession, SavedBook } from './bookFacts.ts';
import { BoundedMap } from './boundedMap.ts';
import { KeylessSessions } from './keylessSessions.ts';
import { pidOfKey, ProcessKeys } from './processKeys.ts';
import type { OpeningSession } from './session.ts';
import type { OrderedSession, SessionColumns } from './sessionColumns.ts';

/** Logins and ended sessions that are remembered. */
const mostRemembered = 20_000;

/**
 * The sessions of a book that are objects, by their keys: all that are not in columns (SessionColumns). What was saved
 * comes in with the first line or question that concerns it: to put thousands into maps takes milliseconds.
 */
export class SessionMaps {
  /** Of those that are open, the ones that have no key of the log's own. */
  readonly keyless = new KeylessSessions();
  /** Order of the last session, here or in columns. */
  order = 0;
  readonly #columns: SessionColumns;
  readonly #open = new Map<string, BookedSession>();
  readonly #opening = new BoundedMap<string, OpeningSession>(mostRemembered);
  readonly #ended = new BoundedMap<string, EndedSession>(mostRemembered);
  readonly #processes = new ProcessKeys(
    (key) => this.open.has(key) || this.opening.get(key) !== undefined || this.ended.get(key) !== undefined,
  );
  #saved: SavedBook | undefined;

  constructor(columns: SessionColumns, saved: SavedBook | undefined) {
    this.#columns = columns;
    this.#saved = saved;
  }

  /** What was saved, as long as nothing else is known. */
  get untouched(): SavedBook | undefined {
    return this.#saved;
  }

  /** Open sessions by their keys. */
  get open(): Map<string, BookedSession> {
    this.restore();
    return this.#open;
  }

  /** Logins that are under way, by key. */
  get opening(): BoundedMap<string, OpeningSession> {
    this.restore();
    return this.#opening;
  }

  /** Sessions that ended lately, by key. */
  get ended(): BoundedMap<string, EndedSession> {
    this.restore();
    return this.#ended;
  }

  /** Which key a pid has. */
  get processes(): ProcessKeys {
    this.restore();
    return this.#processes;
  }

  /** Open sessions whose connect is told, or was before. */
  told(): OrderedSession[] {
    return [...this.open.values()].filter(({ connect }) => !connect || connect.events !== undefined);
  }

  /** What was saved comes in, unless it has. */
  restore(): void {
    const saved = this.#saved;
    if (!saved) return;
    this.#saved = undefined;
    for (const session of saved.sessions) {
      this.#columns.handOver(session.pid);
      this.takeOver(session.key, { session, order: this.nextOrder() });
    }
    for (const [key, opening] of saved.opening) this.opening.set(key, opening);
    for (const [key, ended] of saved.ended) this.ended.set(key, ended);
    for (const [key] of [...saved.opening, ...saved.ended]) {
      this.#columns.handOverKey(key);
      this.processes.keep(key, pidOfKey(key) ?? -1);
    }
  }

  /** The order of the next session. */
  nextOrder(): number {
    this.order += 1;
    return this.order;
  }

  /** An open session is kept here from now on. */
  takeOver(key: string, booking: BookedSession): void {
    this.open.set(key, booking);
    this.keyless.enter(booking.session);
    this.processes.opened(key, booking.session.pid);
  }

  /** Takes a session out of the open ones and remembers how it ended. */
  close(key: string, ended: EndedSession): void {
    const session = this.open.get(key)?.session;
    this.processes.closed(key, session?.pid);
    if (session) this.keyless.leave(session);
    this.open.delete(key);
    this.opening.delete(key);
    this.ended.set(key, ended);
  }
}
