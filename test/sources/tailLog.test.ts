import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmdirSync, symlinkSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import type { LogPlace } from '../../src/core/log/logPlace.ts';
import { SentenceError } from '../../src/core/sentence.ts';
import { PauseSwitch } from '../../src/sources/tail/pauseSwitch.ts';
import { tailLog, tailStream, type TailLogOptions } from '../../src/sources/tail/tailLog.ts';
import type { TailStatus } from '../../src/sources/tail/tailSink.ts';
import { RecordingSink } from './recordingSink.ts';
import { block, eventually, TestDirectory } from './tailWorld.ts';

/** What keeps a process alive: watchers, files, timers. */
const handles = () =>
  process
    .getActiveResourcesInfo()
    .filter((name) => !/TTY|Pipe|MessagePort/.test(name))
    .sort();

describe('tailLog', function () {
  this.timeout(20_000);

  let directory: TestDirectory;
  let sink: RecordingSink;
  let statuses: TailStatus[];
  let running: { controller: AbortController; done: Promise<void> }[];
  beforeEach(() => {
    directory = new TestDirectory();
    sink = new RecordingSink();
    statuses = [];
    running = [];
  });
  afterEach(async () => {
    for (const { controller, done } of running) {
      controller.abort();
      await done;
    }
    directory.remove();
  });

  const placeOf = (...names: string[]): LogPlace => ({
    kind: 'files',
    paths: names.map((name) => directory.join(name)),
  });
  const onStatus = (status: TailStatus) => void statuses.push(status);

  function read(place: LogPlace, options: Partial<TailLogOptions> = {}): Promise<void> {
    return tailLog(place, sink, {
      signal: new AbortController().signal,
      follow: false,
      onStatus,
      ...options,
    });
  }

  function follow(
    place: LogPlace,
    options: Partial<TailLogOptions> = {},
  ): { controller: AbortController; done: Promise<void> } {
    const controller = new AbortController();
    const done = tailLog(place, sink, { signal: controller.signal, follow: true, onStatus, ...options });
    const tail = { controller, done };
    running.push(tail);
    return tail;
  }

  const comes = (text: string) =>
    eventually(
      () => sink.text === text,
      `${JSON.stringify(text)}, not ${JSON.stringify(sink.text.slice(-200))}`,
    );

  describe('at rest', () => {
    it('reads all files in order, plain and compressed, and ends each', async () => {
      directory.write('x.log.3.zst', zlib.zstdCompressSync(Buffer.from('one\n')));
      directory.write('x.log.2.gz', zlib.gzipSync('two\n'));
      directory.write('x.log.1', 'three\n');
      directory.write('x.log', 'four\nhalf');
      await read(placeOf('x.log.3.zst', 'x.log.2.gz', 'x.log.1', 'x.log'));
      assert.deepEqual(
        sink.files.map(({ text }) => text),
        ['one\n', 'two\n', 'three\n', 'four\nhalf'],
      );
      assert.ok(sink.files.every(({ ended }) => ended));
      assert.equal(sink.caughtUps, 1);
    });

    it('unpacks every part of a file that was packed in parts', async () => {
      directory.write('x.gz', Buffer.concat([zlib.gzipSync('one\n'), zlib.gzipSync('two\n')]));
      directory.write('x.zst', Buffer.concat(['one\n', 'two\n'].map((text) => zlib.zstdCompressSync(text))));
      await read(placeOf('x.gz', 'x.zst'));
      assert.deepEqual(
        sink.files.map(({ text }) => text),
        ['one\ntwo\n', 'one\ntwo\n'],
      );
    });

    it('unpacks by the first bytes, whatever the name is', async () => {
      directory.write('x.log', zlib.gzipSync('packed\n'));
      directory.write('y.log.gz', 'plain\n');
      await read(placeOf('x.log', 'y.log.gz'));
      assert.equal(sink.text, 'packed\nplain\n');
    });

    it('reads files of different logs in the order of the list', async () => {
      directory.write('b.log', 'b\n');
      directory.write('a.log', 'a\n');
      directory.write('a.log.1', 'not asked for\n');
      await read(placeOf('b.log', 'a.log'));
      assert.equal(sink.text, 'b\na\n');
    });

    it('unpacks a big file in pieces no bigger than the room', async () => {
      const text = 'a line that repeats itself\n'.repeat(200_000);
      directory.write('x.log.gz', zlib.gzipSync(text));
      sink = new RecordingSink(1000);
      await read(placeOf('x.log.gz'));
      assert.equal(sink.text.length, text.length);
      assert.ok(sink.text === text);
    });

    it('resumes in the middle of a file, also after it was renamed or compressed', async () => {
      const text = '2026-11-20 11:04:00.123 UTC [1] LOG:  one\n2026-11-20 11:04:00.124 UTC [1] LOG:  two\n';
      directory.write('x.log', text);
      await read(placeOf('x.log'));
      const resume = { identity: sink.resume.identity, offsetBytes: 42 };
      directory.rename('x.log', 'x.log.1');
      directory.write('x.log', 'three\n');
      sink = new RecordingSink();
      await read(placeOf('x.log'), { resume });
      assert.equal(sink.text, `${text.slice(42)}three\n`);
      assert.equal(sink.files[0]?.fromBytes, 42);
      directory.gzip('x.log.1');
      sink = new RecordingSink();
      await read(placeOf('x.log.1.gz', 'x.log'), { resume });
      assert.equal(sink.text, `${text.slice(42)}three\n`);
    });

    it('begins at the beginning if the file of the resume point is gone or shorter', async () => {
      directory.write('x.log', 'something else\n');
      const identity = { device: 1, inode: 1, head: 'none', headBytes: 256 };
      await read(placeOf('x.log'), { resume: { identity, offsetBytes: 3 } });
      assert.equal(sink.last.fromBytes, 0);
      const known = sink.last.file.identity;
      sink = new RecordingSink();
      await read(placeOf('x.log'), { resume: { identity: known, offsetBytes: 1000 } });
      assert.equal(sink.last.fromBytes, 0);
      assert.equal(sink.text, 'something else\n');
    });

    it('tells its progress, up to the last byte of all files', async () => {
      directory.write('x.log.1', Buffer.alloc(3 << 20, 'x'));
      directory.write('x.log', Buffer.alloc(1 << 20, 'x'));
      await read(placeOf('x.log.1', 'x.log'));
      const reading = statuses.filter((status) => status.kind === 'reading');
      assert.ok(reading.length >= 1);
      assert.ok(reading.every(({ totalBytes }) => totalBytes === 4 << 20));
      assert.ok(reading.every(({ readBytes }, i) => readBytes > (reading[i - 1]?.readBytes ?? 0)));
      assert.deepEqual(statuses.at(-1), { kind: 'reading', readBytes: 4 << 20, totalBytes: 4 << 20 });
    });

    it('stops between two blocks when it is aborted', async () => {
      directory.write('x.log', Buffer.alloc(8 << 20, 'x'));
      const controller = new AbortController();
      sink = new RecordingSink(1 << 20);
      sink.onTook = () => {
        setImmediate(() => controller.abort());
      };
      await read(placeOf('x.log'), { signal: controller.signal });
      assert.ok(sink.text.length <= 3 << 20, `${sink.text.length} bytes`);
      assert.ok(!sink.last.ended, 'a later tail can go on');
    });

    it('passes on what the sink throws', async () => {
      directory.write('x.log', 'one\n');
      sink.onTook = () => {
        throw new Error('broken invariant');
      };
      await assert.rejects(read(placeOf('x.log')), /broken invariant/);
    });

    it('takes a file that the sink lacks for no problem of the log', async () => {
      directory.write('x.log', 'one\n');
      sink.onTook = () => {
        readFileSync(directory.join('of the program'));
      };
      await assert.rejects(read(placeOf('x.log')), /ENOENT.*of the program/);
    });

    const refusals: [story: string, prepare: () => LogPlace, sentence: RegExp][] = [
      ['a missing file', () => placeOf('none.log'), /none\.log does not exist: check the path/],
      [
        'a directory',
        () => (mkdirSync(directory.join('d')), placeOf('d')),
        /d is a directory: name a log file in it/,
      ],
      [
        'a file in the list that is missing',
        () => (directory.write('x.log', 'x'), placeOf('none.log', 'x.log')),
        /none\.log does not exist/,
      ],
      [
        'an xz file',
        () => (directory.write('x', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])), placeOf('x')),
        /compressed with xz; unpack it first/,
      ],
      [
        'a damaged gzip file',
        () => (directory.write('x.gz', zlib.gzipSync('x'.repeat(1000)).subarray(0, 20)), placeOf('x.gz')),
        /x\.gz cannot be read: unexpected end/,
      ],
      [
        'a directory without a file of the stem',
        () => ({ kind: 'directory', directory: directory.path, stem: 'postgresql-*.log' }),
        /postgresql-\*\.log does not exist/,
      ],
      [
        'a directory that is missing',
        () => ({ kind: 'directory', directory: directory.join('none'), stem: '*.log' }),
        /none does not exist/,
      ],
    ];
    for (const [story, prepare, sentence] of refusals) {
      it(`refuses ${story} with a sentence`, async () => {
        await assert.rejects(
          read(prepare()),
          (error) => error instanceof SentenceError && sentence.test(error.message),
        );
      });
    }

    // the superuser may read everything, and Windows has no such mode
    const canBeDenied = process.getuid !== undefined && process.getuid() !== 0;
    (canBeDenied ? it : it.skip)(
      'refuses a file without permission with a sentence (not as root)',
      async () => {
        chmodSync(directory.write('x.log', 'x'), 0);
        await assert.rejects(read(placeOf('x.log')), /permission is denied/);
      },
    );
  });

  describe('following, woken by the watcher', () => {
    it('delivers what is appended, also half lines and split characters', async () => {
      directory.write('x.log', 'one\n');
      follow(placeOf('x.log'));
      await comes('one\n');
      for (const bytes of [
        [0x74, 0x77],
        [0x6f, 0xc3],
        [0xa4, 0x0a],
      ]) {
        appendFileSync(directory.join('x.log'), Buffer.from(bytes));
        await eventually(() => sink.text.endsWith(Buffer.from(bytes).toString('latin1')), 'the piece');
      }
      assert.equal(Buffer.from(sink.text, 'latin1').toString(), 'one\ntwoä\n');
      assert.deepEqual(statuses.at(-1), { kind: 'following' });
    });

    it('follows rename and create, delete and create, copytruncate, and the same file opened again', async () => {
      const line = '2026-11-20 11:04:00.123 UTC [4711] LOG:  checkpoint starting: this is a line\n';
      directory.write('x.log', line);
      follow(placeOf('x.log'));
      await comes(line);
      directory.rename('x.log', 'x.log.1');
      directory.append('x.log.1', 'late\n');
      directory.append('x.log', `1 ${line}`);
      await comes(`${line}late\n1 ${line}`);
      directory.unlink('x.log');
      directory.append('x.log', `2 ${line}`);
      await comes(`${line}late\n1 ${line}2 ${line}`);
      directory.shift('x.log');
      directory.copyTruncate('x.log', 'x.log.1');
      directory.append('x.log', `3 ${line}`);
      await comes(`${line}late\n1 ${line}2 ${line}3 ${line}`);
      directory.append('x.log', 'reopened\n');
      await comes(`${line}late\n1 ${line}2 ${line}3 ${line}reopened\n`);
      assert.equal(sink.lostBytes, 0);
    });

    it('waits for a file that appears later, a directory in its place, and one that goes', async () => {
      follow(placeOf('x.log'));
      const waits = (reason: string) =>
        eventually(
          () => statuses.some((status) => status.kind === 'waiting' && status.reason === reason),
          reason,
        );
      await waits('missing');
      mkdirSync(directory.join('x.log'));
      await waits('directory');
      rmdirSync(directory.join('x.log'));
      directory.write('x.log', 'one\n');
      await comes('one\n');
      await eventually(() => statuses.at(-1)?.kind === 'following', 'following');
      statuses.length = 0;
      directory.unlink('x.log');
      await waits('missing');
      directory.write('x.log', 'two\n');
      await comes('one\ntwo\n');
      await eventually(() => statuses.at(-1)?.kind === 'following', 'following again');
    });

    it('follows the next file name of a directory', async () => {
      directory.write('postgresql-2026-11-20_235959.log', 'one\n');
      follow({ kind: 'directory', directory: directory.path, stem: 'postgresql-*.log' });
      await comes('one\n');
      directory.write('unrelated.txt', 'x');
      directory.write('postgresql-2026-11-21_000000.log', 'two\n');
      await comes('one\ntwo\n');
    });

    it('follows a link to a file elsewhere', async () => {
      mkdirSync(directory.join('elsewhere'));
      directory.write('elsewhere/17.log', 'one\n');
      symlinkSync(directory.join('elsewhere/17.log'), directory.join('x.log'));
      follow(placeOf('x.log'));
      await comes('one\n');
      directory.append('elsewhere/17.log', 'two\n');
      await comes('one\ntwo\n');
    });

    it('loses and doubles nothing in a burst with rotations', async () => {
      directory.write('x.log', '');
      follow(placeOf('x.log'));
      let written = '';
      for (let i = 0; i < 400; i++) {
        const text = `${i} ${'z'.repeat(i % 50)}\n`;
        if (i % 100 === 99) {
          directory.shift('x.log');
          directory.rename('x.log', 'x.log.1');
        }
        directory.append('x.log', text);
        written += text;
        await new Promise(setImmediate);
      }
      await comes(written);
    });

    it('leaves the bytes in the file while it is paused, and goes on with them', async () => {
      directory.write('x.log', 'one\n');
      const paused = new PauseSwitch();
      follow(placeOf('x.log'), { paused });
      await comes('one\n');
      paused.pause();
      directory.append('x.log', 'two\n');
      directory.rename('x.log', 'x.log.1');
      directory.append('x.log', 'three\n');
      // a tail that is not paused would have had it by now
      const other = new RecordingSink();
      const controller = new AbortController();
      const done = tailLog(placeOf('x.log.1'), other, { signal: controller.signal, follow: true });
      await eventually(() => other.text === 'one\ntwo\n', 'the other tail');
      controller.abort();
      await done;
      assert.equal(sink.text, 'one\n');
      paused.resume();
      await comes('one\ntwo\nthree\n');
    });

    it('says how far it is behind when one look lasts long, until it caught up', async () => {
      directory.write('x.log', 'one\n');
      follow(placeOf('x.log'));
      await comes('one\n');
      sink.onTook = () => block(60);
      // 25 blocks: a second and a half for this sink
      directory.append('x.log', 'x'.repeat(25 * 64 * 1024));
      const behind = () => statuses.findLast((status) => status.kind === 'reading')?.behindMs;
      await eventually(() => behind() !== undefined, 'it is behind');
      assert.ok((behind() ?? 0) >= 1000, `${behind()} ms`);
      await eventually(() => statuses.at(-1)?.kind === 'following', 'it caught up');
    });

    it('says when it caught up', async () => {
      directory.write('x.log', 'one\n');
      follow(placeOf('x.log'));
      await eventually(() => sink.caughtUps === 1, 'caught up');
      directory.append('x.log', 'two\n');
      await comes('one\ntwo\n');
      await eventually(() => sink.caughtUps === 2, 'caught up again');
    });

    it('leaves no handle behind, started and stopped twice', async () => {
      directory.write('x.log.1.gz', zlib.gzipSync('zero\n'));
      directory.write('x.log', 'one\n');
      // mocha starts its own timer when it sees the promise
      await new Promise(setImmediate);
      const before = handles();
      for (let i = 0; i < 2; i++) {
        sink = new RecordingSink();
        const { controller, done } = follow(placeOf('x.log.1.gz', 'x.log'));
        await comes('zero\none\n');
        await eventually(() => handles().includes('FSEventWrap'), 'a watcher');
        controller.abort();
        await done;
        await eventually(
          () => handles().join() === before.join(),
          () => `${handles().join()} to be ${before.join()}`,
        );
      }
    });
  });
});

