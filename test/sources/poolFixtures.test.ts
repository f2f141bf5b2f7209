import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { poolLogDocument } from '../../src/core/report/poolJson.ts';
import { poolReportOf } from '../../src/engine/readPool.ts';
import { PoolLog } from '../../src/sources/pool/poolLog.ts';
import { feed } from '../../src/sources/tail/feed.ts';
import { checkout } from '../env/checkout.ts';
import { assertPoolsTell, poolsToldBy } from '../env/pools/poolComparison.ts';
import type { PoolTruth } from '../env/pools/sqlalchemy.ts';
import { randomOf } from './tailWorld.ts';

const fixtures = join(checkout, 'test', 'fixtures', 'pools');
const nobody = { path: 'app.log', identity: { device: 0, inode: 0, head: '', headBytes: 0 } };

describe('the recorded logs of SQLAlchemy’s pools', () => {
  for (const name of readdirSync(fixtures)) {
    const read = (file: string): string => readFileSync(join(fixtures, name, file), 'utf8');
    const { story } = JSON.parse(read('about.json')) as { story: string };

    it(`tell what the pools did: ${name}`, async () => {
      const truths = JSON.parse(read('truth.json')) as PoolTruth[];
      assertPoolsTell(await poolsToldBy(join(fixtures, name, 'app.log')), truths, story);
    });

    it(`tell the same however they are cut: ${name}`, () => {
      const bytes = readFileSync(join(fixtures, name, 'app.log'));
      const told = (pieces: Iterable<number>): unknown => {
        const log = new PoolLog();
        log.begin(nobody, 0);
        let at = 0;
        for (const length of pieces) {
          feed(log, bytes.subarray(at, at + length));
          log.caughtUp();
          at += length;
          if (at >= bytes.length) break;
        }
        log.end();
        return poolLogDocument(poolReportOf(log));
      };
      const whole = told([bytes.length]);
      for (const seed of [1, 2, 3]) {
        const random = randomOf(seed);
        const sizes = Array.from({ length: bytes.length }, () => 1 + Math.floor(random() * 400));
        assert.deepEqual(told(sizes), whole);
      }
    });
  }
});
