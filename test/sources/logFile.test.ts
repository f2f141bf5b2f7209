import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, truncateSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { LogFile, openLog } from '../../src/sources/tail/logFile.ts';
import { LogTail } from '../../src/sources/tail/logTail.ts';
import { RecordingSink } from './recordingSink.ts';
import { block, eventually, TestDirectory } from './tailWorld.ts';

const lines = Array.from(
  { length: 50 },
  (_, i) => `2026-11-20 11:04:${String(i).padStart(2, '0')} UTC LOG:  line ${i}\n`,
).join('');

describe('LogFile', () => {
  let directory: TestDirectory;
  beforeEach(() => {
    directory = new TestDirectory();
  });
  afterEach(() => directory.remove());

  /** A plain file opened into a sink. */
  function open(name: string, sink: RecordingSink, offsetBytes = 0): LogFile {
    const file = openLog(directory.join(name), offsetBytes);
    assert.ok(file instanceof LogFile);
    sink.begin(file.file, offsetBytes);
    return file;
  }

  for (const roomBytes of [1, 2, 3, 7, 47, 48, 49, 1000, 1 << 20]) {
    it(`reads the same bytes in blocks of ${roomBytes}`, () => {
      directory.write('x.log', lines);
      const sink = new RecordingSink(roomBytes);
      const file = open('x.log', sink);
      while (file.read(sink) === 'more');
      assert.equal(sink.text, lines);
      assert.equal(file.offsetBytes, lines.length);
      file.close();
    });
  }

  it('never reads more than 1 MiB at once', () => {
    directory.write('x.log', Buffer.alloc(3 << 20, 'x'));
    const sink = new RecordingSink(8 << 20);
    const file = open('x.log', sink);
    assert.equal(file.read(sink), 'more');
    assert.equal(file.offsetBytes, 1 << 20);
    file.close();
  });

  it('goes on where it was, also in the middle of a line', () => {
    directory.write('x.log', 'one\ntw');
    const sink = new RecordingSink();
    const file = open('x.log', sink);
    assert.equal(file.read(sink), 'end');
    assert.equal(file.read(sink), 'end');
    directory.append('x.log', 'o\nthree\n');
    file.read(sink);
    assert.equal(sink.text, 'one\ntwo\nthree\n');
    file.close();
  });

  it('reads a renamed and a deleted file to its end', () => {
    directory.write('x.log', 'one\n');
    const sink = new RecordingSink();
    const file = open('x.log', sink);
    directory.rename('x.log', 'x.log.1');
    directory.append('x.log.1', 'two\n');
    directory.unlink('x.log.1');
    file.read(sink);
    assert.equal(sink.text, 'one\ntwo\n');
    file.close();
  });

  for (const [story, regrown] of [
    ['to nothing', ''],
    ['and written again, shorter', 'b'.repeat(100)],
    ['and written again to the same length', 'b'.repeat(lines.length)],
    ['and written again, longer', 'b'.repeat(lines.length * 2)],
  ] as const) {
    it(`knows that the file was truncated ${story}, and gives no byte of the younger one`, () => {
      directory.write('x.log', lines);
      const sink = new RecordingSink();
      const file = open('x.log', sink);
      file.read(sink);
      truncateSync(directory.join('x.log'));
      directory.append('x.log', regrown);
      assert.equal(file.read(sink), 'truncated');
      assert.equal(sink.text, lines);
      file.restart();
      file.read(sink);
      assert.equal(sink.text, lines + regrown);
      file.close();
    });
  }

  it('knows a truncation before the first read by the first bytes', () => {
    directory.write('x.log', lines);
    const sink = new RecordingSink();
    const file = open('x.log', sink);
    truncateSync(directory.join('x.log'));
    directory.append('x.log', `younger ${lines}`);
    assert.equal(file.read(sink), 'truncated');
    file.close();
  });

  it('gives an identity that grows with the first bytes', () => {
    directory.write('x.log', 'abc');
    const sink = new RecordingSink();
    const file = open('x.log', sink);
    file.read(sink);
    assert.equal(sink.last.file.identity.headBytes, 3);
    directory.append('x.log', lines);
    file.read(sink);
    assert.equal(sink.last.file.identity.headBytes, 256);
    file.close();
  });

  it('refuses what is no log file, with the reason', () => {
    for (const [name, magic, reason] of [
      ['x.xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], /compressed with xz/],
      ['x.zip', [0x50, 0x4b, 3, 4], /compressed with zip/],
      ['x.bz2', [0x42, 0x5a, 0x68], /compressed with bzip2/],
    ] as const) {
      assert.throws(() => openLog(directory.write(name, Buffer.from(magic))), reason);
    }
    assert.throws(() => openLog(directory.path), /directory/);
  });
});

describe('LogTail on truncation', () => {
  let directory: TestDirectory;
  beforeEach(() => {
    directory = new TestDirectory();
  });
  afterEach(() => directory.remove());

  function tailOf(sink: RecordingSink): LogTail {
    return new LogTail({ kind: 'files', paths: [directory.join('x.log')] }, sink, { follow: true });
  }

  it('says exactly how many bytes that it saw were destroyed unread', async () => {
    directory.write('x.log', lines);
    const sink = new RecordingSink();
    const tail = tailOf(sink);
    await tail.look();
    directory.append('x.log', 'never read');
    tail.glance();
    directory.write('x.log', 'new\n');
    await tail.look();
    assert.equal(sink.lostBytes, 'never read'.length);
    assert.deepEqual(
      sink.files.map(({ text }) => text),
      [lines, 'new\n'],
    );
    assert.ok(sink.files[0]?.ended);
    tail.close();
  });

  it('reads what copytruncate left unread from the copy, as if it were the file, and loses nothing', async () => {
    directory.write('x.log', lines);
    const sink = new RecordingSink();
    const tail = tailOf(sink);
    await tail.look();
    directory.append('x.log', 'only in the ');
    directory.append('x.log', 'copy\n');
    tail.glance();
    directory.copyTruncate('x.log', 'x.log.1');
    directory.append('x.log', 'new\n');
    await tail.look();
    assert.deepEqual(
      sink.files.map(({ text }) => text),
      [`${lines}only in the copy\n`, 'new\n'],
    );
    assert.equal(sink.lostBytes, 0);
    tail.close();
  });

  it('says what was written between copy and truncation if it saw it', async () => {
    directory.write('x.log', lines);
    const sink = new RecordingSink();
    const tail = tailOf(sink);
    await tail.look();
    directory.write('x.log.1', `${lines}copied\n`);
    directory.append('x.log', 'copied\ntoo late\n');
    tail.glance();
    directory.write('x.log', 'new\n');
    await tail.look();
    assert.deepEqual(
      sink.files.map(({ text }) => text),
      [`${lines}copied\n`, 'new\n'],
    );
    assert.equal(sink.lostBytes, 'too late\n'.length);
    assert.equal(sink.losses, 1);
    tail.close();
  });

  it('says that there may be a loss where the file was written since it was looked at last', async () => {
    directory.write('x.log', lines);
    const sink = new RecordingSink();
    const tail = tailOf(sink);
    await tail.look();
    directory.append('x.log', 'copied\n');
    directory.copyTruncate('x.log', 'x.log.1');
    directory.append('x.log', 'new\n');
    await tail.look();
    assert.deepEqual([sink.lostBytes, sink.losses], [0, 1]);
    tail.close();
  });

  for (const [title, rotate] of [
    ['a copy', () => directory.copyTruncate('x.log', 'x.log.1')],
    ['no copy', () => truncateSync(directory.join('x.log'))],
  ] as const)
    it(`reads all that is written behind the hole that a writer leaves which keeps its place, with ${title}`, async function () {
      if (process.platform === 'win32') this.skip();
      // as `server > x.log` does: no O_APPEND
      const writer = spawn('sh', ['-c', 'while read -r line; do echo "$line"; done > x.log'], {
        cwd: directory.path,
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      const write = async (text: string, sizeBytes: number): Promise<void> => {
        writer.stdin.write(text);
        await eventually(
          () => directory.has('x.log') && statSync(directory.join('x.log')).size === sizeBytes,
          text,
        );
      };
      const sink = new RecordingSink();
      const tail = tailOf(sink);
      try {
        await write(lines, lines.length);
        await tail.look();
        for (const round of [1, 2]) {
          rotate();
          if (round === 2) await tail.look();
          await write('new\n', lines.length + 4 * round);
          while ((await tail.look()) !== 'quiet');
        }
        await write('newer\n', lines.length + 8 + 6);
        await tail.look();
        assert.equal(sink.text, `${lines}new\nnew\nnewer\n`);
        assert.equal(sink.last.fromBytes, lines.length + 4);
        assert.equal(sink.lostBytes, 0);
      } finally {
        writer.stdin.end();
        tail.close();
        await once(writer, 'exit');
      }
    });

  it('passes over a hole that is longer than what is read at once, also of a compressed copy', async () => {
    const sink = new RecordingSink(1000);
    const holed = Buffer.concat([Buffer.alloc(3 << 20), Buffer.from(lines)]);
    directory.write('x.log', gzipSync(holed));
    const packed = tailOf(sink);
    while ((await packed.look()) !== 'quiet');
    packed.finish();
    directory.write('x.log', holed);
    const plain = tailOf(sink);
    while ((await plain.look()) !== 'quiet');
    plain.close();
    assert.equal(sink.text, lines + lines);
    assert.deepEqual([...new Set(sink.files.map(({ fromBytes }) => fromBytes))], [0, 3 << 20]);
  });

  for (const pack of [(bytes: Uint8Array) => bytes, gzipSync])
    it(`does not take a file of nothing but zeros for an empty one: ${pack.name || 'plain'}`, async () => {
      directory.write('x.log', pack(Buffer.alloc(1 << 20)));
      const sink = new RecordingSink();
      const tail = tailOf(sink);
      while ((await tail.look()) !== 'quiet');
      assert.match(sink.text, /^\0+$/);
      tail.close();
    });

  it('says nothing of a loss where the file had been at rest', async () => {
    directory.write('x.log', lines);
    const sink = new RecordingSink();
    const tail = tailOf(sink);
    await tail.look();
    block(100);
    directory.copyTruncate('x.log', 'x.log.1');
    directory.append('x.log', 'new\n');
    await tail.look();
    assert.equal(sink.losses, 0);
    tail.close();
  });
});
