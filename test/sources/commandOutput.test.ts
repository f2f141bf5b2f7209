import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { CommandLine } from '../../src/core/log/logPlace.ts';
import { renderSentence } from '../../src/core/sentence.ts';
import { LogFold } from '../../src/engine/logFold.ts';
import { tailCommand, type CommandPace } from '../../src/sources/command/commandOutput.ts';
import { PauseSwitch } from '../../src/sources/tail/pauseSwitch.ts';
import type { TailSink } from '../../src/sources/tail/tailSink.ts';
import { RecordingSink } from './recordingSink.ts';
import { eventually, TestDirectory } from './tailWorld.ts';

const pace: CommandPace = { firstMs: 20, longestMs: 80, steadyMs: 10_000, aliveMs: 100, quietMs: 20 };

/** A command that is followed, and what was told of it. */
class Followed<S extends TailSink> {
  readonly sink: S;
  readonly statuses: string[] = [];
  readonly gaps: string[] = [];
  readonly paused = new PauseSwitch();
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;

  constructor(command: CommandLine, sink: S, change: Partial<CommandPace> = {}) {
    this.sink = sink;
    this.#done = tailCommand({ name: 'db', command }, sink, {
      signal: this.#ended.signal,
      paused: this.paused,
      onStatus: (status) =>
        this.statuses.push(status.kind === 'away' ? renderSentence(status.sentence) : status.kind),
      onGap: (gap) => this.gaps.push(renderSentence(gap)),
      pace: { ...pace, ...change },
    });
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#done;
  }

  get troubles(): string[] {
    return this.statuses.filter((status) => !['reading', 'following'].includes(status));
  }
}

