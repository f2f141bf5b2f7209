import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineOf } from '../../src/core/log/lineBlock.ts';
import { entryOf } from '../../src/core/log/recurring.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { tailLog } from '../../src/sources/tail/tailLog.ts';
import { WasmScan } from '../../src/sources/tail/wasmScan.ts';
import { generateFile } from '../bench/generate.ts';

/** What a log tells: how many entries, a hash of all in their order, and how well it was understood. */
interface Told {
  readonly entries: number;
  readonly hash: string;
  readonly understanding: object;
  readonly guessedZone: string | undefined;
  /** Whether another thread had a part in it. */
  readonly isShared: boolean;
}

const never = Number.POSITIVE_INFINITY;

async function told(
  path: string,
  aheadBytes: number,
  onEntry: (count: number) => void = () => undefined,
): Promise<Told> {
  const hash = createHash('sha1');
  let entries = 0;
  const tell = (entry: LogEntry, offsetBytes: number): void => {
    entries += 1;
    hash.update(JSON.stringify([offsetBytes, entry.at, entry.pid, entry.message, entry]));
    onEntry(entries);
  };
  const log = new PostgresLog(
    {
      entry: (entry, _file, offsetBytes) => tell(entry, offsetBytes),
      lines: (block) => {
        for (let index = 0; index < block.count; index += 1) {
          const line = lineOf(block, index);
          tell(entryOf(line), line.offsetBytes);
        }
      },
    },
    { logTimezone: 'Europe/Berlin' },
    () => WasmScan.start(),
  );
  let isShared = false;
  const readAhead = log.readAhead.bind(log);
  log.readAhead = async (bytes, stopped) => {
    const before = bytes.offsetBytes;
    await readAhead(bytes, stopped);
    isShared ||= bytes.offsetBytes > before;
  };
  const { signal } = new AbortController();
  await tailLog({ kind: 'files', paths: [path] }, log, { signal, follow: false, aheadBytes });
  return {
    entries,
    hash: hash.digest('hex'),
    understanding: log.understanding,
    guessedZone: log.clock.guessedZone,
    isShared,
  };
}

