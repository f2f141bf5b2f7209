import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PoolDocument, PoolLogDocument } from '../../src/core/report/poolJson.ts';
import { poolLogDocument } from '../../src/core/report/poolJson.ts';
import { readPool } from '../../src/engine/readPool.ts';
import {
  logFormats,
  playPoolStory,
  poolStories,
  sqlalchemyVersion,
  type PoolTruth,
} from '../env/pools/sqlalchemy.ts';
import { freshDirectory, newestMajor, startServer, type Server } from '../env/servers.ts';

/** What `connections pool` tells of a log. */
async function told(logFile: string): Promise<PoolLogDocument> {
  const reading = await readPool({ place: { kind: 'files', paths: [logFile] }, settings: {} });
  assert.equal(reading.kind, 'application');
  return reading.kind === 'application' ? poolLogDocument(reading.report) : assert.fail();
}

/** The figures that truth and document share. `size` is not said where nothing states it. */
function figures(pool: PoolDocument | PoolTruth, saysSize: boolean): object {
  const { checkedOut, maxCheckedOut, checkouts, returns, created, timeouts } = pool;
  const shared = { checkedOut, maxCheckedOut, checkouts, returns, created, timeouts };
  return saysSize ? { ...shared, size: pool.size, maxOverflowUsed: pool.maxOverflowUsed } : shared;
}

describe('the log of a real SQLAlchemy', () => {
  let server: Server;
  let directory: string;

  before(async function () {
    if (sqlalchemyVersion() === undefined) return this.skip();
    server = await startServer({ major: newestMajor(), logTo: 'file' });
    directory = freshDirectory('p');
  });
  after(async () => {
    await (server as Server | undefined)?.dispose();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  for (const story of poolStories)
    for (const format of story === 'nested' ? logFormats : (['timed', 'default'] as const))
      it(`tells what its pool did: ${story}, ${format}`, async () => {
        const logFile = join(directory, `${story}-${format}.log`);
        const [truth] = await playPoolStory(server, { story, format, logFile });
        const { pools, pool } = await told(logFile);
        assert.equal(pools.length, 1, readFileSync(logFile, 'utf8').slice(0, 2000));
        const saysSize = story !== 'silent';
        assert.deepEqual(figures(pools[0]!, saysSize), figures(truth!, saysSize));
        assert.deepEqual(figures(pool, saysSize), figures(truth!, saysSize));
        if (!saysSize) assert.deepEqual([pool.size, pool.maxOverflowUsed], [null, null]);
      });

  for (const format of ['pid', 'plainPid', 'json', 'processName'] as const)
    it(`keeps the pools of three processes apart: ${format}`, async () => {
      const logFile = join(directory, `three-${format}.log`);
      const truths = await playPoolStory(server, { story: 'nested', format, logFile, processes: 3 });
      const { pools, pool } = await told(logFile);
      assert.equal(pools.length, 3);
      const texts = (all: readonly (PoolDocument | PoolTruth)[]): string[] =>
        all.map((one) => JSON.stringify(figures(one, true))).sort();
      assert.deepEqual(texts(pools), texts(truths));
      if (format !== 'processName')
        assert.deepEqual(
          pools.map(({ process }) => Number(process)).sort(),
          truths.map(({ process }) => process).sort(),
        );
      assert.equal(
        pool.checkouts,
        truths.reduce((sum, { checkouts }) => sum + checkouts, 0),
      );
      assert.equal(new Set(pools.map(({ name }) => name)).size, 3);
    });
});
