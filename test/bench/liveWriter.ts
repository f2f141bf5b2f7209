// The server of a live benchmark: a process that appends to a log, line by line, and knows when it wrote what.
import { closeSync, openSync, renameSync, existsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clockMs } from './liveFigures.ts';
import { LiveLoad, serverStart, type LiveCounts, type LoadShape } from './liveLoad.ts';

/** How the log is rotated while it is written; `copytruncate` is another process's work, the writer goes on. */
export type Rotation = 'none' | 'rename' | 'newName' | 'copytruncate';

/** What a writer is asked for. */
export interface WriterOrder {
  readonly path: string;
  readonly linesPerSecond: number;
  readonly seconds: number;
  readonly shape: LoadShape;
  readonly rotation: Rotation;
  /** Rotations in that time. */
  readonly rotations: number;
}

/** What a writer knows at the end. Entry i of each column belongs to the i-th write that told an event. */
export interface WriterTruth extends LiveCounts {
  /** What stood in the log when it began to be written. */
  readonly history: LiveCounts;
  readonly lines: number;
  readonly bytes: number;
  /** Clock just before write(2), ms. */
  readonly writtenAt: readonly number[];
  /** Counts with that write. */
  readonly connectsBy: readonly number[];
  readonly disconnectsBy: readonly number[];
  /** Pids of the sessions that are still open. */
  readonly openPids: readonly number[];
  readonly beganAt: number;
  readonly endedAt: number;
  /** CPU time of the writer, ms. */
  readonly cpuMs: number;
}

/** Lines that stand in the log when it begins to be followed. */
const historyLines = 2000;
/** A server goes on writing to the old file for so long, until it opens the new one. */
const oldFileMs = 20;

class Writer {
  readonly #order: WriterOrder;
  readonly #load: LiveLoad;
  readonly #history: LiveCounts;
  #fd: number;
  #path: string;
  #nextFd: { readonly fd: number; readonly at: number } | undefined;
  #rotated = 0;
  #lines = 0;
  #bytes = 0;
  readonly #writtenAt: number[] = [];
  readonly #connectsBy: number[] = [];
  readonly #disconnectsBy: number[] = [];

  constructor(order: WriterOrder) {
    this.#order = order;
    this.#load = new LiveLoad(order.shape);
    this.#path = order.path;
    this.#fd = openSync(order.path, 'a');
    const history = Array.from({ length: historyLines }, () => this.#load.next(Date.now()));
    this.#bytes += writeSync(this.#fd, serverStart(Date.now()) + history.join(''));
    this.#history = { ...this.#load.counts };
  }

  /** Writes so many lines a second, each with its own write(2), as far as the machine keeps up. */
  async run(): Promise<WriterTruth> {
    const { linesPerSecond, seconds } = this.#order;
    const all = linesPerSecond * seconds;
    const began = clockMs();
    const cpu = process.cpuUsage();
    while (this.#lines < all) {
      const due = Math.min(all, ((clockMs() - began) * linesPerSecond) / 1000);
      while (this.#lines < due) this.#write();
      this.#rotate(clockMs() - began);
      await delay(Math.max(1, Math.floor(1000 / linesPerSecond)));
    }
    this.#switch(Infinity);
    const { user, system } = process.cpuUsage(cpu);
    return this.#truth(began, (user + system) / 1000);
  }

  #write(): void {
    const { counts } = this.#load;
    const before = counts.connects + counts.disconnects;
    const text = this.#load.next(Date.now());
    const at = clockMs();
    this.#bytes += writeSync(this.#fd, text);
    this.#lines += 1;
    if (counts.connects + counts.disconnects === before) return;
    this.#writtenAt.push(at);
    this.#connectsBy.push(counts.connects);
    this.#disconnectsBy.push(counts.disconnects);
  }

  #rotate(elapsedMs: number): void {
    this.#switch(elapsedMs);
    const { rotation, rotations, seconds } = this.#order;
    if (rotation === 'none' || rotation === 'copytruncate') return;
    if (this.#rotated >= rotations || elapsedMs < ((this.#rotated + 0.5) * seconds * 1000) / rotations)
      return;
    this.#rotated += 1;
    if (rotation === 'newName') {
      this.#path = join(dirname(this.#path), logName(this.#rotated));
      closeSync(this.#fd);
      this.#fd = openSync(this.#path, 'a');
      return;
    }
    shiftTurns(this.#path);
    this.#nextFd = { fd: openSync(this.#path, 'a'), at: elapsedMs + oldFileMs };
  }

  #switch(elapsedMs: number): void {
    if (!this.#nextFd || elapsedMs < this.#nextFd.at) return;
    closeSync(this.#fd);
    this.#fd = this.#nextFd.fd;
    this.#nextFd = undefined;
  }

  #truth(beganAt: number, cpuMs: number): WriterTruth {
    closeSync(this.#fd);
    return {
      ...this.#load.counts,
      history: this.#history,
      lines: this.#lines,
      bytes: this.#bytes,
      writtenAt: this.#writtenAt,
      connectsBy: this.#connectsBy,
      disconnectsBy: this.#disconnectsBy,
      openPids: this.#load.open.map(({ pid }) => pid),
      ...{ beganAt, endedAt: clockMs(), cpuMs },
    };
  }
}

/** The name of PostgreSQL's n-th file by `log_filename`'s default. */
export function logName(n: number): string {
  return `postgresql-2026-11-20_${String(100_000 + n)}.log`;
}

/** Renames as logrotate does: `x.log` to `x.log.1`, which was `x.log.2` before that. */
export function shiftTurns(path: string, keepsFirst = false): void {
  let free = 1;
  while (existsSync(`${path}.${free}`)) free += 1;
  for (let n = free; n > 1; n -= 1) renameSync(`${path}.${n - 1}`, `${path}.${n}`);
  if (!keepsFirst) renameSync(path, `${path}.1`);
}

if (process.argv[1] === import.meta.filename && process.send) {
  process.once('message', (order: WriterOrder) => {
    const writer = new Writer(order);
    process.send?.('ready');
    process.once('message', () => {
      void writer.run().then((truth) => process.send?.(truth, () => process.disconnect()));
    });
  });
}
