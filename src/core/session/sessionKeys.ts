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

/** Seconds since the epoch at which the process behind a key began; undefined where the key does not say. */
function startOf(key: string): number | undefined {
  const [, hex] = /^([0-9a-f]+)\.[0-9a-f]+$/.exec(key) ?? [];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  const [, startedAt] = /^pid \d+ since (-?\d+)$/.exec(key) ?? [];
  return startedAt === undefined ? undefined : Math.floor(Number(startedAt) / 1000);
}

/**
 * May two keys of one pid be the same session's? They may where log_line_prefix or log_destination changed between its
 * lines: to or from one that tells when a process began. Two processes that began at different times never are.
 */
export function mayBeSame(key: string, other: string): boolean {
  const [start, otherStart] = [startOf(key), startOf(other)];
  return start === undefined || otherStart === undefined || start === otherStart;
}

/**
 * A map that forgets its oldest entries: it keeps at least the newest `limit / 2` and at most `limit`. Two
 * generations, so that forgetting costs nothing.
 */
export class BoundedMap<V> {
  readonly #half: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(limit: number) {
    this.#half = Math.ceil(limit / 2);
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#old.delete(key);
    this.#young.set(key, value);
  }

  entries(): [string, V][] {
    return [...this.#old, ...this.#young];
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
