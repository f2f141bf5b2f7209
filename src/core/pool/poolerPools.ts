import type { LogEntry } from '../log/logEntry.ts';
import { parsePoolerMessage, type PoolerSocket } from './pgbouncerMessage.ts';
import type { PoolTotals } from './poolBook.ts';

interface PoolerPool {
  readonly name: string;
  readonly open: Set<string>;
  created: number;
  mostOpen: number;
  timeouts: number;
}

const mostPools = 10_000;

/**
 * What PgBouncer's log tells of its pools, each a database and a user: connections opened to the server, how many of
 * them were open at once, and clients that waited for one in vain. How many of them were in use it never says; that is
 * in the console.
 */
export class PoolerPools {
  readonly #pools = new Map<string, PoolerPool>();
  readonly #heads = new Map<string, string>();

  apply({ message }: LogEntry): void {
    const said = parsePoolerMessage(message, (pointer) => this.#heads.get(pointer));
    switch (said?.kind) {
      case 'newServerConnection':
        return this.#opened(said.socket);
      case 'loginAttempt':
        this.#heads.set(said.socket.pointer, said.socket.head);
        return;
      case 'closing':
        return this.#closed(said.socket, said.reason);
      case 'processUp':
      case 'processEnds':
        for (const pool of this.#pools.values()) pool.open.clear();
        this.#heads.clear();
        return;
      default:
    }
  }

  totals(): PoolTotals[] {
    return [...this.#pools.values()].map(({ name, created, open, mostOpen, timeouts }) => ({
      name,
      kind: 'pgbouncer',
      created,
      timeouts,
      servers: open.size,
      maxServers: mostOpen,
      leaksDetected: 0,
      samples: 0,
    }));
  }

  #opened(socket: PoolerSocket): void {
    const pool = this.#poolOf(socket);
    if (!pool) return;
    pool.created += 1;
    pool.open.add(socket.pointer);
    pool.mostOpen = Math.max(pool.mostOpen, pool.open.size);
  }

  #closed(socket: PoolerSocket, reason: string): void {
    this.#heads.delete(socket.pointer);
    if (socket.side === 'server') this.#pools.get(nameOf(socket) ?? '')?.open.delete(socket.pointer);
    else if (/^query_wait_timeout/.test(reason)) {
      const pool = this.#poolOf(socket);
      if (pool) pool.timeouts += 1;
    }
  }

  #poolOf(socket: PoolerSocket): PoolerPool | undefined {
    const name = nameOf(socket);
    if (name === undefined) return undefined;
    const known = this.#pools.get(name);
    if (known || this.#pools.size >= mostPools) return known;
    const pool = { name, open: new Set<string>(), created: 0, mostOpen: 0, timeouts: 0 };
    this.#pools.set(name, pool);
    return pool;
  }
}

/** `database/user`; undefined = it did not get so far, or it is the console. */
function nameOf({ head }: PoolerSocket): string | undefined {
  const name = head.slice(0, head.lastIndexOf('@'));
  return /^\(nodb\)\/|\/\(nouser\)$|^pgbouncer\//.test(name) ? undefined : name;
}
