import assert from 'node:assert/strict';
import { readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderSentence } from '../../src/core/sentence.ts';
import type { Totals } from '../../src/core/snapshot/sourceStatus.ts';
import { LogFold } from '../../src/engine/logFold.ts';
import { readLog } from '../../src/engine/readLog.ts';
import { pendingMs } from '../../src/engine/pendingMs.ts';
import { tailServerLog } from '../../src/sources/server/serverLog.ts';
import { availableMajors, newestMajor, type LogFormat } from '../env/servers.ts';
import { settings } from '../engine/engineWorld.ts';
import { eventually } from '../sources/tailWorld.ts';
import { ServerWorld } from './serverWorld.ts';

const pace = { lookMs: 30, firstRetryMs: 20, longestRetryMs: 100 };

/** A server's log as it is read over a connection. */
class Followed {
  readonly fold = new LogFold({ memoryEvents: 1000, settings: {} });
  readonly statuses: string[] = [];
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;

  constructor(uri: string) {
    this.#done = tailServerLog(() => ({ uri, environment: {} }), this.fold.log, {
      signal: this.#ended.signal,
      onStatus: (status) =>
        this.statuses.push(status.kind === 'away' ? renderSentence(status.sentence) : status.kind),
      onGap: (gap) => this.statuses.push(renderSentence(gap)),
      pace,
    });
  }

  /** What is told so far; a login that may yet be refused is not. */
  get totals(): Totals {
    this.fold.log.settle();
    this.fold.state.book.settle(Date.now() - pendingMs);
    return this.fold.state.unfiltered.totals;
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#done;
  }
}

describe('the log of a server over a connection', function () {
  this.timeout(60_000);
  let world: ServerWorld | undefined;
  let followed: Followed | undefined;
  afterEach(async () => {
    await followed?.end();
    await world?.end();
    followed = world = undefined;
  });

  const start = async (major: number, logFormat: LogFormat): Promise<ServerWorld> => {
    const settings = { log_filename: 'pg-2026-01-01.log', log_rotation_size: '0' };
    return (world = await ServerWorld.start({ major, logTo: 'collector', logFormat, settings }));
  };
  const visit = async (running: ServerWorld, times = 3): Promise<void> => {
    for (let n = 0; n < times; n++)
      await running.leave(await running.client({ application_name: `visit ${n}` }));
    await assert.rejects(running.client({ database: 'nowhere' }));
  };
  const rotate = async (running: ServerWorld, day: number): Promise<void> => {
    const before = running.server.logFile;
    running.server.configure({ log_filename: `pg-2026-01-0${day}.log` });
    running.server.reload();
    await eventually(() => running.server.logFile !== before, 'the log is rotated');
  };
  const sameAsFiles = async (running: ServerWorld, one: Followed, stem: string): Promise<void> => {
    const directory = dirname(running.server.logFile);
    let last = '';
    const isSame = async (): Promise<boolean> => {
      const read = await readLog({ place: { kind: 'directory', directory, stem }, settings: {} });
      last = JSON.stringify([one.totals, read.state.unfiltered.totals, one.statuses.slice(-3)]);
      return JSON.stringify(one.totals) === JSON.stringify(read.state.unfiltered.totals);
    };
    for (let n = 0; n < 200; n++) {
      if (await isSame()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail(last);
  };

  for (const [major, format] of [
    [availableMajors()[0] ?? 0, 'csv'],
    [newestMajor(), 'json'],
  ] as const) {
    it(`tells the same as its files, through rotations and a truncation (PostgreSQL ${major}, ${format})`, async () => {
      const running = await start(major, format);
      const uri = `postgres://postgres@127.0.0.1:${running.server.port}/postgres`;
      await visit(running);
      const one = (followed = new Followed(uri));
      await eventually(
        () => one.totals.connects >= 3,
        () => JSON.stringify(one.statuses),
      );
      await sameAsFiles(running, one, `pg-*.${format}`);
      await rotate(running, 2);
      await visit(running);
      await rotate(running, 3);
      await visit(running, 2);
      await sameAsFiles(running, one, `pg-*.${format}`);
      assert.equal(one.fold.log.files.length, 3);
      assert.equal(one.fold.log.understanding.format, format);

      const { connects, failures } = one.totals;
      truncateSync(running.server.logFile);
      await visit(running, 2);
      await eventually(
        () => one.totals.failures === failures + 1,
        () => JSON.stringify(one.statuses),
      );
      assert.equal(one.totals.connects, connects + 2);
      assert.equal(one.fold.log.understanding.truncations, 1);

      await running.server.restart();
      await visit(running, 1);
      // it may have been asked before it took connections: that is refused, and logged, too
      const tooEarly = (): number =>
        readFileSync(running.server.logFile, 'utf8').split('the database system is starting up').length - 1;
      await eventually(
        () => one.totals.failures === failures + 2 + tooEarly(),
        () => JSON.stringify([one.totals, one.statuses.slice(0, 30)]),
      );
      assert.match(one.statuses.join('\n'), /^.*127\.0\.0\.1:.*$/m);
      await one.end();
      await running.server.stop('smart');
    });
  }

  it('names what a role lacks to read it, one GRANT after the other', async () => {
    const running = await start(newestMajor(), 'stderr');
    const own = await running.client();
    await own.query('CREATE ROLE "Reader" LOGIN');
    const one = (followed = new Followed(`postgres://Reader@127.0.0.1:${running.server.port}/postgres`));
    const until = (text: string): Promise<void> =>
      eventually(
        () => one.statuses.at(-1)?.includes(text) === true,
        () => JSON.stringify(one.statuses),
      );
    await until('run GRANT pg_monitor TO "Reader".');
    await own.query('GRANT pg_monitor TO "Reader"');
    const execute =
      'GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO "Reader"';
    await until(`run ${execute}.`);
    await own.query(execute);
    await until('following');
    await visit(running, 1);
    await eventually(
      () => one.totals.failures === 1,
      () => JSON.stringify(one.statuses),
    );
  });

  it('is followed in the editor like any other, with excerpts of what was read', async () => {
    const running = await start(newestMajor(), 'stderr');
    await visit(running);
    const { serverId } = await running.connect();
    await running.until('connected', ({ state }) => state === 'connected');
    const { status } = await running.ask('follow', { target: { serverId }, settings });
    const { engine } = running;
    await engine.until(
      status.sourceId,
      'it is read',
      ({ state, totals }) => state === 'following' && totals.failures === 1,
    );
    const { failures } = await running.ask('troubles', { sourceId: status.sourceId });
    const troubleId = failures[0]!.members[0]!.id;
    const place = await running.ask('locate', {
      sourceId: status.sourceId,
      troubleId,
      largestFileBytes: 1e6,
    });
    assert.ok(place.kind === 'excerpt');
    assert.match(place.text.split('\n')[place.line] ?? '', /FATAL: {2}database "nowhere" does not exist/);
    await running.ask('disconnectServer', { serverId });
    const { trouble } = await engine.until(status.sourceId, 'it is away', ({ state }) => state === 'waiting');
    assert.equal(trouble?.message, 'This server is no longer connected: connect to it again.');
  });
});
