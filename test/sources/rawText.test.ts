import assert from 'node:assert/strict';
import { linkOf } from '../../src/core/connection/failure.ts';
import { entriesOf } from '../core/folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printStderr,
  says,
  type Client,
} from '../core/serverLog.ts';

const bob: Client = { pid: 7, user: 'bob', database: 'shop', host: '10.0.0.7', port: 7 };
const start = background(1, dayAt, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu, compiled by gcc');
const crash = background(1, dayAt + 2000, 'server process (PID 7) was terminated by signal 6: Aborted');
const prefix = '%m [%p] %q%u@%d ';

/** A log in which some lines without a prefix stand between its second and its third entry. */
function withRaw(raw: string, last = disconnected(bob, dayAt + 3000, 2000)): string {
  const before = printStderr(prefix, [start, authorized(bob, dayAt + 1000)]);
  return `${before}${raw}${printStderr(prefix, [last])}`;
}

describe('raw text in a stderr log', () => {
  const panics: readonly (readonly [form: string, raw: string, message: string, line: number])[] = [
    [
      'of a thread with its id, as Rust writes it since 1.91',
      "\nthread 'worker-1' (27288) panicked at src/lib.rs:10:5:\nboom\nnote: run with `RUST_BACKTRACE=1` …\n",
      "thread 'worker-1' (27288) panicked at src/lib.rs:10:5:\nboom",
      10,
    ],
    [
      'of a thread with a backtrace',
      "thread '<unnamed>' panicked at src/lib.rs:11:5:\nboom\nstack backtrace:\n   0:     0x55 - <unknown>\n",
      "thread '<unnamed>' panicked at src/lib.rs:11:5:\nboom",
      11,
    ],
    [
      'as Rust wrote it before 1.73',
      "thread '<unnamed>' panicked at 'boom', src/lib.rs:12:5\nnote: run with `RUST_BACKTRACE=1` …\n",
      "thread '<unnamed>' panicked at 'boom', src/lib.rs:12:5",
      12,
    ],
  ];
  for (const [form, raw, message, line] of panics)
    it(`is a panic ${form}`, () => {
      const { entries, log } = entriesOf(withRaw(raw));
      const [, , panic, end] = entries;
      assert.equal(panic?.entry.message, message);
      assert.equal(panic.entry.rawText, raw.trim());
      // when the entry above it was written
      assert.equal(panic.entry.at, dayAt + 1000);
      assert.deepEqual(linkOf(panic.entry), { path: 'src/lib.rs', line });
      assert.match(end?.entry.message ?? '', /^disconnection/);
      assert.equal(log.understanding.skipped, 0);
    });

  it('is no panic in a statement, a detail or a name', () => {
    const text = "thread 'x' panicked at src/lib.rs:1:1:\nboom";
    const more = { sqlState: 'XX000', statement: text, detail: text };
    const name = `a\n${text.slice(0, 40)}\nb`;
    const { entries } = entriesOf(
      printStderr('%m [%p] %u@%d ', [
        start,
        authorized(bob, dayAt + 1000),
        says(bob, dayAt + 1500, 'FATAL', `as they say: ${text}`, more),
        authorized({ ...bob, pid: 8, user: name }, dayAt + 1600),
        authorized({ ...bob, pid: 9 }, dayAt + 1700),
      ]),
    );
    assert.deepEqual(
      entries.filter(({ entry }) => entry.rawText !== undefined),
      [],
    );
  });

  const loader = 'postgres: shop bob: symbol lookup error: /l/my_ext.so: undefined symbol: SPI_foo\n';
  it('that stands above a crash belongs to it', () => {
    const { entries } = entriesOf(withRaw(loader, crash));
    assert.equal(entries[2]?.entry.rawText, loader.trim());
  });

  it('that stands above something else belongs to nothing', () => {
    const { entries } = entriesOf(withRaw(loader));
    assert.deepEqual(
      entries.map(({ entry }) => entry.rawText),
      [undefined, undefined, undefined],
    );
  });

  it('is looked for up to 6 KiB above', () => {
    const { entries } = entriesOf(withRaw(`${'first line\n'.repeat(2000)}${loader}`, crash));
    const { rawText = '' } = entries[2]?.entry ?? {};
    assert.ok(
      rawText.length > 4096 && rawText.length <= 6144 && rawText.endsWith(loader.trim()),
      `${rawText.length}`,
    );
  });
});
