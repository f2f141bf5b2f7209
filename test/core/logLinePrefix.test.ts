import assert from 'node:assert/strict';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { LogLinePrefix } from '../../src/core/log/logLinePrefix.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import {
  authorized,
  background,
  dayAt,
  printPrefix,
  received,
  says,
  type Client,
  type Printed,
} from './serverLog.ts';

const clock = new LogClock('UTC');
const startedAt = dayAt - 3000;
const at = dayAt + 123;
const wholeSecond = dayAt;
const app: Client = {
  pid: 2269,
  user: 'app',
  database: 'shop',
  host: '10.0.0.5',
  port: 53614,
  app: 'psql',
  startedAt,
};
const walsender: Client = { ...app, database: '[unknown]' };

const definedOf = (fields: Partial<LogEntry>): Partial<LogEntry> =>
  Object.fromEntries(Object.entries<unknown>(fields).filter(([, value]) => value !== undefined));

function fieldsOf(prefix: string, record: Printed, label = 'LOG'): Partial<LogEntry> | undefined {
  const line = `${printPrefix(prefix, record, 4)}${label}:  text`;
  const read = new LogLinePrefix(prefix).read(line, clock);
  assert.equal(read && line.slice(read.textAt), read && 'text');
  assert.equal(read?.label, read && label);
  return read && definedOf(read.fields);
}

