import assert from 'node:assert/strict';

import { StderrLog } from '../../src/core/log/stderrLog.ts';
import { entriesOf } from '../core/folded.ts';

/** The scan in JavaScript is the oracle: it reads each line for itself. */
function assertSame(log: Buffer, logLinePrefix?: string): void {
  const hints = { logLinePrefix };
  const { entries } = entriesOf(log, undefined, hints);
  assert.deepEqual(entries, entriesOf(log, undefined, hints, () => null).entries);
  assert.ok(entries.length > 500);
}

/** Plain ones first, from which others are told; then such as can be read otherwise, or are no UTF-8. One character a byte. */
const names = [
  ...[
    'web',
    'shop',
    'report',
    'my app',
    'user=x',
    'o"r',
    'x.y',
    'A1',
    'ff',
    '42501',
    'LOG',
    'a:b',
    '[unknown]',
  ],
  ...[
    '[foo]',
    '\0',
    '\0\0',
    'w\0',
    '\x01',
    'w\x7f',
    '',
    'caf\xe9',
    'caf\xc3\xa9',
    '\xc3',
    '\xe2\x82',
    '\xed\xa0\x80',
  ],
  ...[
    '\xf0\x9f\x98\x80',
    '\xf5\x80\x80\x80',
    '\xc0\xaf',
    '\xef\xbb\xbfweb',
    'a\tb',
    'x'.repeat(63),
    'x'.repeat(64),
  ],
  ...['y@z', 'zz] x', 'on', 'UTC', 'local', '10.0.0.7', 'w DETAIL:  x', 'z LOG:  y', 'x'.repeat(200)],
];

interface Named {
  readonly user: string;
  readonly database: string;
  readonly application: string;
}

/** What is said whoever is named: by one line, or several, or a statement that has a label in it. */
const saidByAll = [
  ['FATAL:  terminating connection due to administrator command'],
  ['FATAL:  password authentication failed', 'DETAIL:  Connection matched line 3 of pg_hba.conf'],
  ['LOG:  could not receive data from client: Connection reset by peer'],
  ['LOG:  unexpected EOF on client connection with an open transaction', 'STATEMENT:  SELECT 1'],
  ['ERROR:  could not connect', 'DETAIL:  failed: FATAL:  password authentication failed for user "fdw"'],
  ['LOG:  connection authorized: user=web database=shop'],
];

/** What tells the names that stand before it again, or others, or nearly these, or several in the place of one. */
const saidOfNames: readonly (({ user, database, application }: Named) => string[])[] = [
  ({ user, database }) => [`LOG:  connection authorized: user=${user} database=${database}`],
  ({ user, database, application }) => [
    `LOG:  connection authorized: user=${user} database=${database} application_name=${application} SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)`,
  ],
  ({ user, database }) => [`LOG:  connection authorized: user=${database} database=${user}`],
  ({ user }) => [`LOG:  connection authorized: user=${user} database=${user}`],
  ({ database }) => [`LOG:  connection authorized: user=web database=${database} application_name=psql`],
  ({ user }) => [`LOG:  replication connection authorized: user=${user} application_name=standby`],
  ({ user, database }) => [
    `LOG:  disconnection: session time: 0:00:01.002 user=${user} database=${database} host=10.0.0.7 port=5000`,
  ],
  ({ user, database }) => [
    `LOG:  disconnection: session time: 0:00:01.002 user=${user} database=${database} host=[local]`,
  ],
  ({ user, database }) => [
    `LOG:  disconnection: session time: 0:00:01.002 user=${user} database=${database} database=${user} host=[local]`,
  ],
  ({ user }) => [`LOG:  connection authenticated: identity="${user}" method=trust (/data/pg_hba.conf:3)`],
  ({ user }) => [`LOG:  connection authenticated: identity="${user}@X" method=gss (/data/pg_hba.conf:3)`],
  ({ user }) => [`FATAL:  role "${user}" does not exist`],
  ({ database }) => [`FATAL:  database "${database}" does not exist`],
  ({ user }) => [`FATAL:  role "${user} is "${user}, ${user}=${user}" or="${user}`],
  ({ user }) => [`FATAL:  rolle "${user.slice(0, 3)}" does not exist`],
  ({ user, database }) => [
    `FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "${user}", database "${database}", no encryption`,
  ],
  ({ user, database }) => [
    `FATAL:  no pg_hba.conf entry for host "[local]", user "${user}", database "${database}", no encryption`,
  ],
  ({ user }) => [
    `FATAL:  password authentication failed for user "${user}"`,
    `DETAIL:  User "${user}" has no password assigned.`,
  ],
  ({ user, database }) => [
    `FATAL:  permission denied for database "${database}"`,
    'DETAIL:  User does not have CONNECT privilege.',
    `STATEMENT:  SELECT 'user=${user}'`,
  ],
  ({ user }) => [`LOG:  could not send data to client: user=${user} is gone`],
  ({ user }) => [
    'ERROR:  could not connect',
    `DETAIL:  failed: FATAL:  password authentication failed for user "${user}"`,
  ],
];
const said = [...saidByAll.map((lines) => () => lines), ...saidOfNames];

/** Everything said by everybody, one after the other: as `written` writes the lines of an entry, each of which has a number. */
function logOf(written: (nth: number, named: Named, lines: readonly string[]) => string): Buffer {
  let count = 0;
  const entries = names.flatMap((user, nth) =>
    said.flatMap((linesOf) =>
      [0, 1, 7].map((shift) => {
        const [database = '', application = ''] = [1, 3].map(
          (by) => names[(nth + by * shift) % names.length],
        );
        const named = { user, database, application };
        const lines = linesOf(named);
        count += lines.length;
        return written(count, named, lines);
      }),
    ),
  );
  return Buffer.from(`${entries.join('\n')}\n`, 'latin1');
}

