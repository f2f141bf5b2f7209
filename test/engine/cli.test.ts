import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import manifest from '../../package.json' with { type: 'json' };
import type { SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { assertFollowsSchema } from '../core/schemas.ts';
import {
  authorized,
  dayAt,
  printCsv,
  printJson,
  printStderr,
  received,
  type Client,
} from '../core/serverLog.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import type { Truth } from '../env/scenario/truth.ts';
import { eventually, type TestDirectory } from '../sources/tailWorld.ts';
import { CommandLine, commandHome, otherNode, type Outcome } from './commandLine.ts';
import { fixture, ServerLines } from './engineWorld.ts';
import { FakePostmaster } from './fakePostmaster.ts';

const truthOf = (name: string): Truth =>
  JSON.parse(readFileSync(fixture(name, 'truth.json'), 'utf8')) as Truth;

describe('connections, the command line', () => {
  let directory: TestDirectory;
  let command: CommandLine;
  beforeEach(() => {
    directory = commandHome();
    command = new CommandLine(directory.path);
  });
  afterEach(() => directory.remove());

  const run = (...args: string[]): Promise<Outcome> => command.run(args);
  /** The summary that it prints, which tells what really happened. */
  const tells = async (name: string, outcome: Promise<Outcome>): Promise<SummaryDocument> => {
    const { code, stdout, stderr } = await outcome;
    assert.deepEqual([code, stderr], [0, '']);
    assertFollowsSchema('summary', stdout);
    const summary = JSON.parse(stdout) as SummaryDocument;
    assertTells(summary, truthOf(name));
    return summary;
  };
  const manyConnects = (count: number): string => {
    const lines = new ServerLines();
    return lines.start() + Array.from({ length: count }, (_, n) => lines.connect({ pid: 100 + n })).join('');
  };

  describe('refuses bad input with one sentence and the next step:', () => {
    const refuses = async (outcome: Promise<Outcome>, code: number, expected: RegExp): Promise<void> => {
      const { stdout, stderr, ...ended } = await outcome;
      assert.match(stderr, expected);
      assert.match(stderr, /^connections: [^\n]+[^\s.]\.\n$/);
      assert.equal(stdout, '');
      assert.equal(ended.code, code);
    };
    const cases: [what: string, code: number, args: string[], expected: RegExp][] = [
      ['a missing file', 1, ['none.log'], /none\.log does not exist: check the path/],
      ['a file below a file', 1, ['text.log/x'], /does not exist: check the path/],
      ['a glob that matches nothing', 1, ['no*.log'], /Nothing matches .*no\*\.log: check the pattern/],
      ['a directory without logs', 1, ['empty'], /empty holds no PostgreSQL log .*: name the file/],
      ['a device', 1, ['/dev/null'], /\/dev\/null is neither a file nor a directory: name a log file/],
      [
        'a binary',
        1,
        ['binary.log'],
        /No line of .*binary\.log is one of a PostgreSQL log: name the log of a server/,
      ],
      ['a text that is no log', 1, ['text.log'], /No line of .*text\.log is one of a PostgreSQL log/],
      ['a text that is no log, watched', 1, ['text.log', '--watch'], /No line of .*text\.log is one of a/],
      [
        'a damaged gzip',
        1,
        ['torn.log.gz'],
        /torn\.log\.gz cannot be read: .*Check the file, or name another one/,
      ],
      ['a compression that is not known', 1, ['packed.log'], /it is compressed with bzip2; unpack it first/],
      [
        'several servers',
        2,
        ['several'],
        /holds the logs of 2 servers: name one of them \(.*pg-[ab]\.log, pg-[ab]\.log\)/,
      ],
      [
        'a directory beside a file',
        2,
        ['text.log', 'one'],
        /one is a directory: name it alone, or name files only/,
      ],
      ['an unknown number', 2, ['4711'], /There is no log 4711/],
      ['a filter of nothing', 2, ['text.log', '--db='], /--db= names nothing: write a name, or a pattern/],
      ['a filter of nothing, short', 2, ['text.log', 'user='], /names nothing: write a name/],
      [
        'a filter that is none',
        2,
        ['text.log', 'database=shop'],
        /“database=shop” is not a filter: write db=…/,
      ],
      ['an unknown option', 2, ['--databse=shop'], /no option “--databse=shop”: see --help/],
      ['two modes', 2, ['--watch', '--history'], /--watch and --history show different things: give one/],
      [
        'a window that is none',
        2,
        ['--history', '--window=soon'],
        /--window=soon is no length of time: write one/,
      ],
      ['a zone that is none', 2, ['--time-zone=Mars'], /Mars/],
      ['an empty argument', 2, [''], /An empty argument names no log: leave it away/],
    ];
    beforeEach(() => {
      directory.makeFolder('empty');
      directory.makeFolder('several');
      directory.makeFolder('one');
      directory.write('one/pg.log', '');
      for (const name of ['pg-a.log', 'pg-b.log'])
        directory.write(`several/${name}`, new ServerLines().start());
      directory.write('text.log', 'Dear diary,\nnothing happened.\n');
      directory.write('binary.log', Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 251)));
      directory.write('torn.log.gz', gzipSync(manyConnects(100)).subarray(0, 500));
      directory.write('packed.log', 'BZh91AY&SY');
    });
    for (const [what, code, args, expected] of cases)
      it(what, () => refuses(command.run(args), code, expected));

    it('standard input that is no log', () =>
      refuses(
        command.run(['-'], { input: 'Dear diary' }),
        1,
        /No line of standard input is one of a PostgreSQL log/,
      ));

    it('a file, or a directory, without permission', async function () {
      if (process.platform === 'win32') this.skip();
      directory.write('closed.log', new ServerLines().start());
      directory.write('empty/pg.log', new ServerLines().start());
      chmodSync(directory.join('closed.log'), 0);
      chmodSync(directory.join('empty'), 0);
      const asOrdinaryUser = (name: string) =>
        command.run([directory.join(name)], { isOrdinary: true, cwd: '/' });
      await refuses(
        asOrdinaryUser('closed.log'),
        1,
        /closed\.log may not be read by this user: ask its owner/,
      );
      await refuses(asOrdinaryUser('empty'), 1, /empty may not be entered by this user: set log_directory/);
      await refuses(asOrdinaryUser('empty/pg.log'), 1, /empty may not be entered by this user/);
      chmodSync(directory.join('empty'), 0o755);
    });
  });

  describe('reads what can be read, and warns of what it cannot tell:', () => {
    const cases: [what: string, text: () => string, warning: RegExp, stdout: RegExp][] = [
      [
        'an empty log',
        () => '',
        /The log is empty: nothing has been logged yet\./,
        /^Active connections: unknown\n/,
      ],
      [
        'a log without %p and %c',
        () => new ServerLines().connect({ pid: 1 }).replaceAll(/\[\d+\] /g, ''),
        /neither process nor session \(log_line_prefix "%m "\): add %p or %c to log_line_prefix/,
        /^Active connections: unknown\n/,
      ],
      [
        'log_connections off',
        () => new ServerLines().start(),
        /The log tells of no connections: turn on log_connections and log_disconnections/,
        /^Active connections: unknown\n/,
      ],
      [
        'log_disconnections off',
        () => manyConnects(30),
        /log_disconnections is off, so ends are not known: turn it on/,
        /^Active connections: unknown\n.*connected and not seen to end: 30\./,
      ],
      [
        'a start in the middle',
        () => {
          const lines = new ServerLines();
          return lines.connect({ pid: 1 }) + lines.disconnect({ pid: 2 });
        },
        /^$/,
        /^Active connections: at least 1\n/,
      ],
    ];
    for (const [what, text, warning, stdout] of cases) {
      it(what, async () => {
        directory.write('pg.log', text());
        const outcome = await run('pg.log');
        assert.equal(outcome.code, 0);
        assert.match(outcome.stderr, warning);
        assert.match(outcome.stderr, /^(?:Warning: [^\n]+\.\n)*$/);
        assert.match(outcome.stdout, stdout);
        const { warnings } = JSON.parse((await run('pg.log', '--json')).stdout) as SummaryDocument;
        assert.equal(warnings.map((each) => `Warning: ${each}\n`).join(''), outcome.stderr);
      });
    }

    it('the settings of the server in whose data directory it lies', async () => {
      directory.makeFolder('data/log');
      directory.write('data/PG_VERSION', '16\n');
      directory.write('data/postgresql.conf', 'log_connections = on\nlog_disconnections = off\n');
      directory.write('data/log/pg.log', manyConnects(2));
      assert.match((await run('data/log/pg.log')).stderr, /log_disconnections is off/);
    });
  });

  describe('reads a log named as', () => {
    const rotated = '16-stderr-rotation';
    const names = ['postgresql-2026-01-01.log', 'postgresql-2026-01-02.log.gz', 'postgresql-2026-01-03.log'];
    beforeEach(() => {
      directory.makeFolder('log');
      for (const [index, name] of names.entries()) {
        const bytes = readFileSync(fixture(rotated, `${index + 1}.log`));
        directory.write(`log/${name}`, name.endsWith('.gz') ? gzipSync(bytes) : bytes);
        directory.touch(`log/${name}`, 1000 + index);
      }
      directory.write('log/readme.txt', 'no log');
    });

    it('a file, in each of the formats', async () => {
      for (const [name, file, format] of [
        ['16-stderr-lively', 'server.log', 'stderr'],
        ['15-csv-lively', 'server.csv', 'csv'],
        ['15-json-lively', 'server.json', 'json'],
      ] as const) {
        const { log } = await tells(name, run(fixture(name, file), '--json'));
        assert.deepEqual([log.format, log.files], [format, [fixture(name, file)]]);
      }
    });

    it('its files in order', () => tells(rotated, run(...names.map((name) => `log/${name}`), '--json')));
    it('a directory', () => tells(rotated, run('log', '--json')));
    it('a glob', () => tells(rotated, run('log/postgresql-*', '--json')));
    it('a directory that was copied, which disturbs the times of its files', () => {
      for (const [index, name] of names.entries()) directory.touch(`log/${name}`, 2000 - index);
      return tells(rotated, run('log', '--json'));
    });

    it('standard input, packed or not, and says so', async () => {
      const input = Buffer.concat([1, 2, 3].map((n) => readFileSync(fixture(rotated, `${n}.log`))));
      const { log } = await tells(rotated, command.run(['-', '--json'], { input }));
      assert.deepEqual(log.files, ['-']);
      await tells(rotated, command.run(['-', '--json'], { input: gzipSync(input) }));
      assert.match((await command.run(['-'], { input })).stdout, /\nLog: standard input \(PostgreSQL 16/);
    });

    it('standard input that does not end, up to where the user has had enough', async () => {
      const running = command.start(['-']);
      // more than a pipe holds: when all of it is written, most of it is read
      await new Promise((written) => running.child.stdin.write(manyConnects(5000), written));
      running.child.kill('SIGINT');
      const { code, stdout } = await running.ended;
      assert.equal(code, 0);
      assert.match(stdout, /\nTotals: \d{4} connects, /);
    });

    it('a directory with csv, json and plain logs of one server, which count once', async () => {
      directory.makeFolder('three');
      const who: Client = { pid: 7, user: 'app', database: 'shop', host: '10.0.0.7', port: 5001 };
      const records = [received(who, dayAt), authorized(who, dayAt + 5)];
      const texts = {
        log: printStderr('%m [%p] ', records),
        json: printJson(records),
        csv: printCsv(records),
      };
      for (const [index, [ending, text]] of Object.entries(texts).entries()) {
        writeFileSync(directory.join(`three/postgresql.${ending}`), text);
        directory.touch(`three/postgresql.${ending}`, 1000 + index);
      }
      const { stdout } = await run('three', '--json');
      const { connects, log } = JSON.parse(stdout) as SummaryDocument;
      assert.deepEqual([connects, log.files], [1, [directory.join('three/postgresql.csv')]]);
    });

    it('nothing at all, or a number of the list', async function () {
      if (process.platform !== 'linux') this.skip();
      const server = new FakePostmaster(directory.makeFolder('pgrx'), 16);
      writeFileSync(server.log, readFileSync(fixture('16-stderr-lively', 'server.log')));
      await server.start();
      try {
        await tells('16-stderr-lively', run('--json'));
        const { stdout } = await run('list', '--json');
        assertFollowsSchema('list', stdout);
        const { logs } = JSON.parse(stdout) as { logs: { number: number; path: string; running: boolean }[] };
        const ours = logs.find(({ path }) => path === server.log);
        assert.ok(ours?.running);
        await tells('16-stderr-lively', run(String(ours.number), '--json'));
        const list = (await run('list')).stdout;
        assert.match(
          list,
          /^ {2}1 {2}PostgreSQL 16 \(pgrx\) +~\/pgrx\/16\.log +port 28817, running, stderr, connection logging on$/m,
        );
      } finally {
        server.stop();
      }
    });
  });

  describe('prints', () => {
    const lively = fixture('16-stderr-lively', 'server.log');

    it('a summary', async () => {
      const { stdout, stderr, code } = await run(lively);
      const { active, connects, disconnects, failed } = truthOf('16-stderr-lively');
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, new RegExp(`^Active connections: ${active.length}\n\nBy database:\n  \\S`));
      assert.match(stdout, /\nBy user:\n[^]*\nBy application:\n/);
      assert.match(
        stdout,
        new RegExp(
          `\nTotals: ${connects} connects, ${disconnects} disconnects, 0 lost, ${failed.length} failed`,
        ),
      );
    });

    it('a history', async () => {
      const { stdout, code } = await run(lively, '--history', '--bucket', '5');
      const { connects, active } = truthOf('16-stderr-lively');
      assert.equal(code, 0);
      assert.match(stdout, /last 60 min/i);
      assert.match(stdout, new RegExp(`^Total: ${connects} connects, `, 'm'));
      assert.match(stdout, new RegExp(`\\d\\d:\\d[05] +${active.length} active`));
      assertFollowsSchema('summary', (await run(lively, '--history', '--json', '--window=1h')).stdout);
    });

    it('a history whose days are those of the log’s time of the year', async () => {
      for (const [name, month] of [
        ['winter', 0],
        ['summer', 6],
      ] as const) {
        directory.write(`${name}.log`, new ServerLines(Date.UTC(2026, month, 15, 12)).connect({ pid: 1 }));
        const { stdout } = await command.run([`${name}.log`, '--history', '--window=2d', '--bucket=1d'], {
          env: { TZ: 'Europe/Berlin' },
        });
        assert.match(stdout, new RegExp(`^2026-0${month + 1}-15 00:00   1 active$`, 'm'));
      }
    });

    it('failures, with what to do', async () => {
      const refused = fixture('15-stderr-refused', 'server.log');
      const { stdout, code } = await run(refused, '--failures');
      const { failed } = truthOf('15-stderr-refused');
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Refused logins: ${failed.length}\n`));
      assert.match(stdout, new RegExp(`Log: ${refused}, at byte \\d+\n`));
      assertFollowsSchema('summary', (await run(refused, '--failures', '--json')).stdout);
    });

    it('what a filter lets through', async () => {
      const { active } = truthOf('16-stderr-lively');
      const shop = active.filter(({ database }) => database === 'shop').length;
      const both = active.filter(({ database, user }) => database === 'shop' && user === 'app').length;
      assert.ok(both > 0 && both <= shop);
      assert.match(
        (await run(lively, '--db=shop')).stdout,
        new RegExp(`^Active connections to 'shop': ${shop}\n`),
      );
      assert.match((await run(lively, 'db=sh*', '--user', 'app')).stdout, new RegExp(`: ${both}\n`));
      const { stdout } = await run(lively, 'db=shop', '--json');
      assert.equal((JSON.parse(stdout) as SummaryDocument).active.length, shop);
    });

    it('control characters so that no terminal obeys them', async () => {
      const lines = new ServerLines();
      const hostile = 'a\u001b]0;x\u0007\u009b31m\u202eb';
      directory.write(
        'pg.log',
        lines.start() + lines.connect({ pid: 1, application: hostile }) + lines.refuse(2, hostile),
      );
      for (const args of [[], ['--failures'], ['--json']]) {
        const { stdout, code } = await run('pg.log', ...args);
        assert.equal(code, 0);
        assert.doesNotMatch(stdout, /[^\P{Cc}\n]|\u202e/u);
        assert.match(stdout, /a\\(?:x1b|u001b)\]0;x/);
      }
      const { stderr } = await run('none\u001b31m.log');
      assert.match(stderr, /none\\x1b31m\.log does not exist/);
    });

    it('its version and its help', async () => {
      assert.deepEqual(await run('--version'), { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
      assert.match((await run('--help')).stdout, /^connections: who is connected/);
    });

    it('to a reader that leaves early, without complaint', async () => {
      directory.write('pg.log', manyConnects(9000));
      const running = command.start(['pg.log', '--json']);
      running.child.stdin.end();
      running.child.stdout.once('data', () => running.child.stdout.destroy());
      const { code, stderr } = await running.ended;
      assert.deepEqual([code, stderr.replace(/^Warning: .*\n/, '')], [0, '']);
    });
  });

  describe('--watch', () => {
    const write = (...texts: string[]): void => directory.append('pg.log', texts.join(''));
    let lines: ServerLines;
    beforeEach(() => {
      lines = new ServerLines();
      write(lines.start(), lines.connect({ pid: 9 }), lines.disconnect({ pid: 9 }));
    });

    it('prints who comes, leaves and is turned away, through a rotation, until Ctrl+C', async () => {
      const running = command.start(['pg.log', '--watch']);
      await running.lines(1);
      write(lines.connect({ pid: 10, application: 'psql', user: 'postgres', database: 'mydb' }));
      await running.lines(2);
      directory.rename('pg.log', 'pg.log.1');
      write(lines.disconnect({ pid: 10, user: 'postgres', database: 'mydb' }), lines.refuse(11));
      await running.lines(4);
      running.child.kill('SIGINT');
      const { code, stdout, stderr } = await running.ended;
      assert.deepEqual([code, stderr], [0, '']);
      assert.deepEqual(stdout.replaceAll(/\d\d:\d\d:\d\d/g, 'TIME').split('\n'), [
        'Watching connections (Ctrl+C to exit)',
        '[+] TIME psql connected from [local] (user: postgres, db: mydb)',
        '[-] TIME psql disconnected (duration: 0.002s, user: postgres, db: mydb)',
        '[!] TIME bob from 10.0.0.7: password authentication failed for user "bob"',
        '',
      ]);
    });

    it('prints one JSON document per line, of what the filter lets through', async () => {
      const running = command.start(['pg.log', '--watch', '--json', 'user=app']);
      // no header says when it has begun: what it reads first is history
      write(lines.connect({ pid: 12, user: 'eve' }));
      let pid = 100;
      const printsSomething = setInterval(() => write(lines.connect({ pid: (pid += 1) })), 20);
      try {
        await running.lines(2);
      } finally {
        clearInterval(printsSomething);
      }
      running.child.kill('SIGINT');
      const { code, stdout } = await running.ended;
      assert.equal(code, 0);
      for (const line of stdout.trimEnd().split('\n')) {
        assertFollowsSchema('watch', line);
        assert.equal((JSON.parse(line) as { user: string }).user, 'app');
      }
    });

    it('says that the log is gone, and goes on when it is back', async () => {
      const running = command.start(['pg.log', '--watch']);
      await running.lines(1);
      directory.unlink('pg.log');
      await eventually(() => running.stderr !== '', 'it says so');
      write(lines.connect({ pid: 10 }));
      await running.lines(2);
      running.child.kill('SIGTERM');
      const { code, stderr } = await running.ended;
      assert.equal(code, 0);
      assert.match(
        stderr,
        /^Warning: .*pg\.log is not there: it will be followed as soon as the server writes it[^\n]*\n$/,
      );
    });

    it('says that the log may no longer be read, and goes on when it may', async function () {
      if (process.platform === 'win32') this.skip();
      const running = command.start(['pg.log', '--watch'], { isOrdinary: true });
      await running.lines(1);
      chmodSync(directory.join('pg.log'), 0);
      await eventually(() => running.stderr !== '', 'it says so');
      chmodSync(directory.join('pg.log'), 0o644);
      write(lines.connect({ pid: 10 }));
      await running.lines(2);
      running.child.kill('SIGINT');
      const { code, stderr } = await running.ended;
      assert.equal(code, 0);
      assert.match(
        stderr,
        /^Warning: .*pg\.log may not be read: give your user permission to read it[^\n]*\n$/,
      );
    });

    it('ends with its input, or with its reader', async () => {
      const input = lines.connect({ pid: 10 }) + lines.refuse(11);
      const { code, stdout } = await command.run(['-', '--watch'], { input });
      assert.deepEqual([code, stdout.split('\n').length], [0, 4]);
      const running = command.start(['-', '--watch']);
      running.child.stdin.write(lines.connect({ pid: 10 }));
      await running.lines(2);
      running.child.stdout.destroy();
      running.child.stdin.write(lines.connect({ pid: 11 }));
      assert.equal((await running.ended).code, 0);
    });
  });

  it('runs on the other Node of this machine too', async function () {
    const node = otherNode();
    if (node === undefined) this.skip();
    const name = '16-stderr-lively';
    await tells(name, command.run([fixture(name, 'server.log'), '--json'], { node }));
    const { code, stdout } = await command.run(['none.log'], { node });
    assert.deepEqual([code, stdout], [1, '']);
    directory.write('pg.log', new ServerLines().start());
    const running = command.start(['pg.log', '--watch'], { node });
    await running.lines(1);
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 0);
  });

  it('writes nothing anywhere', async () => {
    directory.write('pg.log', new ServerLines().start());
    await Promise.all([run('pg.log'), run('list'), run('pg.log', '--failures')]);
    assert.deepEqual(readdirSync(directory.path), ['pg.log']);
  });
});
