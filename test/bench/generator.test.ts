import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { summaryDocument, type SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { readLog } from '../../src/engine/readLog.ts';
import { differences } from './differences.ts';
import { defaultPrefix, generateFile } from './generate.ts';
import { generateLog, type LogOptions } from './generator/generateLog.ts';

const small = { prefix: defaultPrefix, bytes: 2e6, seed: 1 } as const;
const prefixes = [
  defaultPrefix,
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%n|%b|%-8p|%c|%i|%s|%v|%x|%e|%q%r|',
];
const formats: readonly (readonly [format: LogOptions['format'], prefix: string])[] = [
  ...prefixes.map((prefix) => ['stderr', prefix] as const),
  ['csv', defaultPrefix],
  ['json', defaultPrefix],
];

async function toldOf(file: string): Promise<SummaryDocument> {
  const fold = await readLog({ place: { kind: 'files', paths: [file] }, settings: {} });
  return summaryDocument(fold.report({ bucketMinutes: 15 }));
}

function generated(options: LogOptions): { text: string; truth: unknown } {
  let text = '';
  const truth = generateLog(options, (bytes) => (text += bytes));
  return { text, truth };
}

describe('a generated log', () => {
  let directory = '';
  before(() => (directory = mkdtempSync(join(tmpdir(), 'pgc-bench-'))));
  after(() => rmSync(directory, { recursive: true }));

  for (const format of ['stderr', 'csv', 'json'] as const) {
    it(`is the same for the same seed, and another for another: ${format}`, () => {
      const options = { ...small, format, share: 10, bytes: 2e5 };
      assert.deepEqual(generated(options), generated(options));
      assert.notEqual(generated(options).text, generated({ ...options, seed: 2 }).text);
    });
  }

  for (const [format, prefix] of formats)
    for (const share of [1, 10, 100])
      it(`is told as it is: ${format}, ${share} %, ${prefix}`, async () => {
        const file = join(directory, `${format}.log`);
        const truth = generateFile(file, { ...small, format, prefix, share });
        assert.deepEqual(differences(truth, await toldOf(file)), []);
        assert.ok(Math.abs(truth.connectionRecords / truth.records - share / 100) < 0.03);
      });

  it('is not taken for told as it is when a count, a session, a bucket or a message differs', async () => {
    const file = join(directory, 'log');
    const truth = generateFile(file, { ...small, format: 'json', share: 10, bytes: 2e5 });
    const told = await toldOf(file);
    const wrong = (change: Partial<SummaryDocument>): string =>
      differences(truth, { ...told, ...change })[0]?.replace(/:.*/, '') ?? '';
    const { buckets, bucketMinutes } = told.history;
    assert.equal(wrong({}), '');
    assert.equal(wrong({ lost: told.lost + 1 }), 'lost');
    assert.equal(wrong({ active: told.active.slice(1) }), 'active.length');
    assert.equal(wrong({ active: told.active.map((each) => ({ ...each, port: 1 })) }), 'active[0]');
    assert.equal(
      wrong({ failures: told.failures.map((each) => ({ ...each, message: '' })) }),
      'lastFailures[0]',
    );
    assert.equal(
      wrong({ history: { bucketMinutes, buckets: buckets.map((each) => ({ ...each, maxActive: 0 })) } }),
      'history[0]',
    );
  });
});
