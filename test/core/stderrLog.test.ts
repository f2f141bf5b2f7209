import assert from 'node:assert/strict';
import { LogLinePrefix } from '../../src/core/log/logLinePrefix.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { StderrLog } from '../../src/core/log/stderrLog.ts';
import { entriesOf, folded, told } from './folded.ts';
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

const client = (pid: number): Client => ({
  pid,
  user: `u${pid}`,
  database: 'shop',
  host: '10.0.0.7',
  port: pid,
  app: 'web',
});
const bob = client(7);
const refused = says(bob, dayAt, 'FATAL', 'password authentication failed for user "bob"', {
  sqlState: '28P01',
  detail: 'Role "bob" does not exist.\nConnection matched file "/x" line 4: "host all"',
  hint: 'a hint',
  context: 'a context\n\nof three lines',
  statement: '\tselect 1,\n\t\t2',
});
const sections = ({ entries }: ReturnType<typeof entriesOf>): unknown[] =>
  entries.map(({ entry: { sqlState, message, detail, hint, context, statement, location } }) => [
    sqlState,
    message,
    detail,
    hint,
    context,
    statement,
    location,
  ]);

describe('a stderr log', () => {
  for (const eol of ['\n', '\r\n']) {
    it(`puts the sections of a record together, lines ending in ${JSON.stringify(eol)}`, () => {
      const { message, detail, hint, context, statement } = refused;
      assert.deepEqual(sections(entriesOf(printStderr('%m [%p] ', [refused], { eol }))), [
        [undefined, message, detail, hint, context, statement, undefined],
      ]);
      assert.deepEqual(sections(entriesOf(printStderr('%m [%p] ', [refused], { eol, verbose: true }))), [
        ['28P01', message, detail, hint, context, statement, 'function, file.c:42'],
      ]);
    });
  }

  it('leaves raw text between the lines out', () => {
    const text = printStderr('%m [%p] ', [refused, authorized(bob, dayAt)]).replace(
      /(?=\n.*HINT)/,
      "\n\nthread 'x' panicked at src/lib.rs:1:1:\nFATAL:  boo",
    );
    const { entries } = entriesOf(text);
    assert.deepEqual(
      entries.map(({ entry }) => entry.message.slice(0, 22)),
      ['password authenticatio', 'connection authorized:'],
    );
    assert.equal(entries[0]?.entry.detail, refused.detail);
  });

  it('keeps a long text up to 65,536 characters', () => {
    const log = new StderrLog([new LogLinePrefix('%m [%p] ')], new LogClock());
    const entry = log.read(`2026-11-20 09:58:00.123 UTC [1] FATAL:  ${'x'.repeat(300_000)}`);
    assert.equal(entry?.message.length, 65_536);
  });

  it('reads DEBUG levels as DEBUG', () => {
    const log = new StderrLog([new LogLinePrefix('%m [%p] ')], new LogClock());
    assert.equal(log.read('2026-11-20 09:58:00.123 UTC [1] DEBUG2:  x')?.severity, 'DEBUG');
  });

  it('tells what a line is that it does not read', () => {
    const log = new StderrLog([new LogLinePrefix('%m [%p] ')], new LogClock());
    const kinds = ['DETAIL:  x', 'STATEMENT:  FATAL:  x', 'WARNING:  x', 'x'].map((text) =>
      log.lineKind(`2026-11-20 09:58:00.123 UTC [1] ${text}`),
    );
    assert.deepEqual(
      [...kinds, log.lineKind('FATAL:  x'), log.lineKind('')],
      ['section', 'section', 'other', 'unknown', 'unknown', 'unknown'],
    );
  });

  describe('whose prefix was inferred from lines of background processes only', () => {
    const start = Array.from({ length: 60 }, (_, index) =>
      background(index, dayAt + index, 'checkpoint starting: time'),
    );
    const stay = [
      received(bob, dayAt + 100),
      authorized(bob, dayAt + 101),
      disconnected(bob, dayAt + 200, 99),
    ];
    for (const prefix of [
      '%m [%p] %q%u@%d ',
      '%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ',
      '%t [%p-%l] %q%u@%d ',
      '%m [%p:%b] %q%u/%d(%r) ',
    ]) {
      it(`learns what sessions print: ${prefix}`, () => {
        const fold = followed(printStderr(prefix, start), printStderr(prefix, stay));
        assert.deepEqual(told(fold), ['connect u7@shop', 'disconnect u7@shop']);
        assert.equal(fold.log.understanding.skipped, 0);
      });
    }
  });

  describe('whose prefix changes in the middle', () => {
    const stay = (pid: number): Printed[] => [
      received(client(pid), dayAt + pid * 1000),
      authorized(client(pid), dayAt + pid * 1000 + 1),
      says(
        client(pid),
        dayAt + pid * 1000 + 2,
        'FATAL',
        'terminating connection due to administrator command',
        { sqlState: '57P01' },
      ),
      disconnected(client(pid), dayAt + pid * 1000 + 3, 2),
    ];
    const changes: readonly (readonly [string, string])[] = [
      ['%m [%p] ', '%m [%p] %q%u@%d '],
      ['%m [%p] %q%u@%d ', '%m [%p] '],
      ['%m [%p] ', '%t:%r:%u@%d:[%p]:'],
      ['%t [%p]: [%l-1] user=%u,db=%d ', '%m [%p] %q%u@%d/%a '],
      ['[%m] [%p] [%c]: ', '%n %p '],
    ];
    for (const [before, after] of changes) {
      it(`loses nothing from "${before}" to "${after}"`, () => {
        const many = Array.from({ length: 40 }, (_, index) => stay(index + 10)).flat();
        const text = printStderr(before, many) + printStderr(after, [...stay(60), ...stay(61)]);
        for (const fold of [
          folded(text),
          followed(printStderr(before, many), text.slice(printStderr(before, many).length)),
        ]) {
          assert.equal(fold.log.understanding.skipped, 0);
          assert.deepEqual(
            told(fold).slice(-6),
            ['u60', 'u61'].flatMap((user) => [
              `connect ${user}@shop`,
              `ending ${user}@shop`,
              `disconnect ${user}@shop`,
            ]),
          );
        }
      });
    }
  });

  describe('that numbers lines, and begins in the middle of sessions', () => {
    const begun = [authorized(bob, dayAt), disconnected(bob, dayAt + 9, 9)];
    const stay = (pid: number): Printed[] => [
      received(client(pid), dayAt + pid * 1000),
      authorized(client(pid), dayAt + pid * 1000 + 1),
    ];
    const first = printStderr('%m [%l] ', [received(bob, dayAt), ...begun]).replace(/^.*\n/, '');

    it('takes the numbers for those of processes only until a client has the first', () => {
      const fold = followed(first, printStderr('%m [%l] ', [...stay(60), ...stay(61)]));
      assert.equal(fold.log.understanding.logLinePrefix, '%m [%l] ');
      assert.deepEqual(told(fold).slice(-2), ['connect u60@shop', 'connect u61@shop']);
      assert.equal(fold.log.understanding.skipped, 0);
      const pids = [...fold.state.book.sessions()].map(({ user, pid }) => [user, pid]);
      assert.deepEqual(pids.slice(-2), [
        ['u60', undefined],
        ['u61', undefined],
      ]);
    });

    it('is corrected when a second one has it, where the log began with a first', () => {
      const lines = printStderr('%m [%l] ', [...stay(60), ...stay(61), ...stay(62)]).split(/(?<=\n)/);
      const fold = followed(lines[0] ?? '', lines.slice(1).join(''));
      assert.equal(fold.log.understanding.logLinePrefix, '%m [%l] ');
      assert.deepEqual(told(fold).slice(-2), ['connect u61@shop', 'connect u62@shop']);
    });

    it('is one of processes where a client was received by another', () => {
      const forged = printStderr('%m [%l] ', stay(61));
      const fold = followed(printStderr('%m [%p] ', [...begun, ...stay(60)]), forged);
      assert.equal(fold.log.understanding.logLinePrefix, '%m [%p] ');
    });
  });

  describe('whose new prefix the log itself tells', () => {
    const stay = (pid: number): Printed[] => [
      received(client(pid), dayAt + 1),
      authorized(client(pid), dayAt + 2),
      disconnected(client(pid), dayAt + 3, 2),
    ];
    const first = Array.from({ length: 20 }, (_, index) => stay(index + 10)).flat();
    for (const prefix of ['%u|%d|', '%a %b%i%p ', '', '%m [%p] %q%u@%d ', '%%%-8p%% ']) {
      it(`believes it: "${prefix}"`, () => {
        const changed = background(1, dayAt, `parameter "log_line_prefix" changed to "${prefix}"`);
        const text = printStderr('%m [%p] ', first) + printStderr(prefix, [changed, ...stay(90)]);
        const { entries, log } = entriesOf(text);
        assert.deepEqual([log.understanding.skipped, log.understanding.logLinePrefix], [0, prefix]);
        assert.deepEqual(
          entries.slice(-3).map(({ entry }) => entry.message),
          stay(90).map(({ message }) => message),
        );
      });
    }

    it('believes no client that says so', () => {
      const says = background(1, dayAt, 'parameter "log_line_prefix" changed to "%p "');
      const { log } = entriesOf(
        printStderr('%m [%p] %q%u@%d ', [...first, { ...client(7), ...says, background: false }]),
      );
      assert.equal(log.understanding.logLinePrefix, '%m [%p] %q%u@%d ');
    });
  });

  it('reads again what it refused before it knew the prefix, once and whole', () => {
    const stay = (pid: number): Printed[] => [
      received(client(pid), dayAt + 1),
      authorized(client(pid), dayAt + 2),
      says(client(pid), dayAt + 3, 'FATAL', 'terminating connection due to administrator command', {
        detail: 'a detail',
      }),
      disconnected(client(pid), dayAt + 4, 3),
    ];
    const before = Array.from({ length: 20 }, (_, index) => stay(index + 10)).flat();
    const after = [60, 61, 62].flatMap(stay);
    for (const prefix of ['pid=%p,user=%u,db=%d,app=%a,client=%h ', '<%p|%u|%d|%r> ', '%c %e ']) {
      const { entries, log } = entriesOf(printStderr('%m [%p] ', before) + printStderr(prefix, after));
      assert.equal(log.understanding.skipped, 0, prefix);
      assert.equal(log.understanding.understood, before.length + after.length);
      const told = entries.map(({ entry: { message, pid, detail } }) => [message, pid, detail]);
      assert.deepEqual(
        told.slice(before.length),
        after.map(({ message, pid, detail }) => [message, pid, detail]),
        prefix,
      );
    }
  });

  it('lets nobody in by a name of two lines, the first of which looks like an entry', () => {
    const user = 'a@b LOG:  connection authorized: user=a database=b\nx';
    const evil = { ...client(66), user };
    const text = printStderr('%m [%p] %q%u@%d ', [
      received(evil, dayAt),
      says(evil, dayAt + 1, 'FATAL', `password authentication failed for user "${user}"`, {
        sqlState: '28P01',
      }),
      received(bob, dayAt + 2000),
      authorized(bob, dayAt + 2001),
    ]);
    const fold = folded(text);
    assert.deepEqual(
      [...fold.state.book.sessions()].map(({ pid }) => pid),
      [bob.pid],
    );
    assert.deepEqual(
      [...fold.state.newestEvents()].map(({ kind }) => kind),
      ['connect', 'failure'],
    );
    assert.equal(fold.log.understanding.skipped, 0);
  });

  it('counts lines that it does not understand and keeps five that are unlike each other', () => {
    const known = printStderr(
      '%m [%p] ',
      Array.from({ length: 20 }, (_, pid) => authorized(client(pid), dayAt)),
    );
    const unknown = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(
      (word) => `${word} 1 FATAL:  x\n${word} 2 FATAL:  x\n`,
    );
    const { understood, skipped, counterExamples } = entriesOf(known + unknown.join('')).log.understanding;
    assert.deepEqual([understood, skipped], [20, 14]);
    assert.deepEqual(
      counterExamples.map(({ line, offsetBytes }) => [line, offsetBytes]),
      ['a', 'b', 'c', 'd', 'e'].map((word, index) => [`${word} 1 FATAL:  x`, known.length + index * 28]),
    );
  });
});

/** The beginning of a log is read, and then what is written to it. */
function followed(before: string, after: string): ReturnType<typeof folded> {
  const fold = folded('');
  const bytes = [before, after].map((text) => Buffer.from(text));
  for (const each of bytes) {
    fold.log.room().set(each);
    fold.log.took(each.length);
    fold.log.caughtUp();
    fold.log.settle();
  }
  fold.finish();
  return fold;
}
