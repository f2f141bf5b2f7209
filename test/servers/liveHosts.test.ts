import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { ServerProblem, type LiveServer } from '../../src/sources/server/liveServer.ts';
import { destinationsOf } from '../../src/sources/server/destination.ts';
import { ServerReach } from '../../src/sources/server/reachServer.ts';
import { psqlCommand } from '../../src/views/psqlCommand.ts';
import { freePort } from '../env/freePort.ts';
import { freshDirectory, newestMajor } from '../env/servers.ts';
import { serverUser } from '../env/serverUser.ts';
import { LiveWorld } from './liveWorld.ts';

const hba = ['host all postgres all trust', 'host all locked all reject'];
const environment = { PGCONNECT_TIMEOUT: '2', PGSSLMODE: 'disable' };

async function problemOf(live: LiveServer): Promise<string> {
  const error: unknown = await live.poll().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ServerProblem, String(error));
  return error.message;
}

describe('a server that hostaddr leads to', () => {
  let world: LiveWorld;
  afterEach(() => world.end());

  it('is called by its name, is connected to by its address, and by psql too', async function () {
    world = await LiveWorld.start({ major: newestMajor() });
    const { port } = world.server;
    const live = world.watchAt({
      uri: `postgres://postgres@db.invalid:${port}/?hostaddr=127.0.0.1`,
      environment,
    });
    const { host, hostAddress, user } = (await live.poll()).facts;
    assert.deepEqual(
      [host, hostAddress, live.label],
      ['db.invalid', '127.0.0.1', `postgres@db.invalid:${port}`],
    );
    if (process.platform === 'win32' || spawnSync('psql', ['-V']).status !== 0) this.skip();
    const command = `${psqlCommand({ host, hostAddress, port, user }, 'template1')} -XAtc 'SELECT 1'`;
    assert.equal(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout, '1\n');
  });

  it('is told by both where nobody listens', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const port = await freePort();
    const live = world.watchAt({
      uri: `host=db.invalid hostaddr=127.0.0.1 port=${port} user=u`,
      environment,
    });
    assert.match(await problemOf(live), new RegExp(`listens at db\\.invalid:${port} \\(127\\.0\\.0\\.1\\)`));
  });

  it('has to be who its name says, for sslmode verify-full', async function () {
    const folder = freshDirectory('t');
    const [key, crt] = [join(folder, 'server.key'), join(folder, 'server.crt')];
    const subject = ['-subj', '/CN=db.invalid', '-addext', 'subjectAltName=DNS:db.invalid', '-days', '2'];
    const made = spawnSync('openssl', [
      'req',
      '-new',
      '-x509',
      '-nodes',
      '-newkey',
      'rsa:2048',
      ...subject,
      '-keyout',
      key,
      '-out',
      crt,
    ]);
    world = await LiveWorld.start({ major: newestMajor(), hba });
    if (made.status !== 0) this.skip();
    const { uid, gid } = serverUser;
    for (const name of ['server.key', 'server.crt']) {
      const inData = join(world.server.dataDirectory, name);
      writeFileSync(inData, readFileSync(join(folder, name)), { mode: 0o600 });
      if (uid !== undefined) execFileSync('chown', [`${uid}:${gid ?? uid}`, inData]);
    }
    world.server.configure({ ssl: 'on' });
    await world.server.restart();
    const at = (host: string) =>
      world.watchAt({
        uri: `host=${host} hostaddr=127.0.0.1 port=${world.server.port} user=postgres sslmode=verify-full sslrootcert=${crt}`,
        environment: {},
      });
    assert.equal((await at('db.invalid').poll()).facts.host, 'db.invalid');
    assert.match(await problemOf(at('other.invalid')), /No TLS connection to other\.invalid.*db\.invalid/);
    assert.match(await problemOf(at('10.0.0.1')), /No TLS connection to 10\.0\.0\.1.*10\.0\.0\.1/);
  });
});

