import assert from 'node:assert/strict';
import { jsonText } from '../../../src/core/report/jsonText.ts';
import { serverCsv } from '../../../src/core/report/serverCsv.ts';
import { serverDocument } from '../../../src/core/report/serverJson.ts';
import { serverMarkdown } from '../../../src/core/report/serverMarkdown.ts';
import { isCritical, serverReportOf } from '../../../src/core/report/serverReport.ts';
import { serverText } from '../../../src/core/report/serverText.ts';
import type { ActivitySample } from '../../../src/core/server/activity.ts';
import { countsByAge, startsByHour } from '../../../src/core/server/connectionAges.ts';
import { defaultThresholds } from '../../../src/core/server/finding.ts';
import { hostile } from '../reportSample.ts';
import { assertFollowsSchema } from '../schemas.ts';
import {
  ago,
  backend,
  background,
  crowd,
  hour,
  minute,
  sampleOf,
  second,
  serverAt,
} from './activitySample.ts';

const reportOf = (sample: ActivitySample) => serverReportOf(sample, defaultThresholds);
const plain = { colour: false, timeZone: 'UTC' };

/** A quarter of everything. */
const mixed = sampleOf(
  [
    backend(4121, {
      state: 'idle in transaction',
      transactionStartAt: ago(6 * minute),
      stateChangeAt: ago(3 * minute),
      backendStartAt: ago(2 * hour),
      query: 'UPDATE orders\n   SET total = total + 1',
    }),
    backend(4127, {
      state: 'active',
      waitEventType: 'Lock',
      waitEvent: 'transactionid',
      queryStartAt: ago(12.5 * second),
      backendStartAt: ago(20 * minute),
      applicationName: 'psql',
      clientAddress: '[local]',
      blockedBy: [4121],
    }),
    backend(4130, {
      user: 'report',
      database: 'postgres',
      applicationName: undefined,
      backendStartAt: ago(5 * second),
    }),
    background(50),
    background(51, 'walsender'),
  ],
  { facts: { settings: { log_disconnections: 'off' } } },
);

describe('a server in the terminal', () => {
  it('is told as its overview, findings, names and sessions', () => {
    assert.equal(
      serverText(reportOf(mixed), plain),
      `
PostgreSQL 17.4 at 127.0.0.1:5432, as postgres, 2026-03-01 11:00:00

Connections: 3, with ours 4 % of 97 usable (HEALTHY)
  active               1  longest 12.5s
  idle                 1
  idle in transaction  1  oldest 6m 0s
  waiting for a lock   1
  reserved slots       3  of 100
  background           2  walsenders 1

Findings: 1 critical, 1 warning
  CRITICAL  Sessions of app (web) that idle in a transaction older than 5 min: 1, the oldest 6m 0s.
    They keep their locks and hold back VACUUM: commit or roll back in the application, or terminate them (to cancel does nothing here); idle_in_transaction_session_timeout ends such sessions by itself.
  WARNING  Sessions that wait for process 4121 (app, idle in transaction): 1, the longest for 12.5s.
    It idles in its transaction: let its application commit or roll back, or terminate it (to cancel does nothing here).

By database:
  shop          2
  postgres      1

By user:
  app           2
  report        1

By application:
  psql          1
  web           1
  unknown       1

By client:
  10.0.0.7      2
  [local]       1

Sessions, oldest first:
  PID   LOGIN            APPLICATION  CLIENT    STATE                                          SINCE  QUERY
  4121  app@shop         web          10.0.0.7  idle in transaction                            3m 0s  UPDATE orders SET total = total + 1
  4127  app@shop         psql         [local]   active (Lock: transactionid), blocked by 4121  12.5s  SELECT 1
  4130  report@postgres  unknown      10.0.0.7  idle                                           1.0s   SELECT 1`.trim(),
    );
  });

  it('is short of a server that nobody is connected to', () => {
    assert.equal(serverText(reportOf(sampleOf([])), plain).split('\n\n').length, 2);
  });

  it('ends its list of sessions, not its counts', () => {
    const text = serverText(reportOf(sampleOf(crowd(250))), plain);
    assert.match(text, /^Connections: 250,/m);
    assert.match(text, / {2}and 50 more$/);
  });

  it('is harmless, whatever the names', () => {
    const name = {
      user: hostile,
      database: hostile,
      applicationName: hostile,
      query: hostile,
      clientAddress: hostile,
    };
    const text = serverText(reportOf(sampleOf(crowd(9, { ...name, stateChangeAt: ago(hour) }))), plain);
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/u);
  });
});

