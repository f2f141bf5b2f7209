import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What is less is read by one thread as fast: two take a while to begin. */
export const leastBytesForTwo = 256 * 1024 * 1024;
/** A thread lives a second or two, and what it makes is soon handed over. */
const youngMiB = 4;

let waiting: Worker | undefined;

/**
 * Starts the thread that will be wanted for a file that is so big, so that it loads its program while this one does; false
 * = none will be. (This module imports nothing else: it is loaded before all the rest.)
 */
export function prepareStretchWorker(fileBytes: number, processors: number): boolean {
  if (fileBytes < leastBytesForTwo || processors < 2) return false;
  waiting ??= started();
  // who never asks for it is not kept
  waiting.unref();
  return true;
}

/** A thread that runs stretchWorker.ts, which may have been started before. */
export function takeStretchWorker(): Worker {
  const worker = waiting ?? started();
  waiting = undefined;
  worker.ref();
  return worker;
}

function started(): Worker {
  return new Worker(script(), { resourceLimits: { maxYoungGenerationSizeMb: youngMiB } });
}

/** The thread's program: a bundle of its own, or this source's neighbour. */
function script(): string {
  const directory = import.meta.dirname;
  return import.meta.filename.endsWith('.ts')
    ? join(directory, '../stretchWorker.ts')
    : join(directory, 'stretch.mjs');
}
