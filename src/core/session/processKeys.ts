import type { LogEntry } from '../log/logEntry.ts';
import { BoundedMap } from './boundedMap.ts';

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

/** True for a key that is a session id: no zone that somebody guessed is in its time. */
export function isSessionId(key: string): boolean {
  return key.includes('.') && !key.includes(' ');
}

/** Seconds since the epoch at which the process behind a key began; undefined where the key does not say. */
export function startOf(key: string): number | undefined {
  const since = key.indexOf(' since ');
  if (since >= 0) return Math.floor(Number(key.slice(since + ' since '.length)) / 1000);
  const start = isSessionId(key) ? Number.parseInt(key.slice(0, key.indexOf('.')), 16) : Number.NaN;
  return Number.isNaN(start) ? undefined : start;
}

/** The pid that a session id, or another key with a pid, tells; undefined = it is none of these. */
export function pidOfKey(key: string): number | undefined {
  const [, hex] = /^[0-9a-f]+\.([0-9a-f]+)$/.exec(key) ?? [];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  const [, pid] = /^pid (\d+)(?: since -?\d+)?$/.exec(key) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * May two keys of one pid be the same session's? They may where log_line_prefix or log_destination changed between its
 * lines: to or from one that tells when a process began. Two processes that began at different times never are.
 */
function mayBeSame(key: string, other: string): boolean {
  const [start, otherStart] = [startOf(key), startOf(other)];
  return start === undefined || otherStart === undefined || start === otherStart;
}

/** Under which keys processes are known, by pid: which session is a pid's now, and under which it was met last. */
export class ProcessKeys {
  readonly #open = new Map<number, string>();
  readonly #last = new BoundedMap<number, string>(40_000);
  /** The latest start of a pid's processes that a key told, seconds since the epoch. */
  readonly #starts = new BoundedMap<number, number>(40_000);
  readonly #isKnown: (key: string) => boolean;

  /** `isKnown`: there is, or lately was, a session or a login with this key. */
  constructor(isKnown: (key: string) => boolean) {
    this.#isKnown = isKnown;
  }

  /** The key of the open session of a process. */
  openKey(pid: number | undefined): string | undefined {
    return pid === undefined ? undefined : this.#open.get(pid);
  }

  /** A process was met under this key. */
  met(key: string, pid: number): void {
    this.#last.set(pid, key);
    this.keep(key, pid);
  }

  /** Something is known under this key. */
  keep(key: string, pid: number): void {
    const start = startOf(key);
    const kept = this.#starts.get(pid);
    if (start !== undefined && !(kept !== undefined && kept >= start)) this.#starts.set(pid, start);
  }

  /** True when nothing is known of a process of this pid that began after this second. */
  isNewest(pid: number, startSeconds: number): boolean {
    const kept = this.#starts.get(pid);
    return kept === undefined || startSeconds >= kept;
  }

  opened(key: string, pid: number | undefined): void {
    if (pid === undefined) return;
    this.#open.set(pid, key);
    this.met(key, pid);
  }

  closed(key: string, pid: number | undefined): void {
    if (pid !== undefined && this.#open.get(pid) === key) this.#open.delete(pid);
  }

  /**
   * The key of the session that an entry belongs to; undefined = the log does not tell. A log that says more or less of
   * a session than when it began does not make two of it; `begins` = this entry is its first.
   */
  keyOf(entry: LogEntry, begins: boolean): string | undefined {
    const key = sessionKey(entry);
    if (key === undefined || entry.pid === undefined) return key;
    const { pid } = entry;
    const last = this.#last.get(pid);
    if (last === key) return key;
    if (!begins && last !== undefined && !this.#isKnown(key) && this.#isKnown(last) && mayBeSame(key, last))
      return last;
    this.met(key, pid);
    return key;
  }
}
