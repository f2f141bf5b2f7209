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

  describe('and watches', () => {
    const lines = new ServerLines();
    const name = (day: string): string => `postgresql-2026-${day}_000000.log`;
    const names = [name('11-28'), name('11-29'), name('11-30')];
    /** Follows these names through a new name after each of the files that the server begins; answers what was said. */
    const watch = async (
      args: readonly string[],
      begun: readonly string[],
    ): Promise<{ signs: string[]; stderr: string }> => {
      const running = command.start([...args, '--watch']);
      await running.lines(1);
      for (const [index, file] of begun.entries()) {
        directory.append(file, lines.connect({ pid: 100 + index, application: `app${index}` }));
        await running.lines(2 + index);
      }
      running.child.kill('SIGINT');
      const { code, stdout, stderr } = await running.ended;
      assert.equal(code, 0);
      const signs = stdout.split('\n').slice(1, -1);
      return { signs: signs.map((line) => line.replace(/^(\[.\]) \S+ (\S+).*$/, '$1 $2')), stderr };
    };
    beforeEach(() => {
      for (const [index, file] of names.entries()) {
        directory.write(file, lines.start() + lines.connect({ pid: 7 + index }));
        directory.touch(file, 1000 + index);
      }
    });

    for (const [which, args] of [
      ['the files', names],
      ['the one file', names.slice(2)],
    ] as const)
      it(`also what the server begins next, as a shell fills in only ${which} of now`, async () => {
        const { signs, stderr } = await watch(args, [names[2]!, name('12-01'), name('12-02')]);
        assert.deepEqual([signs, stderr], [['[+] app0', '[+] app1', '[+] app2'], '']);
      });

    it('the newest file, where the log goes on after those that are named, and says so', async () => {
      const { signs, stderr } = await watch(names.slice(0, 2), [names[2]!, name('12-01')]);
      assert.deepEqual(signs, ['[+] app0', '[+] app1']);
      assert.match(stderr, /^Warning: The log goes on after \S+11-29\S+: \S+11-30\S+ is followed\.\n$/);
    });

    it('only the last file, where names do not tell what comes next, and says so', async () => {
      directory.write('new.log', lines.connect({ pid: 12 }));
      const { signs, stderr } = await watch([...names, 'new.log'], ['new.log']);
      assert.deepEqual(signs, ['[+] app0']);
      assert.match(stderr, /^Warning: Only \S+new\.log is followed: these names do not tell what .*\.\n$/);
    });

    it('pools too', async () => {
      const status = (out: number): string =>
        `2026-11-30 14:00:0${out},000 INFO pool Pool size: 5  Connections in pool: 0 Current Overflow: 0 Current Checked out connections: ${out}\n`;
      directory.write('app-2026-11-29.log', status(1));
      directory.write('app-2026-11-30.log', status(2));
      const running = command.start(['pool', 'app-2026-11-29.log', 'app-2026-11-30.log', '--watch']);
      await running.lines(1);
      directory.write('app-2026-12-01.log', status(3));
      await running.lines(2);
      running.child.kill('SIGINT');
      assert.match((await running.ended).stdout, / QueuePool: 3 of 5 checked out/);
    });
  });
});
