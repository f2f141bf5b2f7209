import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { renderSentence } from '../../src/core/sentence.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import type { ReadTarget } from '../../src/engine/readLog.ts';
import { machinePlaces } from '../../src/sources/discovery/places.ts';
import { resolvePlace } from '../../src/sources/discovery/resolvePlace.ts';
import { watchLog, type WatchOptions } from '../../src/engine/watchLog.ts';
import { assertFollowsSchema } from '../core/schemas.ts';
import { block, eventually, TestDirectory } from '../sources/tailWorld.ts';
import { ServerLines } from './engineWorld.ts';

describe('watching a log', () => {
  let directory: TestDirectory;
  let lines: ServerLines;
  let printed: string[];
  let warned: string[];
  let ended: AbortController;
  beforeEach(() => {
    directory = new TestDirectory();
    lines = new ServerLines();
    printed = [];
    warned = [];
    ended = new AbortController();
  });
  afterEach(() => directory.remove());

  const pgLog = (): ReadTarget => ({
    place: { kind: 'files', paths: [directory.join('pg.log')] },
    settings: {},
  });
  const watch = (target: ReadTarget, options: Partial<WatchOptions> = {}): Promise<void> =>
    watchLog(target, {
      filter: noFilter,
      json: false,
      signal: ended.signal,
      colour: false,
      print: (line) => void printed.push(line),
      warn: (sentences) => void warned.push(...sentences.map(renderSentence)),
      ...options,
    });
  const write = (...texts: string[]): void => directory.append('pg.log', texts.join(''));
  const until = (count: number) =>
    eventually(
      () => printed.length >= count,
      () => `${count} lines: ${printed.join('\n')}`,
    );
  /** The sign and the name of each event that was printed. */
  const signs = (): string[] =>
    printed.slice(1).map((line) => line.replace(/^(\[.\]) \S+ (\S+).*$/s, '$1 $2'));

  it('prints what happens from now on, through rotations of both kinds, until it is told to end', async () => {
    write(lines.start(), lines.connect({ pid: 9, application: 'old' }), lines.refuse(8));
    const watching = watch(pgLog());
    await until(1);
    assert.deepEqual(printed, ['Watching connections (Ctrl+C to exit)']);
    write(lines.connect({ pid: 10, application: 'one' }));
    await until(2);
    directory.rename('pg.log', 'pg.log.1');
    directory.append('pg.log.1', lines.connect({ pid: 11, application: 'two' }));
    write(lines.disconnect({ pid: 10 }));
    await until(4);
    directory.copyTruncate('pg.log', 'pg.log.0');
    write(lines.refuse(12), lines.disconnect({ pid: 9 }));
    await until(6);
    ended.abort();
    await watching;
    assert.deepEqual(signs(), ['[+] one', '[+] two', '[-] one', '[!] bob', '[-] old']);
    assert.deepEqual(warned, []);
  });

  for (const [glob, other] of [
    ['postgresql-*.log', 'others-2026-12-01_000000.log'],
    ['postgresql-2026-11-30_*.log', 'postgresql-2026-12-01_000000.log'],
  ] as const)
    it(`goes on with each new name that ${glob} matches, and with no other`, async () => {
      const name = (time: string) => `postgresql-${time}.log`;
      directory.write(name('2026-11-30_140000'), lines.start() + lines.connect({ pid: 9 }));
      const watching = watch(await resolvePlace(glob, machinePlaces(), directory.path));
      await until(1);
      directory.append(name('2026-11-30_140000'), lines.connect({ pid: 10, application: 'one' }));
      await until(2);
      directory.write(other, lines.connect({ pid: 8 }));
      directory.write(name('2026-11-30_150000'), lines.connect({ pid: 11, application: 'two' }));
      await until(3);
      directory.write(name('2026-11-30_160000'), lines.connect({ pid: 12, application: 'three' }));
      await until(4);
      ended.abort();
      await watching;
      assert.deepEqual(signs(), ['[+] one', '[+] two', '[+] three']);
      assert.deepEqual(warned, []);
    });

  it('prints JSON instead, one document per line, and only what the filter lets through', async () => {
    write(lines.start());
    const watching = watch(pgLog(), { json: true, filter: { ...noFilter, database: ['shop'] } });
    await delay(50);
    write(
      lines.connect({ pid: 10 }),
      lines.connect({ pid: 11, database: 'test' }),
      lines.disconnect({ pid: 10 }),
    );
    await until(2);
    ended.abort();
    await watching;
    for (const line of printed) assertFollowsSchema('watch', line);
    const events = printed.map((line) => JSON.parse(line) as { event: string; pid: number });
    assert.deepEqual(
      events.map(({ event, pid }) => [event, pid]),
      [
        ['connect', 10],
        ['disconnect', 10],
      ],
    );
  });

  it('prints every one of a great many', async () => {
    write(lines.start());
    const watching = watch(pgLog());
    await until(1);
    const many = 30_000;
    write(Array.from({ length: many }, (_, n) => lines.connect({ pid: 100 + n })).join(''));
    await until(many + 1);
    ended.abort();
    await watching;
    assert.equal(printed.length, many + 1);
  });

  it('says that it is behind, where the terminal takes lines more slowly than the log brings them', async () => {
    write(lines.start());
    const watching = watch(pgLog(), {
      print: (line) => {
        printed.push(line);
        if (printed.length > 1) block(0.2);
      },
    });
    await until(1);
    write(Array.from({ length: 15_000 }, (_, n) => lines.connect({ pid: 100 + n })).join(''));
    await eventually(() => warned.length > 1, 'it says so');
    ended.abort();
    await watching;
    assert.match(warned[1] ?? '', /^\d+\.\ds behind: the log is written faster than it is read\.$/);
  });

  it('says at once how much was truncated before it could be read', async () => {
    write(lines.start(), lines.connect({ pid: 9 }));
    const watching = watch(pgLog(), {
      print: (line) => {
        printed.push(line);
        if (printed.length < 8000) block(0.03);
        if (printed.length === 9000) directory.write('pg.log', '');
      },
    });
    await until(1);
    write(Array.from({ length: 15_000 }, (_, n) => lines.connect({ pid: 100 + n })).join(''));
    const losses = (): string[] => warned.filter((warning) => warning.startsWith('At least'));
    await eventually(
      () => losses().length > 0,
      () => `it says so after ${printed.length} lines: ${warned.join()}`,
    );
    write(lines.connect({ pid: 10, application: 'after' }));
    await eventually(() => signs().includes('[+] after'), 'it goes on');
    ended.abort();
    await watching;
    assert.match(
      losses().join('\n'),
      /^At least \d{6,7} bytes of the log were truncated before they could be read: rotate by renaming [^\n]+$/,
    );
  });

  it('says that the log is gone, and goes on when it is back', async () => {
    write(lines.start());
    const watching = watch(pgLog());
    await until(1);
    directory.unlink('pg.log');
    await eventually(() => warned.length > 1, 'it says so');
    assert.deepEqual(warned.slice(1), [
      `${directory.join('pg.log')} is not there: it will be followed as soon as the server writes it, or choose another log.`,
    ]);
    write(lines.connect({ pid: 10 }));
    await until(2);
    ended.abort();
    await watching;
    assert.deepEqual(signs(), ['[+] web']);
  });

  it('takes all as news that comes into a log which was not there', async () => {
    const watching = watch(pgLog());
    await until(1);
    write(lines.start(), lines.connect({ pid: 10 }));
    await until(2);
    ended.abort();
    await watching;
    assert.deepEqual(signs(), ['[+] web']);
    assert.match(warned.join(), /is not there/);
  });

  it('reads a stream to its end, where what is undecided is as it looks', async () => {
    const text = lines.start() + lines.connect({ pid: 10 }) + lines.refuse(11) + lines.connect({ pid: 12 });
    await watch(Readable.from([Buffer.from(text.slice(0, 333)), Buffer.from(text.slice(333))]));
    assert.deepEqual(signs(), ['[+] web', '[!] bob', '[+] web']);
  });

  it('refuses what is no PostgreSQL log', async () => {
    write('Dear diary,\nnothing happened.\n');
    await assert.rejects(
      watch(pgLog()),
      /No line of .*pg\.log is one of a PostgreSQL log: name the log of a server/,
    );
    assert.deepEqual(printed, []);
    await assert.rejects(
      watch(Readable.from([Buffer.from('Dear diary')])),
      /No line of standard input is one/,
    );
  });

  it('warns of what the log cannot tell', async () => {
    write(lines.start());
    const watching = watch(pgLog());
    await eventually(() => warned.length > 0, 'it warns');
    assert.match(warned.join(), /^The log tells of no connections: turn on log_connections/);
    ended.abort();
    await watching;
  });
});
