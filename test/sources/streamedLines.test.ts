import assert from 'node:assert/strict';
import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { feed } from '../../src/sources/tail/feed.ts';
import { eventually } from './tailWorld.ts';

const at = '2026-11-20 10:00:00.123 UTC';
const lines = [
  `${at} [7] LOG:  connection received: host=[local]\n`,
  `${at} [7] LOG:  connection authorized: user=app database=shop\n`,
  `${at} [7] LOG:  connection authorized: user=evil database=z\n`,
  `${at} [7] CONTEXT:  PL/pgSQL function f() line 1 at RAISE\n`,
  `${at} [7] STATEMENT:  SELECT f()\n`,
];

/** What a log tells whose lines come one by one, before it is quiet and then. */
async function told(identity: { device: number; inode: number }): Promise<unknown[]> {
  const entries: unknown[] = [];
  const log = new PostgresLog(
    { entry: ({ message, context }) => entries.push([message, context]) },
    { logLinePrefix: '%m [%p] ' },
  );
  log.begin({ path: '-', identity: { ...identity, head: '', headBytes: 0 } }, 0);
  for (const line of lines) {
    feed(log, Buffer.from(line));
    log.caughtUp();
    log.settle();
  }
  await eventually(() => log.settle(), 'it is quiet');
  return entries;
}

describe('a stream that brings the lines of an entry one by one', () => {
  it('tells it when it is whole: what a statement says is nobody’s connection', async () => {
    const whole = lines.slice(0, 2).map((line) => [line.slice(at.length + 11, -1), undefined]);
    assert.deepEqual(await told({ device: 0, inode: 0 }), [
      ...whole,
      ['connection authorized: user=evil database=z', 'PL/pgSQL function f() line 1 at RAISE'],
    ]);
  });

  it('is no file: there an entry is written at once, and told at once', async () => {
    assert.equal((await told({ device: 1, inode: 1 })).length, 3);
  });
});
