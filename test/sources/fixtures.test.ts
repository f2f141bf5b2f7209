import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from '../env/checkout.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import { summaryByEngine } from '../env/scenario/product.ts';
import { recordingName, recordings } from '../env/scenario/recordings.ts';
import type { Truth } from '../env/scenario/truth.ts';

interface About {
  readonly version: string;
  readonly format: string;
  readonly files: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly namesAreAmbiguous: boolean;
}

const fixtures = join(checkout, 'test', 'fixtures');
const names = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => !name.startsWith('pgbouncer-'));

const read = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(join(fixtures, name, file), 'utf8'));

describe('the recorded logs', () => {
  it('are those of `npm run record`', () => {
    assert.deepEqual(names, recordings.map(recordingName).sort());
  });

  for (const name of names) {
    it(`${name} is read as what really happened`, async () => {
      const about = read(name, 'about.json') as About;
      const truth = read(name, 'truth.json') as Truth;
      const summary = await summaryByEngine(about.files.map((file) => join(fixtures, name, file)));
      assertTells(summary, truth, about.namesAreAmbiguous);
      assert.equal(summary.log.format, about.format);
      assert.equal(summary.log.skipped, 0);
      // The collector of PostgreSQL 12 gets to work after the server has said its version.
      if (!about.version.startsWith('12.')) assert.equal(summary.log.serverVersion, about.version);
    });
  }
});
