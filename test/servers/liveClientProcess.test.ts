import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { withoutPasswords } from '../../src/sources/server/clientProcess.ts';
import { inodeOf, peerInSs, tcpInLsof, unixInLsof } from '../../src/sources/server/procSockets.ts';
import { checkout } from '../env/checkout.ts';
import { newestMajor } from '../env/servers.ts';
import { LiveWorld, pidOf } from './liveWorld.ts';

/** A client in a process of its own: prints its backend's pid, and stays. */
const clientScript = `
const { Client } = (await import('pg')).default;
const client = new Client({ host: process.argv[1], port: Number(process.argv[2]), user: 'postgres', database: 'postgres', ssl: false });
await client.connect();
const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
console.log(rows[0].pid);`;

function canSeeUnixPeers(): boolean {
  try {
    return execFileSync('ss', ['-V'], { encoding: 'utf8' }) !== '';
  } catch {
    return false;
  }
}

describe('the process behind a session', () => {
  let world: LiveWorld;
  let child: ChildProcess | undefined;
  afterEach(async () => {
    if (child?.exitCode === null && child.kill()) await once(child, 'exit');
    child = undefined;
    await world.end();
  });

  const start = async (host: string): Promise<number> => {
    const args = [
      '--input-type=module',
      '-e',
      clientScript,
      host,
      String(world.server.port),
      'password=geheim',
    ];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: checkout });
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return Number(line.toString());
  };

  for (const way of ['127.0.0.1', 'localhost', 'a Unix socket'])
    it(`is found over ${way}, with its command and its parents`, async function () {
      world = await LiveWorld.start({ major: newestMajor() });
      if (process.platform !== 'linux') this.skip();
      if (way === 'a Unix socket' && !canSeeUnixPeers()) this.skip();
      const backend = await start(way === 'a Unix socket' ? world.server.socketDirectory! : way);
      const found = await world.watch().clientProcess(backend);
      assert.ok(found);
      assert.equal(found.pid, child!.pid);
      assert.deepEqual(found.ancestry.slice(0, 2), [child!.pid, process.pid]);
      assert.match(found.command, /password=\*\*\*$/);
      assert.ok(!found.command.includes('geheim'));
    });

  it('is not claimed for who has ended, for a background process, or where there is none', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const live = world.watch();
    const client = await world.client();
    const pid = await pidOf(client);
    if (process.platform === 'linux') assert.equal((await live.clientProcess(pid))?.pid, process.pid);
    await client.end();
    const sample = await live.poll();
    assert.equal(await live.clientProcess(2_000_000), undefined);
    const background = sample.backends.find(({ backendType }) => backendType === 'checkpointer')!;
    assert.equal(await live.clientProcess(background.pid), undefined);
  });
});

describe('what systems say of sockets', () => {
  const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:D431 0100007F:1538 01 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 20 4 30 10 -1
   1: 0100007F:1538 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
   2: 0100007F:D432 0100007F:1538 06 00000000:00000000 00:00000000 00000000     0        0 0 1 0 20 4 30 10 -1`;
  const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:D431 0000000000000000FFFF00000100007F:1538 01 00000000:00000000 00:00000000 00000000 0 0 12 1
   1: 00000000000000000000000001000000:D433 00000000000000000000000001000000:1538 01 00000000:00000000 00:00000000 00000000 0 0 13 1
   2: B80D0120000000000000000001000000:D434 B80D0120000000000000000002000000:1538 01 00000000:00000000 00:00000000 00000000 0 0 14 1`;

  it('is read from /proc/net/tcp and tcp6: the established socket with that end', () => {
    const at = (address: string, port: number) => ({ address, port, peerPort: 5432 });
    assert.equal(inodeOf(tcp, at('127.0.0.1', 54321)), '4711');
    assert.equal(inodeOf(tcp, at('127.0.0.1', 54322)), undefined, 'it is closing');
    assert.equal(inodeOf(tcp, at('127.0.0.2', 54321)), undefined);
    assert.equal(inodeOf(tcp6, at('127.0.0.1', 54321)), '12');
    assert.equal(inodeOf(tcp6, at('::ffff:127.0.0.1', 54321)), '12');
    assert.equal(inodeOf(tcp6, at('::1', 54323)), '13');
    assert.equal(inodeOf(tcp6, at('2001:db8::1', 54324)), '14');
    assert.equal(inodeOf('', at('::1', 1)), undefined);
  });

  it('is read from ss and lsof: the other end of a Unix socket or a connection', () => {
    const ss = `u_str ESTAB 0 0 /tmp/.s.PGSQL.5432 101 * 100 users:(("postgres",pid=7,fd=9))
u_str ESTAB 0 0 * 100 * 101 users:(("psql",pid=9,fd=3))
u_str ESTAB 0 0 /tmp/.s.PGSQL.5432 103 * 102 users:(("postgres",pid=8,fd=9))`;
    assert.deepEqual(
      [peerInSs(ss, 7), peerInSs(ss, 8), peerInSs(ss, 9), peerInSs('', 7)],
      [9, undefined, undefined, undefined],
    );
    const lsof = 'p9\nf3\nd0xb\nn->0xa\np7\nf9\nd0xa\nn/tmp/.s.PGSQL.5432\n';
    assert.deepEqual(
      [unixInLsof(lsof, 7), unixInLsof(lsof, 9), unixInLsof('', 7)],
      [9, undefined, undefined],
    );
    const inet =
      'p7\nf9\nn127.0.0.1:5432->127.0.0.1:54321\np9\nf3\nn127.0.0.1:54321->127.0.0.1:5432\np11\nf4\nn[::1]:54321->[::1]:5432\n';
    const end = { port: 54321, peerPort: 5432 };
    assert.equal(tcpInLsof(inet, { ...end, address: '127.0.0.1' }), 9);
    assert.equal(tcpInLsof(inet, { ...end, address: '::1' }), 11);
    assert.equal(tcpInLsof('', { ...end, address: '::1' }), undefined);
  });

  it('shows no password of a command', () => {
    const cases: [string, string][] = [
      ['psql postgres://app:geheim@h/db', 'psql postgres://app:***@h/db'],
      ["psql host=h password='ge heim' user=a", 'psql host=h password=*** user=a'],
      ['app --password=geheim x', 'app --password=*** x'],
      ['node server.js', 'node server.js'],
    ];
    for (const [command, shown] of cases) assert.equal(withoutPasswords(command), shown);
  });
});
