import assert from 'node:assert/strict';

import { entriesOf } from '../core/folded.ts';
import { random } from '../core/serverLog.ts';
import { seeds } from '../env/breadth.ts';

type Draw = () => number;

/** Names as anybody may have them, of which some cannot be told from what stands beside them. */
const names = [
  ...['alice', 'bob', 'shop', 'a', 'a@b', 'b@c', 'c', 'user=a', 'a database=b', 'b', '[unknown]', ''],
  ...['carol', 'on', 'db', 'eve', 'dave', 'mallory', 'ADMIN', 'zoë', 'café', 'utc', 'local', 'a-b', 'e_f'],
  ...[
    'a\rb',
    'x\u2028y',
    '\u0085',
    'z ',
    ' z',
    'w\u00a0',
    '%u',
    '\u0001',
    'a\u007fb',
    '\ufeffq',
    '\u{1f600}',
  ],
  ...['été', 'x LOG:  y', 'FATAL:  z', '\tq', 'DETAIL:  d', 'a:b', 'o"r', '42501', 'p,q', '\\'],
];

function any<T>(list: readonly T[], draw: Draw): T {
  const one = list[Math.floor(draw() * list.length)];
  assert.ok(one !== undefined);
  return one;
}

interface Said {
  readonly severity: 'LOG' | 'FATAL' | 'ERROR';
  readonly sqlState: string;
  readonly message: string;
  readonly sections: readonly (readonly [label: 'DETAIL' | 'HINT' | 'CONTEXT' | 'STATEMENT', text: string])[];
}

/** What a process says that is called so, or that calls itself otherwise. */
function said(user: string, database: string, draw: Draw): Said {
  const host = any(['10.0.0.1', '10.0.0.2', 'fd00::1', '[local]', 'a.example.org'], draw);
  const port = host === '[local]' ? '' : ` port=${40_000 + Math.floor(draw() * 3)}`;
  const sections = any<Said['sections']>(
    [
      [],
      [],
      [],
      [['DETAIL', `Connection matched line ${Math.floor(draw() * 3)}: "host all all"`]],
      [['DETAIL', 'ERROR:  of another server\n\tand more']],
      [
        ['CONTEXT', 'function f'],
        ['STATEMENT', `SELECT '${user}'`],
      ],
    ],
    draw,
  );
  const fatal = (sqlState: string, message: string): Said => ({
    severity: 'FATAL',
    sqlState,
    message,
    sections,
  });
  const log = (message: string, itsSections: Said['sections'] = []): Said => ({
    severity: 'LOG',
    sqlState: '00000',
    message,
    sections: itsSections,
  });
  // lines in whose text another label stands, near and far, behind what a head may end with
  const before = any(
    ['', 'failed: ', 'failed:', 'x] ', 'at @b ', `${'far '.repeat(16)}failed: `, 'q=1,client=h '],
    draw,
  );
  const within = any(
    [
      `${before}FATAL:  password authentication failed for user "fdw"`,
      `${before}LOG:  connection authorized: user=${user} database=${database}`,
      `${before}FATAL:  x\nLOG:  y: FATAL:  z`.replaceAll('\n', '\n\t'),
    ],
    draw,
  );
  const error = (label: 'DETAIL' | 'CONTEXT'): Said => ({
    ...{ severity: 'ERROR', sqlState: '08001', message: 'could not connect' },
    sections: [
      [label, within],
      ['STATEMENT', draw() < 0.5 ? within : 'SELECT 1'],
    ],
  });
  return any(
    [
      error('DETAIL'),
      error('CONTEXT'),
      log(`connection received: host=${host}${port}`),
      log(`connection authenticated: identity="${user}" method=md5 (pg_hba.conf:9)`),
      log(`connection authorized: user=${user} database=${database}`),
      log(`connection authorized: user=${user} database=${database} application_name=${any(names, draw)}`),
      log(`connection authorized: user=${user} database=${database}`, sections),
      log(
        `disconnection: session time: 0:00:0${Math.floor(draw() * 9)}.123 user=${user} database=${database} host=${host}${port}`,
      ),
      log('could not receive data from client: Connection reset by peer'),
      fatal('28P01', `password authentication failed for user "${user}"`),
      fatal(
        '28000',
        `no pg_hba.conf entry for host "${host}", user "${user}", database "${database}", no encryption`,
      ),
      fatal('57P01', 'terminating connection due to administrator command'),
      fatal('XX000', `LOG:  ${any(names, draw)}`),
      fatal('XX000', `12345: ${any(names, draw)}`),
    ],
    draw,
  );
}

