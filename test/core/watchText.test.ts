import assert from 'node:assert/strict';
import { jsonText } from '../../src/core/report/jsonText.ts';
import { createShownTime, shownDuration } from '../../src/core/report/shownTime.ts';
import { createPaint } from '../../src/core/report/shownText.ts';
import { watchDocument, watchHeader, watchLine } from '../../src/core/report/watchText.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import type { FeedRow } from '../../src/core/snapshot/dashboard.ts';
import { came, hostile, left, refused } from './reportSample.ts';
import { assertFollowsSchema } from './schemas.ts';

const time = createShownTime('UTC');
const line = (row: FeedRow): string => watchLine(row, time, createPaint(false));
const lost: FeedRow = { ...left, lost: true, sessionTimeMs: undefined };

describe('the watch header', () => {
  it('names the filter', () => {
    assert.equal(watchHeader(noFilter), 'Watching connections (Ctrl+C to exit)');
    assert.equal(
      watchHeader({ ...noFilter, application: ['psql'] }),
      'Watching connections for app=psql (Ctrl+C to exit)',
    );
  });
});

describe('a line of the watch', () => {
  const cases: [string, FeedRow][] = [
    ['[+] 14:30:15 psql connected from [local] (user: postgres, db: mydb)', came],
    ['[-] 14:30:18 psql disconnected (duration: 3.2s, user: postgres, db: mydb)', left],
    ['[-] 14:30:18 psql lost (no disconnection was logged, user: postgres, db: mydb)', lost],
    [
      '[-] 14:30:18 psql lost (server restarted, user: postgres, db: mydb)',
      { ...lost, message: 'server restarted' },
    ],
    ['[!] 14:31:02 28P01 bob@shop from 10.0.0.7: password authentication failed for user "bob"', refused],
    [
      '[!] 14:31:02 unknown@shop: sorry, too many clients already',
      {
        ...refused,
        sqlState: undefined,
        user: undefined,
        remoteHost: undefined,
        message: 'sorry, too many clients already',
      },
    ],
    [
      '[!] --:--:-- the database system is starting up',
      { id: 9, sign: '!', message: 'the database system is starting up' },
    ],
    ['[+] --:--:-- unknown connected (user: unknown, db: unknown)', { id: 9, sign: '+' }],
  ];
  for (const [text, row] of cases)
    it(text, () => {
      assert.equal(line(row), text);
    });

  it('escapes control characters of every name', () => {
    const name = {
      user: hostile,
      database: hostile,
      applicationName: hostile,
      remoteHost: hostile,
      message: hostile,
    };
    for (const row of [came, left, lost, refused]) {
      const text = line({ ...row, ...name });
      assert.match(text, /^[\x20-\x7e]+$/);
      assert.match(text, /a\\nb\\x1b\[31m\\u\{202e\}c\\x9b/);
    }
  });

  it('colours the sign alone', () => {
    const signs = [came, left, refused].map((row) => watchLine(row, time, createPaint(true)).split(' ')[0]);
    assert.deepEqual(signs, ['\u001b[32m[+]\u001b[0m', '\u001b[2m[-]\u001b[0m', '\u001b[31m[!]\u001b[0m']);
  });
});

describe('a duration', () => {
  const cases: [number, string][] = [
    [0, '0s'],
    [43, '0.043s'],
    [3200, '3.2s'],
    [59_970, '59.9s'],
    [245_000, '4m 5s'],
    [7_980_000, '2h 13m'],
    [273_600_000, '3d 4h'],
  ];
  for (const [ms, text] of cases)
    it(`${ms} ms is ${text}`, () => {
      assert.equal(shownDuration(ms), text);
    });
});

describe('an event in JSON', () => {
  it('is one line that follows the schema, missing = null', () => {
    assert.equal(
      jsonText(watchDocument(left)),
      '{"event":"disconnect","at":"2025-12-17T14:30:18.000Z","pid":4121,"user":"postgres","database":"mydb",' +
        '"application":"psql","host":"[local]","durationMs":3200,"sqlState":null,"message":null,"category":null}',
    );
    for (const row of [came, left, lost, refused, { id: 1, sign: '!' } as const])
      assertFollowsSchema('watch', jsonText(watchDocument(row)));
  });

  it('tells the four events apart, and a refused login from what else is wrong', () => {
    const ending = { ...refused, category: 'ending' } as const;
    const problem = { ...refused, category: 'problem' } as const;
    const rows = [came, left, lost, refused, ending, problem];
    assert.deepEqual(
      rows.map((row) => [watchDocument(row).event, watchDocument(row).category]),
      [
        ['connect', null],
        ['disconnect', null],
        ['lost', null],
        ['failure', 'failure'],
        ['failure', 'ending'],
        ['failure', 'problem'],
      ],
    );
    for (const row of rows) assertFollowsSchema('watch', jsonText(watchDocument(row)));
  });
});
