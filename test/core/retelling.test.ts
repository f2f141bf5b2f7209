import assert from 'node:assert/strict';
import { lineOf } from '../../src/core/log/lineBlock.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { entryOf } from '../../src/core/log/recurring.ts';
import { Retelling } from '../../src/core/log/retelling.ts';
import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { entriesOf, pour } from './folded.ts';

type PrintedTime = (at: number) => string;

const milliseconds: PrintedTime = (at) => new Date(at).toISOString().slice(0, -1).replace('T', ' ');
/** `%t`: by the kernel's ticks, so up to 10 ms late. */
const laggingSeconds: PrintedTime = (at) => milliseconds(at - 9).slice(0, -4);

/** Logins of one client, one each 10 ms from a time on, the last of them a little late. */
function logins(count: number, printed = milliseconds): Buffer {
  const lines = Array.from({ length: count }, (_, number) => {
    const at = Date.UTC(2026, 10, 20, 9, 0, 0, 10 * number - (number % 7 === 0 ? 30 : 0));
    return `${printed(at)} UTC [${1000 + number}] LOG:  connection received: host=10.0.0.7 port=${5000 + number}\n`;
  });
  return Buffer.from(lines.join(''));
}

/** What a server's stderr has told so far, as LogFold takes it, and how much of it in lines that recur. */
function stderrOf(bytes: Buffer, logLinePrefix = '%m [%p] '): { retelling: Retelling; lineCount: number } {
  const retelling = new Retelling();
  let lineCount = 0;
  const take = (entry: LogEntry): void => assert.equal(retelling.isRetold(entry, 'stderr'), false);
  const log = new PostgresLog(
    {
      entry: take,
      lines: (block) => {
        if (retelling.takeLines(block, 'stderr')) lineCount += block.count;
        else for (let index = 0; index < block.count; index += 1) take(entryOf(lineOf(block, index)));
      },
    },
    { logLinePrefix },
  );
  log.begin({ path: 'x', identity: { device: 1, inode: 1, head: '', headBytes: 0 } }, 0);
  for (let at = 0; at < bytes.length; at += 4000) {
    pour(log, bytes.subarray(at, at + 4000));
    log.caughtUp();
  }
  log.end();
  return { retelling, lineCount };
}

describe('what a file in another format tells again', () => {
  for (const count of [250, 297, 300, 301])
    it(`is known, of ${count} lines that recur, up to the newest`, () => {
      const bytes = logins(count);
      const { retelling, lineCount } = stderrOf(bytes);
      assert.ok(lineCount > count - 60, `${lineCount} lines recur`);
      const { entries } = entriesOf(bytes, undefined, { logLinePrefix: '%m [%p] ' }, () => null);
      assert.equal(entries.length, count);
      for (const { entry } of entries)
        assert.ok(retelling.isRetold(entry, 'csv'), `${entry.pid} is taken for new`);
    });

  for (const count of [250, 297, 300, 301])
    it(`is known, of ${count} lines, where their clock of whole seconds lags`, () => {
      const { retelling } = stderrOf(logins(count, laggingSeconds), '%t [%p] ');
      const { entries } = entriesOf(logins(count), undefined, { logLinePrefix: '%m [%p] ' }, () => null);
      for (const { entry } of entries)
        assert.ok(retelling.isRetold(entry, 'csv'), `${entry.pid} is taken for new`);
    });

  it('is not what another process tells in the newest second, nor what is later', () => {
    const bytes = logins(300);
    const { retelling } = stderrOf(bytes);
    const entry = entriesOf(bytes, undefined, { logLinePrefix: '%m [%p] ' }, () => null).entries.at(
      -1,
    )!.entry;
    assert.ok(!retelling.isRetold({ ...entry, pid: 7 }, 'csv'));
    assert.ok(!retelling.isRetold({ ...entry, message: 'connection received: host=10.0.0.7 port=1' }, 'csv'));
    assert.ok(!retelling.isRetold({ ...entry, at: entry.at! + 1000 }, 'csv'));
  });
});
