import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { PoolDocument, PoolerLogDocument, PoolLogDocument } from '../../src/core/report/poolJson.ts';
import { assertFollowsSchema } from '../core/schemas.ts';
import { eventually, type TestDirectory } from '../sources/tailWorld.ts';
import { CommandLine, commandHome, type Outcome } from './commandLine.ts';
import { fixture } from './engineWorld.ts';

/** What `engine.pool.status()` says. */
const status = (inPool: number, overflow: number, out: number): string =>
  `Pool size: 2  Connections in pool: ${inPool} Current Overflow: ${overflow} Current Checked out connections: ${out}\n`;
const log = status(0, -2, 0) + status(0, 1, 3) + status(1, 0, 1);

describe('connections pool', () => {
  let directory: TestDirectory;
  let command: CommandLine;
  beforeEach(() => {
    directory = commandHome();
    command = new CommandLine(directory.path);
  });
  afterEach(() => directory.remove());

  const run = (...args: string[]): Promise<Outcome> => command.run(['pool', ...args]);
  const write = (name: string, text: string | Uint8Array): string => {
    const path = join(directory.path, name);
    writeFileSync(path, text);
    return path;
  };
  async function document(outcome: Promise<Outcome>): Promise<PoolLogDocument> {
    const { code, stdout, stderr } = await outcome;
    assert.deepEqual([code, stderr], [0, '']);
    assertFollowsSchema('pool', stdout);
    return JSON.parse(stdout) as PoolLogDocument;
  }
  const shown = ({ size, checkedOut, maxCheckedOut, maxOverflowUsed, samples }: PoolDocument): object => ({
    ...{ size, checkedOut, maxCheckedOut, maxOverflowUsed, samples },
  });
  const expected = { size: 2, checkedOut: 1, maxCheckedOut: 3, maxOverflowUsed: 1, samples: 3 };

  const variants: Readonly<Record<string, string | Buffer>> = {
    'as it is': log,
    compressed: gzipSync(log),
    'in UTF-16': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(log, 'utf16le')]),
    'with CRLF': log.replaceAll('\n', '\r\n'),
    'with colours': log.replaceAll('Pool size', '\u001b[32mINFO\u001b[0m Pool size'),
    'without a last newline': log.trimEnd(),
  };
  for (const [name, bytes] of Object.entries(variants))
    it(`tells the same of a file and on standard input: ${name}`, async () => {
      const path = write('app.log', bytes);
      assert.deepEqual(shown((await document(run(path, '--json'))).pool), expected);
      const piped = command.run(['pool', '-', '--json'], { input: Buffer.from(bytes) });
      assert.deepEqual(shown((await document(piped)).pool), expected);
    });

  it('reads on in the next of several files, and passes over bytes that are no text and lines without an end', async () => {
    const noise = Buffer.concat([Buffer.from([0xff, 0x00, 0xfe, 0x0a]), Buffer.alloc(3_000_000, 'x')]);
    const first = write('app.log.1', Buffer.concat([Buffer.from(status(0, 1, 3)), noise, Buffer.from('\n')]));
    const second = write('app.log', status(0, -2, 0) + status(1, 0, 1));
    const { code, stdout } = await run(first, second, '--json');
    assert.equal(code, 0);
    assert.deepEqual(shown((JSON.parse(stdout) as PoolLogDocument).pool), expected);
  });

  it('prints a table, and - for what the log never says', async () => {
    const { code, stdout } = await run(write('app.log', log));
    assert.equal(code, 0);
    assert.match(stdout, /^Pool +kind +size +out +max out +max overflow +timeouts\n/);
    assert.match(stdout, /^QueuePool +sqlalchemy +2 +1 +3 +1 +0$/m);
  });

  for (const story of ['everyday', 'ended', 'names', 'refused', 'restarted', 'late'])
    it(`agrees with the summary of a PgBouncer log: ${story}`, async () => {
      const path = fixture(`pgbouncer-1.18-${story}`, 'pgbouncer.log');
      const { stdout } = await run(path, '--json');
      assertFollowsSchema('poolerLog', stdout);
      const { pools, pool, ...summary } = JSON.parse(stdout) as PoolerLogDocument;
      assert.deepEqual(summary, JSON.parse((await command.run([path, '--json'])).stdout));
      const opened = readFileSync(path, 'utf8').split(' new connection to server').length - 1;
      assert.equal(pool.created ?? 0, opened);
      assert.ok(pools.every(({ kind, checkedOut }) => kind === 'pgbouncer' && checkedOut === null));
    });

  it('reads lines by a pattern of the user', async () => {
    const path = write('own.log', 'orders: 3/5 busy, queue 2\norders: 1/5 busy, queue 0\nnothing\n');
    const pattern = '^(?<pool>\\w+): (?<checkedOut>\\d+)/(?<size>\\d+) busy, queue (?<waiting>\\d+)';
    const { pools } = await document(run(path, '--json', '--pattern', pattern));
    const [pool] = pools;
    assert.deepEqual(
      [pool?.name, pool?.kind, pool?.size, pool?.checkedOut, pool?.maxCheckedOut, pool?.maxWaiting],
      ['orders', 'custom', 5, 1, 3, 2],
    );
  });

  it('ends a pattern that would run for ever', async () => {
    const path = write('own.log', `${'a'.repeat(4000)}!\n`);
    const { code, stderr } = await run(path, '--pattern', '^(a+)+(?<checkedOut>\\d)$');
    assert.equal(code, 1);
    assert.match(stderr, /takes longer than 1000 ms .* make it simpler/);
  });

  const wrong: readonly (readonly [args: string[], code: number, sentence: RegExp])[] = [
    [[], 2, /needs what to read/],
    [['x.log', '--history'], 2, /--history says nothing of pools/],
    [['x.log', 'db=a'], 2, /A pool has no filter/],
    [['x.log', '--pattern', '('], 2, /no regular expression/],
    [['postgres://a@b/pgbouncer', 'x.log'], 2, /is read alone/],
    [['missing.log'], 1, /does not exist/],
    [['postgres://a@127.0.0.1:1/pgbouncer'], 1, /Nobody listens at a@127.0.0.1:1/],
    [['postgres://a@127.0.0.1:1/pgbouncer', '--watch'], 1, /Nobody listens at a@127.0.0.1:1/],
    [['postgres://a%zz:secret@b/pgbouncer'], 1, /This is no URI of a PgBouncer: write one such as/],
    [['postgres://a:secret@b:1,c:2/pgbouncer'], 1, /read one by one: give the URI of one host/],
    [['postgres://a:secret@b/pgbouncer?host=c,d'], 1, /read one by one: give the URI of one host/],
    [['postgres://a:secret@127.0.0.1:1/shop'], 1, /console of a PgBouncer is the database/],
  ];
  for (const [args, expectedCode, sentence] of wrong)
    it(`says in one sentence what is wrong: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [expectedCode, '']);
      assert.match(stderr, sentence);
      assert.ok(!stderr.includes('secret'));
    });

  it('refuses a log without pools, and that of a server, each with what to do', async () => {
    const { code, stderr } = await run(write('app.log', 'INFO hello\n'));
    assert.equal(code, 1);
    assert.match(stderr, /No line of .*app\.log is about a pool: log what it does/);
    const servers = await run(fixture('15-stderr-lively', 'server.log'));
    assert.equal(servers.code, 1);
    assert.match(
      servers.stderr,
      /log of a PostgreSQL server, which knows nothing of pools: name the log of an application or of /,
    );
  });

  it('tells of an empty log that nothing is known', async () => {
    const { code, stdout, stderr } = await run(write('app.log', ''), '--json');
    assert.equal(code, 0);
    assertFollowsSchema('pool', stdout);
    assert.match(stderr, /The log is empty/);
  });

  it('watches what changes, through a rotation', async () => {
    const path = write('app.log', log);
    const running = command.start(['pool', path, '--watch']);
    await running.lines(1);
    appendFileSync(path, status(0, 1, 3));
    await running.lines(2);
    renameSync(path, `${path}.1`);
    writeFileSync(path, status(2, 0, 0));
    await running.lines(3);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines[0], 'Watching pools (Ctrl+C to exit)');
    assert.match(lines[1]!, /QueuePool: 3 of 2 checked out, max overflow 1/);
    assert.match(lines[2]!, /QueuePool: 0 of 2 checked out/);
  });

  it('hands the log of a PgBouncer over to the watch of logins', async () => {
    const said = (socket: string, text: string): string =>
      `2026-11-27 14:37:26.335 UTC [29463] LOG ${socket}: shop/app@127.0.0.1:55810 ${text}\n`;
    const login = (socket: string): string => said(socket, 'login attempt: db=shop user=app tls=no');
    const path = write('pgbouncer.log', login('C-0x55a2b6f7bb80'));
    const running = command.start(['pool', path, '--watch']);
    await running.lines(1);
    appendFileSync(path, login('C-0x55a2b6f7bde0'));
    await running.lines(2);
    appendFileSync(path, said('C-0x55a2b6f7bde0', 'closing because: client close request (age=3s)'));
    await running.lines(3);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    const [header, ...lines] = stdout.trimEnd().split('\n');
    assert.equal(code, 0);
    assert.match(header ?? '', /Ctrl\+C to exit/);
    assert.deepEqual(
      lines.map((line) => line.slice(0, 3)),
      ['[+]', '[-]'],
    );
  });

  it('says of standard input that brings the log of a PgBouncer how that is watched', async () => {
    const input = readFileSync(fixture('pgbouncer-1.18-everyday', 'pgbouncer.log'));
    const { code, stderr } = await command.run(['pool', '-', '--watch'], { input });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^connections: Standard input is the log of a PgBouncer: watch it without “pool”, [^\n]+\.\n$/,
    );
  });

  it('watches standard input as JSON, one document a line', async () => {
    const running = command.start(['pool', '-', '--watch', '--json']);
    running.child.stdin.write(status(0, 0, 2));
    await eventually(
      () => running.stdout.includes('\n'),
      () => running.stderr,
    );
    running.child.stdin.end();
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    for (const line of stdout.trimEnd().split('\n')) assertFollowsSchema('poolWatch', line);
    const pool = JSON.parse(stdout.split('\n')[0]!) as PoolDocument;
    assert.deepEqual([pool.checkedOut, pool.size], [2, 2]);
  });
});
