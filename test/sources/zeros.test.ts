import assert from 'node:assert/strict';
import { PoolLog } from '../../src/sources/pool/poolLog.ts';
import { feed } from '../../src/sources/tail/feed.ts';
import { entriesOf } from '../core/folded.ts';
import {
  authorized,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  received,
  type Client,
  type Printed,
} from '../core/serverLog.ts';

const client = (pid: number): Client => ({
  ...{ pid, user: `u${pid}`, database: 'shop', host: '10.0.0.7', port: pid, startedAt: dayAt },
});
const stay = (pid: number): Printed[] => [
  received(client(pid), dayAt + pid * 1000),
  authorized(client(pid), dayAt + pid * 1000 + 1),
  disconnected(client(pid), dayAt + pid * 1000 + 9, 8),
];
const many = Array.from({ length: 20 }, (_, index) => stay(index + 10)).flat();
const wrapped = (text: string): string =>
  text.replace(
    /^(.*)\n/gm,
    (line) => `${JSON.stringify({ log: line, stream: 'stderr', time: '2026-11-20T09:58:00.1Z' })}\n`,
  );

const formats: readonly (readonly [string, (records: readonly Printed[]) => string])[] = [
  ['stderr', (records) => printStderr('%m [%p] ', records)],
  ['stderr with names', (records) => printStderr('%m [%p] %q%u@%d ', records)],
  ['csv', printCsv],
  ['json', printJson],
  ["docker's", (records) => wrapped(printStderr('%m [%p] ', records))],
];

const wholeLine = (print: (typeof formats)[number][1]): string =>
  print([authorized(client(99), dayAt + 59_000)]);

/** What a server's machine leaves behind that lost its power: zeros in the place of what was not written any more. */
describe('zeros in the middle of a log', () => {
  for (const [name, print] of formats)
    for (const zeros of [1, 2, 4096, 300_000, 2_500_000]) {
      const gap = '\0'.repeat(zeros);
      const pieces = () => 65_537;

      it(`part no lines before and behind them: ${zeros} in ${name}`, () => {
        const [before, behind] = [print(many), print([...stay(60), ...stay(61)])];
        const whole = entriesOf(before + behind);
        for (const cut of [undefined, pieces]) {
          const { entries, log } = entriesOf(before + gap + behind, cut);
          assert.deepEqual(
            entries.map(({ entry }) => entry),
            whole.entries.map(({ entry }) => entry),
          );
          assert.equal(log.understanding.skipped, 0);
          assert.deepEqual(entriesOf(before + gap + behind, cut, undefined, () => null).entries, entries);
        }
      });

      it(`end a line that is not whole, which is not told: ${zeros} in ${name}`, () => {
        const before = print([...many, authorized(client(99), dayAt + 59_000)]);
        const torn = before.slice(0, before.lastIndexOf('u99') + 2);
        const behind = print([...stay(60), ...stay(61)]);
        for (const cut of [undefined, pieces]) {
          const { entries, log } = entriesOf(torn + gap + behind, cut);
          assert.deepEqual(
            entries.map(({ entry: { message, pid } }) => [message, pid]),
            [...many, ...stay(60), ...stay(61)].map(({ message, pid }) => [message, pid]),
          );
          if (!name.startsWith('docker')) assert.equal(log.understanding.skipped, 1);
          assert.deepEqual(entriesOf(torn + gap + behind, cut, undefined, () => null).entries, entries);
        }
      });
    }

  for (const [name, print] of formats)
    it(`end a line wherever they begin in it: ${name}`, () => {
      const [before, behind] = [print(many), print([...stay(60), ...stay(61)])];
      const torn = wholeLine(print);
      const whole = entriesOf(before + behind).entries.map(({ entry }) => entry);
      for (let length = 1; length < torn.length - 1; length += 1) {
        const { entries } = entriesOf(`${before}${torn.slice(0, length)}\0\0\0${behind}`, () => 30_011);
        const others = entries.map(({ entry }) => entry).filter(({ pid }) => pid !== 99);
        assert.deepEqual(others, whole, `${length} bytes`);
        assert.ok(length > torn.lastIndexOf('shop') || others.length === entries.length, `${length} bytes`);
      }
    });
});

describe('zeros in a text that has labels', () => {
  for (const prefix of ['%m [%p] ', '%m [%p] %q%u@%d '])
    for (const torn of ['\tLOG:  more', 'DETAIL:  failed: FATAL:  passw', 'STATEMENT:  x LOG:  y'])
      it(`part the lines: ${JSON.stringify(torn)}, ${prefix}`, () => {
        const before = printStderr(prefix, many);
        const [line = ''] = printStderr(prefix, [authorized(client(99), dayAt + 59_000)]).split('LOG:');
        const entry = `${line}ERROR:  could not connect\n${torn.startsWith('\t') ? '' : line}${torn}`;
        const behind = printStderr(prefix, [...stay(60), ...stay(61)]);
        const whole = entriesOf(before + behind).entries.map(({ entry: { message } }) => message);
        for (const repeated of [1, 5]) {
          const text = before.repeat(repeated) + entry + '\0'.repeat(5000) + behind;
          const { entries } = entriesOf(text);
          assert.deepEqual(
            entries.slice((repeated - 1) * many.length).map(({ entry: { message } }) => message),
            whole,
          );
          assert.deepEqual(entriesOf(text, undefined, undefined, () => null).entries, entries);
        }
      });
});

describe('zeros in the middle of another log', () => {
  const lineOf = (ms: number, pid: number): string =>
    `2026-11-20 09:58:00.${ms} UTC [8964] LOG C-0x56${pid}: shop/u${pid}@10.0.0.7:6${pid} login attempt: db=shop user=u${pid} tls=no\n`;
  const lines = [lineOf(100, 10), lineOf(101, 11), lineOf(102, 12)];
  const torn = lineOf(103, 99).slice(0, -' tls=no\n'.length - 1);

  it('part the lines of PgBouncer', () => {
    const { entries, log } = entriesOf(`${lines.join('')}${torn}${'\0'.repeat(5000)}${lines.join('')}`);
    const told = entries.map(({ entry: { message } }) => /db=.*/.exec(message)?.[0]);
    assert.deepEqual(
      told,
      [10, 11, 12, 10, 11, 12].map((pid) => `db=shop user=u${pid} tls=no`),
    );
    assert.deepEqual([log.understanding.format, log.understanding.skipped], ['pgbouncer', 1]);
  });

  it("part the lines of an application's", () => {
    const stats = (waiting: string): string =>
      `2026-11-20 09:58:00.100 DEBUG orders - Pool stats (total=5, active=5, idle=0, waiting=${waiting})\n`;
    const log = new PoolLog({ timeZone: 'UTC' });
    log.begin({ path: 'app.log', identity: { device: 1, inode: 1, head: '', headBytes: 0 } }, 0);
    feed(log, Buffer.from(`${stats('1')}torn off\0\0\0${stats('2')}`));
    log.end();
    assert.equal(log.lines, 2);
    assert.equal(log.books.books[0]?.now.waiting, 2);
  });
});