describe('tailStream', function () {
  this.timeout(20_000);

  it('feeds a stream to its end, in any pieces', async () => {
    const sink = new RecordingSink(3);
    await tailStream(Readable.from([Buffer.from('on'), Buffer.from('e\ntwo\nthree')]), sink, {
      signal: new AbortController().signal,
    });
    assert.equal(sink.text, 'one\ntwo\nthree');
    assert.ok(sink.last.ended);
  });

  it('takes an empty stream and a stream of one byte', async () => {
    for (const text of ['', 'x']) {
      const sink = new RecordingSink();
      await tailStream(Readable.from([Buffer.from(text)]), sink, { signal: new AbortController().signal });
      assert.equal(sink.text, text);
    }
  });

  it('unpacks a compressed stream', async () => {
    const sink = new RecordingSink();
    const bytes = zlib.gzipSync('packed\n');
    await tailStream(Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]), sink, {
      signal: new AbortController().signal,
    });
    assert.equal(sink.text, 'packed\n');
  });

  it('hands on what is there without waiting for more', async () => {
    const sink = new RecordingSink();
    const stream = new PassThrough();
    const controller = new AbortController();
    const done = tailStream(stream, sink, { signal: controller.signal });
    stream.write('a whole line\n');
    await eventually(() => sink.text === 'a whole line\n' && sink.caughtUps === 1, 'the line');
    controller.abort();
    await done;
    assert.ok(stream.destroyed);
    assert.ok(!sink.last.ended);
  });

  it('rejects with a sentence that says what the stream failed by', async () => {
    const stream = new PassThrough();
    const done = tailStream(stream, new RecordingSink(), { signal: new AbortController().signal });
    stream.destroy(new Error('broken pipe'));
    await assert.rejects(done, /^SentenceError: Standard input cannot be read to its end: .*broken pipe/);
  });
});
