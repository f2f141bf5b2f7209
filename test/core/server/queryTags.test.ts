import assert from 'node:assert/strict';
import { renderSentence } from '../../../src/core/sentence.ts';
import { patternEffort } from '../../../src/core/server/patternEffort.ts';
import { defaultQueryTags, queryTagsOf, tagCounts } from '../../../src/core/server/queryTags.ts';
import { backend, background, sampleOf } from './activitySample.ts';

const problems = (patterns: Record<string, string>) => queryTagsOf(patterns).problems.map(renderSentence);

describe('query tags', () => {
  it('by default count the sessions that work for pg_tviews, without regard to case', () => {
    const queries = [
      'SELECT * FROM tv_post',
      'select pg_tviews_queue_stats()',
      'REFRESH MATERIALIZED VIEW x',
      undefined,
    ];
    const sample = sampleOf([
      ...queries.map((query, index) => backend(index + 1, { query })),
      { ...background(9, 'tview worker'), query: 'tview' },
    ]);
    assert.deepEqual(tagCounts(sample, queryTagsOf(defaultQueryTags)), [{ tag: 'tview', pids: [2, 3] }]);
  });

  it('are counted each by itself, oldest session first', () => {
    const sample = sampleOf([
      backend(1, { query: 'INSERT INTO a', backendStartAt: 20 }),
      backend(2, { query: 'INSERT INTO b', backendStartAt: 10 }),
    ]);
    assert.deepEqual(tagCounts(sample, queryTagsOf({ write: '^(?:insert|update)', b: '\\bb$' })), [
      { tag: 'write', pids: [2, 1] },
      { tag: 'b', pids: [2] },
    ]);
  });

  it('leave out what cannot be read, with a sentence', () => {
    assert.deepEqual(problems({ bad: '(', good: 'x' }), [
      'The pattern of the query tag bad is no regular expression: it is left out.',
    ]);
    assert.match(problems({ empty: '' })[0]!, /1 to 200 characters/);
    assert.match(problems({ long: 'x'.repeat(201) })[0]!, /1 to 200 characters/);
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`t${index}`, 'x']));
    assert.equal(queryTagsOf(many).tags.length, 20);
    assert.match(problems(many)[0]!, /More than 20/);
  });

  const harmless = [
    'tview|refresh',
    'create.*index.*concurrently',
    '^\\s*select\\b',
    '[a-z_]+\\.orders',
    'a{3}',
    '(?:insert|update) into (?:a|b)',
    '[[(*+?]x',
    '\\(\\*\\)',
    'colou?r',
    'v\\d{1,3}',
  ];
  for (const pattern of harmless)
    it(`take ${pattern}`, () => {
      assert.deepEqual(problems({ tag: pattern }), []);
    });

  const hostile = [
    '(a+)+$',
    '(a|a)*$',
    '(a*)*b',
    '(?:a?){30}a{30}',
    'a?'.repeat(40) + 'a'.repeat(40),
    '(a|a)'.repeat(30),
    '.*.*.*=',
    '(?=x)y',
    '(?<!x)y',
    '(a)\\1',
    '(?<n>a)\\k<n>',
    '((a{1,9}){1,9}){1,9}',
  ];
  for (const pattern of hostile)
    it(`refuse ${pattern}`, () => {
      assert.match(problems({ tag: pattern })[0]!, /could take very long/);
    });

  it('know the effort of a pattern from its form', () => {
    assert.deepEqual(patternEffort('a|b.*c|d+e+'), { ways: 3, repeats: 2 });
    assert.deepEqual(patternEffort('(a|b)(c|d)?x*'), { ways: 6, repeats: 1 });
    assert.deepEqual(patternEffort(''), { ways: 1, repeats: 0 });
  });
});
