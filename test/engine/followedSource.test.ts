import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { DiscoveredLog } from '../../src/core/log/logPlace.ts';
import { summaryDocument } from '../../src/core/report/summaryJson.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { FollowedSource } from '../../src/engine/followedSource.ts';
import type { SourceHost } from '../../src/engine/sourceHost.ts';
import { readLog } from '../../src/engine/readLog.ts';
import { statusOf, troublesOf } from '../../src/engine/sourceSnapshots.ts';
import { statusTextOf } from '../../src/engine/statusText.ts';
import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { generateFile } from '../bench/generate.ts';
import { block, eventually, TestDirectory } from '../sources/tailWorld.ts';
import { fixture, ServerLines, settings } from './engineWorld.ts';

describe('a followed source', () => {
  let directory: TestDirectory;
  let told: string[];
  const open: FollowedSource[] = [];
  beforeEach(() => {
    directory = new TestDirectory();
    told = [];
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((source) => source.close()));
    directory.remove();
  });

  const logOf = (...names: string[]): DiscoveredLog => ({
    id: names.join(),
    kind: 'path',
    running: false,
    settings: {},
    connectionLogging: 'unknown',
    place: { kind: 'files', paths: names.map((name) => directory.join(name)) },
    path: directory.join(names.at(-1) ?? ''),
  });
  const follow = (log: DiscoveredLog, host: Partial<SourceHost> = {}, change = {}): FollowedSource => {
    const source = new FollowedSource(
      log,
      { ...settings, ...change },
      {
        storageDirectory: directory.join('storage'),
        changed: () => undefined,
        log: (level, text) => void told.push(`${level} ${text}`),
        ...host,
      },
    );
    open.push(source);
    source.start();
    return source;
  };
  const isRead = (source: FollowedSource) =>
    eventually(
      () => source.progress.state === 'following',
      () => `it is read: ${source.progress.state}`,
    );
  const isAt = (source: FollowedSource, bytes: number) =>
    eventually(
      () => source.fold.log.understanding.bytes === bytes && source.progress.state === 'following',
      () => `${bytes} bytes: ${source.fold.log.understanding.bytes}`,
    );
  /** Everything that views and reports show of it. */
  const shownOf = ({ fold }: Pick<FollowedSource, 'fold'>) => {
    const { log, ...rest } = summaryDocument(fold.report({ bucketMinutes: 1 }));
    return { ...rest, bytes: log.bytes, from: log.from, to: log.to, serverVersion: log.serverVersion };
  };

  it('tells a connect in a moment, though the clock is set back meanwhile', async () => {
    const lines = new ServerLines();
    directory.write('pg.log', lines.start());
    const source = follow(logOf('pg.log'));
    await isRead(source);
    const { now } = Date;
    let setBackMs = 0;
    Date.now = () => now() - setBackMs;
    try {
      for (let count = 1; count <= 3; count += 1) {
        const isTold = (): boolean => source.fold.state.unfiltered.totals.connects === count;
        directory.append('pg.log', lines.connect({ pid: 10 + count }));
        await eventually(() => isTold() || source.fold.state.book.undecidedSince !== undefined, 'it is read');
        setBackMs += 3_600_000;
        await eventually(isTold, 'it is told');
      }
    } finally {
      Date.now = now;
    }
  });

  it('stops in the middle of the first read, and keeps what was read', async () => {
    const lines = new ServerLines();
    const crowd = Array.from({ length: 20_000 }, (_, n) => lines.connect({ pid: 1000 + n })).join('');
    directory.write('pg.log', lines.start() + crowd);
    let stopped = false;
    const source: FollowedSource = follow(logOf('pg.log'), {
      changed: () => {
        if (stopped || source.fold.log.understanding.bytes === 0) return;
        stopped = true;
        source.stop();
      },
    });
    await eventually(() => source.progress.state === 'stopped', 'it is stopped');
    const { connects } = source.fold.state.unfiltered.totals;
    assert.ok(connects > 0 && connects < 20_000, String(connects));
    await source.close();
    assert.equal(source.fold.state.unfiltered.totals.connects, connects);
    assert.deepEqual(readdirSync(directory.path), ['pg.log']);
  });

  it('has told what it has read when it is paused in the middle', async () => {
    const lines = new ServerLines();
    const crowd = Array.from({ length: 20_000 }, (_, n) => lines.connect({ pid: 1000 + n })).join('');
    directory.write('pg.log', lines.start() + crowd);
    const source: FollowedSource = follow(logOf('pg.log'), {
      changed: () => {
        if (source.fold.log.understanding.bytes > 0) source.pause.pause();
      },
    });
    await eventually(() => source.pause.paused, 'it is paused');
    const { log, state } = source.fold;
    await eventually(
      () => (log.settled?.offsetBytes ?? 0) > log.understanding.bytes - 400,
      () => `${log.settled?.offsetBytes} of ${log.understanding.bytes}`,
    );
    const { connects } = state.unfiltered.totals;
    assert.ok(connects > 0 && connects < 20_000, String(connects));
  });

  it('reads a big log with two threads as with one', async () => {
    const bytes = 16e6;
    generateFile(directory.join('pg.log'), {
      format: 'stderr',
      prefix: '%m [%p] ',
      share: 20,
      bytes,
      seed: 5,
    });
    const shown = async (aheadBytes: number) => {
      const source = follow(logOf('pg.log'), { aheadBytes, storageDirectory: undefined });
      await isRead(source);
      return shownOf(source);
    };
    assert.deepEqual(await shown(0), await shown(Number.POSITIVE_INFINITY));
  });

  it('stops while two threads read, and keeps what was read', async () => {
    const bytes = 64e6;
    generateFile(directory.join('pg.log'), {
      format: 'stderr',
      prefix: '%m [%p] ',
      share: 100,
      bytes,
      seed: 6,
    });
    let changes = 0;
    const source: FollowedSource = follow(logOf('pg.log'), {
      aheadBytes: 0,
      changed: () => {
        changes += 1;
        if (changes === 20) source.stop();
      },
    });
    await eventually(() => source.progress.state === 'stopped', 'it is stopped');
    await source.close();
    const { understanding } = source.fold.log;
    assert.ok(understanding.bytes > 0 && understanding.bytes < bytes, String(understanding.bytes));
  });

  it('raises its version with what is no part of the log, and never repeats one', async () => {
    directory.write('pg.log', new ServerLines().start());
    const source = follow(logOf('pg.log'));
    await isRead(source);
    const { version } = source;
    source.touch();
    assert.ok(source.version > version);
    const next = follow(logOf('pg.log'));
    assert.ok(next.version > source.version);
  });

  it('takes over what is known of its server, but follows the same files', () => {
    const log = logOf('pg.log');
    const source = follow(log);
    const now = { ...log, running: true, settings: { logDisconnections: false } };
    assert.equal(source.describe({ ...now, path: '/elsewhere', place: undefined }), true);
    assert.equal(source.describe(now), false);
    assert.deepEqual([source.log.running, source.log.path, source.log.place], [true, log.path, log.place]);
    assert.equal(source.fold.activeIs, 'unknown');
  });

  it('says how far it is behind while following cannot keep up, and no more when it does or is paused', async () => {
    const lines = new ServerLines();
    directory.write('pg.log', lines.start());
    const source = follow(logOf('pg.log'));
    await isRead(source);
    const { log } = source.fold;
    const behind = () => statusOf(source, settings).behindMs;
    log.took = (count) => {
      block(100);
      PostgresLog.prototype.took.call(log, count);
    };
    directory.append('pg.log', 'x'.repeat(5 << 20));
    await eventually(() => behind() !== undefined, 'it is behind');
    assert.ok((behind() ?? 0) >= 1000, `${behind()} ms`);
    assert.match(statusTextOf(source, statusOf(source, settings)), /^- Behind: \d+\.\ds$/m);
    source.pause.pause();
    assert.equal(behind(), undefined);
    source.pause.resume();
    await eventually(() => source.progress.behindMs === undefined, 'it caught up');
  });

  describe('with a checkpoint', () => {
    const checkpoints = (): string[] => readdirSync(directory.join('storage'));
    /** A source that has read this much and was closed. */
    const readBefore = async (log: DiscoveredLog): Promise<FollowedSource> => {
      const source = follow(log);
      await isRead(source);
      await source.close();
      return source;
    };

    for (const [name, file] of [
      ['16-stderr-lively', 'server.log'],
      ['15-csv-lively', 'server.csv'],
      ['17-json-refused', 'server.json'],
      ['16-stderr-crash', 'server.log'],
      ['18-stderr-replication', 'server.log'],
    ] as const) {
      it(`costs the new bytes only, and shows what an uninterrupted reading shows: ${name}`, async () => {
        const bytes = readFileSync(fixture(name, file));
        const whole = logOf('whole');
        directory.write('whole', bytes);
        const uninterrupted = shownOf(await readBefore(whole));
        for (const part of [0.6]) {
          const log = logOf(`cut-${part}`);
          const cut = Math.floor(bytes.length * part);
          directory.write(`cut-${part}`, bytes.subarray(0, cut));
          await readBefore(log);
          writeFileSync(directory.join(`cut-${part}`), bytes);
          const taken: number[] = [];
          const source: FollowedSource = follow(log, {
            changed: () => taken.push(source.fold.log.understanding.bytes),
          });
          await isRead(source);
          const half = cut - bytes.lastIndexOf(0x0a, cut - 1) - 1;
          assert.ok((taken[0] ?? 0) >= cut - half, 'begins with what was read');
          const shown = shownOf(source);
          // the end of the file that was read may be read again: a line, or an entry of several
          const again = shown.bytes - bytes.length;
          assert.ok(again >= 0 && again < 2000, `${again} bytes again`);
          const withoutFiles = (document: typeof shown): string =>
            JSON.stringify({ ...document, bytes: 0 }).replace(/"file":"[^"]*"/g, '');
          assert.equal(withoutFiles(shown), withoutFiles(uninterrupted), `cut at ${part}`);
          await source.close();
        }
      });
    }

    it('counts failures since as new, and remembers what was looked at and acknowledged', async () => {
      const lines = new ServerLines();
      directory.write('pg.log', lines.start() + lines.refuse(10));
      const source = follow(logOf('pg.log'));
      await isRead(source);
      source.acknowledged.add('a group');
      source.touch();
      const { seenId } = source;
      await source.close();
      directory.append('pg.log', lines.refuse(11));
      const again = follow(logOf('pg.log'));
      await isRead(again);
      assert.equal(again.seenId, seenId);
      assert.equal(again.fold.state.troubles.failure.at(-1)?.id, seenId + 1);
      assert.deepEqual([...again.acknowledged], ['a group']);
    });

    it('goes on in the renamed file, and then in the new one', async () => {
      const lines = new ServerLines();
      directory.write('pg.log', lines.start() + lines.connect({ pid: 10 }));
      await readBefore(logOf('pg.log'));
      directory.append('pg.log', lines.connect({ pid: 11 }));
      directory.rename('pg.log', 'pg.log.1');
      directory.write('pg.log', lines.connect({ pid: 12 }));
      const source = follow(logOf('pg.log'));
      await eventually(() => source.fold.state.unfiltered.totals.connects === 3, 'all are counted once');
    });

    it('goes on in the copy of a truncated file', async () => {
      const lines = new ServerLines();
      directory.write('pg.log', lines.start() + lines.connect({ pid: 10 }));
      await readBefore(logOf('pg.log'));
      directory.append('pg.log', lines.connect({ pid: 11 }));
      directory.copyTruncate('pg.log', 'pg.log.1');
      directory.append('pg.log', lines.connect({ pid: 12 }));
      const source = follow(logOf('pg.log'));
      await eventually(() => source.fold.state.unfiltered.totals.connects === 3, 'all are counted once');
    });

    it('reads a log anew that took the place of the known one', async () => {
      const lines = new ServerLines();
      directory.write('pg.log', lines.start() + lines.connect({ pid: 10 }) + lines.refuse(11));
      const before = await readBefore(logOf('pg.log'));
      assert.ok(before.seenId > 1);
      for (const change of [() => directory.unlink('pg.log'), () => undefined]) {
        change();
        lines.pass(60_000);
        directory.write('pg.log', lines.start() + lines.connect({ pid: 20 }).repeat(20));
        const source = follow(logOf('pg.log'));
        await isRead(source);
        const { totals } = source.fold.state.unfiltered;
        assert.deepEqual([totals.connects, totals.failures], [20, 0]);
        await source.close();
      }
    });

    it('reads a log anew that was edited before the known place', async () => {
      const lines = new ServerLines();
      const start = lines.start().repeat(3);
      directory.write('pg.log', start + lines.connect({ pid: 10 }));
      await readBefore(logOf('pg.log'));
      directory.write('pg.log', start + lines.connect({ pid: 11 }) + lines.connect({ pid: 12 }));
      const source = follow(logOf('pg.log'));
      await isRead(source);
      assert.equal(source.fold.state.unfiltered.totals.connects, 2);
    });

    for (const [what, spoil] of [
      ['is torn', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
      [
        'has another byte',
        (bytes: Buffer) => bytes.fill((bytes.at(-9) ?? 0) ^ 1, bytes.length - 9, bytes.length - 8),
      ],
      ['is something else', () => Buffer.from('{}')],
      ['is empty', () => Buffer.alloc(0)],
    ] as const) {
      it(`reads the log anew when the checkpoint ${what}`, async () => {
        const lines = new ServerLines();
        directory.write('pg.log', lines.start() + lines.connect({ pid: 10 }));
        const { fold } = await readBefore(logOf('pg.log'));
        const [name = ''] = checkpoints();
        const path = directory.join(`storage/${name}`);
        writeFileSync(path, spoil(readFileSync(path)));
        const source = follow(logOf('pg.log'));
        await isAt(source, fold.log.understanding.bytes);
        assert.equal(source.fold.state.unfiltered.totals.connects, 1);
        assert.deepEqual(told, []);
      });
    }

    it('reads the log anew when it is to be read in another way', async () => {
      const lines = new ServerLines();
      const bytes = directory.write('pg.log', lines.start() + lines.connect({ pid: 10 }));
      await readBefore(logOf('pg.log'));
      const source = follow(logOf('pg.log'), {}, { logLinePrefix: '%m [%p] ' });
      await isAt(source, readFileSync(bytes).length);
    });

    it('says that it could not be written, and goes on', async () => {
      directory.write('storage', 'a file');
      directory.write('pg.log', new ServerLines().start());
      await readBefore(logOf('pg.log'));
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /^warn The checkpoint could not be written: /);
    });

    it('saves nothing of what is no log', async () => {
      directory.write('pg.log', 'Dear diary\n');
      await readBefore(logOf('pg.log'));
      assert.deepEqual(readdirSync(directory.path), ['pg.log']);
    });
  });

  describe('of a large log', () => {
    const onlyWeb = { ...noFilter, application: ['web'] };
    const sizes = { largeBytes: 1, firstBytes: 64 * 1024, mostBytes: 256 * 1024 };
    /** Somebody who stays, many who come and go, and somebody who came lately. */
    const write = (lines: ServerLines, name: string): void => {
      const crowd = Array.from({ length: 4000 }, (_, n) => {
        const client = { pid: 1000 + n, application: 'batch' };
        return lines.connect(client) + lines.disconnect(client);
      });
      const text = lines.start() + lines.connect({ pid: 10 }) + crowd.join('') + lines.connect({ pid: 11 });
      directory.write(name, text + lines.refuse(12));
    };
    /** Follows it; what happens is called with each list that is shown while the whole is read. */
    const followLarge = (
      change: Partial<SourceHost>,
      onList: (source: FollowedSource, pids: (number | undefined)[]) => void,
    ): FollowedSource => {
      const source: FollowedSource = follow(logOf('pg.log'), {
        firstListSizes: sizes,
        changed: () => {
          if (source.fold.partial)
            onList(source, [...source.fold.state.book.sessions()].map(({ pid }) => pid).sort());
        },
        ...change,
      });
      return source;
    };

    it('shows its end first, then who else is connected, then what an uninterrupted reading shows', async () => {
      write(new ServerLines(), 'pg.log');
      const lists: string[] = [];
      const source = followLarge({}, ({ fold, progress }, pids) => {
        lists.push(`${pids.join()} ${fold.activeIs} ${progress.state}`);
      });
      await isRead(source);
      assert.deepEqual([lists[0], lists.at(-1)], ['11 atLeast reading', '10,11 exact reading']);
      assert.equal(source.fold.partial, undefined);
      const fold = await readLog({
        place: { kind: 'files', paths: [directory.join('pg.log')] },
        settings: {},
      });
      assert.deepEqual(shownOf(source), shownOf({ fold }));
    });

    it('counts what is logged meanwhile once, and a failure as new', async () => {
      const lines = new ServerLines();
      write(lines, 'pg.log');
      let written = false;
      const source = followLarge({}, () => {
        if (!written) directory.append('pg.log', lines.connect({ pid: 20 }) + lines.refuse(21));
        written = true;
      });
      await isRead(source);
      assert.deepEqual(
        source.fold.state.troubles.failure.map(({ id, pid }) => [pid, id > source.seenId]),
        [
          [12, false],
          [21, true],
        ],
      );
      assert.equal(source.fold.state.unfiltered.totals.connects, 4003);
    });

    it('keeps what was filtered, cleared, acknowledged and looked at', async () => {
      const lines = new ServerLines();
      write(lines, 'pg.log');
      let done = false;
      const source = followLarge({}, (first) => {
        if (done) return;
        done = true;
        const [group] = troublesOf(first, settings).failures;
        first.acknowledged.add(group?.key ?? '');
        first.setFilter(onlyWeb);
        first.clear();
        directory.append('pg.log', lines.connect({ pid: 20 }) + lines.connect({ pid: 21, application: 'x' }));
        first.markSeen();
      });
      await isRead(source);
      assert.deepEqual(source.fold.state.filter, onlyWeb);
      assert.equal(source.fold.state.unfiltered.totals.connects, 2);
      assert.equal(source.fold.state.seen.totals.connects, 1);
      source.undoClear();
      assert.equal(source.fold.state.seen.totals.connects, 3);
      source.setFilter(noFilter);
      assert.deepEqual(
        troublesOf(source, settings).failures.map(({ acknowledged }) => acknowledged),
        [true],
      );
      assert.equal(source.seenId >= (source.fold.state.troubles.failure[0]?.id ?? Infinity), true);
    });

    it('keeps the list of its end when reading is stopped', async () => {
      write(new ServerLines(), 'pg.log');
      const source = followLarge({}, (first, pids) => {
        if (pids.length === 2) first.stop();
      });
      await eventually(() => source.progress.state === 'stopped', 'it is stopped');
      await source.close();
      assert.deepEqual(
        [...source.fold.state.book.sessions()].map(({ pid }) => pid),
        [10, 11],
      );
      assert.deepEqual(statusOf(source, settings).warnings[0], source.fold.partial);
    });
  });

  it('shows of a log at rest what the command line shows', async () => {
    directory.write('pg.log', readFileSync(fixture('16-stderr-lively', 'server.log')));
    const source = follow(logOf('pg.log'));
    await isRead(source);
    const fold = await readLog({ place: { kind: 'files', paths: [directory.join('pg.log')] }, settings: {} });
    assert.deepEqual(shownOf(source), shownOf({ fold }));
  });
});
