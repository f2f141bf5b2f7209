import assert from 'node:assert/strict';
import { failuresText } from '../../src/core/report/failuresText.ts';
import type { TroubleExplanations } from '../../src/core/report/troubleGroups.ts';
import { sentence } from '../../src/core/sentence.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { at, emptyReport, hostile, quickstart, trouble } from './reportSample.ts';

const plain = { colour: false, timeZone: 'UTC' };
const explanations: TroubleExplanations = {
  explainFailure: (kind) => ({ meaning: sentence('It is {0}.', kind), nextStep: sentence('Fix it.') }),
  linkOf: ({ detail }) => (detail === undefined ? undefined : { path: '/etc/pg_hba.conf', line: 12 }),
};

describe('failures as text', () => {
  it('tells refused logins, endings and problems, with what they mean and what to do', () => {
    const report = {
      ...quickstart,
      totals: { ...quickstart.totals, failures: 3, problems: 1 },
      failures: [
        trouble(1, { at: at('14:16:02') }),
        trouble(2, { at: at('14:20:00'), user: 'eve', sqlState: undefined }),
        trouble(3, { detail: 'Connection matched file "/etc/pg_hba.conf" line 12: "…"', offsetBytes: 99 }),
      ],
      problems: [
        trouble(4, {
          ...{ category: 'problem', kind: 'crash', message: 'terminated by signal 11', hint: 'Look.' },
          ...{
            user: undefined,
            database: undefined,
            remoteHost: undefined,
            sqlState: undefined,
            at: undefined,
          },
        }),
      ],
    };
    assert.equal(
      failuresText(report, explanations, plain),
      `Refused logins: 3

  2 times  2025-12-17 14:16:02 to 14:31:02  28P01  bob@shop from 10.0.0.7
    password authentication failed for user "bob"
    Detail: Connection matched file "/etc/pg_hba.conf" line 12: "…"
    It is password.
    Fix it.
    See: /etc/pg_hba.conf:12
    Log: /var/log/postgresql/15.log, at byte 99

  2025-12-17 14:20:00  eve@shop from 10.0.0.7
    password authentication failed for user "bob"
    It is password.
    Fix it.
    Log: /var/log/postgresql/15.log, at byte 1234

Sessions ended by the server: 0

Server problems: 1

  at an unknown time
    terminated by signal 11
    Hint: Look.
    It is crash.
    Fix it.
    Log: /var/log/postgresql/15.log, at byte 1234`,
    );
  });

  it('says of each kind how many older ones are not listed', () => {
    const totals = { ...quickstart.totals, failures: 2001, endings: 1 };
    const text = failuresText({ ...quickstart, totals }, explanations, plain);
    assert.match(
      text,
      /^Refused logins: 2001\n[^]* at byte 1234\n\n {2}2000 older ones not listed: the log itself has them\.\n\nSess/,
    );
    assert.match(
      text,
      /\nSessions ended by the server: 1\n\n {2}1 older one not listed: .*\n\nServer problems: 0$/,
    );
  });

  it('says so when there are none, and names the filter', () => {
    assert.equal(
      failuresText({ ...emptyReport, filter: { ...noFilter, user: ['bob'] } }, explanations, plain),
      'Refused logins for user=bob: 0\n\nSessions ended by the server for user=bob: 0\n\nServer problems for user=bob: 0',
    );
  });

  it('escapes control characters of every text', () => {
    const failure = trouble(1, {
      ...{ message: hostile, detail: hostile, hint: hostile, user: hostile, database: hostile },
      ...{ remoteHost: hostile, file: hostile },
    });
    const text = failuresText({ ...quickstart, failures: [failure] }, explanations, plain);
    assert.match(text, /^[\x20-\x7e\n]+$/);
    assert.equal(text.split('a\\nb\\x1b').length, 8);
  });
});
