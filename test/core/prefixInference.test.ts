import assert from 'node:assert/strict';
import { templateOf } from '../../src/core/log/prefixTemplate.ts';
import { entriesOf } from './folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printStderr,
  received,
  says,
  type Client,
  type Printed,
} from './serverLog.ts';

const clients: Client[] = [
  { pid: 4121, user: 'app', database: 'shop', host: '10.0.0.7', port: 53_614, app: 'web' },
  { pid: 4127, user: 'postgres', database: 'postgres', host: '[local]', app: 'psql' },
  { pid: 4130, user: 'report_user', database: 'shop-2', host: '2001:db8::1', port: 53_700, app: 'My App' },
];
const story: Printed[] = [
  background(100, dayAt, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu', { backendType: 'postmaster' }),
  background(103, dayAt + 5, 'database system was shut down at 2026-11-20 09:57:00 UTC', {
    backendType: 'startup',
  }),
  background(100, dayAt + 9, 'database system is ready to accept connections', { backendType: 'postmaster' }),
  ...clients.flatMap((client, index) => {
    const at = dayAt + 1000 * index;
    return [
      received(client, at + 100),
      authorized(client, at + 107),
      says(client, at + 300, 'ERROR', 'relation "x" does not exist at character 15', {
        sqlState: '42P01',
        statement: 'select * from x',
      }),
      background(101, at + 400, 'checkpoint starting: time'),
      says(client, at + 500, 'FATAL', 'terminating connection due to administrator command', {
        sqlState: '57P01',
        detail: 'x',
      }),
      disconnected(client, at + 510, 403),
    ];
  }),
];

const prefixes = [
  ...['%m [%p] ', '%m [%p] %q%u@%d ', '[%m] [%p] [%c]: ', '%m [%p] %q%u@%d/%a ', '%t:%r:%u@%d:[%p]:'],
  ...['%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:', '%t-%c-', '%m [%p]: [%l-1] db=%d,user=%u '],
  ...['%t [%p]: user=%u,db=%d,app=%a,client=%h ', '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h '],
  ...['%t [%p]: [%l-1] user=%u,db=%d ', '%m [%p][%v] : [%l-1] %q[app=%a] ', '%t [%p-%l] %q%u@%d '],
  ...['%m [%p] %q[user=%u,db=%d,app=%a] ', '%m [%p] %q[user=%u,db=%d,app=%a,host=%h] '],
  ...['%t [%p]: [%l-1] user=%u,db=%d - PG-%e ', '%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d '],
  ...['[%p]: [%l-1] db=%d,user=%u ', '%m %r %u %a [%c] [%p] ', 'pid=%p,user=%u,db=%d,app=%a,client=%h '],
  ...['%t [%p] ', '%n [%p] ', '%p ', '< %m > ', ' sql_error_code = %e '],
  ...[
    '%m [%p:%l] ',
    '%m [%p] [%b] ',
    '%m %p %u %d ',
    '%m [%p] %u@%d ',
    '%t [%p] %q[%u@%d] ',
    '%m - %p - %u - %d - %h - ',
  ],
  ...[
    '%t %c ',
    '%c %m ',
    '%m|%p|%u|%d|%r|',
    '%m [%p] (%u@%d) ',
    '[%p] %m %q(%u:%d) ',
    '%m pid=%p session=%c user=%u db=%d ',
  ],
  ...[
    '%t %p %l ',
    '%m %l %p ',
    '%l [%p] %m ',
    '%m [%p] %e %q%u@%d ',
    '%s %p %m ',
    '%m;%p;%u;%d;%h;%a;',
    '%m:%h:%u@%d:[%p]:',
  ],
];
const fields = {
  '%p': 'pid',
  '%u': 'user',
  '%d': 'database',
  '%h': 'remoteHost',
  '%r': 'remoteHost',
  '%m': 'at',
  '%a': 'applicationName',
} as const;

describe('log_line_prefix, told from the lines alone', () => {
  for (const prefix of prefixes) {
    it(`is read right where it is "${prefix}"`, () => {
      const { entries, log } = entriesOf(printStderr(prefix, story));
      assert.equal(log.understanding.skipped, 0);
      const found = entries.filter(({ entry }) => !entry.message.startsWith('relation'));
      const records = story.filter(({ message }) => !/^(?:checkpoint|relation)/.test(message));
      assert.equal(found.length, records.length);
      records.forEach((record, index) => {
        const entry = found[index]?.entry ?? assert.fail();
        const stopped = record.background === true && prefix.includes('%q');
        const printed = stopped ? prefix.slice(0, prefix.indexOf('%q')) : prefix;
        const values = {
          '%p': record.pid,
          '%u': record.user,
          '%d': record.database,
          '%h': record.host,
          '%r': record.host,
          '%m': record.at,
          '%a': record.app,
        };
        for (const [escape, value] of Object.entries(values)) {
          if (!printed.includes(escape)) continue;
          const name = fields[escape as keyof typeof fields];
          assert.equal(
            entry[name],
            value,
            `${name} of "${record.message}" with "${log.understanding.logLinePrefix}"`,
          );
        }
      });
    });
  }

  it('does not take every name that is not known yet for the user', () => {
    const head = '2026-11-20 10:00:00.000 UTC [12] <[unknown]|[unknown]|[unknown]> ';
    const message = { kind: 'received', remoteHost: '10.0.0.7', remotePort: 53_614 } as const;
    assert.equal(templateOf(head, message), '%m [%p] <%u|%d|%a> ');
  });
});