describe('a server in JSON', () => {
  it('is the published document, keys in order, missing = null, instants in UTC', () => {
    const document = serverDocument(reportOf(mixed));
    assert.deepEqual(Object.keys(document), [
      ...['server', 'refusal', 'overview', 'sessions', 'findings'],
      ...['byDatabase', 'byUser', 'byApplication', 'byClient', 'warnings'],
    ]);
    assert.equal(
      JSON.stringify(document.overview),
      '{"total":3,"active":1,"idle":1,"idleInTransaction":1,"waiting":1,"background":2,"maxConnections":100,' +
        '"reserved":3,"usable":97,"utilization":0.041237113402061855,"health":"HEALTHY",' +
        '"longestActiveSeconds":12.5,"longestIdleInTransactionSeconds":360}',
    );
    assert.equal(
      JSON.stringify(document.sessions[1]),
      '{"pid":4127,"user":"app","database":"shop","application":"psql","clientAddress":"[local]","state":"active",' +
        '"waitEventType":"Lock","waitEvent":"transactionid","backendStart":"2026-03-01T11:40:00.000Z",' +
        '"transactionStart":null,"queryStart":"2026-03-01T11:59:47.500Z","stateChange":"2026-03-01T11:59:59.000Z",' +
        '"query":"SELECT 1","blockedBy":[4121]}',
    );
    const { message, ...finding } = document.findings[0]!;
    assert.deepEqual(finding, {
      kind: 'idleInTransaction',
      severity: 'critical',
      pids: [4121],
      value: 6,
      threshold: 5,
    });
    assert.match(message, /^Sessions of app \(web\) .* by itself\.$/);
    assert.deepEqual(document.byApplication.at(-1), { name: null, count: 1 });
  });

  it('follows the schema: mixed, full, empty, and as a role that sees little', () => {
    const hidden = {
      state: undefined,
      query: undefined,
      clientAddress: undefined,
      backendStartAt: undefined,
    };
    const reports = [
      reportOf(mixed),
      reportOf(sampleOf([])),
      reportOf(sampleOf(crowd(3, hidden), { facts: { sees: 'own', user: 'app' } })),
      serverReportOf(sampleOf(crowd(97)), defaultThresholds, undefined, { isFull: true }),
    ];
    for (const report of reports) assertFollowsSchema('server', jsonText(serverDocument(report), 2));
    assert.throws(() => assertFollowsSchema('server', '{"server":{}}'), /required/);
  });

  it('warns of what this role cannot see, and of figures that are old', () => {
    const sample = sampleOf([], { facts: { sees: 'own', user: 'app' } });
    assert.deepEqual(
      serverDocument(serverReportOf(sample, defaultThresholds, undefined, { isFull: true })).warnings,
      [
        'The server is full and refuses us: the sessions are those of the last answer it gave.',
        'The role app sees the states and statements of its own sessions only: grant it pg_monitor to see all.',
      ],
    );
  });

  it('keeps the oldest 10,000 sessions, and the count exact', () => {
    const document = serverDocument(reportOf(sampleOf(crowd(10_005))));
    assert.deepEqual([document.overview.total, document.sessions.length], [10_005, 10_000]);
    assert.match(document.warnings[0]!, /oldest 10000 of 10005/);
  });
});

describe('exit code 3', () => {
  it('is for a critical finding, not for a warning', () => {
    assert.ok(isCritical(reportOf(mixed)));
    assert.ok(!isCritical(reportOf(sampleOf(crowd(6)))));
  });
});

describe('ages of connections', () => {
  it('go by the hour in which the connection began, not its statement', () => {
    const sample = sampleOf([
      backend(1, { backendStartAt: serverAt - 10 }),
      backend(2, { backendStartAt: ago(30 * minute), queryStartAt: serverAt }),
      backend(3, { backendStartAt: ago(50 * minute) }),
      backend(4, { backendStartAt: ago(30 * hour) }),
      backend(5, { backendStartAt: undefined }),
      background(6),
    ]);
    assert.deepEqual(startsByHour(sample), [
      { startAt: serverAt - hour, count: 3 },
      { startAt: undefined, count: 1 },
    ]);
    assert.deepEqual(countsByAge(sample), [
      { name: 'under 1 minute', count: 1 },
      { name: '10 to 60 minutes', count: 2 },
      { name: '1 day and more', count: 1 },
      { name: 'unknown', count: 1 },
    ]);
  });
});

