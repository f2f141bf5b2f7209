import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from '../env/checkout.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import { summaryByEngine } from '../env/scenario/product.ts';
import type { Truth } from '../env/scenario/truth.ts';

const fixtures = join(checkout, 'test', 'fixtures');
const names = readdirSync(fixtures).filter((name) => name.startsWith('syslog-'));

describe('the recorded logs of rsyslog', () => {
  it('are there', () => assert.ok(names.length >= 6));

  for (const name of names) {
    it(`${name} is read as what really happened`, async () => {
      const truth = JSON.parse(readFileSync(join(fixtures, name, 'truth.json'), 'utf8')) as Truth;
      const summary = await summaryByEngine([join(fixtures, name, 'syslog.log')]);
      assertTells(summary, truth);
      assert.deepEqual([summary.log.wrapping, summary.log.skipped], ['syslog', 0]);
    });
  }
});
