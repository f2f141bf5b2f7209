import assert from 'node:assert/strict';
import { detectFormat, type FormatHints } from '../../src/core/log/formatDetection.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { entriesOf } from './folded.ts';
import { authorized, background, dayAt, printCsv, printJson, printStderr, received } from './serverLog.ts';

const app = { pid: 7, user: 'app', database: 'shop', host: '10.0.0.7', port: 1 };
const stay = [
  background(1, dayAt, 'starting PostgreSQL 17.2 on x'),
  received(app, dayAt),
  authorized(app, dayAt),
];
const onlyBackground = printStderr('%m [%p] ', stay.slice(0, 1));
const detect = (text: string, hints?: FormatHints): unknown => {
  const format = detectFormat(text, new LogClock(), hints)?.format;
  return format && [format.name, format.logLinePrefix];
};

/** What a server of Debian writes of somebody whom it does not know, whatever that one is called. */
const refusedAs = (user: string, database = 'shop'): string =>
  [`FATAL:  role "${user}" does not exist`, 'DETAIL:  Role does not exist.']
    .map((said) => `2026-11-20 12:00:01.000 UTC [9] ${user}@${database} ${said}\n`)
    .join('');

describe('the format of a log', () => {
  for (const name of [
    ...[
      'LOG in',
      'ERROR x',
      'WARNING x',
      'a\n2026-11-30 10:00:02.001 UTC,,,1,',
      'a\n2026-11-30 10:00:02.001 UTC,,,1,,6.1,1,"',
    ],
    'a\n{"timestamp":"2026-11-30 10:00:02.001 UTC","error_severity":"FATAL"}',
  ])
    it(`is not decided by who tries to log in as ${JSON.stringify(name)}`, () => {
      const who = ['app', 'web', 'bob'].map((user, nth) => ({
        ...app,
        ...{ pid: 70 + nth, user, database: nth === 1 ? 'mydb' : 'shop' },
      }));
      const own = printStderr('%m [%p] %q%u@%d ', [
        ...stay,
        ...who.flatMap((client) => [received(client, dayAt), authorized(client, dayAt)]),
      ]);
      for (const text of [own + refusedAs(name), own + refusedAs('bob', name)])
        assert.deepEqual(detect(text), ['stderr', '%m [%p] %q%u@%d ']);
      assert.deepEqual(detect(own + refusedAs(name), { logLinePrefix: '%m [%p] ' }), ['stderr', '%m [%p] ']);
    });

  it('is that of most lines while log_destination changes, which leaves records of another in it', () => {
    assert.deepEqual(detect(printStderr('%m [%p] ', stay) + printCsv(stay.slice(0, 1))), [
      'stderr',
      '%m [%p] ',
    ]);
    assert.deepEqual(detect(printStderr('%m [%p] ', stay) + printJson(stay.slice(0, 1))), [
      'stderr',
      '%m [%p] ',
    ]);
    assert.deepEqual(detect(printStderr('%m [%p] ', stay.slice(0, 1)) + printCsv(stay)), ['csv', undefined]);
  });

  it('is csv whatever labels stand in many lines of a text, also where it begins within one', () => {
    const says = `"${'x FATAL:  y\n'.repeat(50)}"`;
    const csv = printCsv(stay).replace('"connection received', `${says.slice(0, -1)}connection received`);
    assert.deepEqual(detect(csv), ['csv', undefined]);
    assert.deepEqual(detect(csv.slice(csv.indexOf('x FATAL'))), ['csv', undefined]);
  });

  it('is stderr where the prefix has commas', () => {
    const text = printStderr('%m,%u,%d,%p, ', stay);
    assert.deepEqual(detect(text, { logLinePrefix: '%m,%u,%d,%p, ' }), ['stderr', '%m,%u,%d,%p, ']);
  });

  const cases: readonly (readonly [string, string, unknown, FormatHints?])[] = [
    ['stderr', printStderr('%m [%p] ', stay), ['stderr', '%m [%p] ']],
    ['stderr with names', printStderr('%m [%p] %q%u@%d ', stay), ['stderr', '%m [%p] %q%u@%d ']],
    [
      'stderr behind a byte order mark',
      `\uFEFF${printStderr('%m [%p] ', stay.slice(0, 1))}`,
      ['stderr', '%m [%p] '],
    ],
    ['stderr with CRLF', printStderr('%m [%p] ', stay, { eol: '\r\n' }), ['stderr', '%m [%p] ']],
    [
      'stderr behind other text',
      `hello\n${'x\n'.repeat(5000)}${printStderr('%m [%p] ', stay)}`,
      ['stderr', '%m [%p] '],
    ],
    ['csv', printCsv(stay), ['csv', undefined]],
    ['csv behind other text', `${'x\n'.repeat(5000)}${printCsv(stay)}`, ['csv', undefined]],
    ['json behind other text', `${'x\n'.repeat(5000)}${printJson(stay)}`, ['json', undefined]],
    ['csv that begins in the middle of a record', `",,,"x"\n${printCsv(stay)}`, ['csv', undefined]],
    ['json', printJson(stay), ['json', undefined]],
    ['json behind a byte order mark', `\uFEFF${printJson(stay)}`, ['json', undefined]],
    ['the user’s own prefix', onlyBackground, ['stderr', '%p '], { logLinePrefix: '%p ' }],
    [
      'the configured prefix, where it reads as much',
      onlyBackground,
      ['stderr', '%m [%p] %q%u@%d '],
      { configuredPrefix: '%m [%p] %q%u@%d ' },
    ],
    [
      'the earlier file’s prefix, where it reads as much',
      onlyBackground,
      ['stderr', '%m [%p] %q%u/%d '],
      { earlierPrefix: '%m [%p] %q%u/%d ' },
    ],
    [
      'what is written, where the configured prefix is another',
      printStderr('%m [%p] ', stay),
      ['stderr', '%m [%p] '],
      { configuredPrefix: '%t ' },
    ],
    ['nothing in an empty log', '', undefined],
    ['nothing in text', 'hello\nworld: x\n', undefined],
    [
      'a PgBouncer log',
      '2026-11-20 09:58:11.972 UTC [1] LOG C-0x55: login attempt\n',
      ['pgbouncer', undefined],
    ],
    ['nothing in other json', '{"timestamp":"2026-11-20T09:58:11Z","level":"info"}\n', undefined],
    ['nothing in bytes', '\u0000\uFFFD\u0001\n\n', undefined],
  ];
  const javaLine = '2026-11-20 09:58:11,972 [main] com.acme.Shop ERROR:  no stock\n';
  const foreign: readonly (readonly [string, string])[] = [
    ['the log of a Java program', javaLine.repeat(50)],
    ['labels alone', 'ERROR:  boo\nFATAL:  boo\nWARNING:  boo\n'.repeat(50)],
    ['one label alone', 'FATAL:  boo\n'],
    ['what psql says', 'psql: error: FATAL:  role "x" does not exist\n'.repeat(3)],
    [
      'what psql says of a server’s address',
      'psql: error: connection to server at "localhost" (::1), port 5432 failed: FATAL:  password authentication failed for user "x"\n',
    ],
    ['source code', `const line = 'LOG:  connection received: host=[local]';\n`],
    [
      'source code with a prefix',
      `  const line = '2026-11-20 09:58:11.972 UTC [7] LOG:  connection authorized: user=a database=b\\n';\n`,
    ],
    [
      'a table of messages',
      '| TCP | `LOG:  connection received: host=127.0.0.1 port=5` |\n| SSL | `LOG:  connection authorized: user=u database=d` |\n',
    ],
    ['a message catalog', 'msgid "FATAL:  "\nmsgstr "FATAL:  "\n'],
    [
      'a web server’s log',
      '10.0.0.7 - - [20/Nov/2026:09:58:11 +0000] "GET /?q=LOG:%20%20x HTTP/1.1" 200 5\n'.repeat(9),
    ],
    ['HTML', '<html><body>ERROR:  <b>2026-11-20 09:58:11 UTC</b></body></html>\n'],
    ['csv of another program', 'id,severity,message\n1,LOG,"connection received: host=[local]"\n'],
    ['labels without end', 'FATAL:  '.repeat(20_000)],
  ];
  for (const [name, text] of foreign) it(`is none: ${name}`, () => assert.equal(detect(text), undefined));

  for (const columns of [23, 24, 26]) {
    it(`is csv with ${columns} columns, in lines that end in CRLF, from the middle of a record on`, () => {
      const records = printCsv(stay)
        .trimEnd()
        .split('\n')
        .map((line) =>
          line
            .split(',')
            .slice(0, columns - 26 || undefined)
            .join(','),
        );
      const text = `rest of a "" text",,,,,,,,"psql"\r\n${records.join('\r\n')}\r\n`;
      const { entries, log } = entriesOf(text);
      assert.equal(log.understanding.format, 'csv');
      assert.deepEqual(
        entries.map(({ entry }) => entry.message),
        stay.map(({ message }) => message),
      );
    });
  }

  it('is json from the middle of a line on', () => {
    const { entries, log } = entriesOf(printJson(stay).slice(40));
    assert.deepEqual(
      [log.understanding.format, entries.map(({ entry }) => entry.message)],
      ['json', stay.slice(1).map(({ message }) => message)],
    );
  });

  it('is found behind hundreds of lines of other things', () => {
    const noise = [
      'The files belonging to this database system will be owned by user "postgres".',
      '',
      '   Compiling serde v1.0.219',
      "thread 'main' panicked at src/lib.rs:1:1:",
      'error: could not compile `x` (lib) due to 1 previous error',
      'creating subdirectories ... ok',
    ];
    const text = `${noise.join('\n')}\n`.repeat(400) + printStderr('%t [%p-%l] %q%u@%d ', stay);
    const { entries, log } = entriesOf(
      text.replaceAll('LOG:  connection r', `${noise[3] ?? ''}\nLOG:  connection r`),
    );
    assert.equal(log.understanding.logLinePrefix, '%t [%p-%l] %q%u@%d ');
    assert.ok(entries.length >= 2);
  });

  for (const [name, text, expected, hints] of cases)
    it(`is found: ${name}`, () => assert.deepEqual(detect(text, hints), expected));
});
