import assert from 'node:assert/strict';
import { parseArguments } from '../../src/core/report/grammar.ts';
import { helpText } from '../../src/core/report/helpText.ts';
import { UsageError } from '../../src/core/report/usage.ts';
import { noFilter } from '../../src/core/session/filter.ts';

const plain = {
  kind: 'summary',
  log: { kind: 'paths', paths: [] },
  filter: noFilter,
  json: false,
  logLinePrefix: undefined,
  timeZone: undefined,
  windowMinutes: undefined,
  bucketMinutes: undefined,
};

describe('the arguments', () => {
  const cases: [argv: string[], command: object][] = [
    [[], plain],
    [['--help', '--json'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
    [['server', '--help'], { kind: 'help' }],
    [['--version'], { kind: 'version' }],
    [['list'], { kind: 'list', json: false }],
    [['--json', 'list'], { kind: 'list', json: true }],
    [['a.log', 'b.log.gz'], { ...plain, log: { kind: 'paths', paths: ['a.log', 'b.log.gz'] } }],
    [['a.log', 'list'], { ...plain, log: { kind: 'paths', paths: ['a.log', 'list'] } }],
    [['-'], { ...plain, log: { kind: 'stdin' } }],
    [
      ['2', '--watch'],
      { ...plain, kind: 'watch', log: { kind: 'number', number: 2 }, metricsPort: undefined },
    ],
    [['--watch', '--metrics=9188'], { ...plain, kind: 'watch', metricsPort: 9188 }],
    [['--incident'], { ...plain, kind: 'incident', untilAt: undefined, masked: false }],
    [
      ['a.log', '--incident', '--window=2h', '--until', '2026-11-28T14:30:00Z', '--mask', 'db=shop'],
      {
        ...plain,
        ...{ kind: 'incident', masked: true, windowMinutes: 120, untilAt: Date.UTC(2026, 10, 28, 14, 30) },
        log: { kind: 'paths', paths: ['a.log'] },
        filter: { ...noFilter, database: ['shop'] },
      },
    ],
    [['export', 'grafana'], { kind: 'export', what: 'grafana' }],
    [['export', 'prometheus'], { kind: 'export', what: 'prometheus' }],
    [
      ['export', 'panels'],
      { kind: 'export', what: 'panels', log: undefined, pattern: undefined, timeZone: undefined },
    ],
    [
      ['export', 'csv', '1', 'user=app'],
      {
        ...{ kind: 'export', what: 'csv', logLinePrefix: undefined, timeZone: undefined },
        log: { kind: 'number', number: 1 },
        filter: { ...noFilter, user: ['app'] },
      },
    ],
    [['./export'], { ...plain, log: { kind: 'paths', paths: ['./export'] } }],
    [['./2'], { ...plain, log: { kind: 'paths', paths: ['./2'] } }],
    [['./db=x'], { ...plain, log: { kind: 'paths', paths: ['./db=x'] } }],
    [
      ['--', 'db=x', '--json', 'list'],
      { ...plain, log: { kind: 'paths', paths: ['db=x', '--json', 'list'] } },
    ],
    [['--failures', '--json'], { ...plain, kind: 'failures', json: true }],
    [
      ['--db=a', 'db=b*', '--db', 'c', 'app=My App', '--user=x=y', 'host=[local]', '--db=a'],
      {
        ...plain,
        filter: { database: ['a', 'b*', 'c'], user: ['x=y'], application: ['My App'], host: ['[local]'] },
      },
    ],
    [
      ['--watch', 'app=psql'],
      {
        ...plain,
        kind: 'watch',
        filter: { ...noFilter, application: ['psql'] },
        metricsPort: undefined,
      },
    ],
    [
      ['--history', '--window', '2h', '--bucket=5m'],
      { ...plain, kind: 'history', windowMinutes: 120, bucketMinutes: 5 },
    ],
    [['--history', '--window=90'], { ...plain, kind: 'history', windowMinutes: 90 }],
    [['--json', '--window=1d'], { ...plain, json: true, windowMinutes: 1440 }],
    [['--log-line-prefix=', 'x'], { ...plain, logLinePrefix: '', log: { kind: 'paths', paths: ['x'] } }],
    [['--log-line-prefix', '%m [%p] '], { ...plain, logLinePrefix: '%m [%p] ' }],
    [['server'], { kind: 'server', uri: undefined, json: false, watch: false }],
    [['./watch'], { ...plain, log: { kind: 'paths', paths: ['./watch'] } }],
    [['x.log', 'watch'], { ...plain, log: { kind: 'paths', paths: ['x.log', 'watch'] } }],
    [['./server'], { ...plain, log: { kind: 'paths', paths: ['./server'] } }],
    [
      ['--json', 'server', 'postgresql://app@db.example/shop?sslmode=require', '--watch'],
      { kind: 'server', uri: 'postgresql://app@db.example/shop?sslmode=require', json: true, watch: true },
    ],
    [['server', 'POSTGRES://x'], { kind: 'server', uri: 'POSTGRES://x', json: false, watch: false }],
    ...['host=db', "host = '/tmp' dbname=shop", 'user=app', 'service=shop', 'dbname=db=x'].map(
      (uri): [string[], object] => [['server', uri], { kind: 'server', uri, json: false, watch: false }],
    ),
    [['--time-zone=Europe/Berlin'], { ...plain, timeZone: 'Europe/Berlin' }],
  ];
  for (const [argv, command] of cases)
    it(`connections ${argv.join(' ')}`, () => {
      assert.deepEqual(parseArguments(argv), command);
    });
});

describe('arguments that are wrong', () => {
  const cases: [argv: string[], sentence: string][] = [
    [
      ['export'],
      '“export” needs what to write: panels, grafana, prometheus, csv or json, such as "connections export grafana".',
    ],
    [
      ['export', 'grafana', 'postgres://app:secret@db/shop'],
      '“export grafana” is the same for every log: leave what follows it away, or export csv or json.',
    ],
    [['export', 'panels', 'db=shop'], '“export panels” has no filter: leave it away, or export csv or json.'],
    [['export', 'csv', '--watch'], '--watch says nothing to "export csv": leave it away, or see --help.'],
    [['--metrics=9188'], '--metrics belongs to --watch: add that, or leave --metrics away.'],
    [['--watch', '--mask'], '--mask belongs to --incident: add that, or leave --mask away.'],
    [['--watch', '--metrics=0'], '--metrics=0 is no port: write one from 1 to 65535, such as 9188.'],
    [
      ['--incident', '--until=noon'],
      '--until=noon is no time: write one such as 2026-11-28T14:30 or 2026-11-28T14:30:00Z.',
    ],
    [
      ['--incident', '--until=2026-13-28T14:30'],
      '--until=2026-13-28T14:30 is no time: write one such as 2026-11-28T14:30 or 2026-11-28T14:30:00Z.',
    ],
    [
      ['--incident', '--until=2026-02-31T00:00'],
      '--until=2026-02-31T00:00 is no time: write one such as 2026-11-28T14:30 or 2026-11-28T14:30:00Z.',
    ],
    [
      ['--incident', '--until', '2026-04-31 10:00Z'],
      '--until=2026-04-31 10:00Z is no time: write one such as 2026-11-28T14:30 or 2026-11-28T14:30:00Z.',
    ],
    [['--incident', '--json'], 'An incident note is Markdown: leave --json away, or take --failures --json.'],
    [['watch', 'x.log'], '“watch” is an option: write --watch, or ./watch for a file.'],
    [['db=x', 'help'], '“help” is an option: write --help, or ./help for a file.'],
    ...[
      ['postgres://app:secret@db/shop'],
      ['x.log', 'PostgreSQL://app:secret@db/shop', '--watch'],
      ['export', 'csv', 'postgres://app:secret@db/shop'],
    ].map((argv): [string[], string] => [
      argv,
      'A URI names a server and no log: write "connections server URI", or "connections pool URI" for a PgBouncer.',
    ]),
    [
      ['server', '--uri=postgres://app:secret@db'],
      'There is no option “--uri=…”: see --help for those there are, or write ./--uri=… for a file.',
    ],
    [['server', '--watch=postgres://app:secret@db'], '--watch takes no value: leave “=…” away.'],
    [
      ['--databse=x'],
      'There is no option “--databse=x”: see --help for those there are, or write ./--databse=x for a file.',
    ],
    [['-w'], 'There is no option “-w”: see --help for those there are, or write ./-w for a file.'],
    [['--json=1'], '--json takes no value: leave “=1” away.'],
    [['--db'], '--db needs a value: write --db=VALUE.'],
    [['--db', '--json'], '--db needs a value: write --db=VALUE.'],
    [['--db='], '--db= names nothing: write a name, or a pattern with *.'],
    [['app='], '--app= names nothing: write a name, or a pattern with *.'],
    [['--watch', '--history'], '--watch and --history show different things: give one of them.'],
    [['--window=5m'], '--window is about the history: add --history, or leave it away.'],
    [['--watch', '--json', '--bucket=5m'], '--bucket is about the history: add --history, or leave it away.'],
    [
      ['--history', '--window=2w'],
      '--window=2w is no length of time: write one from 1m to 366d, such as 90m, 2h or 1d.',
    ],
    [
      ['--history', '--window=0'],
      '--window=0 is no length of time: write one from 1m to 366d, such as 90m, 2h or 1d.',
    ],
    [
      ['--history', '--bucket=2d'],
      '--bucket=2d is no length of time: write one from 1m to 1d, such as 5m, 15m or 1h.',
    ],
    [
      ['--history', '--window=30d', '--bucket=1m'],
      'The window holds more than 10000 buckets: give a shorter --window or a longer --bucket.',
    ],
    [
      ['--history', '--window=10000m', '--bucket=1m'],
      'The window holds more than 10000 buckets: give a shorter --window or a longer --bucket.',
    ],
    [['--time-zone=CST9'], '“CST9” is no time zone: write one such as Europe/Berlin or UTC.'],
    [
      ['list', '--watch'],
      '“list” shows every log found and takes only --json: leave the rest away, or name a log instead.',
    ],
    [
      ['list', 'db=x'],
      '“list” shows every log found and takes only --json: leave the rest away, or name a log instead.',
    ],
    [['a.log', '-'], '“-” must be the only log: give it alone, or write ./- for a file of that name.'],
    [['1', '2'], '“1” must be the only log: give it alone, or write ./1 for a file of that name.'],
    [
      ['server', '--history'],
      '“server” asks the server itself and takes a URI, --json and --watch: leave the rest away.',
    ],
    [
      ['server', 'db=shop'],
      '“server” asks the server itself and takes a URI, --json and --watch: leave the rest away.',
    ],
    ...[
      ['server', 'host=db', '--host=db'],
      ['server', 'app=web'],
    ].map((argv): [string[], string] => [
      argv,
      '“server” asks the server itself and takes a URI, --json and --watch: leave the rest away.',
    ]),
    ...[
      ['server', 'host=db', 'password=secret'],
      ['server', 'postgresql://a:secret@b', 'port=1'],
    ].map((argv): [string[], string] => [
      argv,
      'A connection string is one argument: put it into quotes, such as "host=db.example dbname=shop".',
    ]),
    [
      ['password=secret host=db'],
      '“password=…” is not a filter: write db=…, user=…, app=… or host=… instead, or ./password=… for a file.',
    ],
    [
      ['server', '--window=5m'],
      '“server” asks the server itself and takes a URI, --json and --watch: leave the rest away.',
    ],
    [
      ['server', 'db.example'],
      'A server is named by a URI: write one such as postgresql://user@host:5432/database, or none for the server of the log found.',
    ],
    [
      ['server', 'postgresql://a:secret@b', 'postgresql://c'],
      '“server” asks one server: give one URI, or none for the server of the log found.',
    ],
    [['0'], 'There is no log number 0: see "connections list", or write ./0 for a file.'],
    [[''], 'An empty argument names no log: leave it away, or name a file.'],
  ];
  for (const [argv, message] of cases)
    it(`connections ${argv.join(' ')}`, () => {
      assert.throws(
        () => parseArguments(argv),
        (error) => error instanceof UsageError && error.message === message,
      );
    });
});

describe('the help', () => {
  it('fits 80 columns of plain ASCII and ends without a line break', () => {
    for (const line of helpText.split('\n')) assert.match(line, /^[\x20-\x7e]{0,80}$/);
    assert.match(helpText, /\S$/);
  });

  it('names every option and command of the grammar', () => {
    const options =
      'watch history failures json help version window bucket log-line-prefix time-zone db user app host';
    for (const option of options.split(' ')) assert.match(helpText, new RegExp(`--${option}\\b`));
    for (const word of ['connections list', './db=x', 'Exit codes']) assert.ok(helpText.includes(word), word);
  });
});
