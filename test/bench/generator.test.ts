import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { summaryDocument } from '../../src/core/report/summaryJson.ts';
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
        const fold = await readLog({ place: { kind: 'files', paths: [file] }, settings: {} });
        const summary = summaryDocument(fold.report({ bucketMinutes: 15 }));
        assert.deepEqual(differences(truth, summary), []);
        assert.ok(Math.abs(truth.connectionRecords / truth.records - share / 100) < 0.03);
      });
});
