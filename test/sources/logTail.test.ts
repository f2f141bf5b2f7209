import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, futimesSync, openSync, statSync, writeSync } from 'node:fs';
import { LogTail } from '../../src/sources/tail/logTail.ts';
import { RecordingSink } from './recordingSink.ts';
import { randomOf, TestDirectory } from './tailWorld.ts';

/** One life of a log's bytes, from an empty file to its truncation or deletion, as it was written. */
interface Generation {
  text: string;
  /** How much of it the reader had when it was destroyed, and whether a copy was left. */
  destroyed?: { readBytes: number; copied: boolean };
}

/** A server that writes x.log, what rotation does to it, and a reader; all of it told by a seed. */
class History {
  readonly directory = new TestDirectory();
  readonly generations: Generation[] = [];
  readonly random: () => number;
  readonly sink: RecordingSink;
  readonly ops: string[] = [];
  tail: LogTail;
  paused = false;
  #fd: number;
  #named = true;
  #words = 0;
  /** mtimes as the disk would give them if more than its tick passed between two steps. */
  #clock = 1_700_000_000;

  constructor(seed: number) {
    this.random = randomOf(seed);
    this.sink = new RecordingSink(() => 1 + Math.floor(this.random() ** 3 * 3000));
    this.#fd = this.#open();
    this.tail = this.#start();
  }