describe('several servers that are named', () => {
  let worlds: LiveWorld[] = [];
  const start = async (settings?: Record<string, string>): Promise<LiveWorld> => {
    const world = await LiveWorld.start({ major: newestMajor(), hba, ...(settings && { settings }) });
    worlds.push(world);
    return world;
  };
  afterEach(async () => {
    for (const world of worlds) await world.end();
    worlds = [];
  });
  const uriOf = (ports: readonly number[], query = '', user = 'postgres') =>
    `postgresql://${user}@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/postgres?${query}`;

  it('are tried in order, until one lets us in', async () => {
    const [one, two] = [await start(), await start()];
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => silent.once('listening', resolve));
      const ports = [
        await freePort(),
        (silent.address() as AddressInfo).port,
        two.server.port,
        one.server.port,
      ];
      const live = one.watchAt({ uri: uriOf(ports), environment });
      assert.equal((await live.poll()).facts.port, two.server.port);
      assert.equal(live.label, `postgres@127.0.0.1:${two.server.port}`);
    } finally {
      silent.close();
    }
  });

  it('are not tried after one that answers and lets us not in, as libpq does', async () => {
    const [one, two] = [await start(), await start()];
    const live = one.watchAt({ uri: uriOf([one.server.port, two.server.port], '', 'locked'), environment });
    assert.match(await problemOf(live), new RegExp(`pg_hba\\.conf at 127\\.0\\.0\\.1:${one.server.port}`));
    assert.doesNotMatch(readFileSync(two.server.logFile, 'utf8'), /locked/);
  });

  it('take the place of the one that is gone', async () => {
    const [one, two] = [await start(), await start()];
    const live = one.watchAt({ uri: uriOf([one.server.port, two.server.port]), environment });
    assert.equal((await live.poll()).facts.port, one.server.port);
    await one.server.stop();
    assert.equal((await live.poll()).facts.port, two.server.port);
  });

  it('are chosen from by what target_session_attrs asks for', async () => {
    const readOnly = await start({ default_transaction_read_only: 'on' });
    const standby = await start();
    await standby.server.stop();
    writeFileSync(join(standby.server.dataDirectory, 'standby.signal'), '');
    await standby.server.start();
    const primary = await start();
    const ports = [readOnly, standby, primary].map(({ server }) => server.port);
    const names = new Map(ports.map((port, index) => [port, ['read-only', 'standby', 'primary'][index]]));
    const reached = async (wanted: string, among = ports) => {
      const uri = uriOf(among, `target_session_attrs=${wanted}`);
      return names.get((await primary.watchAt({ uri, environment }).poll()).facts.port);
    };
    const [first = 0, second = 0, third = 0] = ports;
    assert.equal(await reached('any'), 'read-only');
    assert.equal(await reached('read-write'), 'primary');
    assert.equal(await reached('primary', [second, first]), 'read-only');
    assert.equal(await reached('standby'), 'standby');
    assert.equal(await reached('read-only', [third, second]), 'standby');
    assert.equal(await reached('prefer-standby'), 'standby');
    assert.equal(await reached('prefer-standby', [third, first]), 'primary');
    const none = primary.watchAt({ uri: uriOf([first, third], 'target_session_attrs=standby'), environment });
    assert.match(await problemOf(none), /is not what target_session_attrs=standby asks for: name the other/);
  });

  it('are one server from then on, for what reads the log of the one that is watched', async () => {
    const [one, two] = [await start(), await start()];
    const uri = uriOf([one.server.port, two.server.port]);
    const at = { host: '127.0.0.1', port: two.server.port };
    assert.deepEqual(
      (await destinationsOf({ uri, environment, at })).map(({ port }) => port),
      [two.server.port],
    );
    const connection = await new ServerReach({ uri, environment, at }, new AbortController().signal).open();
    await connection.close();
    assert.equal(connection.destination.port, two.server.port);
  });
});
