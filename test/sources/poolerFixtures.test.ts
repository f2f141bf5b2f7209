import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from '../env/checkout.ts';
import { summaryByEngine } from '../env/scenario/product.ts';
import type { PoolerTruth } from '../env/scenario/poolerCrowd.ts';
import { assertPoolerTells } from '../env/scenario/poolerComparison.ts';

const fixtures = join(checkout, 'test', 'fixtures');
const names = readdirSync(fixtures).filter((name) => name.startsWith('pgbouncer-'));

const read = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(join(fixtures, name, file), 'utf8'));

describe('the recorded logs of PgBouncer', () => {
  it('are there', () => assert.ok(names.length >= 6));

  for (const name of names) {
    it(`${name} is read as what really happened`, async () => {
      const about = read(name, 'about.json') as { version: string; story: string; files: string[] };
      const summary = await summaryByEngine(about.files.map((file) => join(fixtures, name, file)));
      assertPoolerTells(summary, read(name, 'truth.json') as PoolerTruth);
      const beginsLate = about.story === 'late';
      assert.equal(summary.log.serverVersion, beginsLate ? null : about.version);
      assert.equal(summary.activeIs, beginsLate ? 'atLeast' : 'exact');
      assert.equal(summary.log.skipped, 0);
    });
  }
});