function timeOf(nth: number): string {
  return `2026-11-20 10:00:${String(nth % 60).padStart(2, '0')}.123 UTC`;
}

function withPrefix(prefix: string): Buffer {
  return logOf((nth, { user, database, application }, lines) => {
    const pid = String(100 + nth);
    const values: Record<string, string> = {
      ...{ m: timeOf(nth), p: pid, u: user, d: database, a: application },
      ...{ e: '57P01', r: `10.0.0.7(${pid})`, q: '' },
    };
    const head = prefix.replaceAll(/%([a-z])/g, (_, letter: string) => values[letter] ?? '');
    // of an entry of several lines, another name stands before the last now and then
    const other = nth % 5 === 0 ? head.replace('web', 'wev') : head;
    return lines.map((text, line) => `${line === 0 ? head : other}${text}`).join('\n');
  });
}

/** What a record has of the lines of an entry. */
function recordOf(lines: readonly string[]) {
  const [severity = '', message = ''] = lines[0]?.split(/: {2}([^]*)/) ?? [];
  const sectionOf = (label: string) =>
    lines.find((line) => line.startsWith(`${label}:  `))?.slice(label.length + 3);
  return { severity, message, detail: sectionOf('DETAIL'), query: sectionOf('STATEMENT') };
}

const startedAt = '2026-11-20 09:59:00 UTC';

function sessionIdOf(pid: number): string {
  return `${(Date.parse(startedAt) / 1000).toString(16)}.${pid.toString(16)}`;
}

/** What connects is the same program often, whoever uses it. */
function programOf(nth: number, application: string): string {
  return nth % 5 === 0 ? application : 'psql';
}

function inCsv(): Buffer {
  return logOf((nth, { user, database, application }, lines) => {
    const { severity, message, detail, query } = recordOf(lines);
    const quoted = (text: string | undefined): string =>
      text === undefined || text === '' ? '' : `"${text.replaceAll('"', '""')}"`;
    const [time, pid] = [timeOf(nth), String(100 + nth)];
    const id = sessionIdOf(100 + nth);
    return [
      ...[time, quoted(user), quoted(database), pid, `"10.0.0.7:${pid}"`, id, 1, '"idle"'],
      ...[startedAt, '3/1', 0, severity, '57P01', quoted(message), quoted(detail)],
      ...[
        '',
        '',
        '',
        '',
        quoted(query),
        '',
        '',
        quoted(programOf(nth, application)),
        '"client backend"',
        '',
        0,
      ],
    ].join(',');
  });
}

function inJson(): Buffer {
  return logOf((nth, { user, database, application }, lines) => {
    const { severity, message, detail, query } = recordOf(lines);
    const [time, pid] = [timeOf(nth), 100 + nth];
    return JSON.stringify({
      ...{ timestamp: time, user, dbname: database, pid, remote_host: '10.0.0.7', remote_port: pid },
      ...{ session_id: sessionIdOf(pid), line_num: 1, ps: 'idle' },
      ...{ session_start: startedAt, vxid: '3/1', txid: 0, error_severity: severity },
      ...{
        state_code: '57P01',
        message,
        detail,
        statement: query,
        application_name: programOf(nth, application),
      },
      ...{ backend_type: 'client backend', query_id: 0 },
    });
  });
}

describe('lines that are alike but for the names before them', () => {
  for (const prefix of [
    '%m [%p] %q%u@%d ',
    '%m:%r:%u@%d:[%p]:%e:%q%a:',
    '%m [%p] [%u|%d] ',
    '%m %u %a [%p] ',
  ])
    it(`say what each says when it is read for itself: ${prefix}`, () =>
      assertSame(withPrefix(prefix), prefix));

  it('say what each says when it is read for itself: csv', () => assertSame(inCsv()));

  it('say what each says when it is read for itself: json', () => assertSame(inJson()));

  it('are read for themselves a few times for all names together', () => {
    const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
    const users = letters.flatMap((one) => letters.map((other) => `w${one}${other}`));
    const lines = users.flatMap((user, nth) => {
      const head = (ms: number) => `${timeOf(nth).replace('123', String(ms))} [${100 + nth}] ${user}@shop `;
      return [
        `${head(100)}LOG:  connection authenticated: identity="${user}" method=trust (/data/pg_hba.conf:3)`,
        `${head(200)}LOG:  connection authorized: user=${user} database=shop application_name=psql`,
        `${head(300)}LOG:  disconnection: session time: 0:00:00.200 user=${user} database=shop host=[local]`,
        `${head(400)}FATAL:  role "${user}" does not exist`,
        `${head(500)}FATAL:  password authentication failed for user "${user}"`,
        `${head(500)}DETAIL:  Connection matched line 3 of pg_hba.conf`,
      ];
    });
    const read = Reflect.get<StderrLog, 'read'>(StderrLog.prototype, 'read');
    let count = 0;
    StderrLog.prototype.read = function (text) {
      count += 1;
      return read.call(this, text);
    };
    try {
      const { entries } = entriesOf(Buffer.from(`${lines.join('\n')}\n`), undefined, {
        logLinePrefix: '%m [%p] %q%u@%d ',
      });
      assert.equal(entries.length, 5 * users.length);
    } finally {
      StderrLog.prototype.read = read;
    }
    assert.ok(count < 60, `${count} of ${lines.length} lines`);
  });
});
