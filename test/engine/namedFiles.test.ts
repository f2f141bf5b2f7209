import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { PoolLogDocument } from '../../src/core/report/poolJson.ts';
import type { SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import type { Truth } from '../env/scenario/truth.ts';
import { TestDirectory } from '../sources/tailWorld.ts';
import { CommandLine, type Outcome } from './commandLine.ts';
import { fixture, ServerLines } from './engineWorld.ts';

describe('files that a user names one by one', () => {
  let directory: TestDirectory;
  let command: CommandLine;
  beforeEach(() => {
    directory = new TestDirectory();
    chmodSync(directory.path, 0o755);
    command = new CommandLine(directory.path);
  });
  afterEach(() => directory.remove());

  const run = (...args: string[]): Promise<Outcome> => command.run(args);

  it('are one log, told exactly, where one begins when the other has ended, whatever they are called', async () => {
    const name = '16-stderr-rotation';
    const [first, second, third] = [1, 2, 3].map((n) => readFileSync(fixture(name, `${n}.log`)));
    directory.write('second.log.gz', gzipSync(second!));
    directory.write('a.log', third!);
    directory.write('zuerst.log.1', first!);
    directory.touch('zuerst.log.1', 3000);
    directory.touch('a.log', 1000);
    for (const args of [
      ['second.log.gz', 'zuerst.log.1', 'a.log'],
      ['a.log', 'zuerst.log.1', 'second.log.gz'],
      ['*log*'],
    ]) {
      const { code, stdout, stderr } = await run(...args, '--json');
      assert.deepEqual([code, stderr], [0, '']);
      const summary = JSON.parse(stdout) as SummaryDocument;
      assertTells(summary, JSON.parse(readFileSync(fixture(name, 'truth.json'), 'utf8')) as Truth);
      assert.deepEqual(
        summary.log.files,
        ['zuerst.log.1', 'second.log.gz', 'a.log'].map((file) => directory.join(file)),
      );
    }
  });

  it('are refused as two servers’ where both were written at the same time, or by two versions', async () => {
    const [one, other, later] = [new ServerLines(), new ServerLines(), new ServerLines().pass(3_600_000)];
    const life = (lines: ServerLines): string =>
      lines.start() + lines.connect({ pid: 7 }) + lines.pass(5000).disconnect({ pid: 7 });
    directory.write('one.log', life(one));
    directory.write('other.log', life(other));
    directory.write('later.log', life(later).replace('PostgreSQL 16.4', 'PostgreSQL 17.1'));
    for (const names of [
      ['one.log', 'other.log'],
      ['one.log', 'later.log'],
    ]) {
      const { code, stdout, stderr } = await run(...names);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /holds the logs of 2 servers: name one of them \(\w+\.log, \w+\.log\)\.\n$/);
    }
  });

  it('are read as the options say, where the lines tell their times only so', async () => {
    const marked = (text: string): string => text.replaceAll(/^(\S+ \S+ UTC) \[(\d+)\] /gm, '9$29$19');
    const lines = new ServerLines();
    directory.write('b.log', marked(lines.start() + lines.connect({ pid: 7 })));
    directory.write('a.log', marked(lines.pass(5000).disconnect({ pid: 7 })));
    const { stdout } = await run('a.log', 'b.log', '--json', '--log-line-prefix=9%p9%m9');
    const { connects, disconnects, active } = JSON.parse(stdout) as SummaryDocument;
    assert.deepEqual([connects, disconnects, active], [1, 1, []]);
  });

  it('are one log of an application too', async () => {
    const line = (at: string, out: number): string =>
      `2026-11-30 ${at},000 INFO pool Pool size: 5  Connections in pool: 0 Current Overflow: 0 Current Checked out connections: ${out}\n`;
    directory.write('a.log', line('14:00:00', 5) + line('15:00:00', 3));
    directory.write('b.log', line('12:00:00', 1) + line('13:00:00', 2));
    const { code, stdout } = await run('pool', 'a.log', 'b.log', '--json');
    const { pool, log } = JSON.parse(stdout) as PoolLogDocument;
    assert.deepEqual([code, pool.checkedOut, pool.maxCheckedOut], [0, 3, 5]);
    assert.deepEqual(log.files, [directory.join('b.log'), directory.join('a.log')]);
  });
});
