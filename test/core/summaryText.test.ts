import assert from 'node:assert/strict';
import { warningLines } from '../../src/core/report/shownText.ts';
import { summaryText } from '../../src/core/report/summaryText.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { emptyReport, hostile, quickstart } from './reportSample.ts';

const plain = { colour: false, timeZone: 'UTC' };

describe('the summary as text', () => {
  it('is the quickstart’s, then the totals and the log', () => {
    assert.equal(
      summaryText(quickstart, plain),
      `Active connections: 5

By database:
  mydb          3
  postgres      2

By user:
  postgres      4
  app_user      1

By application:
  psql          3
  unknown       2

Totals: 45 connects, 40 disconnects, 0 lost, 1 failed
Log: /var/log/postgresql/15.log (PostgreSQL 15.4, stderr, 2025-12-17 14:00:03 to 14:59:58)`,
    );
  });

  it('names the one database it is filtered by, and leaves its list away', () => {
    const text = summaryText(
      {
        ...quickstart,
        active: 3,
        filter: { ...noFilter, database: ['mydb'] },
        groups: { ...quickstart.groups, database: [{ name: 'mydb', count: 3 }], application: [] },
      },
      plain,
    );
    assert.match(text, /^Active connections to 'mydb': 3\n\nBy user:\n {2}postgres {6}4\n/);
    assert.doesNotMatch(text, /By database/);
  });

  it('names any other filter as it was given', () => {
    const filter = { ...noFilter, database: ['my*'], application: ['My App'] };
    const text = summaryText({ ...quickstart, filter }, plain);
    assert.match(text, /^Active connections for db=my\* app="My App": 5\n\nBy database:/);
    assert.doesNotMatch(text, /By application/);
  });

  it('aligns the counts of all lists behind the longest name', () => {
    const database = [
      { name: 'a_rather_long_database', count: 1200 },
      { name: 'naïve', count: 7 },
    ];
    const text = summaryText({ ...quickstart, groups: { ...quickstart.groups, database } }, plain);
    assert.match(text, /\n {2}a_rather_long_database {2}1200\n {2}naïve {22}7\n/);
    assert.match(text, /\n {2}psql {23}3\n/);
  });

  it('says at least, or that the log cannot tell', () => {
    assert.match(
      summaryText({ ...quickstart, activeIs: 'atLeast' }, plain),
      /^Active connections: at least 5\n/,
    );
    assert.match(
      summaryText({ ...quickstart, activeIs: 'unknown' }, plain),
      /^Active connections: unknown\nThe log does not tell when sessions end; connected and not seen to end: 5\. Turn on log_disconnections, and reload the server\.\n\nBy/,
    );
    assert.equal(
      summaryText(emptyReport, plain),
      `Active connections: unknown
The log does not tell who is connected: turn on log_connections and log_disconnections, and reload the server.

Totals: 0 connects, 0 disconnects, 0 lost, 0 failed
Log: /tmp/empty.log`,
    );
  });

  it('tells of replication, ended sessions and server problems where there are any', () => {
    const totals = {
      ...quickstart.totals,
      connects: 1,
      replicationConnects: 2,
      endings: 3,
      problems: 1,
      lost: 4,
    };
    const text = summaryText({ ...quickstart, totals, activeReplication: 2 }, plain);
    assert.match(text, /^Active connections: 5\nReplication connections: 2\n\n/);
    assert.match(
      text,
      /\nTotals: 1 connect, 40 disconnects, 4 lost, 1 failed, 2 replication connects, 3 ended by the server, 1 server problem\n/,
    );
  });

  it('names standard input, and counts further files', () => {
    assert.match(summaryText({ ...emptyReport, files: ['-'] }, plain), /\nLog: standard input$/);
    assert.match(
      summaryText({ ...emptyReport, files: ['a', 'b', 'c'] }, plain),
      /\nLog: a and 2 more files$/,
    );
  });

  it('shows the log’s times in the zone asked for, and the second day where there is one', () => {
    const text = summaryText(
      { ...quickstart, toAt: Date.parse('2025-12-17T23:30:00Z') },
      { ...plain, timeZone: 'Europe/Berlin' },
    );
    assert.match(text, /, 2025-12-17 15:00:03 to 2025-12-18 00:30:00\)$/);
  });

  it('escapes control characters everywhere', () => {
    const name = [{ name: hostile, count: 1 }];
    const text = summaryText(
      {
        ...quickstart,
        files: [hostile],
        serverVersion: hostile,
        filter: { ...noFilter, host: [hostile] },
        groups: { database: name, user: name, application: name, host: name },
      },
      plain,
    );
    assert.match(text, /^[\x20-\x7e\n]+$/);
    assert.match(text, /\n {2}a\\nb\\x1b\[31m\\u\{202e\}c\\x9b {2}1\n/);
    assert.doesNotMatch(text, /\na/);
  });

  it('is the same text under the colours', () => {
    const coloured = summaryText(quickstart, { ...plain, colour: true });
    assert.ok(coloured.startsWith('Active connections: \u001b[1m5\u001b[0m\n'));
    const stripped = coloured
      .split('\u001b')
      .map((part, index) => (index === 0 ? part : part.replace(/^\[\d+m/, '')));
    assert.equal(stripped.join(''), summaryText(quickstart, plain));
  });

  it('gives warnings apart, one line each', () => {
    assert.deepEqual(warningLines(quickstart), [
      'Warning: The zone “CST” is ambiguous: read as the machine’s; set timeZone to say which.',
    ]);
  });
});
