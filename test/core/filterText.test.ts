import assert from 'node:assert/strict';
import {
  filterOfParts,
  filterText,
  parseFilterPart,
  parseFilterText,
} from '../../src/core/report/filterText.ts';
import { SentenceError } from '../../src/core/sentence.ts';
import { type Filter, noFilter } from '../../src/core/session/filter.ts';

const readings: [string, Partial<Filter>][] = [
  ['', {}],
  ['   ', {}],
  ['db=shop', { database: ['shop'] }],
  ['database=shop', { database: ['shop'] }],
  ['--db=shop --user=app', { database: ['shop'], user: ['app'] }],
  ['db=shop db=test', { database: ['shop', 'test'] }],
  ['db=shop db=shop', { database: ['shop'] }],
  ['app="My App 1.0" host=[local]', { application: ['My App 1.0'], host: ['[local]'] }],
  ['application=web*', { application: ['web*'] }],
  ['"db=my db"', { database: ['my db'] }],
  [String.raw`app="say \"hi\" \\o/"`, { application: [String.raw`say "hi" \o/`] }],
  [String.raw`user=corp\bob`, { user: [String.raw`corp\bob`] }],
  ['app=a=b', { application: ['a=b'] }],
];

const malformed: [string, RegExp][] = [
  ['shop', /“shop” is not a filter/],
  ['colour=red', /“colour=red” is not a filter/],
  ['DB=shop', /“DB=shop” is not a filter/],
  ['db=', /“db=” names nothing/],
  ['db=""', /names nothing/],
  ['db=shop app="My', /not closed/],
];

const filters: Partial<Filter>[] = [
  {},
  { database: ['shop', 'a b'], user: ['x'] },
  { application: ['tab\tname', '"', '\\', '\\"', 'line\nbreak'], host: ['::1', '10.0.0.*'] },
];

describe('filterText', () => {
  for (const [text, expected] of readings) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseFilterText(text), { ...noFilter, ...expected });
    });
  }

  for (const [text, expected] of malformed) {
    it(`refuses ${JSON.stringify(text)} in one sentence`, () => {
      assert.throws(
        () => parseFilterText(text),
        (error) => error instanceof SentenceError && expected.test(error.message),
      );
    });
  }

  for (const filter of filters) {
    const text = filterText({ ...noFilter, ...filter });
    it(`reads back what it wrote: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseFilterText(text), { ...noFilter, ...filter });
    });
  }

  it('takes one argument of a command line whole', () => {
    assert.deepEqual(parseFilterPart('--app=My "App" 1'), {
      dimension: 'application',
      pattern: 'My "App" 1',
    });
  });

  it('keeps the order of patterns within a dimension', () => {
    const parts = ['db=b', 'user=u', 'db=a'].map(parseFilterPart);
    assert.deepEqual(filterOfParts(parts), { ...noFilter, database: ['b', 'a'], user: ['u'] });
  });
});
