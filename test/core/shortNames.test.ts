import assert from 'node:assert/strict';
import { shortNames } from '../../src/core/report/shortNames.ts';

describe('short names of logs', () => {
  for (const [paths, names] of [
    [['/home/me/.pgrx/17.log'], ['17.log']],
    [
      ['/log/a/pg.log', '/log/b/pg.log', 'docker db'],
      ['a/pg.log', 'b/pg.log', 'docker db'],
    ],
    [
      ['C:\\pg\\1\\pg.log', 'pg.log'],
      ['1/pg.log', 'pg.log'],
    ],
    [
      ['', ''],
      ['', ''],
    ],
  ] as const)
    it(JSON.stringify(paths), () => assert.deepEqual(shortNames(paths), names));
});