interface Process {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  readonly application: string;
  readonly host: string;
}

/** Entries of a few processes, whose names and messages come again and again beside others. */
function* spoken(draw: Draw): Generator<{ process: Process; said: Said; second: number }> {
  const pool = Array.from({ length: 3 }, () => any(names, draw));
  for (let second = 0; second < 60; second += 1) {
    const process = {
      pid: 100 + Math.floor(draw() * 20),
      user: any(pool, draw),
      database: any(pool, draw),
      application: any(pool, draw),
      host: any(['10.0.0.1', '10.0.0.2', '[local]'], draw),
    };
    const [user, database] =
      draw() < 0.2 ? [any(names, draw), any(names, draw)] : [process.user, process.database];
    yield { process, said: said(user, database, draw), second };
  }
}

function clock(second: number): string {
  return `2026-11-20 10:00:${String(second).padStart(2, '0')}.123 UTC`;
}

/** As elog.c writes them, with one of the prefixes below. */
function stderrLog(prefix: string, draw: Draw): string {
  let text = '';
  const isVerbose = draw() < 0.2;
  for (const {
    process,
    said: { severity, sqlState, message, sections },
    second,
  } of spoken(draw)) {
    const values: Record<string, string> = {
      ...{
        m: clock(second),
        t: clock(second).replace('.123', ''),
        c: `65000030.${process.pid.toString(16)}`,
        p: String(process.pid),
        u: process.user,
        d: process.database,
        a: process.user,
      },
      ...{
        e: sqlState,
        r: process.host === '[local]' ? '[local]' : `${process.host}(5000)`,
        h: process.host,
        i: any(['idle', 'authentication', 'SELECT', 'idle in transaction'], draw),
        b: any(['client backend', 'walsender', 'not initialized'], draw),
        q: '',
      },
    };
    const head = prefix.replaceAll(/%([a-z])/g, (_, letter: string) => values[letter] ?? '');
    const stated = isVerbose ? `${sqlState}: ` : '';
    text += `${head}${severity}:  ${stated}${message}\n`;
    for (const [label, section] of sections) text += `${head}${label}:  ${section}\n`;
  }
  return text;
}

function quoted(text: string): string {
  return text === '' ? '' : `"${text.replaceAll('"', '""')}"`;
}

function csvLog(draw: Draw): string {
  let text = '';
  for (const {
    process,
    said: { severity, sqlState, message, sections },
    second,
  } of spoken(draw)) {
    const section = new Map<string, string>(sections);
    const from = process.host === '[local]' ? '[local]' : `${process.host}:5000`;
    const id = `65000030.${process.pid.toString(16)}`;
    text += [
      ...[clock(second), quoted(process.user), quoted(process.database), process.pid, quoted(from), id, 1],
      ...[
        quoted(any(['idle', 'authentication'], draw)),
        '2023-09-12 06:07:44 UTC',
        '3/4',
        0,
        severity,
        sqlState,
      ],
      ...[
        quoted(message),
        quoted(section.get('DETAIL') ?? ''),
        '',
        '',
        '',
        quoted(section.get('CONTEXT') ?? ''),
      ],
      ...[
        quoted(section.get('STATEMENT') ?? ''),
        '',
        '',
        quoted(any(names, draw)),
        '"client backend"',
        '',
        0,
      ],
    ].join(',');
    text += '\n';
  }
  return text;
}

