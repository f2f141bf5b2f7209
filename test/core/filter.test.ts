import assert from 'node:assert/strict';
import {
  compileFilter,
  compilePattern,
  isNoFilter,
  noFilter,
  type Filter,
  type FilterSubject,
} from '../../src/core/session/filter.ts';

describe('a pattern', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['shop', ['shop'], ['Shop', 'shop ', '', 'shop2']],
    ['', [''], ['x']],
    ['*', ['', 'x', 'a*b'], []],
    ['shop*', ['shop', 'shop2'], ['ashop', 'Shop']],
    ['*shop', ['shop', 'ashop'], ['shop2']],
    ['a*a', ['aa', 'aba', 'aaa'], ['a', 'ab']],
    ['a*b*c', ['abc', 'axbxc', 'abbbc'], ['ac', 'acb', 'abcx']],
    ['*b*', ['b', 'abc'], ['ac', '']],
    ['a**b', ['ab', 'axb'], ['a']],
    ['ab*ba', ['abba', 'abxba'], ['aba']],
    ['*ab*ab*', ['abab', 'xabyabz'], ['ab', 'aab']],
    ['.*', ['.', '.x'], ['x']],
    ['[a](b)+?^$|\\', ['[a](b)+?^$|\\'], ['a']],
  ];
  for (const [pattern, matching, others] of cases) {
    it(`${JSON.stringify(pattern)} matches what it should`, () => {
      for (const name of matching) assert.equal(compilePattern(pattern)(name), true, name);
      for (const name of others) assert.equal(compilePattern(pattern)(name), false, name);
    });
  }

  it('takes linear time, whatever it is', () => {
    const startedAt = performance.now();
    assert.equal(compilePattern('*a'.repeat(5000) + '*b')('a'.repeat(100_000)), false);
    assert.ok(performance.now() - startedAt < 1000);
  });
});

describe('a filter', () => {
  const filter = (parts: Partial<Filter>): Filter => ({ ...noFilter, ...parts });
  const bob: FilterSubject = { database: 'shop', user: 'bob', application: 'psql', host: undefined };
  const cases: readonly (readonly [Partial<Filter>, boolean])[] = [
    [{}, true],
    [{ user: ['bob'] }, true],
    [{ user: ['al', 'b*'] }, true],
    [{ user: ['al'] }, false],
    [{ user: ['bob'], database: ['hr'] }, false],
    [{ user: ['bob'], database: ['hr', 'shop'] }, true],
    [{ host: ['*'] }, false],
    [{ host: [''] }, false],
  ];
  for (const [parts, passes] of cases)
    it(`${JSON.stringify(parts)} ${passes ? 'lets through' : 'holds back'} bob at the shop`, () =>
      assert.equal(compileFilter(filter(parts))(bob), passes));

  it('without patterns is none', () =>
    assert.deepEqual([isNoFilter(noFilter), isNoFilter(filter({ host: ['x'] }))], [true, false]));
});
