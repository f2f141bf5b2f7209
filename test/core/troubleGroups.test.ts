import assert from 'node:assert/strict';
import { groupTroubles, type TroubleExplanations } from '../../src/core/report/troubleGroups.ts';
import { sentence } from '../../src/core/sentence.ts';
import { at, trouble } from './reportSample.ts';

const explanations: TroubleExplanations = {
  explainFailure: (kind) => ({ meaning: sentence('It is {0}.', kind), nextStep: sentence('Fix it.') }),
  linkOf: ({ detail }) => (detail === undefined ? undefined : { path: detail, line: 7 }),
};
const minuteMs = 60_000;

describe('groups of troubles', () => {
  it('join repeats that come within 15 minutes of the last one', () => {
    const start = at('14:00');
    const troubles = [0, 15, 30, 46].map((minutes, id) => trouble(id, { at: start + minutes * minuteMs }));
    const groups = groupTroubles(troubles, explanations);
    assert.deepEqual(
      groups.map(({ count, firstAt, lastAt }) => ({ count, firstAt, lastAt })),
      [
        { count: 1, firstAt: at('14:46'), lastAt: at('14:46') },
        { count: 3, firstAt: at('14:00'), lastAt: at('14:30') },
      ],
    );
  });

  it('keep apart what differs in category, kind, SQLSTATE, user, database or host, but not in the message', () => {
    const troubles = [
      trouble(0),
      trouble(1, { category: 'ending' }),
      trouble(2, { kind: 'other' }),
      trouble(3, { sqlState: undefined }),
      trouble(4, { user: undefined }),
      trouble(5, { database: 'other' }),
      trouble(6, { remoteHost: '10.0.0.8' }),
      trouble(7, { message: 'other', pid: 99, applicationName: 'x', detail: 'pg_hba.conf' }),
    ];
    const groups = groupTroubles(troubles, explanations);
    assert.equal(groups.length, 7);
    assert.equal(groups[0]?.count, 2);
    assert.equal(groups[0].message, 'other');
    assert.deepEqual(groups[0].link, { path: 'pg_hba.conf', line: 7 });
  });

  it('stand with the newest member first, also when an old group grows', () => {
    const troubles = [trouble(0), trouble(1, { user: 'eve' }), trouble(2)];
    assert.deepEqual(
      groupTroubles(troubles, explanations).map(({ user }) => user),
      ['bob', 'eve'],
    );
  });

  it('keep the newest 50 members, newest first, and count them all', () => {
    const [group] = groupTroubles(
      Array.from({ length: 60 }, (_, id) => trouble(id)),
      explanations,
    );
    assert.equal(group?.count, 60);
    assert.deepEqual(
      group.members.map(({ id }) => id),
      Array.from({ length: 50 }, (_, index) => 59 - index),
    );
  });

  it('keep their keys as they grow and as others come, and are acknowledged by them', () => {
    const troubles = [trouble(0), trouble(1, { user: 'eve' })];
    const before = groupTroubles(troubles, explanations).map(({ key }) => key);
    const acknowledged = new Set([before[0]!]);
    const after = groupTroubles(
      [...troubles, trouble(2), trouble(3, { user: 'ann' })],
      explanations,
      acknowledged,
    );
    assert.deepEqual(
      after.map(({ key }) => key),
      [after[0]?.key, before[1], before[0]],
    );
    assert.deepEqual(
      after.map((group) => group.acknowledged),
      [false, false, true],
    );
    assert.equal(new Set(after.map(({ key }) => key)).size, 3);
  });

  it('make one group of repeats in a log without timestamps, and bear instants that go back', () => {
    assert.equal(
      groupTroubles([trouble(0, { at: undefined }), trouble(1, { at: undefined })], explanations).length,
      1,
    );
    const [group] = groupTroubles([trouble(0), trouble(1, { at: at('14:30:58') })], explanations);
    assert.equal(group?.firstAt, at('14:30:58'));
    assert.equal(group.lastAt, at('14:31:02'));
  });

  it('bear 200,000 troubles in 20,000 groups', () => {
    const troubles = Array.from({ length: 200_000 }, (_, id) => trouble(id, { user: `u${id % 20_000}` }));
    const groups = groupTroubles(troubles, explanations);
    assert.equal(groups.length, 20_000);
    assert.equal(groups[0]?.count, 10);
  });
});
