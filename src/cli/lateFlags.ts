import { setFlagsFromString } from 'node:v8';

/** Flags of V8, and those that take them back: what it has unless it is told otherwise. */
export interface LateFlags {
  readonly set: readonly string[];
  readonly takeBack: readonly string[];
}

/**
 * What is read of a log is short-lived: room for more of it than the first megabytes is memory and no speed. And as little
 * of it is left each time, to share the work among threads takes longer than the work.
 */
export const smallHeap: LateFlags = {
  set: ['--semi-space-growth-factor=1', '--no-parallel-scavenge'],
  takeBack: ['--semi-space-growth-factor=2', '--parallel-scavenge'],
};

/**
 * Most of what runs runs for a moment: making better code of it takes the processor that the other thread needs. By the
 * version of V8, for one that does not know a flag says so on stderr.
 */
const laterTiers: Readonly<Record<string, LateFlags>> = {
  '11.3': { set: ['--interrupt-budget=1000000'], takeBack: ['--interrupt-budget=67584'] },
  '13.6': {
    set: ['--invocation-count-for-maglev=10000', '--invocation-count-for-maglev-osr=1000', '--no-turbofan'],
    takeBack: ['--invocation-count-for-maglev=400', '--invocation-count-for-maglev-osr=100', '--turbofan'],
  },
};

const { [process.versions.v8.split('.', 2).join('.')]: tiers } = laterTiers;

/** Of two threads that share the processors. */
export const twoThreads: LateFlags = {
  set: [...smallHeap.set, ...(tiers?.set ?? [])],
  takeBack: [...smallHeap.takeBack, ...(tiers?.takeBack ?? [])],
};

/** For all threads of the process. */
export function setFlags(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
