import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ChokidarOptions, FSWatcher } from 'chokidar';
import { monotonicMs } from './monotonic.ts';

/** What is watched: the directory of the followed file (never below it), and that file if its name is a link. */
export interface WatchedPlace {
  readonly directory: string;
  readonly path: string;
  belongs(name: string): boolean;
}

const safetyMs = 1000;
const pollMs = 25;
const silenceMs = 1000;
const busyWindowMs = 100;
const busyWakeUps = 10;
/** A watcher that failed (no inotify watches left) is not tried again before this; the safety read stands in. */
const retryMs = 60_000;

type Watch = (paths: string[], options: ChokidarOptions) => FSWatcher;

/**
 * Says when to look at a log again. When it is quiet, chokidar wakes at once; after more than 10 wake-ups in 100 ms
 * the watcher is closed (Node would go on delivering every event) and the log is polled each 25 ms until a second of
 * silence. A 1 s timer stands behind both: notifications do not cross network and container mounts.
 */
export class WakeUp {
  readonly #signal: AbortSignal;
  /** Loaded when a log is followed: to read one to its end needs no watcher. */
  #library: Watch | undefined;
  #watcher: FSWatcher | undefined;
  #watched = '';
  #failedAt = -Infinity;
  readonly #closing = new Set<Promise<void>>();
  /** Something happened since the last `next` began. */
  #pending = false;
  #wake: (() => void) | undefined;
  #polling = false;
  #lastBytesAt = -Infinity;
  readonly #wakeUpsAt: number[] = [];

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#notify);
  }

  /** Whether the load is so high that the log is polled, for tests. */
  get polling(): boolean {
    return this.#polling;
  }

  /** Resolves when it is time to look; `hadBytes`: the last look found some. At once after an abort. */
  async next(place: WatchedPlace, hadBytes: boolean): Promise<void> {
    if (hadBytes) this.#lastBytesAt = monotonicMs();
    if (this.#polling && monotonicMs() - this.#lastBytesAt < silenceMs) {
      await this.pause();
      return;
    }
    this.#polling = false;
    this.#library ??= (await import('chokidar')).watch;
    this.#watch(place, this.#library);
    const woken = this.#pending || (await this.#wait(safetyMs));
    this.#pending = false;
    if (woken) this.#countWakeUp();
  }

  /** Waits one poll interval, or until an abort. */
  async pause(): Promise<void> {
    await this.#wait(pollMs);
    this.#pending = false;
  }

  /** Ends the watcher and every timer; resolves when nothing is left. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#notify);
    this.#unwatch();
    await Promise.all(this.#closing);
  }

  readonly #notify = (): void => {
    this.#pending = true;
    this.#wake?.();
  };

  /** True if an event came before the time was over. */
  async #wait(ms: number): Promise<boolean> {
    if (this.#signal.aborted) return true;
    return new Promise((resolve) => {
      const end = (woken: boolean) => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(woken);
      };
      const timer = setTimeout(() => end(false), ms);
      this.#wake = () => end(true);
    });
  }

  #countWakeUp(): void {
    const now = monotonicMs();
    this.#wakeUpsAt.push(now);
    if (this.#wakeUpsAt.length <= busyWakeUps) return;
    const first = this.#wakeUpsAt.shift() ?? now;
    if (now - first >= busyWindowMs) return;
    this.#wakeUpsAt.length = 0;
    this.#polling = true;
    this.#lastBytesAt = now;
    this.#unwatch();
  }

  #watch(place: WatchedPlace, watch: Watch): void {
    const paths = watchedPaths(place);
    const key = paths.map(keyOf).join('\0');
    if (this.#watcher !== undefined && key === this.#watched) return;
    this.#unwatch();
    const mayTry = !this.#signal.aborted && monotonicMs() - this.#failedAt > retryMs;
    if (paths.length === 0 || !mayTry) return;
    this.#watched = key;
    this.#watcher = this.#arm(paths, place, watch);
  }

  #arm(paths: string[], place: WatchedPlace, watch: Watch): FSWatcher {
    // what a link leads to has a name of its own
    const linked = paths.slice(1).map((path) => basename(path));
    const ours = (name: string | null | undefined) =>
      typeof name !== 'string' || place.belongs(basename(name)) || linked.includes(basename(name));
    const watcher = watch(paths, {
      depth: 0,
      ignoreInitial: true,
      atomic: false,
      ignored: (path, stats) => stats?.isFile() === true && !paths.includes(path) && !ours(path),
    });
    // `raw` is each notification, at once; `change` comes later and at most every 50 ms
    watcher.on('raw', (_event, name) => {
      if (ours(name)) this.#notify();
    });
    // what was written before the watch stood is not reported
    watcher.on('ready', this.#notify);
    watcher.on('error', () => {
      this.#failedAt = monotonicMs();
      if (watcher === this.#watcher) this.#unwatch();
    });
    return watcher;
  }

  #unwatch(): void {
    if (this.#watcher === undefined) return;
    const closing = this.#watcher.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    this.#watcher = undefined;
  }
}

function watchedPaths({ directory, path }: WatchedPlace): string[] {
  if (!existsSync(directory)) return [];
  try {
    const real = realpathSync(path);
    return basename(real) === basename(path) ? [directory] : [directory, real];
  } catch {
    return [directory];
  }
}

/** A watch stays with what it was set on: another file or directory of the same name needs a new one. */
function keyOf(path: string): string {
  try {
    return `${path}\0${statSync(path).ino}`;
  } catch {
    return path;
  }
}
