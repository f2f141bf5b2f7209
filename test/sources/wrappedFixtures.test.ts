import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { summaryDocument } from '../../src/core/report/summaryJson.ts';
import { folded } from '../core/folded.ts';
import { wrappings } from '../core/wrapped.ts';
import { checkout } from '../env/checkout.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import type { Truth } from '../env/scenario/truth.ts';

/** Wrappings that are made of lines with the default prefix; the others take any. */
const ofStderr = /syslog|journal|Windows|RFC|Heroku/;

describe('a recorded log, wrapped', () => {
  for (const name of [
    '16-stderr-lively',
    '15-stderr-lively-ru',
    '12-stderr-crash',
    '16-csv-names',
    '15-json-refused',
  ]) {
    const folder = join(checkout, 'test', 'fixtures', name);
    const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
    const files = readdirSync(folder).filter((file) => file.startsWith('server.'));
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('');
    for (const [wrapping, wrap] of Object.entries(wrappings)) {
      if (!name.includes('stderr') && ofStderr.test(wrapping)) continue;
      it(`tells what really happened: ${name}, ${wrapping}`, () => {
        const fold = folded(wrap(text), { now: Date.UTC(2026, 11, 1) });
        assert.notEqual(fold.log.understanding.wrapping, undefined);
        assertTells(summaryDocument(fold.report({ bucketMinutes: 15 })), truth);
      });
    }
  }
});