describe('a big file, read by two threads', function () {
  this.timeout(120_000);
  let directory = '';
  before(() => (directory = mkdtempSync(join(tmpdir(), 'pgc-ahead-'))));
  after(() => rmSync(directory, { recursive: true }));

  /** Both ways; answers what was told. */
  const compared = async (path: string): Promise<Told> => {
    const one = await told(path, never);
    const two = await told(path, 0);
    assert.equal(one.isShared, false);
    assert.deepEqual({ ...two, isShared: false }, one);
    return two;
  };

  const cases = [
    { name: 'stderr', format: 'stderr', prefix: '%m [%p] ' },
    { name: 'stderr with names in the prefix', format: 'stderr', prefix: '%t:%r:%u@%d:[%p]: ' },
    { name: 'csv', format: 'csv', prefix: '' },
    { name: 'json', format: 'json', prefix: '' },
  ] as const;
  for (const { name, format, prefix } of cases)
    it(`tells the same as one: ${name}`, async () => {
      const path = join(directory, `${format}.log`);
      generateFile(path, { format, prefix, share: 20, bytes: 20e6, seed: 7 });
      const { isShared, entries } = await compared(path);
      assert.ok(isShared);
      assert.ok(entries > 2000);
    });

  it('tells the same where other languages and encodings begin late', async () => {
    const path = join(directory, 'foreign.log');
    generateFile(path, { format: 'stderr', prefix: '%m [%p] ', share: 10, bytes: 8e6, seed: 3 });
    const ascii = Buffer.from(
      readFileSync(path)
        .toString('latin1')
        .replaceAll(/[^\n\t -~]/g, '?'),
      'latin1',
    );
    const german = Buffer.from(
      [
        '2026-11-21 09:00:00.000 UTC [77] LOG:  Verbindung empfangen: Host=10.0.0.1 Port=5000',
        '2026-11-21 09:00:00.001 UTC [77] FATAL:  Passwort-Authentifizierung für Benutzer »bob« fehlgeschlagen',
        '',
      ].join('\n'),
    );
    const latin = Buffer.from(german.toString().replace('»', '"').replace('«', '"'), 'latin1');
    writeFileSync(path, Buffer.concat([ascii, german, ascii, latin, ascii]));
    assert.ok((await compared(path)).isShared);
  });

  it('tells the same of lines that are not understood, of raw text, and where the prefix changes', async () => {
    const path = join(directory, 'changes.log');
    const part = (prefix: string, seed: number): Buffer => {
      generateFile(path, { format: 'stderr', prefix, share: 10, bytes: 9e6, seed });
      return readFileSync(path);
    };
    const noise = Buffer.from(
      "\nthread 'tokio' panicked at src/lib.rs:7:5:\nno entry\nnote: run with `RUST_BACKTRACE=1`\nnonsense FATAL:  is this\n",
    );
    writeFileSync(
      path,
      Buffer.concat([
        part('%m [%p] ', 1),
        noise,
        part('%m [%p] ', 2),
        part('%t [%p]: user=%u,db=%d ', 3),
        noise,
        part('%m [%p] ', 4),
      ]),
    );
    await compared(path);
  });

  for (const format of ['csv', 'json'])
    it(`tells the same of all recorded ${format} logs, one behind the other`, async () => {
      const fixtures = join(import.meta.dirname, '../fixtures');
      const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) =>
        format === 'csv' ? name.endsWith('.csv') : /-json-.*\/(server|\d+)\.json$/.test(name),
      );
      assert.ok(files.length > 20);
      const all = Buffer.concat(files.map((name) => readFileSync(join(fixtures, name))));
      const path = join(directory, `recorded.${format}`);
      const times = Math.ceil(12e6 / all.length);
      writeFileSync(path, Buffer.concat(Array.from({ length: times }, () => all)));
      assert.ok((await compared(path)).isShared);
    });

  it('goes on by itself where a record is longer than any stretch', async () => {
    const path = join(directory, 'long.log');
    generateFile(path, { format: 'csv', prefix: '', share: 10, bytes: 10e6, seed: 5 });
    const part = readFileSync(path);
    const long = Buffer.from(
      `2026-11-21 09:00:00.000 UTC,"app","shop",9,"10.0.0.1:5",6,1,"SELECT",2026-11-21 08:00:00 UTC,3/4,0,ERROR,42601,"syntax",,,,,,"select '${'x\n'.repeat(6e6)}'",,,"psql","client backend",,0\n`,
    );
    writeFileSync(path, Buffer.concat([part, long, part]));
    await compared(path);
  });

  for (const entries of [0, 3_000, 10_000, 20_000])
    it(`tells the same when the other thread dies, ${entries} entries after the beginning`, async () => {
      const path = join(directory, 'dies.log');
      generateFile(path, { format: 'stderr', prefix: '%m [%p] %q%u@%d ', share: 20, bytes: 40e6, seed: 11 });
      const one = await told(path, never);
      let end = (): void => assert.fail('there is no other thread');
      let ended: Promise<number> | undefined;
      process.once('worker', (worker) => {
        end = () => {
          ended = worker.terminate();
        };
        if (entries === 0) end();
      });
      const two = await told(path, 0, (count) => {
        if (count === entries) end();
      });
      assert.ok(ended);
      await ended;
      assert.deepEqual({ ...two, isShared: false }, one);
    });

  it('tells nothing twice, and says what was lost, when the file is truncated meanwhile', async () => {
    const path = join(directory, 'truncated.log');
    generateFile(path, { format: 'stderr', prefix: '%m [%p] ', share: 20, bytes: 24e6, seed: 9 });
    const { size } = statSync(path);
    const two = await told(path, 0, (count) => {
      if (count === 10_000) truncateSync(path, 0);
    });
    const { lostBytes, bytes, truncations } = two.understanding as Record<string, number>;
    assert.ok(two.isShared);
    assert.equal(truncations, 1);
    assert.equal((lostBytes ?? 0) + (bytes ?? 0), size);
  });
});
