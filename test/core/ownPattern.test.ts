import assert from 'node:assert/strict';
import { checkPattern, longestPattern, messageOfGroups } from '../../src/core/pool/ownPattern.ts';

describe('a pattern of the user’s own', () => {
  const wrong: readonly (readonly [pattern: string, sentence: RegExp])[] = [
    ['', /from 1 to 1000 characters/],
    ['x'.repeat(longestPattern + 1), /from 1 to 1000 characters/],
    ['(?<checkedOut>\\d+', /no regular expression \(.*\): correct it/],
    ['out (\\d+)', /no group that tells what is checked out/],
    ['(?<total>\\d+)', /no group that tells what is checked out/],
    [
      '(?<checkedOut>\\d+) (?<colour>\\w+)',
      /“colour” that says nothing of a pool: its groups are pool, process, size/,
    ],
  ];
  for (const [pattern, sentence] of wrong)
    it(`is refused in one sentence: ${pattern.slice(0, 40)}`, () => {
      assert.throws(() => checkPattern(pattern), sentence);
    });

  for (const pattern of [
    'out=(?<checkedOut>\\d+)',
    'open=(?<total>\\d+) free=(?<checked_in>\\d+)',
    '(?<timeout>no connection)',
    '(?P<checked_out>\\d+)/(?P<size>\\d+)',
  ])
    it(`is taken: ${pattern}`, () => {
      assert.doesNotThrow(() => new RegExp(checkPattern(pattern).source, 'u'));
    });

  it('tells the figures by its groups', () => {
    const message = messageOfGroups({ pool: 'a', open: '5', free: 'x', idle: '2', pending: '3' }, 7);
    assert.deepEqual(
      [message?.pool, message?.news.kind === 'figures' && message.news.figures.checkedOut, message?.at],
      ['a', 3, 7],
    );
    assert.equal(messageOfGroups({ checkedOut: 'many' }, 0), undefined);
  });
});
