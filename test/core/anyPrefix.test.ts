import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { summaryDocument, type SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { isLong, seeds } from '../env/breadth.ts';
import { checkout } from '../env/checkout.ts';
import { folded } from './folded.ts';
import { randomPrefix } from './randomPrefix.ts';
import { csvRecords, reprinted } from './reprinted.ts';
import { random } from './serverLog.ts';

const fixtures = ['15-csv-lively', '14-csv-refused', '13-csv-crash'] as const;
const recorded = fixtures.map((fixture) => ({
  fixture,
  records: csvRecords(fixture),
  summary: summaryOf(readFileSync(join(checkout, 'test', 'fixtures', fixture, 'server.csv'))),
}));

/** What every prefix that tells sessions apart must tell: who is in, how many came and went, what failed. */
function toldBy({
  connects,
  disconnects,
  lost,
  failed,
  active,
  failures,
  endings,
  problems,
}: SummaryDocument) {
  const messages = (list: readonly { message: string }[]) => list.map(({ message }) => message).sort();
  return {
    counts: { connects, disconnects, lost, failed },
    active: active
      .map(({ pid, user, database, application, host, port }) =>
        JSON.stringify([pid, user, database, application?.slice(0, 63), host, port]),
      )
      .sort(),
    failures: failures.map(({ pid, message }) => `${pid ?? ''} ${message}`).sort(),
    endings: messages(endings),
    problems: messages(problems),
  };
}

function summaryOf(log: string | Uint8Array): ReturnType<typeof toldBy> {
  return toldBy(summaryDocument(folded(log).report({ bucketMinutes: 15 })));
}

/** As documents, platforms and people set it, and odd ones: one escape alone, numbers, literal text like values. */
const prefixes = [
  ...[
    '%m [%p] ',
    '%m [%p] %q%u@%d ',
    '[%m] [%p] [%c]: ',
    '%t:%r:%u@%d:[%p]:',
    '%t-%c-',
    '%m [%p] %q%u@%d/%a ',
  ],
  ...['%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:', '%m [%p]: [%l-1] db=%d,user=%u ', '%t [%p-%l] %q%u@%d '],
  ...['%t [%p]: user=%u,db=%d,app=%a,client=%h ', '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h '],
  ...[
    '%t [%p]: [%l-1] user=%u,db=%d ',
    '%m [%p][%v] : [%l-1] %q[app=%a] ',
    '%m [%p] %q[user=%u,db=%d,app=%a] ',
  ],
  ...['%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ', '%t [%p]: [%l-1] user=%u,db=%d - PG-%e ', '%p', '%c '],
  ...['%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d ', '[%p]: [%l-1] db=%d,user=%u ', '%m %r %u %a [%c] [%p] '],
  ...['pid=%p,user=%u,db=%d,app=%a,client=%h ', '%t%p ', '%m[%p]', '%m%p%u%d ', '12 %p ', 'LOG: %m [%p] '],
  ...[
    'ERROR:  %m [%p] ',
    'LOG:  %m [%p] ',
    '日志 %m [%p] ',
    'db1-%m-[%p]: ',
    '0 %p ',
    '%% %p %% ',
    '%z%p %m ',
  ],
  ...[
    '{"time":"%m","pid":%p,"user":"%u","db":"%d"} ',
    'time="%m" pid=%p user=%u db=%d app=%a ',
    '%m %10p %-10p ',
  ],
  ...['%m\t%p\t%u\t%d\t%a\t%h\t', '%m;%u;%d;%r;%p;%l;', '%-10u|%-10d|%5p|', '[%-8p] [%-15u] %m ', '%n|%s|%p'],
  ...['%q%m [%p] %u@%d ', '%m %q[%p] %u ', '%m [%p] %q%u@%d@%a ', '%u %d %m %p ', '%b %m %p ', '%i [%p] %m '],
  ...[
    '%m %i %p ',
    '%m p=%p:%l@%v u=%u/%d:%a %r %s ',
    '%s|%t|%m|%p ',
    '%t %s %p ',
    '%c %s %p %l ',
    '%P %p %m ',
  ],
  ...[
    '%l %p ',
    '%x %p ',
    '%p %x ',
    '%Q %x %p ',
    '%p.%l ',
    '%p/%l ',
    '%p-%c-%l ',
    '%m @%p@ ',
    '%e %p %m ',
    '%s %p ',
  ],
] as const;

describe('a recorded log, printed again with another prefix, is read the same', () => {
  for (const [index, prefix] of prefixes.entries()) {
    it(`"${prefix}"`, () => {
      const logs = recorded.filter((_, nth) => isLong || nth === index % recorded.length);
      for (const { records, summary } of logs)
        assert.deepEqual(summaryOf(reprinted(records, prefix)), summary);
    });
  }

  it('as far as a prefix without process and session can tell', () => {
    for (const prefix of [
      '',
      '%t ',
      '%m ',
      '%n ',
      '%h ',
      '%r ',
      '%e ',
      '%b ',
      '%i ',
      '%a ',
      '%x ',
      '%v ',
      '%l ',
      '%u ',
      '< %m >',
    ])
      for (const { records, summary } of recorded) {
        const { counts, failures } = summaryOf(reprinted(records, prefix));
        assert.equal(counts.connects, summary.counts.connects, prefix);
        assert.equal(failures.length, summary.failures.length, prefix);
      }
  });

  for (const seed of seeds(25, 100)) {
    const prefix = randomPrefix(random(seed));
    const { fixture, records, summary } = recorded[seed % recorded.length]!;
    it(`${JSON.stringify(prefix)} (${fixture})`, () => {
      assert.deepEqual(summaryOf(reprinted(records, prefix)), summary);
    });
  }
});