describe('a server in Markdown', () => {
  it('has a table for each part, and no statements', () => {
    const text = serverMarkdown(reportOf(mixed), false);
    assert.deepEqual(
      text.split('\n').filter((line) => line.startsWith('#')),
      [
        ...['# PostgreSQL connections', '## Overview', '## Findings', '## Connections by hour of start'],
        ...['## Connections by age', '## Connections by database', '## Connections by user'],
        ...['## Connections by application', '## Connections by client', '## Settings'],
      ],
    );
    assert.match(text, /^\| 2026-03-01T11:00:00\.000Z \| 2 \|$/m);
    assert.match(text, /^\| utilization \| 4 % \| HEALTHY \|$/m);
    assert.doesNotMatch(text, /orders/);
  });

  it('takes names for text: no table cell, link, mention or HTML of theirs', () => {
    const name = '| [x](http://evil) <img src=x> @someone `a` **b** \n# c';
    const text = serverMarkdown(reportOf(sampleOf([backend(1, { applicationName: name })])), false);
    assert.ok(
      text.includes(
        '| \\| \\[x\\](http:<!-- -->//evil) \\<img src=x\\> @<!-- -->someone \\`a\\` \\*\\*b\\*\\* \\\\n\\# c | 1 |',
      ),
      text,
    );
  });
});

describe('a masked report', () => {
  const secret = sampleOf(
    [
      ...crowd(7, {
        user: 'alice',
        database: 'payroll',
        applicationName: 'billing',
        stateChangeAt: ago(hour),
      }),
      backend(1, { user: 'bob', clientAddress: '[local]', applicationName: 'alice' }),
    ],
    {
      preparedTransactions: [
        { gid: 'tx-of-alice', database: 'payroll', owner: 'carol', preparedAt: ago(hour) },
      ],
      facts: {
        host: 'db.example.org',
        user: 'admin',
        superusers: ['admin'],
        limits: [{ kind: 'database', name: 'payroll', limit: 8 }],
      },
    },
  );
  const names = /alice|bob|carol|payroll|billing|admin|web|shop|10\.0\.0\.7|example/;

  for (const [format, write] of [
    ['Markdown', serverMarkdown],
    ['CSV', serverCsv],
  ] as const) {
    it(`tells no name and no host, in ${format}`, () => {
      assert.match(write(reportOf(secret), false), names);
      assert.doesNotMatch(write(reportOf(secret), true), names);
    });
  }

  it('gives the same name the same token, in every table and format', () => {
    const csv = serverCsv(reportOf(secret), true);
    assert.match(csv, /^byUser,user-2,7,$/m);
    assert.match(csv, /^findings,.*Sessions of user-2 \(application-2\)/m);
    assert.match(serverMarkdown(reportOf(secret), true), /^\| user-2 \| 7 \|$/m);
    const shuffled = { ...secret, backends: [...secret.backends].reverse() };
    assert.equal(serverCsv(reportOf(shuffled), true), csv);
  });

  it('masks an application that only the log knows', () => {
    const cost = {
      application: 'nightly',
      sessions: 30,
      shortSessions: 30,
      medianSetupMs: 3,
      shouldPool: true,
    };
    const report = serverReportOf(secret, defaultThresholds, undefined, { cost: [cost] });
    assert.match(serverCsv(report, false), /nightly/);
    assert.doesNotMatch(serverCsv(report, true), /nightly/);
  });
});

describe('a server in CSV', () => {
  it('is one record per row of each table, safe in a spreadsheet', () => {
    const lines = serverCsv(reportOf(sampleOf([backend(1, { applicationName: '=1+1' })])), false).split(
      '\r\n',
    );
    assert.equal(lines[0], 'table,name,value,note');
    assert.equal(lines.at(-1), '');
    for (const line of ['overview,connections,1,', "byApplication,'=1+1,1,", 'byAge,10 to 60 minutes,1,'])
      assert.ok(lines.includes(line), lines.join('\n'));
  });
});
