import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import {
  ServerProblem,
  type ServerProblemKind,
  type LiveServer,
} from '../../src/sources/server/liveServer.ts';
import { destinationsOf } from '../../src/sources/server/destination.ts';
import { askedOf } from '../../src/sources/server/reachServer.ts';
import { ServerConnection } from '../../src/sources/server/serverConnection.ts';
import { problemOf } from '../../src/sources/server/serverProblem.ts';
import { describeServer } from '../../src/sources/discovery/describeServer.ts';
import { machinePlaces } from '../../src/sources/discovery/places.ts';
import { freePort } from '../env/freePort.ts';
import { testedMajors, freshDirectory, newestMajor } from '../env/servers.ts';
import { LiveWorld } from './liveWorld.ts';

async function problemAt(live: LiveServer): Promise<ServerProblem> {
  const error: unknown = await live.poll().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ServerProblem, String(error));
  return error;
}

async function fails(live: LiveServer, kind: ServerProblemKind, text: RegExp): Promise<void> {
  const problem = await problemAt(live);
  assert.match(problem.message, text);
  assert.equal(problem.kind, kind);
}

const logOf = (world: LiveWorld) =>
  describeServer({ kind: 'postmaster', dataDirectory: world.server.dataDirectory }, machinePlaces());

describe('connecting to a live server', () => {
  let world: LiveWorld;
  const listeners: NetServer[] = [];
  afterEach(async () => {
    await world.end();
    for (const listener of listeners.splice(0)) listener.close();
  });

  for (const major of testedMajors()) {
    it(`reaches the followed log's own PostgreSQL ${major} with nothing configured`, async () => {
      world = await LiveWorld.start({ major });
      const live = world.watchAt({ log: await logOf(world), environment: {} });
      const { facts } = await live.poll();
      const host = world.server.socketDirectory ?? '127.0.0.1';
      assert.deepEqual([facts.host, facts.port, facts.user], [host, world.server.port, 'postgres']);
      assert.equal(live.label, `postgres@${host}:${world.server.port}`);
    });
  }

  it('takes the operating system user, then 127.0.0.1, and goes straight there the next time', async () => {
    world = await LiveWorld.start({
      major: newestMajor(),
      hba: ['local all all reject', 'host all all 127.0.0.1/32 trust'],
      settings: { log_connections: 'on' },
    });
    const admin = await world.client();
    const { username } = userInfo();
    await admin.query(`CREATE ROLE ${admin.escapeIdentifier(username)} LOGIN`);
    const live = world.watchAt({ log: await logOf(world), environment: {} });
    const { facts } = await live.poll();
    assert.equal(facts.host, '127.0.0.1');
    // initdb's caller comes first: of a data directory that is not ours, most likely postgres
    assert.ok([username, 'postgres'].includes(facts.user));
    await admin.query('SELECT pg_terminate_backend($1)', [facts.ownPid]);
    const refused = () => readFileSync(world.server.logFile, 'utf8').match(/pg_hba\.conf rejects/g)?.length;
    const before = refused();
    assert.notEqual((await live.poll()).facts.ownPid, facts.ownPid);
    assert.equal(refused(), before);
  });

  it('does not take another server at the port for the one of the log', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const log = { ...(await logOf(world)), dataDirectory: '/nowhere' };
    await fails(world.watchAt({ log, environment: {} }), 'noServer', /at port \d+ is another server/);
    const nowhere = { ...log, port: undefined, path: '/var/log/x.log' };
    await fails(
      world.watchAt({ log: nowhere, environment: {} }),
      'noServer',
      /^Which server writes \/var\/log\/x\.log is not known: connect with a URI\.$/,
    );
  });

  it("reads URIs, keywords, PG* variables and the service file, in libpq's order", async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const { port, socketDirectory } = world.server;
    const admin = await world.client();
    await admin.query('CREATE ROLE "a b@c" LOGIN; CREATE ROLE service LOGIN');
    await admin.query('CREATE DATABASE "d b"');
    await admin.query('CREATE DATABASE "d/b@c?x=1%20é"');
    const folder = freshDirectory('c');
    const services = join(folder, 'services.conf');
    writeFileSync(
      services,
      `# ours\n[one]\nhost=127.0.0.1\nport=${port}\nuser=service\ndbname=d b\n\n[two]\nhost=nowhere.invalid\n`,
    );
    const socket = socketDirectory ?? '127.0.0.1';
    const ways: [string, { uri?: string; environment?: NodeJS.ProcessEnv }, string, string][] = [
      ['URI', { uri: `postgresql://a%20b%40c@localhost:${port}/d%20b` }, 'a b@c', 'localhost'],
      [
        'a name that is encoded as a whole',
        { uri: `postgres://service@127.0.0.1:${port}/${encodeURIComponent('d/b@c?x=1%20é')}` },
        'service',
        '127.0.0.1',
      ],
      [
        'socket in the URI',
        { uri: `postgres:///postgres?host=${socket}&port=${port}&user=service` },
        'service',
        socket,
      ],
      ['keywords', { uri: `host='127.0.0.1' port=${port} user='a b@c' dbname='d b'` }, 'a b@c', '127.0.0.1'],
      [
        'variables',
        { environment: { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'service' } },
        'service',
        '127.0.0.1',
      ],
      [
        'service',
        { environment: { PGSERVICE: 'one', PGSERVICEFILE: services, PGUSER: 'postgres' } },
        'service',
        '127.0.0.1',
      ],
      [
        'service in the URI',
        { uri: 'postgres://?service=one', environment: { PGSERVICEFILE: services } },
        'service',
        '127.0.0.1',
      ],
      [
        'service under a URI',
        { uri: 'postgres://postgres@/?service=one', environment: { PGSERVICEFILE: services } },
        'postgres',
        '127.0.0.1',
      ],
    ];
    for (const [name, target, user, host] of ways) {
      const { facts } = await world.watchAt({ environment: {}, ...target }).poll();
      assert.deepEqual([facts.user, facts.host, facts.port], [user, host, port], name);
    }
    const missing = { environment: { PGSERVICE: 'three', PGSERVICEFILE: services } };
    await fails(
      world.watchAt(missing),
      'refused',
      /The service "three" is not defined in .*services\.conf: add it there/,
    );
  });

  it('takes passwords from the caller, the URI, PGPASSWORD and the password file, and asks for one', async () => {
    world = await LiveWorld.start({
      major: newestMajor(),
      hba: ['host all postgres all trust', 'host all scram all scram-sha-256', 'host all clear all password'],
    });
    const admin = await world.client();
    await admin.query("CREATE ROLE scram LOGIN PASSWORD 's3:cr@t'; CREATE ROLE clear LOGIN PASSWORD 'pw'");
    const { port } = world.server;
    const folder = freshDirectory('p');
    const passfile = join(folder, 'pgpass');
    writeFileSync(passfile, `127.0.0.1:${port}:*:clear:pw\n127.0.0.1:${port}:postgres:scram:s3\\:cr@t\n`);
    chmodSync(passfile, 0o600);
    const none = { PGPASSFILE: join(folder, 'none') };
    const ok = async (live: LiveServer) => assert.ok((await live.poll()).facts.ownPid > 0);
    await ok(world.watch('scram', 'postgres', { password: 's3:cr@t', environment: none }));
    await ok(world.watch('scram:s3%3Acr%40t', 'postgres', { environment: none }));
    await ok(world.watch('scram', 'postgres', { environment: { ...none, PGPASSWORD: 's3:cr@t' } }));
    await ok(world.watch('scram', 'postgres', { environment: { PGPASSFILE: passfile } }));
    await ok(world.watch('clear', 'postgres', { environment: { PGPASSFILE: passfile } }));
    for (const user of ['scram', 'clear']) {
      await fails(
        world.watch(user, 'postgres', { environment: none }),
        'password',
        new RegExp(`^127\\.0\\.0\\.1:${port} asks for the password of ${user}: enter it`),
      );
      const wrong = world.watch(user, 'postgres', { password: 'hidden-one', environment: none });
      await fails(wrong, 'password', new RegExp(`does not accept this password for ${user}`));
      assert.ok(!JSON.stringify(await problemAt(wrong)).includes('hidden-one'));
    }
    assert.ok(!world.watch('scram:secret').label.includes('secret'));
  });

  it('says in one sentence why a server lets nobody in', async () => {
    world = await LiveWorld.start({
      major: newestMajor(),
      hba: [
        'host all rejected all reject',
        'host all postgres,nologin,absent,few 127.0.0.1/32 trust',
        'local all all peer',
      ],
    });
    const admin = await world.client();
    await admin.query('CREATE ROLE nologin; CREATE ROLE few LOGIN CONNECTION LIMIT 0');
    await admin.query('CREATE DATABASE closed ALLOW_CONNECTIONS false');
    await fails(
      world.watch('rejected'),
      'refused',
      /pg_hba\.conf at .* does not let rejected into database "postgres"/,
    );
    await fails(world.watch('unlisted'), 'refused', /no pg_hba\.conf entry.*: add a line for it and reload/);
    await fails(
      world.watch('nologin'),
      'refused',
      /does not let nologin in \(role "nologin" is not permitted to log in\)/,
    );
    await fails(world.watch('absent'), 'refused', /role "absent" does not exist.*connect as another role/);
    await fails(world.watch('few'), 'refused', /The connection limit of few .* is reached/);
    await fails(
      world.watch('postgres', 'none such'),
      'refused',
      /There is no database "none such" at .*: name another one/,
    );
    await fails(
      world.watch('postgres', 'closed'),
      'refused',
      /refuses postgres in database "closed": .*not currently accepting/,
    );
    if (process.platform === 'linux') {
      const uri = `postgres://rejected@/postgres?host=${world.server.socketDirectory!}&port=${world.server.port}`;
      await fails(
        world.watchAt({ uri, environment: {} }),
        'refused',
        /does not let rejected in \(.*[Pp]eer authentication failed/,
      );
    }
    for (const uri of ['http://x', 'postgres://h:port/', 'nonsense', 'postgres://a:secret@h:99999999/'])
      await fails(
        world.watchAt({ uri, environment: {} }),
        'refused',
        /^This is no PostgreSQL URI: write it like|is no port/,
      );
  });

  it('says in one sentence why nobody answers', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const at = (uri: string) => world.watchAt({ uri, environment: { PGCONNECT_TIMEOUT: '2' } });
    const port = await freePort();
    await fails(
      at(`postgres://a@127.0.0.1:${port}/`),
      'noServer',
      new RegExp(`^No server listens at 127\\.0\\.0\\.1:${port}: start it`),
    );
    await fails(
      at(`postgres://a@/x?host=/nowhere&port=${port}`),
      'noServer',
      /No server listens at \/nowhere/,
    );
    await fails(
      at('postgres://a@no-such-host.invalid/'),
      'unreachable',
      /The host of no-such-host\.invalid:5432 has no address/,
    );
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    listeners.push(silent);
    await new Promise((resolve) => silent.once('listening', resolve));
    const silentPort = (silent.address() as AddressInfo).port;
    await fails(
      at(`postgres://a@127.0.0.1:${silentPort}/?sslmode=disable`),
      'unreachable',
      /does not answer in time/,
    );
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    listeners.push(web);
    await new Promise((resolve) => web.once('listening', resolve));
    const webPort = (web.address() as AddressInfo).port;
    const kinds = [
      await problemAt(at(`postgres://a@127.0.0.1:${webPort}/`)),
      await problemAt(at(`postgres://a@127.0.0.1:${webPort}/?sslmode=disable`)),
    ];
    for (const { message } of kinds) assert.match(message, /127\.0\.0\.1:\d+/);
    await fails(
      at(`postgres://a@127.0.0.1:${world.server.port}/?sslmode=require`),
      'tls',
      /No TLS connection to .* does not support SSL.*check sslmode/,
    );
    await fails(
      at(`postgres://a@127.0.0.1:${world.server.port}/?sslmode=often`),
      'tls',
      /There is no sslmode "often"/,
    );
    await fails(
      at(`postgres://a@127.0.0.1:${world.server.port}/?sslmode=verify-full&sslrootcert=/none`),
      'tls',
      /certificate file \/none cannot be read/,
    );
  });

  it('says so of what lets it in and then does not answer, as a pooler without a free connection', async () => {
    world = await LiveWorld.start({ major: newestMajor() });
    const letIn = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1');
    const pooler = createServer((socket) => void socket.once('data', () => socket.write(letIn)));
    listeners.push(pooler.listen(0, '127.0.0.1'));
    await new Promise((resolve) => pooler.once('listening', resolve));
    const { port } = pooler.address() as AddressInfo;
    const [destination] = await destinationsOf({ uri: `postgres://a@127.0.0.1:${port}/?sslmode=disable` });
    const opening = ServerConnection.open(destination!, new AbortController().signal, 0);
    const error: unknown = await opening.catch((reason: unknown) => reason);
    assert.match(problemOf(error, askedOf(destination!)).message, /does not answer in time/);
  });

  it('means by every sslmode what libpq means', async function () {
    const folder = freshDirectory('t');
    const [key, crt] = [join(folder, 'server.key'), join(folder, 'server.crt')];
    try {
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
      execFileSync(
        'openssl',
        ['req', '-new', '-x509', '-nodes', '-newkey', 'rsa:2048', ...subject, '-keyout', key, '-out', crt],
        { stdio: 'ignore' },
      );
    } catch {
      world = await LiveWorld.start({ major: newestMajor() });
      this.skip();
    }
    world = await LiveWorld.start({
      major: newestMajor(),
      hba: ['hostssl all postgres all trust', 'hostnossl all plain all trust'],
    });
    const data = world.server.dataDirectory;
    for (const name of ['server.key', 'server.crt'])
      writeFileSync(join(data, name), readFileSync(join(folder, name)), { mode: 0o600 });
    const { uid, gid } = await import('../env/serverUser.ts').then(({ serverUser }) => serverUser);
    if (uid !== undefined)
      execFileSync('chown', [`${uid}:${gid ?? uid}`, join(data, 'server.key'), join(data, 'server.crt')]);
    world.server.configure({ ssl: 'on' });
    await world.server.restart();
    await (await world.client({ ssl: { rejectUnauthorized: false } })).query('CREATE ROLE plain LOGIN');
    const at = (host: string, query: string, user = 'postgres') =>
      world.watchAt({
        uri: `postgres://${user}@${host}:${world.server.port}/postgres?${query}`,
        environment: {},
      });
    const isTls = async (live: LiveServer) => (await live.poll()).facts.ownPid > 0;
    assert.ok(await isTls(at('127.0.0.1', 'sslmode=prefer')));
    assert.ok(await isTls(at('127.0.0.1', 'sslmode=allow')), 'refused without TLS, let in with it');
    assert.ok(await isTls(at('127.0.0.1', 'sslmode=require')));
    assert.ok(await isTls(at('127.0.0.1', `sslmode=verify-ca&sslrootcert=${crt}`)));
    assert.ok(await isTls(at('localhost', `sslmode=verify-full&sslrootcert=${crt}`)));
    assert.ok(await isTls(at('127.0.0.1', '', 'plain')), 'prefer: let in without TLS only');
    await fails(at('127.0.0.1', `sslmode=verify-full&sslrootcert=${crt}`), 'tls', /No TLS connection/);
    await fails(at('localhost', 'sslmode=verify-full'), 'tls', /self[- ]signed/);
    await fails(at('localhost', 'sslmode=disable'), 'refused', /pg_hba\.conf/);
    await fails(at('localhost', 'sslmode=verify-ca'), 'tls', /needs a root certificate/);
  });
});
