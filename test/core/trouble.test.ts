import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LogLinePrefix } from '../../src/core/log/logLinePrefix.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { StderrLog } from '../../src/core/log/stderrLog.ts';
import { troubleOf } from '../../src/core/connection/trouble.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('what is kept of a trouble', () => {
  it('is its own text, not the whole entry with a long statement', () => {
    const log = new StderrLog([new LogLinePrefix('%m [%p] %u@%d ')], new LogClock());
    const line = '2026-11-20 09:58:00.123 UTC [1] a_user_of_the_shop@a_database_of_the_shop';
    const troubles = [];
    const before = heapBytes();
    for (let index = 0; index < 300; index += 1) {
      const statement = `select ${index} /* ${'x'.repeat(60_000)} */`;
      const entry = log.read(
        `${line} FATAL:  canceled for reason ${index}\n${line} STATEMENT:  ${statement}`,
      );
      troubles.push(troubleOf(entry ?? assert.fail(), 'ending', 'other', undefined));
    }
    const perTrouble = (heapBytes() - before) / troubles.length;
    assert.equal(troubles[7]?.message, 'canceled for reason 7');
    assert.equal(troubles[7].user, 'a_user_of_the_shop');
    assert.equal(troubles[7].statement?.length, 4097);
    assert.ok(perTrouble < 20_000, `${perTrouble} bytes of memory each`);
  });
});
