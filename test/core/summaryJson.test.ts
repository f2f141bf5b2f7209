import assert from 'node:assert/strict';
import { jsonText } from '../../src/core/report/jsonText.ts';
import { longestList } from '../../src/core/report/logReport.ts';
import { summaryDocument } from '../../src/core/report/summaryJson.ts';
import { emptyReport, hostile, quickstart, session, trouble } from './reportSample.ts';
import { assertFollowsSchema } from './schemas.ts';

/** A report in which everything occurs. */
const full = {
  ...quickstart,
  sessions: [...quickstart.sessions, session(9, { replication: true, database: undefined })],
  endings: [
    trouble(20, {
      category: 'ending',
      kind: 'administratorCommand',
      sqlState: '57P01',
      message: 'terminating connection due to administrator command',
      hint: 'Ask.',
    }),
  ],
  problems: [
    trouble(21, {
      category: 'problem',
      kind: 'crash',
      severity: 'LOG',
      message: 'server process (PID 4130) was terminated by signal 11',
      detail: 'Failed process was running: SELECT boom()',
      at: undefined,
      pid: undefined,
      sqlState: undefined,
      user: undefined,
      database: undefined,
      remoteHost: undefined,
    }),
  ],
};

describe('the summary document', () => {
  it('is the published one, keys in order, missing = null, instants in UTC', () => {
    const document = summaryDocument(quickstart);
    assert.deepEqual(Object.keys(document), [
      ...['log', 'activeIs', 'active', 'connects', 'disconnects', 'lost', 'failed', 'replicationConnects'],
      ...['failures', 'endings', 'problems', 'byDatabase', 'byUser', 'byApplication', 'byHost', 'history'],
      'warnings',
    ]);
    assert.equal(
      JSON.stringify(document.log),
      '{"files":["/var/log/postgresql/15.log"],"format":"stderr","logLinePrefix":"%m [%p] ","wrapping":null,' +
        '"serverVersion":"15.4","from":"2025-12-17T14:00:03.000Z","to":"2025-12-17T14:59:58.250Z","bytes":52000,"skipped":1}',
    );
    assert.equal(
      JSON.stringify(document.active[0]),
      '{"pid":1,"sessionId":"6942b1a8.1","user":"postgres","database":"mydb","application":"psql",' +
        '"applicationLatest":null,"host":"[local]","port":50432,"connectedAt":"2025-12-17T14:10:00.001Z","replication":false}',
    );
    assert.equal(
      JSON.stringify(document.failures),
      '[{"at":"2025-12-17T14:31:02.000Z","pid":4130,"sqlState":"28P01","kind":"password",' +
        '"message":"password authentication failed for user \\"bob\\"","detail":null,"hint":null,' +
        '"user":"bob","database":"shop","host":"10.0.0.7","file":"/var/log/postgresql/15.log","offset":1234}]',
    );
    assert.deepEqual(document.byApplication, [
      { name: 'psql', count: 3 },
      { name: null, count: 2 },
    ]);
    assert.equal(
      JSON.stringify(document.history.buckets[0]),
      '{"start":"2025-12-17T14:00:00.000Z","connects":13,"disconnects":10,"lost":0,"failures":0,"maxActive":4,"active":3}',
    );
    assert.deepEqual(document.warnings, [
      'The zone “CST” is ambiguous: read as the machine’s; set timeZone to say which.',
    ]);
  });

  it('gives an ending its reason and a problem its severity', () => {
    const { endings, problems } = summaryDocument(full);
    assert.equal(endings[0]?.reason, 'terminating connection due to administrator command');
    assert.equal(endings[0].message, endings[0].reason);
    assert.equal(problems[0]?.severity, 'LOG');
    assert.equal(problems[0].at, null);
  });

  it('follows the schema: an hour of a server, everything at once, and an empty log', () => {
    for (const report of [quickstart, full, emptyReport])
      assertFollowsSchema('summary', jsonText(summaryDocument(report), 2));
  });

  it('does not follow the schema with a property too many, or one missing', () => {
    const { warnings, ...rest } = summaryDocument(quickstart);
    assert.throws(() => assertFollowsSchema('summary', jsonText(rest)), /warnings/);
    assert.throws(
      () => assertFollowsSchema('summary', jsonText({ ...rest, warnings, more: 1 })),
      /additional/,
    );
  });

  it('keeps the newest 10,000 of a list, and the count exact', () => {
    const failures = Array.from({ length: longestList + 5 }, (_, id) => trouble(id, { offsetBytes: id }));
    const totals = { ...quickstart.totals, failures: longestList + 5 };
    const document = summaryDocument({ ...quickstart, failures, totals });
    assert.equal(document.failed, 10_005);
    assert.equal(document.failures.length, 10_000);
    assert.equal(document.failures[0]?.offset, 5);
  });
});

describe('JSON text', () => {
  it('holds no character that a terminal obeys, and reads back to the same text', () => {
    const text = jsonText({ name: hostile });
    assert.match(text, /^[\x20-\x7e]+$/);
    assert.deepEqual(JSON.parse(text), { name: hostile });
  });
});
