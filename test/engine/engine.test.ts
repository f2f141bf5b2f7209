import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { noFilter } from '../../src/core/session/filter.ts';
import { Engine } from '../../src/engine/engine.ts';
import { eventually } from '../sources/tailWorld.ts';
import { EngineWorld, fixture, settings } from './engineWorld.ts';

interface Truth {
  readonly connects: number;
  readonly disconnects: number;
  readonly active: readonly { readonly database: string }[];
  readonly failed: readonly unknown[];
}

const truthOf = (name: string): Truth =>
  JSON.parse(readFileSync(fixture(name, 'truth.json'), 'utf8')) as Truth;

describe('the engine', () => {
  let world: EngineWorld;
  beforeEach(() => (world = new EngineWorld()));
  afterEach(() => world.end());

  const write = (...texts: string[]): void => world.directory.append('pg.log', texts.join(''));
  const count = (list: readonly unknown[]): number => list.length;

  it('reads a log whole, then follows it, and says which of the two', async () => {
    const name = '16-stderr-lively';
    const truth = truthOf(name);
    world.directory.write('pg.log', readFileSync(fixture(name, 'server.log')));
    const { status } = await world.ask('follow', {
      target: { path: world.directory.join('pg.log') },
      settings,
    });
    assert.equal(status.state, 'reading');
    const read = await world.until(status.sourceId, 'it follows', ({ state }) => state === 'following');
    assert.equal(read.active, truth.active.length);
    assert.equal(read.totals.connects, truth.connects);
    assert.equal(read.totals.disconnects, truth.disconnects);
    assert.equal(read.totals.failures, truth.failed.length);
    assert.deepEqual([read.format, read.logLinePrefix, read.activeIs], ['stderr', '%m [%p] ', 'exact']);
    assert.equal(read.totalBytes, statSync(fixture(name, 'server.log')).size);

    const now = new Date().toISOString().replace('T', ' ').replace('Z', ' UTC');
    write(`${now} [99999] LOG:  connection authorized: user=late database=shop application_name=psql\n`);
    await world.until(
      status.sourceId,
      'the new session shows',
      ({ active }) => active === truth.active.length + 1,
    );
  });

  it('tells at most ten changes a second, the last of them the newest state', async () => {
    write(world.lines.start());
    const id = await world.follow('pg.log');
    const from = count(world.told);
    const startedAt = performance.now();
    for (let pid = 10; performance.now() - startedAt < 350; pid += 1) {
      write(world.lines.connect({ pid }));
      await delay(5);
    }
    const status = await world.until(id, 'all are told', ({ active }) => active > 0);
    const { connects } = (await world.ask('dashboard', { sourceId: id, scope: 'all' })).totals;
    await world.until(id, 'the last is told', ({ totals }) => totals.connects >= connects);
    const changes = world.told.slice(from).filter(({ type }) => type === 'changed').length;
    const seconds = (performance.now() - startedAt) / 1000;
    assert.ok(changes <= 20 * seconds + 2, `${changes} in ${seconds} s, active ${status.active}`);
  });

  it('groups the clients by name, and gives their sessions page by page', async () => {
    const { lines } = world;
    write(
      lines.start(),
      ...[1, 2, 3, 4, 5].map((n) => lines.connect({ pid: 100 + n, database: n < 4 ? 'shop' : 'test' })),
    );
    write(lines.walsender(200));
    const sourceId = await world.follow('pg.log');
    const groups = await world.ask('groups', { sourceId, dimension: 'database', limit: 1 });
    assert.deepEqual(groups, { groups: [{ name: 'shop', count: 3 }], total: 2 });
    const page = await world.ask('sessions', {
      sourceId,
      dimension: 'database',
      name: 'shop',
      from: 1,
      limit: 1,
    });
    assert.deepEqual(
      page.sessions.map(({ pid }) => pid),
      [102],
    );
    assert.equal(page.total, 3);
    const beyond = await world.ask('sessions', {
      sourceId,
      dimension: 'database',
      name: 'shop',
      from: 9,
      limit: 5,
    });
    assert.deepEqual(beyond, { sessions: [], total: 3 });

    const { sessions } = await world.ask('walsenders', { sourceId, from: 0, limit: 5 });
    assert.deepEqual(
      sessions.map(({ pid, user, replication }) => [pid, user, replication]),
      [[200, 'replicator', true]],
    );
    const status = world.status(sourceId);
    assert.deepEqual(
      [status?.active, status?.activeReplication, status?.activeReplicationFiltered],
      [5, 1, 1],
    );

    const key = page.sessions[0]!.key;
    const { session } = await world.ask('session', { sourceId, key });
    assert.deepEqual([session?.pid, session?.applicationName, session?.remoteHost], [102, 'web', '[local]']);
    assert.deepEqual(await world.ask('session', { sourceId, key: 'nobody' }), {});
  });

  it('counts what the first read finds as looked at, and what comes after as new', async () => {
    const { lines } = world;
    write(lines.start(), lines.refuse(10), lines.refuse(11));
    const sourceId = await world.follow('pg.log');
    assert.equal(world.status(sourceId)?.newFailures, 0);
    assert.equal(world.status(sourceId)?.totals.failures, 2);
    write(lines.refuse(12));
    await world.until(sourceId, 'the badge shows one', ({ newFailures }) => newFailures === 1);
    await world.ask('markSeen', { sourceId });
    await world.until(sourceId, 'the badge is gone', ({ newFailures }) => newFailures === 0);
    write(lines.refuse(13, 'monitor'));
    await world.until(sourceId, 'the badge shows one again', ({ newFailures }) => newFailures === 1);
    await world.ask('configure', { settings: { ...settings, mute: [{ user: 'mon*' }] } });
    await world.until(sourceId, 'the muted one is not counted', ({ newFailures }) => newFailures === 0);
  });

  it('tells the newest problem of the server, whatever the filter, and none that is cleared away', async () => {
    const { lines } = world;
    const crash = 'LOG:  server process (PID 11) was terminated by signal 11: Segmentation fault';
    write(lines.start(), lines.line(1, crash), lines.refuse(12));
    const sourceId = await world.follow('pg.log');
    await world.ask('setFilter', { sourceId, filter: { ...noFilter, user: ['eve'] } });
    const { problems } = await world.ask('troubles', { sourceId });
    const [first] = problems[0]?.members ?? [];
    assert.ok(first);
    await world.until(sourceId, 'it is told', ({ newestProblemId }) => newestProblemId === first.id);
    await world.ask('clear', { sourceId });
    await world.until(sourceId, 'it is cleared', ({ newestProblemId }) => newestProblemId === undefined);
    write(lines.line(1, crash));
    await world.until(
      sourceId,
      'the next one is told',
      ({ newestProblemId = 0 }) => newestProblemId > first.id,
    );
  });

  it('tells the newest failure that is shown: none that is muted, filtered or cleared away', async () => {
    const { lines } = world;
    write(lines.start(), lines.refuse(10), lines.refuse(11, 'monitor'));
    const sourceId = await world.follow('pg.log');
    const newest = async (): Promise<unknown> => {
      const { failures } = await world.ask('troubles', { sourceId });
      const id = failures[0]?.members[0]?.id;
      await world.until(sourceId, 'it is told', ({ newestFailureId }) => newestFailureId === id);
      return failures[0]?.user;
    };
    assert.equal(await newest(), 'monitor');
    await world.ask('configure', { settings: { ...settings, mute: [{ user: 'mon*' }] } });
    assert.equal(await newest(), 'bob');
    await world.ask('setFilter', { sourceId, filter: { ...noFilter, user: ['eve'] } });
    assert.equal(await newest(), undefined);
    await world.ask('setFilter', { sourceId, filter: noFilter });
    assert.equal(await newest(), 'bob');
    await world.ask('clear', { sourceId });
    assert.equal(await newest(), undefined);
  });

  it('groups repeats, hides what is muted and says how much, and raises the version for both', async () => {
    const { lines } = world;
    write(lines.start(), lines.refuse(10), lines.refuse(11), lines.refuse(12, 'eve'));
    const sourceId = await world.follow('pg.log');
    const { failures, muted } = await world.ask('troubles', { sourceId });
    assert.deepEqual(
      failures.map((group) => [group.user, group.count, group.acknowledged]),
      [
        ['eve', 1, false],
        ['bob', 2, false],
      ],
    );
    assert.equal(muted, 0);
    assert.deepEqual(
      failures[1]?.members.map(({ file }) => file),
      [world.directory.join('pg.log'), world.directory.join('pg.log')],
    );

    const before = world.status(sourceId)!.version;
    await world.ask('acknowledge', { sourceId, groupKey: failures[0]!.key });
    const { version } = await world.until(sourceId, 'a view redraws', (status) => status.version > before);
    assert.equal((await world.ask('troubles', { sourceId })).failures[0]?.acknowledged, true);
    await world.ask('configure', { settings: { ...settings, mute: [{ user: 'bob', kind: 'password' }] } });
    await world.until(sourceId, 'a view redraws', (status) => status.version > version);
    const quiet = await world.ask('troubles', { sourceId });
    assert.deepEqual([quiet.failures.map(({ user }) => user), quiet.muted], [['eve'], 2]);
  });

  it('filters every view, and leaves status bar and badge unfiltered', async () => {
    const { lines } = world;
    write(
      lines.start(),
      lines.connect({ pid: 10 }),
      lines.connect({ pid: 11, database: 'test' }),
      lines.walsender(12),
    );
    const sourceId = await world.follow('pg.log');
    await world.ask('setFilter', { sourceId, filter: { ...noFilter, database: ['shop'] } });
    const status = await world.until(sourceId, 'it is filtered', ({ filter }) => filter.database.length > 0);
    assert.deepEqual([status.active, status.activeFiltered, status.activeReplicationFiltered], [2, 1, 0]);
    assert.equal(status.totals.connects, 2);
    write(lines.refuse(13), lines.connect({ pid: 14 }), lines.connect({ pid: 15, database: 'test' }));
    await world.until(
      sourceId,
      'all are counted',
      ({ totals, newFailures }) => totals.connects === 4 && newFailures === 1,
    );
    const dashboard = await world.ask('dashboard', { sourceId, scope: 'all' });
    assert.deepEqual([dashboard.active, dashboard.totals.connects, dashboard.totals.failures], [2, 2, 0]);
    assert.deepEqual(
      dashboard.feed.map(({ sign, pid }) => [sign, pid]),
      [
        ['+', 10],
        ['+', 14],
      ],
    );
    assert.deepEqual((await world.ask('troubles', { sourceId })).failures, []);
    assert.match((await world.ask('summaryText', { sourceId })).text, /^Active connections to 'shop': 2\n/);
    await world.ask('setFilter', { sourceId, filter: noFilter });
    assert.equal((await world.ask('dashboard', { sourceId, scope: 'all' })).totals.connects, 4);
  });

  it('keeps a filter that is set before the log is read', async () => {
    write(
      world.lines.start(),
      world.lines.connect({ pid: 10 }),
      world.lines.connect({ pid: 11, user: 'eve' }),
    );
    for (const time of ['first', 'second']) {
      const { status } = await world.ask('follow', {
        target: { path: world.directory.join('pg.log') },
        settings,
      });
      const { sourceId } = status;
      await world.ask('setFilter', { sourceId, filter: { ...noFilter, user: ['eve'] } });
      await world.until(sourceId, `read the ${time} time`, ({ state }) => state === 'following');
      assert.equal(world.status(sourceId)?.activeFiltered, 1, time);
      await world.restart();
    }
  });

  it('tells how sessions were lost', async () => {
    const { lines } = world;
    write(lines.start(), lines.connect({ pid: 10 }), lines.connect({ pid: 10 }), lines.connect({ pid: 11 }));
    write(lines.line(11, 'FATAL:  terminating connection due to administrator command'));
    write(
      lines.line(1, 'LOG:  all server processes terminated; reinitializing'),
      lines.connect({ pid: 12 }),
      lines.start(),
    );
    const sourceId = await world.follow('pg.log');
    const { feed } = await world.ask('dashboard', { sourceId, scope: 'all' });
    const lost = feed.filter(({ lost }) => lost).map(({ pid, message }) => [pid, message]);
    assert.deepEqual(lost, [
      [10, 'another session has its process id'],
      [11, 'the server ended it'],
      [10, 'the server ended all sessions after a crash'],
      [12, 'the server was stopped or started again'],
    ]);
  });

  it('pauses without losing anything', async () => {
    const { lines } = world;
    write(lines.start());
    const sourceId = await world.follow('pg.log');
    await world.ask('pause', { sourceId, paused: true });
    await world.until(sourceId, 'it pauses', ({ state }) => state === 'paused');
    write(lines.connect({ pid: 10 }), lines.connect({ pid: 11 }));
    await delay(60);
    assert.equal(world.status(sourceId)?.active, 0);
    world.directory.rename('pg.log', 'pg.log.1');
    write(lines.connect({ pid: 12 }));
    await world.ask('pause', { sourceId, paused: false });
    await world.until(
      sourceId,
      'all are there',
      ({ active, state }) => active === 3 && state === 'following',
    );
  });

  it('stops reading when told so, and stays with what was read', async () => {
    const { lines } = world;
    write(lines.start(), lines.connect({ pid: 7 }));
    const { status } = await world.ask('follow', {
      target: { path: world.directory.join('pg.log') },
      settings,
    });
    const { sourceId } = status;
    await world.ask('stopReading', { sourceId });
    const { active } = await world.until(sourceId, 'it is stopped', ({ state }) => state === 'stopped');
    write(lines.connect({ pid: 8 }));
    await delay(150);
    const after = world.status(sourceId);
    assert.deepEqual([after?.state, after?.active], ['stopped', active]);
  });

  it('copies the summary, shows its status, and refuses what it does not know', async () => {
    write(world.lines.start(), world.lines.connect({ pid: 10, application: 'a\u001b[31m' }));
    const sourceId = await world.follow('pg.log');
    assert.match(
      (await world.ask('summaryText', { sourceId })).text,
      /^Active connections: 1\n[^]*a\\x1b\[31m/,
    );
    const { text } = await world.ask('statusText', { sourceId });
    assert.match(text, /^- Read: [\d,]+ bytes in 1 file$/m);
    assert.match(text, /- Log: .*pg\.log\n- State: following\n/);
    assert.match(text, /- log_line_prefix: "%m \[%p\] "\n/);
    assert.match((await world.ask('statusText', {})).text, /No log is followed/);
    await assert.rejects(world.ask('troubles', { sourceId: 'x' }), /no longer followed: choose a log/);
    await assert.rejects(
      world.ask('follow', { target: { discoveredId: 'x' }, settings }),
      /choose another log/,
    );
  });

  it('exports what is seen, as CSV and as JSON, and says why it cannot', async () => {
    const { lines } = world;
    write(lines.start(), lines.connect({ pid: 10 }), lines.disconnect({ pid: 10 }), lines.refuse(11));
    const sourceId = await world.follow('pg.log');
    const csv = world.directory.join('events.csv');
    assert.deepEqual(await world.ask('exportEvents', { sourceId, format: 'csv', path: csv }), { rows: 3 });
    assert.equal(readFileSync(csv, 'utf8').split('\r\n').length, 5);
    const json = world.directory.join('events.jsonl');
    await world.ask('exportEvents', { sourceId, format: 'json', path: json });
    const events = readFileSync(json, 'utf8').trim().split('\n');
    assert.deepEqual(
      events.map((text) => (JSON.parse(text) as { event: string }).event),
      ['connect', 'disconnect', 'failure'],
    );
    const path = world.directory.join('no/such/folder.csv');
    await assert.rejects(
      world.ask('exportEvents', { sourceId, format: 'csv', path }),
      /cannot be written .*: choose another place/,
    );
  });

  it('keeps as many events as it is told, and the counts', async () => {
    const { lines } = world;
    write(lines.start(), ...[1, 2, 3, 4].map((n) => lines.connect({ pid: n })));
    const sourceId = await world.follow('pg.log');
    await world.ask('configure', { settings: { ...settings, memoryEvents: 2, feedRows: 1 } });
    const { feed, totals } = await world.ask('dashboard', { sourceId, scope: 'all' });
    assert.deepEqual(
      feed.map(({ pid }) => pid),
      [4],
    );
    assert.equal(totals.connects, 4);
    const path = world.directory.join('events.csv');
    assert.deepEqual(await world.ask('exportEvents', { sourceId, format: 'csv', path }), { rows: 2 });
  });

  it('says why a followed log cannot be read, and goes on when it can', async () => {
    const { lines } = world;
    write(lines.start(), lines.connect({ pid: 10 }));
    const sourceId = await world.follow('pg.log');
    world.directory.unlink('pg.log');
    const { trouble } = await world.until(sourceId, 'it is missed', ({ state }) => state === 'waiting');
    assert.match(trouble?.message ?? '', /is not there: it will be followed as soon as the server writes it/);
    assert.deepEqual(trouble?.args, [world.directory.join('pg.log')]);
    write(lines.connect({ pid: 11 }));
    const status = await world.until(
      sourceId,
      'it is back',
      ({ active, state }) => active === 2 && state === 'following',
    );
    assert.equal(status.trouble, undefined);
  });

  for (const [what, text] of [
    ['a text that is no log', 'Dear diary,\nnothing happened.\n'],
    ['binary', '\u007fELF\u0002\u0000\u0001\u0000\n\u0000\u0003'],
  ] as const) {
    it(`says so when the log is ${what}, until it is one`, async () => {
      write(text);
      const sourceId = await world.follow('pg.log');
      const status = await world.until(sourceId, 'it is told', ({ trouble }) => trouble !== undefined);
      assert.match(
        status.trouble?.message ?? '',
        /^No line of \{0\} is one of a PostgreSQL log: choose another log/,
      );
      write('\n', world.lines.start(), world.lines.connect({ pid: 10 }));
      await world.until(
        sourceId,
        'it is a log',
        ({ active, trouble }) => active === 1 && trouble === undefined,
      );
    });
  }

  it('warns of an empty log, and takes all that comes into it as new', async () => {
    write('');
    const sourceId = await world.follow('pg.log');
    assert.match(world.status(sourceId)?.warnings[0]?.message ?? '', /^The log is empty/);
    write(world.lines.start(), world.lines.refuse(10));
    await world.until(sourceId, 'the badge shows', ({ newFailures }) => newFailures === 1);
  });

  for (const [what, path, expected] of [
    ['a file that is missing', 'none.log', /none\.log does not exist: check the path/],
    ['a directory without logs', 'empty', /empty holds no PostgreSQL log .*: name the file/],
    ['a directory of several servers', 'several', /several holds the logs of 2 servers: name one of them/],
  ] as const) {
    it(`refuses ${what} with one sentence`, async () => {
      world.directory.makeFolder('empty');
      world.directory.makeFolder('several');
      world.directory.write('several/a.log', '');
      world.directory.write('several/b.log', '');
      const target = { path: world.directory.join(path) };
      await assert.rejects(world.ask('follow', { target, settings }), expected);
    });
  }

  it('is told of a server that is started later', async function () {
    if (process.platform !== 'linux') this.skip();
    const { HOME, PGRX_HOME } = process.env;
    const home = world.directory.makeFolder('pgrx');
    process.env['PGRX_HOME'] = home;
    process.env['HOME'] = world.directory.path;
    const server = new (await import('./fakePostmaster.ts')).FakePostmaster(home, 17);
    try {
      write(world.lines.start());
      await world.follow('pg.log');
      await server.start();
      await eventually(
        () =>
          world.told.some(
            (told) => told.type === 'newestServer' && told.log.dataDirectory === server.dataDirectory,
          ),
        'the new server is told',
      );
      const { logs, chosenId } = await world.ask('discover', { hints: { folders: [] } });
      assert.equal(chosenId, server.dataDirectory);
      assert.equal(logs[0]?.majorVersion, 17);
    } finally {
      server.stop();
      process.env['HOME'] = HOME;
      if (PGRX_HOME === undefined) delete process.env['PGRX_HOME'];
      else process.env['PGRX_HOME'] = PGRX_HOME;
    }
  });

  it('leaves nothing behind when a source or the window is closed, twice', async () => {
    write(world.lines.start(), world.lines.connect({ pid: 10 }));
    await delay(1); // mocha sets its own timer behind the first turn
    const before = count(resources());
    for (const close of ['unfollow', 'close'] as const) {
      for (let turn = 0; turn < 2; turn += 1) {
        const sourceId = await world.follow('pg.log');
        write(world.lines.connect({ pid: 20 + turn }));
        if (close === 'unfollow') await world.ask('unfollow', { sourceId });
        await world.restart();
        await eventually(
          () => count(resources()) <= before,
          () => `left: ${resources().join(' ')}`,
          1000,
        );
      }
    }
  });

  it('leaves nothing behind of a log that is read again twice at the same time', async () => {
    write(world.lines.start(), world.lines.connect({ pid: 10 }));
    await delay(1);
    const before = count(resources());
    await world.follow('pg.log');
    const [sourceId] = await Promise.all([world.follow('pg.log'), world.follow('pg.log')]);
    write(world.lines.connect({ pid: 20 }));
    await world.until(sourceId, 'it is followed', ({ active }) => active === 2);
    await world.restart();
    await eventually(
      () => count(resources()) <= before,
      () => `left: ${resources().join(' ')}`,
      1000,
    );
  });

  it('keeps what was read of a log, and says what cannot be ended, when the window is closed', async () => {
    const { told, storage } = world;
    world.engine = new Engine((message) => {
      if (message.type === 'pool' && message.status.state === 'removed') throw new Error('nobody listens');
      told.push(structuredClone(message));
    }, storage);
    write(world.lines.start());
    await world.follow('pg.log');
    const target = { kind: 'log', path: world.directory.join('pg.log') } as const;
    await world.ask('addPool', { target, settings: { seenMs: 1000, alertsMs: 1000, timeZone: 'auto' } });
    await world.engine.close();
    assert.ok(existsSync(storage));
    assert.match(told.map((each) => (each.type === 'log' ? each.text : '')).join('\n'), /nobody listens/);
  });
});

function resources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /Timeout|FSEvent|StatWatcher|Worker|TCP/.test(name));
}
