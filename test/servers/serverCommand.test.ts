import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullServerDocument } from '../../src/core/report/fullServer.ts';
import type { ServerDocument } from '../../src/core/report/serverJson.ts';
import { ownApplicationName } from '../../src/sources/logging/ownName.ts';
import { assertFollowsSchema } from '../core/schemas.ts';
import { CommandLine, type Outcome, type RunningCommand } from '../engine/commandLine.ts';
import { freePort } from '../env/freePort.ts';
import { until } from '../env/scenario/until.ts';
import { type Login, Visitor } from '../env/scenario/visitor.ts';
import { testedMajors, freshDirectory, newestMajor, type Server, startServer } from '../env/servers.ts';
import { itTogether } from './itTogether.ts';
import { giveBack, lendServer } from './lentServers.ts';

describe('connections server', () => {
  const home = freshDirectory('h');
  const commandLine = new CommandLine(home);
  let server: Server | undefined;

  type Options = Partial<Parameters<typeof startServer>[0]>;
  /** One that other tests have too, one after the other, unless it is to be a particular one. */
  const serverOf = ({ major = newestMajor(), ...options }: Options): Promise<Server> =>
    Object.keys(options).length === 0 ? lendServer(major) : startServer({ major, logTo: 'file', ...options });
  const start = async (options: Options = {}): Promise<Server> => (server = await serverOf(options));
  /** With a server of its own, and commands that are ended with it. */
  const watching = async (
    options: Options,
    work: (at: Server, watch: (args: string[]) => RunningCommand) => Promise<void>,
  ): Promise<void> => {
    const at = await serverOf(options);
    const commands: RunningCommand[] = [];
    try {
      await work(at, (args) => {
        const command = commandLine.start(args);
        commands.push(command);
        return command;
      });
    } finally {
      for (const { child } of commands) child.kill('SIGKILL');
      await Promise.all(commands.map(({ ended }) => ended));
      await giveBack(at);
    }
  };
  const uriOf = ({ port }: Server, user = 'postgres', password?: string): string =>
    `postgresql://${user}${password === undefined ? '' : `:${password}`}@127.0.0.1:${port}/postgres`;
  const enter = async (at: Server, login: Login = {}): Promise<Visitor> => {
    const visitor = new Visitor(at, login);
    const refusal = await visitor.enter();
    if (refusal) throw refusal;
    return visitor;
  };
  const ask = (at: Server, ...args: string[]): Promise<Outcome> =>
    commandLine.run(['server', uriOf(at), ...args]);
  const documentOf = ({ stdout }: Outcome): ServerDocument => JSON.parse(stdout) as ServerDocument;
  /** Sessions of clients and their own figures, as a query of the test has them. */
  const sessionsOf = (observer: Visitor): Promise<{ pid: number; user: string; application: string }[]> =>
    observer.query(
      `SELECT pid, usename AS user, nullif(application_name, '') AS application
         FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY backend_start, pid`,
    );

  afterEach(async () => {
    if (server) await giveBack(server);
    server = undefined;
  });

  for (const major of testedMajors())
    it(`tells PostgreSQL ${major} as its own queries do, in JSON that follows the schema`, async () => {
      const at = await start({ major });
      const observer = await enter(at, { application: 'observer' });
      await observer.query('CREATE ROLE app LOGIN');
      const idling = await enter(at, { user: 'app', application: 'web' });
      await idling.query('BEGIN');
      await enter(at, { user: 'app', overSocket: true });
      const outcome = await ask(at, '--json');
      assert.deepEqual([outcome.code, outcome.stderr], [0, '']);
      assertFollowsSchema('server', outcome.stdout);
      const document = documentOf(outcome);
      assert.deepEqual(
        document.sessions.map(({ pid, user, application }) => ({ pid, user, application })),
        await sessionsOf(observer),
      );
      assert.deepEqual(document.byClient, [
        { name: '127.0.0.1', count: 2 },
        { name: '[local]', count: 1 },
      ]);
      const { overview } = document;
      assert.deepEqual(
        [overview.total, overview.idle, overview.idleInTransaction, overview.active, overview.waiting],
        [3, 2, 1, 0, 0],
      );
      assert.deepEqual([overview.maxConnections, overview.reserved, overview.usable], [100, 3, 97]);
      assert.equal(overview.utilization, 4 / 97);
      assert.equal(document.server.version, at.version);
      assert.deepEqual(
        [document.server.port, document.server.user, document.server.sees],
        [at.port, 'postgres', 'all'],
      );
    });

  it('tells a person the overview, the findings and the sessions', async () => {
    const at = await start();
    for (let count = 0; count < 6; count++) await enter(at, { application: 'web' });
    const { code, stdout } = await ask(at);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^PostgreSQL ${at.version} at 127.0.0.1:${at.port}, as postgres, `));
    assert.match(stdout, /^Connections: 6, with ours 7 % of 97 usable \(HEALTHY\)$/m);
    assert.match(stdout, /^Findings: 0 critical, 2 warnings$/m);
    assert.match(stdout, /^ {2}WARNING {2}postgres holds 6 connections from 127\.0\.0\.1;/m);
    assert.match(stdout, /^By application:\n {2}web {11}6$/m);
  });

  it('exits with 3 while a critical finding stands', async () => {
    const at = await start({ settings: { max_connections: '13' } });
    for (let count = 0; count < 8; count++) await enter(at);
    const { code, stdout } = await ask(at, '--json');
    assert.equal(code, 3);
    const [finding] = (JSON.parse(stdout) as ServerDocument).findings;
    assert.deepEqual([finding?.kind, finding?.severity, finding?.value], ['utilization', 'critical', 0.9]);
  });

  it('exits with 3 when the server is full and refuses it, and tells what is known', async () => {
    const at = await start({ settings: { max_connections: '8', superuser_reserved_connections: '3' } });
    const observer = await enter(at);
    await observer.query('CREATE ROLE app LOGIN');
    for (let count = 0; count < 4; count++) await enter(at, { user: 'app' });
    const text = await commandLine.run(['server', uriOf(at, 'app')]);
    assert.equal(text.code, 3);
    assert.match(
      text.stdout,
      /^Connections: 100 % \(CRITICAL\), how many is not known\n.*53300: \S.* slots /m,
    );
    const full = await commandLine.run(['server', uriOf(at, 'app'), '--json']);
    assert.equal(full.code, 3);
    assertFollowsSchema('server', full.stdout);
    const known = JSON.parse(full.stdout) as FullServerDocument;
    assert.deepEqual(
      [known.server.port, known.server.user, known.refusal.sqlState, known.overview.utilization],
      [at.port, 'app', '53300', 1],
    );
    assert.match(known.refusal.message, /slots/);
    assert.deepEqual([known.overview.total, known.sessions, known.byUser], [null, null, null]);
    for (const { stderr } of [text, full]) assert.match(stderr, /^Warning: .* is not known\. .*\n$/);
    const reserved = await ask(at, '--json');
    assert.equal(reserved.code, 3);
    assert.equal(documentOf(reserved).overview.utilization, 1);
  });

  it('tells a plain role what it cannot see', async () => {
    const at = await start();
    const observer = await enter(at, { application: 'observer' });
    await observer.query('CREATE ROLE app LOGIN');
    const outcome = await commandLine.run(['server', uriOf(at, 'app'), '--json']);
    assert.equal(outcome.code, 0);
    assertFollowsSchema('server', outcome.stdout);
    const document = documentOf(outcome);
    assert.equal(document.server.sees, 'own');
    assert.match(document.warnings.join('\n'), /grant it pg_monitor/);
    assert.match(outcome.stderr, /Warning: .*pg_monitor/);
    assert.deepEqual(
      document.sessions.map(({ pid, state, query }) => ({ pid, state, query })),
      [{ pid: observer.pid, state: null, query: null }],
    );
  });

  itTogether({
    'watches: a document each time, until it is interrupted, and leaves nothing behind': () =>
      watching({}, async (at, watch) => {
        const observer = await enter(at);
        const running = watch(['server', uriOf(at), '--watch', '--json']);
        await running.lines(1);
        const visitor = await enter(at, { application: 'newcomer' });
        const pidsIn = (document: string): number[] =>
          (JSON.parse(document) as ServerDocument).sessions.map(({ pid }) => pid);
        await until('a document has the newcomer', () => {
          const later = running.stdout.split('\n').slice(1, -1);
          return later.some((document) => pidsIn(document).includes(visitor.pid)) ? true : undefined;
        });
        const ours = `SELECT pid FROM pg_stat_activity WHERE application_name = '${ownApplicationName}'`;
        assert.equal((await observer.query(ours)).length, 1, 'one connection');
        running.child.kill('SIGINT');
        const { code, stdout } = await running.ended;
        assert.equal(code, 0);
        const documents = stdout.trimEnd().split('\n');
        for (const document of documents) assertFollowsSchema('server', document);
        assert.ok(pidsIn(documents.at(-1)!).includes(visitor.pid));
        await until('our connection is gone', async () =>
          (await observer.query(ours)).length === 0 ? true : undefined,
        );
      }),
    'watches through a restart of the server': () =>
      watching({}, async (at, watch) => {
        const running = watch(['server', uriOf(at), '--watch', '--json']);
        await running.lines(1);
        await at.restart();
        const before = running.stdout.trimEnd().split('\n').length;
        await running.lines(before + 1);
        running.child.kill('SIGINT');
        assert.equal((await running.ended).code, 0);
      }),
    'watches a server that fills up and empties again: critical from its last answer, then told anew': () =>
      watching(
        { settings: { max_connections: '8', superuser_reserved_connections: '3' } },
        async (at, watch) => {
          const observer = await enter(at);
          await observer.query('CREATE ROLE app LOGIN');
          const running = watch(['server', uriOf(at, 'app'), '--watch', '--json']);
          await running.lines(1);
          await observer.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${ownApplicationName}'`,
          );
          const crowd: Visitor[] = [];
          await until('the server is full', async () => {
            const visitor = new Visitor(at, { user: 'app' });
            if (await visitor.enter()) return true;
            crowd.push(visitor);
            return undefined;
          });
          const told = (): ServerDocument[] =>
            running.stdout
              .split('\n')
              .slice(0, -1)
              .map((line) => JSON.parse(line) as ServerDocument);
          const full = await until('it is told as full', () =>
            told().find(({ findings }) => findings.some(({ kind }) => kind === 'full')),
          );
          assert.deepEqual([full.overview.utilization, full.overview.health], [1, 'CRITICAL']);
          assert.match(full.warnings[0]!, /last answer/);
          const count = told().length;
          for (const visitor of crowd) await visitor.leave();
          await until('it is told anew', () =>
            told()
              .slice(count)
              .find(({ findings }) => findings.every(({ severity }) => severity !== 'critical')),
          );
          running.child.kill('SIGINT');
          assert.equal((await running.ended).code, 0);
        },
      ),
  });

  it('finds the server of this folder’s pgrx by itself, and that of PGHOST and PGPORT', async () => {
    const major = newestMajor();
    const dataDirectory = join(home, 'pgrx', `data-${major}`);
    mkdirSync(join(home, 'pgrx'), { recursive: true });
    const at = await start({ major, dataDirectory });
    const folder = join(home, 'extension');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'Cargo.toml'),
      `[features]\ndefault = ["pg${major}"]\npg${major} = ["pgrx/pg${major}"]\n[dependencies]\npgrx = "0.16.1"\n`,
    );
    const found = await commandLine.run(['server', '--json'], { cwd: folder });
    assert.equal(found.stderr, '');
    assert.equal(documentOf(found).server.port, at.port);
    const env = { PGHOST: '127.0.0.1', PGPORT: String(at.port), PGUSER: 'postgres' };
    const named = await commandLine.run(['server', '--json'], { env });
    assert.equal(documentOf(named).server.port, at.port);
  });

  it('asks whom a connection string names, and the first of several hosts that answers', async () => {
    const at = await start();
    const nobody = await freePort();
    for (const named of [
      `host=127.0.0.1 port=${at.port} user=postgres dbname='postgres'`,
      `host=db.invalid hostaddr=127.0.0.1 port=${at.port} user=postgres`,
      `postgresql://postgres@127.0.0.1:${nobody},127.0.0.1:${at.port}/postgres`,
    ]) {
      const outcome = await commandLine.run(['server', named, '--json']);
      assert.deepEqual([outcome.code, outcome.stderr], [0, ''], named);
      assert.equal(documentOf(outcome).server.port, at.port);
    }
  });

  it('says in one sentence why it cannot ask, and never a password', async () => {
    const at = await start({ hba: ['local all postgres trust', 'host all all all scram-sha-256'] });
    const wrong = await commandLine.run(['server', uriOf(at, 'postgres', 'swordfish')]);
    const port = at.port;
    await at.stop();
    const nobody = await commandLine.run(['server', uriOf(at, 'postgres', 'swordfish')]);
    for (const { code, stdout, stderr } of [wrong, nobody]) {
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^connections: \S.*\.\n$/);
      assert.doesNotMatch(stderr, /swordfish/);
    }
    assert.match(wrong.stderr, /password/);
    assert.match(nobody.stderr, new RegExp(String(port)));
  });
});
