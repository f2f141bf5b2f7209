import type { ConnectionChange } from './poolSample.ts';

type Fate = 'created' | 'out' | 'in' | 'gone';

/** Connections whose last fate is remembered; more than a pool ever has. */
const mostConnections = 10_000;

/**
 * What became of each connection of one pool, by the name that the log gives it. Handlers that print every record twice
 * (echo_pool beside a basicConfig) say the same thing of a connection twice: the second time changes nothing. A name
 * is used again once its connection is closed. Each change answers what it did to the number of those that are out.
 */
export class ConnectionBook {
  created = 0;
  checkouts = 0;
  returns = 0;
  readonly #fates = new Map<string, Fate>();
  /** Checkouts whose connection failed its ping, and which get a new one without a word. */
  #replacing = 0;
  readonly #pinged = new Set<string>();
  /** The newest that came instead of a dead one: it is out without having been checked out. */
  #replacement: string | undefined;

  /** −1, 0 or 1. */
  apply(change: ConnectionChange, connection: string): number {
    const fate = this.#fates.get(connection);
    if (change !== 'created' && connection === this.#replacement) this.#replacement = undefined;
    switch (change) {
      case 'created':
        return this.#createdOne(connection, fate);
      case 'checkedOut':
        if (fate === 'out') return 0;
        this.checkouts += 1;
        return this.#move(connection, 'out', fate);
      case 'returned':
        if (fate === 'in' || fate === 'gone') return 0;
        this.returns += 1;
        this.#move(connection, 'in', fate);
        return fate === 'created' ? 0 : -1;
      case 'pingFailed':
        if (fate === 'out') this.#pinged.add(connection);
        return 0;
      case 'invalidated':
      case 'abandoned':
        return this.#invalidatedOne(connection, fate);
      case 'closed':
        // of one that is out nothing was said when it came back
        if (fate === 'out') return this.#invalidatedOne(connection, fate);
        this.#set(connection, 'gone');
        return 0;
    }
  }

  /** The connection that a checkout was to get instead of a dead one could not be made. */
  connectFailed(): number {
    if (this.#replacing === 0) return 0;
    this.#replacing -= 1;
    this.returns += 1;
    return -1;
  }

  /** Those that are out, as far as lines told. */
  get out(): number {
    let out = this.#replacing;
    for (const fate of this.#fates.values()) if (fate === 'out') out += 1;
    return out;
  }

  /** Those that lie in the pool, as far as lines told. */
  get idle(): number {
    let idle = 0;
    for (const fate of this.#fates.values()) if (fate === 'in') idle += 1;
    return idle;
  }

  #createdOne(connection: string, fate: Fate | undefined): number {
    if (fate === 'created' || connection === this.#replacement) return 0;
    this.created += 1;
    if (this.#replacing > 0) {
      this.#replacing -= 1;
      this.#replacement = connection;
      this.#set(connection, 'out');
      return 0;
    }
    return this.#move(connection, 'created', fate);
  }

  /** The slot is free again, though nothing says that it was returned; unless a ping failed, for that one gets another. */
  #invalidatedOne(connection: string, fate: Fate | undefined): number {
    this.#set(connection, 'gone');
    if (fate !== 'out') return 0;
    if (this.#pinged.delete(connection)) {
      this.#replacing += 1;
      return 0;
    }
    this.returns += 1;
    return -1;
  }

  #move(connection: string, to: Fate, from: Fate | undefined): number {
    this.#set(connection, to);
    return Number(to === 'out') - Number(from === 'out');
  }

  #set(connection: string, fate: Fate): void {
    this.#fates.delete(connection);
    this.#fates.set(connection, fate);
    if (this.#fates.size <= mostConnections) return;
    for (const [oldest] of this.#fates) {
      this.#fates.delete(oldest);
      return;
    }
  }
}
