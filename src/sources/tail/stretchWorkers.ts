import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What is less is read by one thread as fast: two take a while to begin. */
const leastBytes = 256 * 1024 * 1024;
/** A thread lives a second or two, and what it makes is soon handed over. */
const youngMiB = 3;

/** From how many bytes on two threads read a file, if so many processors are to be left to others. */
export function bytesForTwoThreads(leftProcessors: number): number {
  return availableParallelism() >= 2 + leftProcessors ? leastBytes : Number.POSITIVE_INFINITY;
}

let waiting: Worker | undefined;

/** What a thread is started with. */
export interface StretchStart {
  /** Flags of V8, which are those of the whole process: to be set when the thread begins to read. */
  readonly flags: readonly string[];
}

/**
 * Starts the thread that will be wanted, so that it loads its program while this one does. (This module imports nothing of the product: it is loaded before all the rest.)
 */
export function prepareStretchWorker(flags: readonly string[]): void {
  waiting ??= started(flags);
  // who never asks for it is not kept
  waiting.unref();
}

/** A thread that runs stretchHelp.ts, which may have been started before. */
export function takeStretchWorker(): Worker {
  const worker = waiting ?? started();
  waiting = undefined;
  worker.ref();
  return worker;
}

function started(flags: readonly string[] = []): Worker {
  const worker = new Worker(script(), {
    workerData: { flags } satisfies StretchStart,
    resourceLimits: { maxYoungGenerationSizeMb: youngMiB },
  });
  // one thread reads as well: that the other fails is no error of the program
  return worker.on('error', () => undefined);
}

/** What loads the thread's program, or its source. */
function script(): string {
  const directory = import.meta.dirname;
  return import.meta.filename.endsWith('.ts')
    ? join(directory, '../stretchHelp.ts')
    : join(directory, 'stretch.cjs');
}