  readonly write = () => {
    const words = Math.floor(this.random() ** 2 * 60);
    let text = this.generations.at(-1)!.text === '' ? `#${this.generations.length - 1}:` : '';
    for (let i = 0; i <= words; i++) text += `${String(this.#words++)}${this.random() < 0.2 ? '\n' : ' '}`;
    writeSync(this.#fd, text);
    this.generations.at(-1)!.text += text;
    futimesSync(this.#fd, ++this.#clock, this.#clock);
  };

  readonly reopen = () => {
    closeSync(this.#fd);
    if (this.#named) this.#fd = openSync(this.directory.join('x.log'), 'a');
    else this.#fd = this.#open();
  };

  readonly rename = () => {
    if (!this.#named) return;
    this.directory.shift('x.log');
    this.directory.rename('x.log', 'x.log.1');
    this.#named = false;
  };

  readonly rotate = () => {
    this.rename();
    this.reopen();
  };

  readonly compress = () => {
    const turn = 1 + Math.floor(this.random() * 3);
    if (turn === 1 && !this.#named) return;
    // a file of less than half a line cannot be known again once it is compressed
    const size = statSync(this.directory.join(`x.log.${turn}`), { throwIfNoEntry: false })?.size ?? 0;
    const known = this.sink.files.at(-1)?.file.identity.headBytes ?? 0;
    if (size >= 64 && known >= 64) this.directory.gzip(`x.log.${turn}`);
  };

  readonly recreate = () => {
    if (!this.#named) return;
    this.#destroy(false);
    this.directory.unlink('x.log');
    this.#named = false;
    this.reopen();
  };

  readonly truncate = () => {
    this.#destroy(false);
    ftruncateSync(this.#fd);
    futimesSync(this.#fd, ++this.#clock, this.#clock);
    this.generations.push({ text: '' });
  };

  readonly copyTruncate = () => {
    if (!this.#named) return;
    this.#destroy(true);
    this.directory.shift('x.log');
    this.directory.copyTruncate('x.log', 'x.log.1');
    this.directory.touch('x.log.1', ++this.#clock);
    this.directory.touch('x.log', ++this.#clock);
    this.generations.push({ text: '' });
  };

  readonly pause = () => {
    this.paused = true;
  };

  readonly unpause = () => {
    this.paused = false;
  };

  readonly restart = () => {
    if (this.sink.files.length === 0) return;
    this.tail.close();
    const { resume } = this.sink;
    this.sink.last.ended = true;
    this.tail = this.#start({ identity: { ...resume.identity }, offsetBytes: resume.offsetBytes });
  };

  readonly look = async () => {
    if (this.paused) this.tail.glance();
    else await this.tail.look();
  };

  async run(steps: number, ops: readonly [weight: number, op: string][]): Promise<void> {
    const total = ops.reduce((sum, [weight]) => sum + weight, 0);
    // what was rotated away before the first look is not asked for: only x.log is listed
    await this.look();
    for (let i = 0; i < steps; i++) {
      let at = this.random() * total;
      const [, op] = ops.find(([weight]) => (at -= weight) < 0)!;
      this.ops.push(op);
      await (this[op as 'look'] as () => Promise<void> | void)();
    }
    this.unpause();
    if (!this.#named) this.reopen();
    this.write();
    for (let i = 0; i < 4; i++) await this.tail.look();
    this.tail.finish();
    closeSync(this.#fd);
    this.directory.remove();
  }

  #open(): number {
    this.#named = true;
    this.generations.push({ text: '' });
    const fd = openSync(this.directory.join('x.log'), 'a');
    futimesSync(fd, ++this.#clock, this.#clock);
    return fd;
  }

  #start(resume?: RecordingSink['resume']): LogTail {
    const place = { kind: 'files', paths: [this.directory.join('x.log')] } as const;
    return new LogTail(place, this.sink, { follow: true, resume });
  }

  #destroy(copied: boolean): void {
    const generation = this.generations.at(-1)!;
    const before = this.generations.slice(0, -1).reduce((sum, { text }) => sum + text.length, 0);
    generation.destroyed = { readBytes: Math.max(0, this.sink.text.length - before), copied };
  }
}

const seeds = Array.from({ length: Number(process.env['TAIL_SEEDS'] ?? 150) }, (_, index) => index + 1);

describe('LogTail under random histories', function () {
  this.timeout(30_000);

  it('delivers every byte once and in order through rename, late reopen, compression, pauses and restarts', async () => {
    for (const seed of seeds) {
      const history = new History(seed);
      await history.run(60, [
        [12, 'write'],
        [9, 'look'],
        [2, 'rotate'],
        [1, 'rename'],
        [1, 'reopen'],
        [1, 'compress'],
        [1, 'pause'],
        [2, 'unpause'],
        [2, 'restart'],
      ]);
      const written = history.generations.map(({ text }) => text).join('');
      assert.equal(history.sink.text, written, `seed ${seed}: ${history.ops.join(' ')}`);
      assert.equal(history.sink.lostBytes, 0, `seed ${seed}`);
    }
  });

  it('misses only what was destroyed unread under truncation, copytruncate and delete, and says no more than that', async () => {
    let lostBytes = 0;
    for (const seed of seeds) {
      const history = new History(seed);
      await history.run(60, [
        [12, 'write'],
        [9, 'look'],
        [1, 'rotate'],
        [1, 'reopen'],
        [1, 'recreate'],
        [1, 'truncate'],
        [2, 'copyTruncate'],
        [1, 'pause'],
        [2, 'unpause'],
      ]);
      assertOnlyDestroyedIsMissing(history, `seed ${seed}: ${history.ops.join(' ')}`);
      lostBytes += history.sink.lostBytes;
    }
    assert.ok(lostBytes > 0, 'some losses are seen');
  });
});

/** Every generation came once, in order, from its beginning; whole unless it was destroyed; a copy makes it whole. */
function assertOnlyDestroyedIsMissing({ generations, sink }: History, story: string): void {
  const pieces = sink.text
    .split('#')
    .slice(1)
    .map((piece) => `#${piece}`);
  const ids = pieces.map((piece) => Number(piece.slice(1, piece.indexOf(':'))));
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((a, b) => a - b),
    story,
  );
  let missingBytes = 0;
  generations.forEach(({ text, destroyed }, id) => {
    const got = pieces[ids.indexOf(id)] ?? '';
    assert.ok(text.startsWith(got), `generation ${id} begins as written; ${story}`);
    const isSaved = destroyed === undefined || (destroyed.copied && destroyed.readBytes >= 64);
    const leastBytes = isSaved ? text.length : destroyed.readBytes;
    assert.ok(got.length >= leastBytes, `generation ${id}: ${got.length} of ${leastBytes} bytes; ${story}`);
    missingBytes += text.length - got.length;
  });
  assert.ok(sink.lostBytes <= missingBytes, `lost ${sink.lostBytes} of ${missingBytes}; ${story}`);
}
