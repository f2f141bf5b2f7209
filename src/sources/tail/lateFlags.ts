import { setFlagsFromString } from 'node:v8';

/** Flags of V8 for two threads; they are those of the whole process. */
export interface LateFlags {
  readonly flags: readonly string[];
  /** How many of the two have loaded their programs. */
  readonly loaded: Int32Array;
}

/** Of two threads. */
export function lateFlags(flags: readonly string[]): LateFlags {
  return { flags, loaded: new Int32Array(new SharedArrayBuffer(4)) };
}

/**
 * A thread has loaded what Node keeps compiled: that is good only for the flags that it was compiled with. So they are set
 * when the second has.
 */
export function haveLoaded({ flags, loaded }: LateFlags): void {
  if (Atomics.add(loaded, 0, 1) === 1) for (const flag of flags) setFlagsFromString(flag);
}