describe('log_line_prefix', () => {
  const escapes: readonly (readonly [string, Partial<LogEntry>])[] = [
    ['%a|', { applicationName: 'psql', fromClient: true }],
    ['%u|', { user: 'app', fromClient: true }],
    ['%d|', { database: 'shop', fromClient: true }],
    ['%r|', { remoteHost: '10.0.0.5', remotePort: 53614, fromClient: true }],
    ['%h|', { remoteHost: '10.0.0.5', fromClient: true }],
    ['%L|', {}],
    ['%b|', { backendType: 'client backend' }],
    ['%p|', { pid: 2269 }],
    ['%P|', {}],
    ['%t|', { at: wholeSecond }],
    ['%m|', { at }],
    ['%n|', { at }],
    ['%i|', { commandTag: 'idle' }],
    ['%e|', { sqlState: '00000' }],
    ['%c|', { pid: 2269, sessionId: '6b0019a5.8dd', sessionStartAt: startedAt }],
    ['%l|', {}],
    ['%s|', { sessionStartAt: startedAt }],
    ['%v|', {}],
    ['%x|', {}],
    ['%Q|', {}],
    ['%q|', { fromClient: true }],
    ['%%|', {}],
    ['%z%p|', { pid: 2269 }],
    ['%t %m|', { at }],
    ['(%p)[%u]{%d}^$.*+?\\|/ ', { pid: 2269, user: 'app', database: 'shop', fromClient: true }],
  ];
  for (const [prefix, expected] of escapes) {
    it(`is read with ${prefix}`, () => {
      assert.deepEqual(fieldsOf(prefix, says(app, at, 'LOG', '')), expected);
    });
    it(`is read with ${prefix} padded on either side`, () => {
      for (const width of ['30', '-30', '2', '-2']) {
        const padded = prefix.replaceAll(/%(?=[a-zA-Z])(?![qz])/g, `%${width}`);
        assert.deepEqual(fieldsOf(padded, says(app, at, 'LOG', '')), expected, padded);
      }
    });
  }

  const kinds = {
    client: says(app, at, 'LOG', ''),
    local: says(
      { pid: 2269, user: 'app', database: 'shop', host: '[local]', app: 'psql', startedAt },
      at,
      'LOG',
      '',
    ),
    received: received(app, at),
    authorized: authorized(app, at),
    walsender: says(walsender, at, 'LOG', '', { backendType: 'walsender' }),
    background: background(31, at, ''),
  };
  const met = [
    ...['%m [%p] ', '%m [%p] %q%u@%d ', '[%m] [%p] [%c]: ', '%t:%r:%u@%d:[%p]:', '%t-%c-'],
    ...['%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:', '%m [%p]: [%l-1] db=%d,user=%u '],
    ...['%t [%p]: user=%u,db=%d,app=%a,client=%h ', '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h '],
    ...['%t [%p]: [%l-1] user=%u,db=%d ', '%m [%p][%v] : [%l-1] %q[app=%a] ', '%t [%p-%l] %q%u@%d '],
    ...['%m [%p] %q[user=%u,db=%d,app=%a] ', '%m [%p] %q[user=%u,db=%d,app=%a,host=%h] '],
    ...['%t [%p]: [%l-1] user=%u,db=%d - PG-%e ', '%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d '],
    ...['[%p]: [%l-1] db=%d,user=%u ', '%m %r %u %a [%c] [%p] ', 'pid=%p,user=%u,db=%d,app=%a,client=%h '],
    ...['%m [%p] %q%u@%d/%a ', '< %m >', ' sql_error_code = %e ', '%m [%p:%b] %q%u@%d(%r) ', ''],
  ];
  const letters: Readonly<Record<string, keyof LogEntry>> = {
    p: 'pid',
    u: 'user',
    d: 'database',
    a: 'applicationName',
    h: 'remoteHost',
    r: 'remoteHost',
    c: 'sessionId',
    e: 'sqlState',
  };
  for (const prefix of met) {
    for (const [kind, record] of Object.entries(kinds)) {
      it(`"${prefix}" tells what it has to, on a line of kind ${kind}`, () => {
        const fields = fieldsOf(prefix, record) ?? assert.fail('not read');
        const values = {
          p: record.pid,
          u: record.user,
          d: record.database,
          a: record.app,
          h: record.host,
          r: record.host,
          e: '00000',
          c: undefined,
        };
        const stopped = kind === 'background' && prefix.includes('%q');
        const seen = stopped ? prefix.slice(0, prefix.indexOf('%q')) : prefix;
        for (const [letter, value] of Object.entries(values)) {
          if (!seen.includes(`%${letter}`) || letter === 'c') continue;
          const expected = value === '[unknown]' ? undefined : value;
          assert.equal(fields[letters[letter] ?? 'at'], expected, letter);
        }
        const time = prefix.includes('%m') ? at : prefix.includes('%t') ? wholeSecond : undefined;
        assert.equal(fields.at, time);
        const tells = /%[qudrh]/.test(prefix);
        assert.equal(fields.fromClient, tells ? kind !== 'background' : undefined);
      });
    }
  }

  const names = [
    'a b',
    'x=y',
    'x database=y',
    "o'c",
    'o"r',
    'müller',
    '二郎',
    'two\nlines',
    'a@b',
    'm\uFFFDller',
    'x'.repeat(63),
  ];
  for (const name of names) {
    it(`holds the name ${JSON.stringify(name)}`, () => {
      const record = says({ ...app, user: name }, at, 'LOG', '');
      assert.equal(fieldsOf('%m [%p] user=%u,db=%d ', record)?.user, name);
      assert.equal(fieldsOf('%m [%p] %d|%u ', record)?.user, name);
    });
  }

  const foreign: readonly (readonly [string, string])[] = [
    ['%m [%p] ', 'LOG:  text'],
    ['%m [%p] ', '2026-11-20 09:58:00 UTC [1] LOG:  text'],
    ['%m [%p] ', '2026-11-20 09:58:00.123 UTC [1] LOG: text'],
    ['%m [%p] ', '2026-11-20 09:58:00.123 UTC [1] PROTOKOLL:  text'],
    ['%m [%p] ', '2026-11-20 09:58:00.123 UTC [1] app@shop LOG:  text'],
    ['%m [%p] ', ' 2026-11-20 09:58:00.123 UTC [1] LOG:  text'],
    ['%m [%p] %q%u@%d ', '2026-11-20 09:58:00.123 UTC [1] app LOG:  text'],
    ['', '\tLOG:  text'],
  ];
  for (const [prefix, line] of foreign) {
    it(`"${prefix}" does not read ${JSON.stringify(line)}`, () => {
      assert.equal(new LogLinePrefix(prefix).read(line, clock), undefined);
    });
  }

  it('takes the first label for the line’s own', () => {
    const prefix = new LogLinePrefix('%m [%p] %q%u@%d ');
    const line = '2026-11-20 09:58:00.123 UTC [1] ';
    const labels = [
      ['STATEMENT:  select a@b FATAL:  x', 'STATEMENT'],
      ['ERROR:  a@b FATAL:  x', 'ERROR'],
      ['app@shop LOG:  a@b FATAL:  x', 'LOG'],
      ['app@shop DETAIL:  FATAL:  x', 'DETAIL'],
    ] as const;
    for (const [text, label] of labels) assert.equal(prefix.read(line + text, clock)?.label, label, text);
  });

  it('takes a user’s name that imitates a line for a name', () => {
    const prefix = new LogLinePrefix('%m [%p] %q%u@%d ');
    const user = 'LOG:  connection authorized: user=evil database=x ';
    const line = `2026-11-20 09:58:00.123 UTC [1] ${user}@db FATAL:  no`;
    assert.deepEqual(
      [prefix.read(line, clock)?.label, prefix.read(line, clock)?.fields.user],
      ['FATAL', user],
    );
  });

  const quotedUser = (user: string): string => `password authentication failed for user "${user}"`;
  const toldApart: readonly (readonly [string, string, string, string])[] = [
    ['%u@%d ', 'a@b', 'shop', 'connection authorized: user=a@b database=shop'],
    ['%u@%d ', 'a', 'b@shop', 'connection authorized: user=a database=b@shop application_name=x@y'],
    ['user=%u,db=%d ', 'x,db=y', 'shop', 'connection authorized: user=x,db=y database=shop'],
    ['%u %d ', 'a b', 'c d', 'disconnection: session time: 0:00:00.010 user=a b database=c d host=[local]'],
    ['%u%d ', 'app', 'shop', 'connection authorized: user=app database=shop'],
    ['%u|%d|', '|', '||', 'connection authorized: user=| database=||'],
    ['%u@%d ', '@'.repeat(63), 'shop', `connection authorized: user=${'@'.repeat(63)} database=shop`],
    ['%u@%d ', 'a@b', 'c@d', 'database "c@d" does not exist'],
    ['%u@%d ', 'a@b', 'c', 'password authentication failed for user "a@b"'],
    ['%u@%d ', 'a@b', 'c', 'authentification par mot de passe échouée pour l’utilisateur « a@b »'],
    ...['LOG:  connection authorized: user=a database=b', 'FATAL:  sorry', `FATAL:  ${quotedUser('a')}`].map(
      (forged) => ['%u@%d ', `a@b ${forged}`, 'c', quotedUser(`a@b ${forged}`)] as const,
    ),
  ];
  for (const [names, user, database, message] of toldApart) {
    it(`tells ${user} from ${database} in "${names}" by "${message}"`, () => {
      const label = /^conn|^disc/.test(message) ? 'LOG' : 'FATAL';
      const line = `2026-11-20 09:58:00.123 UTC [1] ${names.replace('%u', user).replace('%d', database)}${label}:  ${message}`;
      for (const stop of ['', '%q']) {
        const read = new LogLinePrefix(`%m [%p] ${stop}${names}`).read(line, clock);
        assert.deepEqual(
          [read?.label, read?.fields.user, read?.fields.database, read?.fields.namesAreGuessed],
          [label, user, database, undefined],
        );
      }
    });
  }

  it('says where nothing tells names apart', () => {
    const prefix = new LogLinePrefix('%u@%d ');
    const guessed = (line: string): boolean | undefined => prefix.read(line, clock)?.fields.namesAreGuessed;
    assert.deepEqual(
      [guessed('a@b@c FATAL:  sorry, too many clients already'), guessed('a@b FATAL:  sorry')],
      [true, undefined],
    );
  });

  const prefixes = ['%m %r %u %a [%c] [%p] %q%u@%d%a%u', '%u%d%a%h%i%b', '%10u%-10d%5h: ', '%i%b%h%L%v%P '];
  const pieces = [
    ' ',
    '@',
    'a',
    'a ',
    '[',
    '(1)',
    ' @[6b.1] [2]',
    '1:',
    '1.',
    'LOG:  ',
    '\n',
    '"',
    'ÖLÜMCÜL (',
  ];
  for (const prefix of prefixes) {
    it(`takes time in proportion to the bytes with "${prefix}"`, () => {
      const compiled = new LogLinePrefix(prefix);
      // 16 KiB in lines of so many characters, in milliseconds of this process
      const spent = (length: number, piece: string): number => {
        const lines = [...Array(16_384 / length).keys()].map(
          (n) => `${n} ${piece.repeat(length / piece.length)}`,
        );
        const runs = [1, 2, 3].map(() => {
          const from = process.cpuUsage();
          for (const line of lines) compiled.read(line, clock);
          return process.cpuUsage(from).user / 1000;
        });
        return Math.min(...runs);
      };
      for (const piece of pieces) {
        const [short, long] = [spent(256, piece), spent(1024, piece)];
        // a square would take four times as long, a pattern that tries every split of the names for ever
        assert.ok(long < 3 * short + 12, `${JSON.stringify(piece)}: ${short} ms, ${long} ms`);
      }
    });
  }
});
