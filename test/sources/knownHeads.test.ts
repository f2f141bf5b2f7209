import assert from 'node:assert/strict';

import { LogLinePrefix } from '../../src/core/log/logLinePrefix.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { StderrLog } from '../../src/core/log/stderrLog.ts';
import { entryBefore, headOf } from '../../src/sources/tail/knownHeads.ts';

const time = '2026-11-20 09:51:17.203 UTC';

/** How a head is told that stands before this message, where it was read before another one. */
function toldBefore(prefix: string, line: string, message: string): Record<string, unknown> | undefined {
  const format = new StderrLog([new LogLinePrefix(prefix)], new LogClock(undefined));
  const entry = format.read(line);
  assert.ok(entry);
  const known = headOf(entry, format.namings(line));
  const text = message.slice(message.indexOf(':  ') + 3);
  const told = known && entryBefore(known, { whole: '', head: '', message, rest: '' }, () => text);
  if (!told) return undefined;
  const { user, database, namesAreGuessed } = told;
  const read = format.read(line.slice(0, line.indexOf('LOG:  ')) + message);
  const asRead = { user: read?.user, database: read?.database, namesAreGuessed: read?.namesAreGuessed };
  assert.deepEqual({ user, database, namesAreGuessed }, asRead);
  return { user, database, namesAreGuessed };
}

describe('a head whose names can be told apart in several ways', () => {
  const line = `${time} [7] a@b@c LOG:  connection authorized: user=a@b database=c`;
  const prefix = '%m [%p] %u@%d ';

  it('is read as the message bears out, also before another than that of which it was read', () => {
    const ofC = { user: 'a@b', database: 'c', namesAreGuessed: undefined };
    const ofBC = { user: 'a', database: 'b@c', namesAreGuessed: undefined };
    assert.deepEqual(toldBefore(prefix, line, 'FATAL:  role "a@b" does not exist'), ofC);
    assert.deepEqual(toldBefore(prefix, line, 'FATAL:  database "b@c" does not exist'), ofBC);
    assert.deepEqual(toldBefore(prefix, line, 'LOG:  connection authorized: user=a database=b@c'), ofBC);
  });

  it('is guessed where the message names nobody, and says so', () => {
    const guessed = { user: 'a', database: 'b@c', namesAreGuessed: true };
    assert.deepEqual(toldBefore(prefix, line, 'FATAL:  connection to client lost'), guessed);
    assert.deepEqual(toldBefore(prefix, line, 'LOG:  could not send data to client: Broken pipe'), guessed);
  });

  it('must be read where the ways differ in more than names, or the message in its lines', () => {
    const named = `${time} a@7@b LOG:  connection authorized: user=a database=b`;
    assert.equal(toldBefore('%m %u@%p@%d ', named, 'FATAL:  no') === undefined, false);
    const numbers = `${time} a@7@8@b LOG:  connection authorized: user=a database=8@b`;
    assert.equal(toldBefore('%m %u@%p@%d ', numbers, 'FATAL:  no'), undefined);
    assert.equal(toldBefore(prefix, line, 'FATAL:  one\n\ttwo'), undefined);
  });
});
