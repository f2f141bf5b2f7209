import assert from 'node:assert/strict';

import { until } from '../env/scenario/until.ts';

/** A window looks for the roles and names of all that it shows: asked without a pause, it comes to nothing else. */
const pauseMs = 60;

/** Waits until it holds; fails, naming what was waited for. */
export function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<true> {
  return until(what, async () => (await holds()) || undefined, pauseMs);
}

/** Waits until it reads as expected; fails with what it reads instead. */
export async function eventuallyEqual<T>(read: () => Promise<T>, expected: T): Promise<void> {
  let actual: T | undefined;
  try {
    await eventually('', async () => {
      actual = await read();
      return isEqual(actual, expected);
    });
  } catch {
    assert.deepEqual(actual, expected);
  }
}

function isEqual(one: unknown, other: unknown): boolean {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
