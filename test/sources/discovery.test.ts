import assert from 'node:assert/strict';
import { chmodSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { renderSentence } from '../../src/core/sentence.ts';
import { discoverLogs } from '../../src/sources/discovery/discover.ts';
import { machinePlaces } from '../../src/sources/discovery/places.ts';
import type { Places } from '../../src/sources/discovery/places.ts';
import { asOrdinaryUser, PlacesTree } from './placesTree.ts';

const logging = 'log_connections = on\nlog_disconnections = on\n';

describe('discovery', () => {
  let tree: PlacesTree;
  beforeEach(() => (tree = new PlacesTree()));
  afterEach(() => tree.remove());

  const discover = (overrides: Partial<Places> = {}) => discoverLogs(tree.places(overrides));
  const only = async (overrides: Partial<Places> = {}) => {
    const logs = await discover(overrides);
    assert.equal(logs.length, 1, JSON.stringify(logs));
    return logs[0]!;
  };
  const problemOf = async (overrides: Partial<Places> = {}) =>
    renderSentence((await only(overrides)).problem!);

  it('finds nothing on a machine without PostgreSQL, quietly', async () => {
    assert.deepEqual(await discover(), []);
  });

  it('finds a pgrx server, its log and its exact version', async () => {
    tree.cluster('home/.pgrx/data-17', 17, {
      'postgresql.conf': logging,
      'postmaster.opts': '/home/me/.pgrx/17.5/pgrx-install/bin/postgres "-i" "-p" "28817"\n',
    });
    tree.write({ 'home/.pgrx/17.log': 'LOG\n' });
    const log = await only();
    assert.deepEqual(log.place, { kind: 'files', paths: [tree.path('home/.pgrx/17.log')] });
    assert.deepEqual(
      [
        log.kind,
        log.serverVersion,
        log.majorVersion,
        log.port,
        log.running,
        log.format,
        log.connectionLogging,
        log.problem,
      ],
      ['pgrx', '17.5', 17, 28817, false, 'stderr', 'on', undefined],
    );
    assert.equal(log.id, tree.path('home/.pgrx/data-17'));
    assert.ok(log.logModifiedAt! > 0);
  });

  it('finds a pgrx server in PGRX_HOME that has never run, at the port its config.toml says', async () => {
    tree.cluster('px/data-16', 16);
    tree.write({ 'px/config.toml': 'base_port = 30000\n[configs]\npg16 = "x"\n' });
    const log = await only({ env: { PGRX_HOME: tree.path('px') } });
    assert.deepEqual([log.path, log.logModifiedAt, log.port], [tree.path('px/16.log'), undefined, 30016]);
    assert.deepEqual([log.connectionLogging, log.problem], ['off', undefined]);
  });

  it("follows a pgrx server's collector instead of its start-up log, in its richest format", async () => {
    tree.cluster('home/.pgrx/data-15', 15, {
      'postgresql.conf':
        "logging_collector = on\nlog_destination = 'stderr, csvlog'\nlog_filename = 'pg-%a.log'\n",
      'log/pg-Mon.csv': '',
      'log/pg-Mon.log': '',
    });
    tree.write({ 'home/.pgrx/15.log': 'redirecting\n' });
    const log = await only();
    const directory = tree.path('home/.pgrx/data-15/log');
    assert.deepEqual(log.place, { kind: 'directory', directory, stem: 'pg-*.csv' });
    assert.deepEqual([log.format, log.path], ['csv', join(directory, 'pg-*.csv')]);
    assert.ok(log.logModifiedAt! > 0);
  });

  it('believes a running server that the collector is not on yet, whatever the file says', async () => {
    const data = tree.cluster('data', 15, { 'postgresql.conf': 'logging_collector = on\n' });
    tree.write({ 'somewhere/pg.log': '' });
    tree.postmasterPid('data', 41, 1_700_000_000, 5444);
    tree.process(41, ['/usr/bin/postgres', '-D', data], { cwd: data, error: tree.path('somewhere/pg.log') });
    assert.equal((await only()).path, tree.path('somewhere/pg.log'));
  });

  it('believes current_logfiles of a running server, also for a directory and a format changed since', async () => {
    const data = tree.cluster('data', 15, {
      current_logfiles: 'stderr old/pg-2026-11-20.log\njsonlog old/pg-2026-11-20.json\n',
    });
    tree.write({ 'data/old/pg-2026-11-20.json': '' });
    tree.postmasterPid('data', 41, 1_700_000_000, 5444);
    tree.process(41, ['/usr/bin/postgres', '-D', data], { cwd: data, error: 'pipe:[1]' });
    const log = await only();
    assert.deepEqual(log.place, { kind: 'directory', directory: join(data, 'old'), stem: 'pg-*.json' });
    assert.equal(log.format, 'json');
  });

  it('finds a running server by its process, with port and start of postmaster.pid', async () => {
    const data = tree.cluster('data', 16);
    tree.write({ 'out.log': '' });
    tree.postmasterPid('data', 41, 1_700_000_000, 5444, '/run/pg');
    tree.process(41, ['postgres', '-D', 'relative'], { cwd: data, error: tree.path('out.log') });
    tree.process(42, ['postgres: checkpointer '], { cwd: data });
    const log = await only();
    assert.deepEqual(
      [log.kind, log.running, log.port, log.startedAt, log.postmasterPid, log.socketDirectory, log.path],
      ['postmaster', true, 5444, 1_700_000_000_000, 41, '/run/pg', tree.path('out.log')],
    );
  });

  it('is not misled by a postmaster.pid that a crash left behind', async () => {
    const data = tree.cluster('home/.pgrx/data-15', 15);
    tree.postmasterPid('home/.pgrx/data-15', 41, 1_700_000_000, 28815);
    assert.equal((await only()).running, false, 'the pid is dead');
    tree.alive.add(41);
    tree.write({ 'proc/41/comm': 'bash\n', 'proc/41/cmdline': 'bash\0' });
    assert.equal((await only()).running, false, 'the pid is another program now');
    tree.process(41, ['postgres', '-D', '/other'], { cwd: tree.path('proc') });
    assert.equal(
      (await discover()).find(({ id }) => id === data)?.running,
      false,
      'the pid is another server now',
    );
  });

  it('merges what several places know of one server, also through a link', async () => {
    const data = tree.cluster('home/.pgrx/data-17', 17);
    tree.write({ 'home/.pgrx/17.log': '', link: { linkTo: data } });
    tree.postmasterPid('home/.pgrx/data-17', 41, 1_700_000_000, 28817);
    tree.process(41, ['postgres', '-D', tree.path('link')], { error: tree.path('home/.pgrx/17.log') });
    const log = await only({ env: { PGDATA: tree.path('link') } });
    assert.deepEqual([log.kind, log.running, log.port], ['pgrx', true, 28817]);
  });

  it('lists running servers first, the one started last on top, then the log written last', async () => {
    for (const [index, major] of [14, 15, 16, 17].entries()) {
      const data = tree.cluster(`home/.pgrx/data-${major}`, major);
      tree.write({ [`home/.pgrx/${major}.log`]: '' });
      utimesSync(tree.path(`home/.pgrx/${major}.log`), 1000 - index, 1000 - index);
      if (major > 15) continue;
      tree.postmasterPid(`home/.pgrx/data-${major}`, major, 1_700_000_000 + major, 28800 + major);
      tree.process(major, ['postgres', '-D', data], { cwd: data });
    }
    assert.deepEqual(
      (await discover()).map(({ majorVersion }) => majorVersion),
      [15, 14, 16, 17],
    );
  });

  it('finds the clusters of Debian, with the configuration below /etc', async () => {
    tree.cluster('var/lib/postgresql/15/main', 15, { 'postgresql.auto.conf': 'log_connections = on\n' });
    tree.write({
      'etc/postgresql/15/main/postgresql.conf': `data_directory = '${tree.path('var/lib/postgresql/15/main')}'\nport = 5433\ninclude_dir = 'conf.d'\n`,
      'etc/postgresql/15/main/conf.d/log.conf': 'log_disconnections = on\n',
      'etc/postgresql/15/broken/pg_hba.conf': '',
      'var/log/postgresql/postgresql-15-main.log': '',
      'var/log/postgresql/postgresql-15-main.log.1': '',
    });
    const log = await only();
    assert.deepEqual(
      [log.kind, log.port, log.path, log.connectionLogging, log.majorVersion],
      ['debian', 5433, tree.path('var/log/postgresql/postgresql-15-main.log'), 'on', 15],
    );
    assert.equal(log.configFile, tree.path('etc/postgresql/15/main/postgresql.conf'));
  });

  it("knows that Debian's cluster runs by its external pid file, where the data directory is closed", async () => {
    tree.write({
      'etc/postgresql/15/main/postgresql.conf': `data_directory = '${tree.path('closed')}'\nexternal_pid_file = '${tree.path('run/15-main.pid')}'\n`,
      'run/15-main.pid': '41\n',
      'proc/stat': 'cpu 1\nbtime 1700000000\n',
    });
    tree.process(41, ['postgres', '-D', tree.path('closed')]);
    tree.write({ 'proc/41/stat': `41 (a (b) c) S ${'0 '.repeat(18)}500 0\n` });
    const log = await only();
    assert.deepEqual([log.running, log.startedAt], [true, 1_700_000_005_000]);
  });

  it("finds Homebrew's servers under both prefixes", async () => {
    tree.cluster('opt/homebrew/var/postgresql@17', 17);
    tree.cluster('usr/local/var/postgres', 13);
    tree.write({ 'opt/homebrew/var/log/postgresql@17.log': '' });
    const logs = await discover({ platform: 'darwin' });
    assert.deepEqual(
      logs.map(({ kind, path, majorVersion }) => [kind, path, majorVersion]),
      [
        ['homebrew', tree.path('opt/homebrew/var/log/postgresql@17.log'), 17],
        ['homebrew', tree.path('usr/local/var/log/postgres.log'), 13],
      ],
    );
  });

  it('finds running servers on macOS by ps, asked once, with blanks in the path', async () => {
    const data = tree.cluster('Application Support/Postgres/var-17', 17);
    tree.postmasterPid('Application Support/Postgres/var-17', 501, 1_700_000_000, 5432);
    tree.write({ 'Application Support/Postgres/var-17/postgresql.log': '' });
    tree.alive.add(501);
    let asked = 0;
    const ps = () => {
      asked++;
      return Promise.resolve(
        `  501 /Applications/Postgres.app/bin/postgres -D ${data} -p 5432\n  502 postgres: checkpointer \n  503 vim postgres.md\n`,
      );
    };
    const log = await only({ platform: 'darwin', ps });
    assert.deepEqual([log.running, log.path, asked], [true, join(data, 'postgresql.log'), 1]);
  });

  it('lists the servers of cargo pgrx test with the remedy', async () => {
    tree.cluster('shop/target/test-pgdata/17', 17);
    tree.cluster('shop/target/pgrx-test-data-16', 16);
    const logs = await discover({ workspaceFolders: [tree.path('shop')] });
    assert.deepEqual(
      logs.map(({ kind, port, place }) => [kind, port, place]),
      [
        ['pgrx-tests', 32217, undefined],
        ['pgrx-tests', 32216, undefined],
      ],
    );
    assert.match(renderSentence(logs[0]!.problem!), /cargo pgrx test 2>&1 \| connections -/);
  });

  it('finds PGDATA, and no directory that is none', async () => {
    tree.cluster('pgdata', 15, { 'postgresql.conf': 'logging_collector = on\n' });
    assert.equal(
      (await only({ env: { PGDATA: tree.path('pgdata') } })).path,
      tree.path('pgdata/log/postgresql-*.log'),
    );
    assert.deepEqual(await discover({ env: { PGDATA: tree.path('proc') } }), []);
  });

  it('says where the output of a server without a log file goes', async () => {
    const data = tree.cluster('data', 15);
    tree.postmasterPid('data', 41, 1_700_000_000, 5444);
    tree.process(41, ['postgres', '-D', data], { cwd: data, error: 'socket:[4711]' });
    assert.match(await problemOf(), /\(5444\) writes its log to the journal: .*journalctl -f -u postgresql/);
  });

  it('says so of a terminal, a removed file, syslog and a stopped server', async () => {
    const data = tree.cluster('data', 15);
    assert.match(await problemOf({ env: { PGDATA: data } }), /is not running and its log file is not known/);
    tree.postmasterPid('data', 41, 1_700_000_000, 5444);
    tree.process(41, ['postgres', '-D', data], { cwd: data, error: '/dev/pts/3' });
    assert.match(await problemOf(), /writes its log to \/dev\/pts\/3: start it with "pg_ctl -l FILE"/);
    tree.write({ 'data/postgresql.conf': "log_destination = 'syslog'\n" });
    assert.match(await problemOf(), /writes its log to syslog only/);
  });

  it('does not take the paths of a container for its own', async () => {
    tree.cluster('data', 15);
    tree.process(99, ['postgres', '-D', tree.path('data')], {}, 'NSpid:\t99\t1\n');
    const log = await only();
    assert.deepEqual([log.running, log.place, log.dataDirectory], [true, undefined, undefined]);
    assert.match(renderSentence(log.problem!), /process id 99 runs in a container: .*docker logs -f NAME/);
  });

  it('keeps quiet when it is aborted', async () => {
    tree.cluster('home/.pgrx/data-17', 17);
    assert.deepEqual(await discoverLogs(tree.places(), AbortSignal.abort()), []);
  });

  it('looks at the real machine without an error', async () => {
    assert.ok(Array.isArray(await discoverLogs(machinePlaces([tree.root]))));
  });

  it('names the group that may read a closed log, and a log directory that may not be entered', function () {
    if (process.platform === 'win32') this.skip();
    tree.write({
      'etc/postgresql/15/main/postgresql.conf': `data_directory = '${tree.path('nodata')}'\n`,
      'etc/group': `adm:x:${process.getgid!()}:\n`,
      'var/log/postgresql/postgresql-15-main.log': '',
    });
    tree.cluster('home/.pgrx/data-16', 16, {
      'postgresql.conf': 'logging_collector = on\n',
      'log/postgresql-Mon.log': '',
    });
    for (const folder of ['', 'etc', 'var', 'home']) chmodSync(tree.path(folder), 0o755);
    chmodSync(tree.path('home/.pgrx/data-16/log'), 0o700);
    chmodSync(tree.path('var/log/postgresql/postgresql-15-main.log'), 0o040);
    if (process.getuid!() !== 0) chmodSync(tree.path('home/.pgrx/data-16/log'), 0o000);
    const discovered = "(await (await load('sources/discovery/discover.ts')).discoverLogs(places)).map(told)";
    const problems = asOrdinaryUser(tree, discovered) as string[];
    chmodSync(tree.path('home/.pgrx/data-16/log'), 0o755);
    assert.ok(
      problems.some((text) => /members of the group adm only: run "sudo usermod -aG adm \$USER"/.test(text)),
      String(problems),
    );
    assert.ok(
      problems.some((text) => /log directory .*data-16\/log may not be entered/.test(text)),
      String(problems),
    );
  });
});
