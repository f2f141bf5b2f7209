import assert from 'node:assert/strict';
import { renderSentence } from '../../../src/core/sentence.ts';
import type { ServerFacts } from '../../../src/core/server/activity.ts';
import { settingAdvice } from '../../../src/core/server/settingAdvice.ts';
import { settingMs } from '../../../src/core/server/settingValue.ts';
import { factsOf } from './activitySample.ts';

const adviceOn = (name: string, value: string, parts: Partial<ServerFacts> = {}) => {
  const found = settingAdvice(factsOf({ ...parts, settings: { [name]: value } })).filter(
    (one) => one.name === name,
  );
  assert.equal(found.length, 1);
  return found[0]!;
};

describe('advice on settings', () => {
  const cases: [name: string, value: string, looksRight: boolean, parts?: Partial<ServerFacts>][] = [
    ['idle_in_transaction_session_timeout', '0', false],
    ['idle_in_transaction_session_timeout', '600000', true],
    ['idle_in_transaction_session_timeout', '10min', true],
    ['idle_session_timeout', '0', true],
    ['statement_timeout', '0', true],
    ['statement_timeout', '30s', true],
    ['tcp_keepalives_idle', '0', false],
    ['tcp_keepalives_idle', '7200', false],
    ['tcp_keepalives_idle', '60', true],
    ['tcp_keepalives_idle', '0', true, { host: '/tmp' }],
    ['log_connections', 'off', false],
    ['log_connections', '', false, { majorVersion: 18 }],
    ['log_connections', 'on', true],
    ['log_connections', 'receipt', false, { majorVersion: 18 }],
    ['log_connections', 'receipt, authorization', true, { majorVersion: 18 }],
    ['log_connections', 'all', true, { majorVersion: 18 }],
    ['log_disconnections', 'off', false],
    ['log_disconnections', 'on', true],
    ['log_lock_waits', 'off', false],
    ['track_activities', 'off', false],
  ];
  for (const [name, value, looksRight, parts] of cases)
    it(`${name} = ${value || "''"}${parts ? ` (${JSON.stringify(parts)})` : ''} looks ${looksRight ? 'right' : 'wrong'}`, () => {
      const advice = adviceOn(name, value, parts);
      assert.equal(advice.looksRight, looksRight);
      assert.match(renderSentence(advice.sentence), /^\S.*[.]$/);
    });

  it('does not speak of settings that the server did not tell or this version lacks', () => {
    const names = (parts: Partial<ServerFacts>) => settingAdvice(factsOf(parts)).map(({ name }) => name);
    assert.deepEqual(names({ majorVersion: 15 }), ['max_connections', 'superuser_reserved_connections']);
    assert.ok(names({ majorVersion: 16 }).includes('reserved_connections'));
    assert.deepEqual(names({ majorVersion: 15, settings: { toString: 'x' } }).length, 2);
  });

  it('minds very many connections, and none reserved', () => {
    const wrong = settingAdvice(factsOf({ maxConnections: 2000, superuserReservedConnections: 0 }));
    assert.deepEqual(
      wrong.filter(({ looksRight }) => !looksRight).map(({ name }) => name),
      ['max_connections', 'superuser_reserved_connections'],
    );
  });

  const shown: [name: string, value: string, text: string][] = [
    ['idle_in_transaction_session_timeout', '600000', '10min'],
    ['statement_timeout', '1500', '1500ms'],
    ['lock_timeout', '0', '0'],
    ['tcp_keepalives_idle', '90', '90s'],
    ['tcp_keepalives_idle', '7200', '2h'],
    ['tcp_keepalives_count', '9', '9'],
    ['log_connections', 'receipt,all', 'receipt,all'],
  ];
  for (const [name, value, text] of shown)
    it(`shows ${name} = ${value} as ${text}`, () => assert.equal(adviceOn(name, value).value, text));

  const lengths: [string | undefined, number | undefined][] = [
    ['10min', 600_000],
    ['1s', 1000],
    ['0', 0],
    ['1500', 1500],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['-1', -1],
    ['off', undefined],
    [undefined, undefined],
  ];
  for (const [text, ms] of lengths) it(`reads ${text} as ${ms} ms`, () => assert.equal(settingMs(text), ms));
});
