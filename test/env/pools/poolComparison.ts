import assert from 'node:assert/strict';
import {
  poolLogDocument,
  type PoolDocument,
  type PoolLogDocument,
} from '../../../src/core/report/poolJson.ts';
import { readPool } from '../../../src/engine/readPool.ts';
import type { PoolTruth } from './sqlalchemy.ts';

/** What `connections pool` tells of an application's log. */
export async function poolsToldBy(logFile: string): Promise<PoolLogDocument> {
  const reading = await readPool({ place: { kind: 'files', paths: [logFile] }, settings: {} });
  return reading.kind === 'application' ? poolLogDocument(reading.report) : assert.fail(reading.kind);
}

/** Asserts that a log tells of each process's pool what that pool itself told; the story `silent` never states a size. */
export function assertPoolsTell(
  { pools, pool }: PoolLogDocument,
  truths: readonly PoolTruth[],
  story: string,
): void {
  const saysSize = story !== 'silent';
  const texts = (all: readonly (PoolDocument | PoolTruth)[]): string[] =>
    all.map((one) => JSON.stringify(figuresOf(one, saysSize))).sort();
  assert.deepEqual(texts(pools), texts(truths));
  if (!saysSize) assert.deepEqual([pool.size, pool.maxOverflowUsed], [null, null]);
  const sum = (figure: (one: PoolTruth) => number): number =>
    truths.reduce((total, one) => total + figure(one), 0);
  assert.deepEqual(
    [pool.checkouts, pool.returns, pool.timeouts, pool.maxCheckedOut],
    [
      sum(({ checkouts }) => checkouts),
      sum(({ returns }) => returns),
      sum(({ timeouts }) => timeouts),
      sum(({ maxCheckedOut }) => maxCheckedOut),
    ],
  );
  assert.equal(new Set(pools.map(({ name }) => name)).size, pools.length);
}

function figuresOf(pool: PoolDocument | PoolTruth, saysSize: boolean): object {
  const { checkedOut, maxCheckedOut, checkouts, returns, created, timeouts } = pool;
  const shared = { checkedOut, maxCheckedOut, checkouts, returns, created, timeouts };
  return saysSize ? { ...shared, size: pool.size, maxOverflowUsed: pool.maxOverflowUsed } : shared;
}
