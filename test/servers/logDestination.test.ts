import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { renderSentence } from '../../src/core/sentence.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { readLog } from '../../src/engine/readLog.ts';
import { watchLog } from '../../src/engine/watchLog.ts';
import { machinePlaces } from '../../src/sources/discovery/places.ts';
import { resolvePlace } from '../../src/sources/discovery/resolvePlace.ts';
import { availableMajors, newestMajor } from '../env/servers.ts';
import { eventually } from '../sources/tailWorld.ts';
import { ServerWorld, untilTrue, valueOf } from './serverWorld.ts';

/** What is counted of a log. */
type Counts = readonly [connects: number, disconnects: number, failures: number];
const countsOf = (totals: { connects: number; disconnects: number; failures: number }): Counts => [
  totals.connects,
  totals.disconnects,
  totals.failures,
];

describe('a server whose log_destination is changed', function () {
  this.timeout(60_000);
  let world: ServerWorld | undefined;
  let ended = new AbortController();
  let visits = 0;
  let refusals = 0;
  beforeEach(() => {
    ended = new AbortController();
    visits = refusals = 0;
  });
  afterEach(async () => {
    ended.abort();
    await world?.end();
    world = undefined;
  });

  const start = async (major: number, settings: Record<string, string>): Promise<ServerWorld> =>
    (world = await ServerWorld.start({ major, logTo: 'collector', settings }));
  const logDirectory = (running: ServerWorld): string => join(running.server.dataDirectory, 'log');

  /** Three come and go, one is refused. */
  async function visit(running: ServerWorld): Promise<void> {
    for (let n = 0; n < 3; n += 1)
      await running.leave(await running.client({ application_name: `visit ${(visits += 1)}` }));
    await assert.rejects(running.client({ database: `nowhere ${(refusals += 1)}` }));
  }
  const counts = (): Counts => [visits, visits, refusals];

  /** Who looks from now on does not see what the server says of its log. */
  function hideCurrentLogfiles(running: ServerWorld): void {
    rmSync(join(running.server.dataDirectory, 'current_logfiles'));
  }

  async function change(running: ServerWorld, destination: string): Promise<void> {
    running.server.configure({ log_destination: destination });
    running.server.reload();
    const file = join(running.server.dataDirectory, 'current_logfiles');
    const wanted = destination.split(',').sort().join();
    await eventually(
      () =>
        existsSync(file) &&
        [...readFileSync(file, 'utf8').matchAll(/^\w+/gm)].map(String).sort().join() === wanted,
      `${destination} is written`,
    );
  }

  /** The server has written all it will of what happened, and a fresh reading tells the sum. */
  async function assertDirectoryTells(running: ServerWorld, name: string): Promise<void> {
    let told: Counts = [0, 0, 0];
    for (let n = 0; n < 100 && !isSame(told, counts()); n += 1) {
      const log = await resolvePlace(name, machinePlaces(), running.server.dataDirectory);
      told = countsOf((await readLog(log)).state.unfiltered.totals);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.deepEqual(told, counts());
  }

  const isSame = (a: Counts, b: Counts): boolean => a.join() === b.join();

  const long = [
    'stderr',
    'csvlog',
    'jsonlog',
    'stderr,csvlog',
    'stderr',
    'csvlog,jsonlog',
    'csvlog',
    'stderr',
  ];
  const short = ['stderr', 'csvlog', 'stderr,csvlog', 'stderr', 'csvlog'];

  for (const [major, destinations, filename] of [
    [newestMajor(), long, 'postgresql-%Y-%m-%d_%H%M%S.log'],
    [newestMajor(), long, 'postgresql-%Y.log'],
    [availableMajors()[0] ?? 0, short, 'postgresql-%Y.log'],
  ] as const) {
    const title = `PostgreSQL ${major}, ${filename}`;

    it(`is followed by the engine and by --watch, each event once, and its directory tells the sum (${title})`, async () => {
      const running = await start(major, { log_filename: filename });
      await visit(running);
      await assertDirectoryTells(running, 'log');
      await running.follow(logDirectory(running));
      const printed: string[] = [];
      const warned: string[] = [];
      const watching = watchLog(await resolvePlace('log', machinePlaces(), running.server.dataDirectory), {
        filter: noFilter,
        json: false,
        signal: ended.signal,
        colour: false,
        print: (line) => void printed.push(line),
        warn: (sentences) => void warned.push(...sentences.map(renderSentence)),
      });
      await eventually(() => printed.length === 1, 'it watches');
      const before = visits;
      for (const destination of destinations.slice(1)) {
        await change(running, destination);
        await visit(running);
        await running.engine.until(
          running.sourceId,
          `${destination} is told (${counts().join()})`,
          ({ totals }) => isSame(countsOf(totals), counts()),
        );
        await eventually(
          () => printed.length === 1 + 2 * (visits - before) + refusals - 1,
          () => `${destination} is watched: ${printed.slice(-8).join('\n')}`,
        );
      }
      ended.abort();
      await watching;
      assert.deepEqual(warned, []);
      await assertDirectoryTells(running, 'log');
    });
  }

  const isTold = (running: ServerWorld, what: string): Promise<unknown> =>
    running.engine.until(running.sourceId, `${what} (${counts().join()})`, ({ totals }) =>
      isSame(countsOf(totals), counts()),
    );

  it('is followed where nothing says what is written', async () => {
    const running = await start(newestMajor(), { log_filename: 'postgresql-%Y.log' });
    hideCurrentLogfiles(running);
    await visit(running);
    await running.follow(logDirectory(running));
    for (const destination of ['csvlog', 'stderr', 'stderr,jsonlog', 'stderr', 'csvlog'] as const) {
      await change(running, destination);
      hideCurrentLogfiles(running);
      await visit(running);
      await isTold(running, destination);
    }
    await assertDirectoryTells(running, 'log');
  });

  for (const rich of ['csvlog', 'jsonlog'])
    it(`is followed in stderr beside an older ${rich}, of which is told too`, async () => {
      const running = await start(newestMajor(), {
        log_filename: 'postgresql-%Y.log',
        log_destination: rich,
      });
      await visit(running);
      await running.server.stop();
      running.server.configure({ log_destination: 'stderr' });
      await running.server.start();
      await visit(running);
      hideCurrentLogfiles(running);
      await running.follow(logDirectory(running));
      await isTold(running, 'all there is');
      await visit(running);
      await isTold(running, 'what came since');
      await assertDirectoryTells(running, 'log');
      await assertDirectoryTells(running, '.');
    });

  it('is followed in what processes write that have not noticed the change', async () => {
    const running = await start(newestMajor(), { log_filename: 'postgresql-%Y.log' });
    const idle = await running.client({ application_name: 'idle' });
    visits += 1;
    await running.follow(logDirectory(running));
    await change(running, 'csvlog');
    await visit(running);
    await running.engine.until(
      running.sourceId,
      'csvlog is told',
      ({ totals }) => totals.connects === visits,
    );
    const other = await running.client();
    visits += 1;
    const pid = await valueOf<number>(
      other,
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'idle'`,
    );
    await valueOf(other, `pg_terminate_backend(${pid})`);
    await running.leave(other);
    await isTold(running, 'that it was ended');
    await running.leave(idle).catch(() => undefined);
    await visit(running);
    await isTold(running, 'what came since');
  });

  it('is not misread where a new .log begins with rows of csv, of processes that have not noticed the change', async () => {
    const settings = { log_filename: 'postgresql-%Y-%m-%d_%H%M%S.log', log_destination: 'csvlog' };
    const running = await start(newestMajor(), settings);
    const idle = await running.client();
    const pid = await valueOf<number>(idle, 'pg_backend_pid()');
    await change(running, 'stderr');
    process.kill(pid, 'SIGTERM');
    const isEnded = (): boolean => readFileSync(running.server.logFile, 'utf8').includes('disconnection: ');
    await eventually(isEnded, 'its end is written');
    await running.follow(logDirectory(running));
    visits += 1;
    await visit(running);
    await running.engine.until(
      running.sourceId,
      'who came since',
      ({ totals }) => totals.connects === visits,
    );
  });

  for (const rich of ['csvlog', 'jsonlog'])
    it(`is not told what a role has had logged by a process that has not noticed the change from ${rich}`, async () => {
      const settings = { log_filename: 'postgresql-%Y.log', log_destination: rich };
      const running = await start(newestMajor(), settings);
      const [holder, late] = [await running.client(), await running.client()];
      visits += 2;
      await running.follow(logDirectory(running));
      await holder.query('SELECT pg_advisory_lock(7)');
      const forged = 'LOG:  connection authorized: user=mallory database=shop';
      const saying = late.query(
        `DO $$ BEGIN PERFORM pg_advisory_lock(7); FOR n IN 1..20 LOOP RAISE LOG '${forged}'; END LOOP; END $$`,
      );
      await untilTrue(holder, 'SELECT count(*) = 1 FROM pg_locks WHERE NOT granted');
      await change(running, 'stderr');
      await holder.query('SELECT pg_advisory_unlock(7)');
      await saying;
      for (const client of [holder, late]) await running.leave(client);
      await visit(running);
      await isTold(running, 'all there is');
      await assertDirectoryTells(running, 'log');
    });

  it('tells of a panic that a thread of an extension writes to standard error, beside csv', async () => {
    const running = await start(newestMajor(), {
      log_filename: 'postgresql-%Y.log',
      log_destination: 'csvlog',
    });
    await running.follow(logDirectory(running));
    const client = await running.client();
    const panic = String.raw`cat; printf "thread 'worker' panicked at src/lib.rs:10:5:\nboom\n" >&2`;
    await client.query(`COPY (SELECT) TO PROGRAM '${panic.replaceAll("'", "''")}'`);
    await running.engine.until(running.sourceId, 'the panic is told', ({ totals }) => totals.problems === 1);
    const log = await resolvePlace('log', machinePlaces(), running.server.dataDirectory);
    assert.equal((await readLog(log)).state.unfiltered.totals.problems, 1);
  });
});
