import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  PoolFindingChange,
  PoolSnapshot,
  PoolStatus,
  PoolTarget,
} from '../../src/core/pool/poolSnapshot.ts';
import type { PoolSettings } from '../../src/protocol/poolQuestions.ts';
import { until as waitFor } from '../env/scenario/until.ts';
import { eventually } from '../sources/tailWorld.ts';
import { EngineWorld, fixture } from './engineWorld.ts';

const settings: PoolSettings = { seenMs: 1000, alertsMs: 15_000, timeZone: 'auto' };
/** What HikariCP says of itself now. */
const stats = (active: number, waiting: number): string =>
  `${new Date().toISOString()} DEBUG orders - Pool stats (total=5, active=${active}, idle=${5 - active}, waiting=${waiting})\n`;
const timeout = (): string =>
  `${new Date().toISOString()} ERROR orders - Connection is not available, request timed out after 30000ms (total=5, active=5, idle=0, waiting=2)\n`;

describe('followed pools', () => {
  let world: EngineWorld;
  beforeEach(() => (world = new EngineWorld()));
  afterEach(() => world.end());

  const add = async (target: PoolTarget, password?: string): Promise<PoolStatus> =>
    (await world.ask('addPool', { target, settings, ...(password !== undefined && { password }) })).status;
  const statusOf = (poolId: string): PoolStatus | undefined => {
    const message = world.told.findLast((told) => told.type === 'pool' && told.status.poolId === poolId);
    return message?.type === 'pool' ? message.status : undefined;
  };
  const changes = (): PoolFindingChange[] =>
    world.told.flatMap((message) => (message.type === 'pool' ? message.changes : []));
  const until = (poolId: string, what: string, holds: (status: PoolStatus) => boolean): Promise<void> =>
    eventually(
      () => {
        const status = statusOf(poolId);
        return status !== undefined && holds(status);
      },
      () => `${what}: ${JSON.stringify(statusOf(poolId))}`,
    );
  const follow = async (name: string, more: { readonly application?: string } = {}): Promise<string> => {
    const target = { kind: 'log', path: world.directory.join(name), ...more } as PoolTarget;
    const { poolId } = await add(target);
    await until(poolId, 'it is followed', ({ state }) => state === 'following');
    return poolId;
  };
  const snapshotOf = async (poolId: string): Promise<PoolSnapshot> =>
    (await world.ask('poolSnapshot', { poolId })).snapshot;

  it('show what an application logs of its pool, live', async () => {
    world.directory.write('app.log', stats(2, 0));
    const poolId = await follow('app.log');
    world.directory.append('app.log', stats(5, 2));
    await until(poolId, 'it is full', ({ critical }) => critical === 1);
    const { pools, findings, status } = await snapshotOf(poolId);
    const [pool] = pools;
    assert.deepEqual([status.label, status.origin], ['app.log', 'applicationLog']);
    assert.equal(pool?.name, 'orders');
    const { size, checkedOut, checkedIn, waiting } = pool.now;
    assert.deepEqual([size, checkedOut, checkedIn, waiting], [5, 5, 0, 2]);
    assert.deepEqual(
      findings.map(({ kind, severity }) => [kind, severity]),
      [
        ['poolFull', 'critical'],
        ['poolWaiting', 'warning'],
      ],
    );
  });

  it('tell of each finding once when it begins, and once when it is over', async () => {
    world.directory.write('app.log', stats(2, 0));
    const poolId = await follow('app.log');
    for (const [active, waiting, critical] of [
      [5, 2, 1],
      [5, 3, 1],
      [1, 0, 0],
    ] as const) {
      world.directory.append('app.log', stats(active, waiting));
      await until(poolId, `${active} are out`, (status) => status.critical === critical);
    }
    world.directory.append('app.log', stats(1, 0));
    const told = (): string[] => changes().map(({ change, finding }) => `${change} ${finding.kind}`);
    await eventually(
      () => told().length >= 4,
      () => told().join(),
    );
    assert.deepEqual(told(), ['began poolFull', 'began poolWaiting', 'ended poolFull', 'ended poolWaiting']);
  });

  it('have a checkout that was given up as a failure, and find its line', async () => {
    world.directory.write('app.log', stats(5, 1));
    const poolId = await follow('app.log');
    world.directory.append('app.log', timeout());
    await until(poolId, 'one was given up', ({ critical }) => critical === 2);
    const [group] = (await snapshotOf(poolId)).troubles;
    assert.deepEqual(
      [group?.kind, group?.count, group?.members[0]?.applicationName],
      ['poolExhausted', 1, 'orders'],
    );
    const troubleId = group?.members[0]?.id ?? -1;
    const place = await world.ask('locatePoolTrouble', { poolId, troubleId, largestFileBytes: 1e6 });
    assert.deepEqual(place, { kind: 'file', path: world.directory.join('app.log'), line: 1 });
  });

  it('are listed process by process, and summed', async () => {
    copyFileSync(fixture('pools', 'sqlalchemy-1.4-nested-pid-3', 'app.log'), world.directory.join('app.log'));
    const poolId = await follow('app.log');
    const { pools, sum } = await snapshotOf(poolId);
    assert.equal(pools.length, 3);
    assert.equal(
      sum?.checkouts,
      pools.reduce((total, { checkouts = 0 }) => total + checkouts, 0),
    );
    const { chart } = await world.ask('poolChart', { poolId });
    assert.ok(chart.buckets.length > 0);
    assert.equal(chart.pool, undefined);
    await assert.rejects(world.ask('poolChart', { poolId, pool: 'none' }), /Nothing is known of this pool/);
  });

  it('have a chart with nothing in it while none is named', async () => {
    world.directory.write('app.log', 'nothing of a pool\n');
    const poolId = await follow('app.log');
    const { chart } = await world.ask('poolChart', { poolId });
    assert.deepEqual([chart.label, chart.pool, chart.buckets], ['app.log', undefined, []]);
  });

  it('tell from its lines that a log is a PgBouncer’s, with whom it refused', async () => {
    copyFileSync(fixture('pgbouncer-1.18-refused', 'pgbouncer.log'), world.directory.join('app.log'));
    const poolId = await follow('app.log');
    const { status, troubles, pools } = await waitFor('refused logins are told', async () => {
      const snapshot = await snapshotOf(poolId);
      return snapshot.troubles.length > 0 ? snapshot : undefined;
    });
    assert.equal(status.origin, 'poolerLog');
    assert.ok(pools.every(({ kind }) => kind === 'pgbouncer'));
    assert.ok(troubles.length > 0);
    const troubleId = troubles[0]?.members[0]?.id ?? -1;
    const place = await world.ask('locatePoolTrouble', { poolId, troubleId, largestFileBytes: 1e6 });
    assert.equal(place.kind, 'file');
  });

  it('wait for a log that is not there, and read it when it comes', async () => {
    const { poolId } = await add({ kind: 'log', path: world.directory.join('app.log') });
    await until(
      poolId,
      'it is missing',
      ({ state, sentence }) => state === 'waiting' && sentence !== undefined,
    );
    world.directory.write('app.log', stats(1, 0));
    await until(poolId, 'it is there', ({ origin }) => origin === 'applicationLog');
  });

  it('count the application’s connections beside its pool, as its server’s log has them', async () => {
    world.directory.write(
      'server.log',
      world.lines.start() +
        [1, 2, 3].map((pid) => world.lines.connect({ pid, application: 'orders' })).join(''),
    );
    await world.follow('server.log');
    world.directory.write('app.log', stats(3, 0));
    const poolId = await follow('app.log', { application: 'orders' });
    const { onServer } = await snapshotOf(poolId);
    assert.deepEqual(
      onServer.map(({ application, count, by }) => [application, count, by]),
      [['orders', 3, 'log']],
    );
  });

  it('say why a console does not answer, and never a password', async () => {
    const uri = 'postgres://watcher@127.0.0.1:1/pgbouncer';
    const { poolId, label } = await add({ kind: 'console', uri }, 'open sesame');
    assert.equal(label, 'watcher@127.0.0.1:1');
    await until(poolId, 'nobody listens', ({ state }) => state === 'waiting');
    assert.ok(!JSON.stringify(world.told).includes('sesame'));
    await assert.rejects(add({ kind: 'console', uri: 'postgres://a@b/shop' }), /database “pgbouncer”/);
  });

  /** A console that closes every connection, and how often it was asked. */
  const hangingUp = async (): Promise<{ target: PoolTarget; asked: () => number }> => {
    let attempts = 0;
    const busy = createServer((socket) => {
      attempts += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    busy.unref();
    await once(busy, 'listening');
    const { port } = busy.address() as AddressInfo;
    const uri = `postgres://watcher@127.0.0.1:${port}/pgbouncer`;
    return { target: { kind: 'console', uri }, asked: () => attempts };
  };

  it('are asked as often as the settings say by now', async () => {
    const { target, asked } = await hangingUp();
    const { poolId } = (await world.ask('addPool', { target, settings: { ...settings, seenMs: 600_000 } }))
      .status;
    await until(poolId, 'it was asked once', ({ state }) => state === 'waiting');
    const before = asked();
    await world.ask('configurePool', { poolId, settings: { ...settings, seenMs: 10 } });
    await eventually(
      () => asked() > before,
      () => `it is asked again, after ${before} attempts`,
    );
  });

  it('are followed once however quickly they are added again, and asked no more when they are removed', async () => {
    const { target, asked } = await hangingUp();
    const often = { target, settings: { ...settings, seenMs: 10 } };
    const { poolId } = (await world.ask('addPool', often)).status;
    await until(poolId, 'it was asked once', ({ state }) => state === 'waiting');
    await Promise.all([1, 2, 3].map(() => world.ask('addPool', often)));
    await world.ask('removePool', { poolId });
    const before = asked();
    await delay(300);
    assert.equal(asked(), before);
  });

  it('are told of no more once they are removed, and the last word says so', async () => {
    world.directory.write('app.log', stats(2, 0));
    const poolId = await follow('app.log');
    await world.ask('removePool', { poolId });
    assert.equal(statusOf(poolId)?.state, 'removed');
    await assert.rejects(world.ask('poolSnapshot', { poolId }), /no longer followed/);
  });
});

describe('a pattern that is tried as it is typed', () => {
  let world: EngineWorld;
  beforeEach(() => (world = new EngineWorld()));
  afterEach(() => world.end());

  it('tells how many of the newest lines it matches, and what the last says', async () => {
    const path = world.directory.write('own.log', 'orders: 3/5 busy\nnothing\norders: 4/5 busy\nhalf a li');
    const trial = await world.ask('tryPattern', {
      path,
      pattern: String.raw`(?<pool>\w+): (?<checkedOut>\d+)/(?<size>\d+)`,
    });
    assert.deepEqual([trial.lines, trial.matched, trial.newest?.pool], [3, 2, 'orders']);
    assert.ok(trial.newest);
    assert.ok(trial.newest.news.kind === 'figures');
    assert.deepEqual([trial.newest.news.figures.checkedOut, trial.newest.news.figures.size], [4, 5]);
  });

  for (const [pattern, sentence] of [
    ['(', /no regular expression/],
    [String.raw`(?<size>\d+)`, /no group that tells what is checked out/],
    ['^(a+)+(?<checkedOut>\\d)$', /takes longer than 1000 ms/],
  ] as const)
    it(`says what is wrong: ${pattern}`, async () => {
      const path = world.directory.write('own.log', `${'a'.repeat(4000)}!\n`);
      await assert.rejects(world.ask('tryPattern', { path, pattern }), sentence);
    });

  it('does not wait for somebody to write into a named pipe, and says so', function () {
    if (process.platform === 'win32') this.skip();
    const path = world.directory.join('pipe.log');
    execFileSync('mkfifo', [path]);
    const script = `
      import { tryPattern } from '${new URL('../../src/engine/patternTrial.ts', import.meta.url).href}';
      try {
        tryPattern(process.argv[1], '(?<checkedOut>1)');
      } catch ({ message }) {
        console.log(message);
      }`;
    const node = ['--input-type=module', '-e', script, path];
    const said = execFileSync(process.execPath, node, { encoding: 'utf8', timeout: 10_000 });
    assert.match(said, /pipe\.log cannot be read \(it is not a regular file\): choose a log file\./);
  });

  it('says that a file cannot be read', async () => {
    const path = world.directory.join('missing.log');
    await assert.rejects(world.ask('tryPattern', { path, pattern: '(?<checkedOut>1)' }), /cannot be read/);
  });
});