function jsonLog(draw: Draw): string {
  let text = '';
  for (const {
    process,
    said: { severity, sqlState, message, sections },
    second,
  } of spoken(draw)) {
    const section = new Map<string, string>(sections);
    const entry = {
      ...{ timestamp: clock(second), user: process.user, dbname: process.database, pid: process.pid },
      ...{
        remote_host: process.host,
        session_id: `65000030.${process.pid.toString(16)}`,
        line_num: 1,
        ps: 'idle',
      },
      ...{ session_start: '2023-09-12 06:07:44 UTC', vxid: '3/4', txid: 0, error_severity: severity },
      ...(sqlState === '00000' ? {} : { state_code: sqlState }),
      ...{ message, detail: section.get('DETAIL'), context: section.get('CONTEXT') },
      ...{ statement: section.get('STATEMENT'), application_name: process.application },
    };
    // a key that comes again counts
    const keys = ['"message"', '"user"', '"us\\u0065r"', '"dbname" ', '"detail"'];
    const more = draw() < 0.1 ? `,${any(keys, draw)}:"again"` : '';
    const record = `${JSON.stringify(entry).slice(0, -1)}${more},"backend_type":"client backend","query_id":0}\n`;
    // what is no JSON in a name or in a message: no record of a server
    const [from, to] = any(
      [
        ['user', 'us\ter'],
        ['a', '\\q'],
        ['e', '\\u00'],
        ['o', '\u0000'],
        ['b', '\u0007'],
      ],
      draw,
    );
    text += draw() < 0.1 ? record.replace(`"${from}`, `"${to}`).replace(`=${from}`, `=${to}`) : record;
  }
  return text;
}

/** The scan in JavaScript is the oracle: it reads each line for itself. */
function assertSame(text: string, logLinePrefix?: string): void {
  const hints = logLinePrefix === undefined ? {} : { logLinePrefix };
  assert.deepEqual(
    entriesOf(text, undefined, hints).entries,
    entriesOf(text, undefined, hints, () => null).entries,
  );
}

const prefixes = [
  ...['%m [%p] ', '%m [%p] %q%u@%d ', '%m [%p] %u@%d ', '%m:%r:%u@%d:[%p]:%e:%q%a:', '%u %d %m [%p] '],
  ...[
    '%m [%p] [%u on %d] ',
    '%m %a|%u|%d|%r [%p] ',
    '%m [%p] %h %u %d ',
    '%t %u@%d %e [%c] ',
    '%u db %d x%p %m ',
  ],
  ...['%m [%p] user=%u,db=%d,app=%a,client=%h ', '%m [%p] %u_%d ', '%m [%p] %a'],
  ...['%m [%p] %q%u@%d %i ', '%m [%p] %b %u@%d ', '%i %m [%p] %u@%d ', '%m [%p] %u/%i/%d/%b: '],
  ...['%m [%p] %u%e ', '%m %e [%p] %u@%d %e> ', '%u@%d [%p] %m %e: ', '%m %h %e [%p] %u>%a '],
];

describe('a line of known parts', () => {
  for (const prefix of prefixes)
    for (const group of seeds(1, 40))
      it(`says what it says when it is read for itself: ${prefix}, ${group}`, () => {
        for (let seed = group * 25; seed < group * 25 + 25; seed += 1)
          assertSame(stderrLog(prefix, random(seed)), prefix);
      });

  for (const [name, log] of Object.entries({ csv: csvLog, json: jsonLog }))
    for (const group of seeds(1, 40))
      it(`says what it says when it is read for itself: ${name}, ${group}`, () => {
        for (let seed = group * 25; seed < group * 25 + 25; seed += 1) assertSame(log(random(seed)));
      });
});

describe('a line that begins like none of its log', () => {
  it('has no name that begins in the entry above it, however that was read', () => {
    const head = 'app shop 2026-11-20 10:00:00.123 UTC [111]';
    const lines = [
      `${head} FATAL:  sorry`,
      `${head} DETAIL:  ERROR:  of another server`,
      '\tand more',
      ' shop 2026-11-20 10:00:01.123 UTC [100] FATAL:  password authentication failed for user ""',
    ];
    assertSame([...lines, ...lines, ''].join('\n'), '%u %d %m [%p] ');
  });
});

describe('a log of which the prefix that was given reads no line', () => {
  // a prefix is inferred at last, and lines are read again that were refused: which, must not depend on where in a line
  // the search goes on
  const prefix = '%u@%d [%p] %m %s %e: ';
  for (const seed of [642, 985, ...seeds(2, 40)])
    it(`says the same, however it is searched: ${seed}`, () =>
      assertSame(stderrLog(prefix, random(seed)), prefix));
});
