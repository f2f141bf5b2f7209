import type { LogEntry } from '../log/logEntry.ts';

/**
 * The identity of the session that an entry belongs to: the session id where the log has it, else the pid, else the
 * client's host and port. Undefined = the log does not tell sessions apart.
 */
export function sessionKey(entry: LogEntry): string | undefined {
  if (entry.sessionId !== undefined) return entry.sessionId;
  if (entry.pid !== undefined) {
    return entry.sessionStartAt === undefined
      ? `pid ${entry.pid}`
      : `pid ${entry.pid} since ${entry.sessionStartAt}`;
  }
  return entry.remotePort === undefined ? undefined : `${entry.remoteHost ?? ''} port ${entry.remotePort}`;
}

/** A map that forgets its oldest entries beyond a size. */
export class BoundedMap<V> {
  readonly #limit: number;
  readonly #map = new Map<string, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): V | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: V): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size <= this.#limit) return;
    for (const oldest of this.#map.keys()) {
      this.#map.delete(oldest);
      break;
    }
  }

  entries(): [string, V][] {
    return [...this.#map];
  }

  delete(key: string): boolean {
    return this.#map.delete(key);
  }

  clear(): void {
    this.#map.clear();
  }
}