const node = (script: string): CommandLine => [process.execPath, '-e', script];
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // a zombie that its new parent has not fetched yet has ended
    return !/^\d+ \(.*\) Z/su.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('the output of a command', function () {
  if (process.platform === 'win32') return;
  const directory = new TestDirectory();
  const followed: Followed<TailSink>[] = [];
  const follow = <S extends TailSink = RecordingSink>(
    command: CommandLine,
    change: Partial<CommandPace> = {},
    sink = new RecordingSink() as TailSink as S,
  ): Followed<S> => {
    const one = new Followed(command, sink, change);
    followed.push(one);
    return one;
  };
  const until = (one: Followed<RecordingSink>, holds: () => boolean): Promise<void> =>
    eventually(holds, () => JSON.stringify([one.sink.text.slice(-500), one.statuses, one.gaps]));
  afterEach(async () => {
    for (const one of followed.splice(0)) await one.end();
  });
  after(() => directory.remove());

  it('keeps the lines of its two streams whole', async () => {
    const one = follow(
      node(`const [o, e] = [process.stdout, process.stderr];
        const steps = [[o, 'out '], [e, 'err '], [o, 'one\\nout'], [e, 'one\\n'], [o, ' two\\n']];
        const next = () => { const s = steps.shift(); if (s) s[0].write(s[1], () => setTimeout(next, 5)); else setInterval(() => 0, 1e6); };
        next();`),
    );
    await until(one, () => one.sink.text.includes('two'));
    assert.deepEqual(one.sink.text.split('\n').sort(), ['', 'err one', 'out one', 'out two']);
  });

  it('counts what is printed again at each start once, and loses no line of those that come new', async () => {
    const log = directory.write('again.log', '');
    // as docker logs -f does: all from the beginning, then what comes, until it is killed
    const one = follow(`cat ${log}; echo from $$ >> ${log}; tail -n 1 ${log}; exit 3`);
    await until(one, () => one.sink.text.split('\n').length > 6);
    const pids = one.sink.text.trim().split('\n');
    assert.equal(new Set(pids).size, pids.length);
    assert.deepEqual(pids, readFileSync(log, 'utf8').trim().split('\n').slice(0, pids.length));
    assert.deepEqual(one.gaps, []);
    assert.match(one.troubles[0] ?? '', /^“db” ended with code 3: it is started again in 0(?:\.\d)? s\.$/);
  });

  it('finds its place in the last lines that a command prints again, also in a line that was broken off', async () => {
    const run = directory.join('run');
    const one = follow(
      `if [ -e ${run} ]; then printf 'l3\\nl4 whole\\nl5\\n'; sleep 100; fi; touch ${run}; printf 'l1\\nl2\\nl3\\nl4 wh'; exit 1`,
    );
    await until(one, () => one.sink.text.includes('l5'));
    assert.equal(one.sink.text, 'l1\nl2\nl3\nl4 whole\nl5\n');
    assert.deepEqual(one.gaps, []);
  });

  it('says what may be missing where a new start does not go on where the last one ended', async () => {
    const run = directory.join('gap');
    const one = follow(
      `if [ -e ${run} ]; then printf 'l7\\nl8\\n'; sleep 100; fi; touch ${run}; printf 'l1\\nl2'; echo 'no more' >&2; exit 1`,
    );
    await until(one, () => one.sink.text.includes('l8'));
    assert.deepEqual(one.sink.text.split('\n').sort(), ['', 'l1', 'l2', 'l7', 'l8', 'no more']);
    assert.equal(one.gaps.length, 1);
    assert.match(
      one.gaps[0] ?? '',
      /^“db” ended at \S+ \S+ \(code 1: no more\) and was started again at \S+ \S+: what was logged in between may be missing\.$/,
    );
  });

  it('waits longer before each new start, and says why it ended, or was not found', async () => {
    const failing = follow('echo "no such container: db" >&2; exit 1', { firstMs: 10, longestMs: 40 });
    await eventually(() => failing.troubles.length >= 4, 'it is started again');
    assert.deepEqual(
      failing.troubles.slice(0, 4).map((text) => /in ([\d.]+) s/.exec(text)?.[1]),
      ['0', '0', '0', '0'],
    );
    assert.equal(
      failing.troubles[0],
      '“db” ended with code 1 (no such container: db): it is started again in 0 s.',
    );
    const missing = follow(['no-such-program-anywhere', '-f']);
    const inShell = follow('no-such-program-anywhere -f');
    await eventually(() => missing.troubles.length > 0 && inShell.troubles.length > 0, 'they are missed');
    for (const { troubles } of [missing, inShell])
      assert.match(
        troubles[0] ?? '',
        /^The command of “db” was not found \(.*no-such-program-anywhere.*\): install it, or/,
      );
  });

  it('is that of a program without a shell where the command is a list, of a shell where it is a line', async () => {
    const word = '$((6 * 7)) `id` ; | >';
    const list = follow(['printf', '%s\\n', word]);
    await until(list, () => list.sink.text.includes(`${word}\n`));
    const line = follow('echo $((6 * 7))');
    await until(line, () => line.sink.text.startsWith('42\n'));
  });

  it('takes characters and lines that come in pieces, and a line of megabytes without an end', async () => {
    const one = follow(
      node(`const b = Buffer.from('Grüße 😀\\n'); let i = 0;
        const next = () => i < b.length ? process.stdout.write(b.subarray(i, ++i), () => setImmediate(next)) : flood();
        const flood = () => { let n = 40; const more = () => n-- ? process.stdout.write('x'.repeat(1 << 17), more) : process.stderr.write('other\\n', () => setInterval(() => 0, 1e6)); more(); };
        next();`),
    );
    await until(one, () => one.sink.text.includes('other'));
    assert.match(Buffer.from(one.sink.text, 'latin1').toString('utf8'), /^Grüße 😀\nx{5242880}\nother\n$/);
  });

  it('reads nothing while it is paused, and all of it afterwards', async () => {
    const one = follow(node(`let n = 0; setInterval(() => console.log('line ' + ++n), 2)`));
    await until(one, () => one.sink.text.includes('line 5\n'));
    one.paused.pause();
    const { length } = one.sink.text;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(one.sink.text.length, length);
    one.paused.resume();
    await until(one, () => one.sink.text.includes('line 60\n'));
    const lines = one.sink.text.trim().split('\n');
    assert.deepEqual(
      lines,
      lines.map((_, index) => `line ${index + 1}`),
    );
  });

  it('is ended with all its children, also those that hold its output', async () => {
    const pids = directory.join('pids');
    const one = follow(
      `sleep 1000 & echo $! >> ${pids}; (trap '' TERM; sleep 1000 & echo $! >> ${pids}; wait) & echo $! >> ${pids}; echo $$ >> ${pids}; echo started; exit 0`,
    );
    await until(one, () => one.sink.text.includes('started') && existsSync(pids));
    await eventually(() => readFileSync(pids, 'utf8').trim().split('\n').length === 4, 'all have started');
    await one.end();
    const all = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    await eventually(
      () => !all.some(isAlive),
      () => `still there: ${String(all.filter(isAlive))}`,
    );
  });

  it('counts 100 MB that come at once exactly, in bounded memory', async () => {
    const block = directory.join('block.cjs');
    // each block: one login, one end, and statements; 64 of them are 1 MiB
    directory.write(
      'block.cjs',
      `const at = '2026-01-05 12:00:00.000 UTC [7] LOG:  ';
       const life = at + 'connection received: host=[local]\\n' + at + 'connection authorized: user=app database=shop application_name=web\\n' + at + 'disconnection: session time: 0:00:00.001 user=app database=shop host=[local]\\n';
       const filler = (at + 'statement: SELECT * FROM orders WHERE customer = 4711 ORDER BY placed_at DESC LIMIT 10\\n').repeat(200).slice(0, 16384 - life.length - 1);
       const mega = Buffer.from((life + filler + '\\n').repeat(64));
       let n = 100; const more = () => n-- ? process.stdout.write(mega, more) : setInterval(() => 0, 1e6); more();`,
    );
    const fold = new LogFold({ memoryEvents: 1000, settings: {} });
    global.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    const sink: TailSink = {
      begin: (file, offset) => fold.log.begin(file, offset),
      room: () => fold.log.room(),
      took: (count) => {
        fold.log.took(count);
        most = Math.max(most, process.memoryUsage.rss());
      },
      caughtUp: () => fold.log.caughtUp(),
      end: () => fold.log.end(),
      lost: (bytes) => fold.log.lost(bytes),
    };
    follow([process.execPath, block], {}, sink);
    const wanted = 100 * 1024 * 1024;
    await eventually(() => fold.log.understanding.bytes >= wanted, 'all has come');
    fold.log.settle();
    fold.finish();
    assert.equal(fold.log.understanding.bytes, wanted);
    const { connects, disconnects } = fold.state.unfiltered.totals;
    assert.deepEqual({ connects, disconnects }, { connects: 6400, disconnects: 6400 });
    assert.ok(most - before < 96 * 1024 * 1024, `${(most - before) / 1024 / 1024} MiB more`);
  });
});
