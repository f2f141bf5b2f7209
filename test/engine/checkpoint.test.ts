import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { Checkpoint } from '../../src/sources/checkpoint.ts';
import { bytesOf, dataOf } from '../../src/sources/plainData.ts';
import { TestDirectory } from '../sources/tailWorld.ts';

describe('a checkpoint', () => {
  let directory: TestDirectory;
  beforeEach(() => (directory = new TestDirectory()));
  afterEach(() => directory.remove());

  const folder = (): string => directory.join('deep/storage');
  const of = (logId: string, key = 'key') => new Checkpoint<unknown>(folder(), logId, key);
  const path = (): string => directory.join(`deep/storage/${readdirSync(folder())[0] ?? ''}`);

  it('gives back what was saved last, typed arrays and all', async () => {
    assert.equal(of('log').load(), undefined);
    const content = {
      columns: [new Float64Array([1, Number.NaN]), new Uint8Array(3)],
      at: undefined,
      name: 'é',
    };
    await of('log').save({ other: true });
    await of('log').save(content);
    assert.deepEqual(of('log').load(), content);
    assert.equal(readdirSync(folder()).length, 1);
    if (process.platform !== 'win32') assert.equal(statSync(path()).mode & 0o777, 0o600);
  });

  it('is nothing where one byte of it is another, or its end is missing', async () => {
    await of('log').save({ numbers: new Float64Array(100), text: 'é' });
    const whole = readFileSync(path());
    const name = path().slice(directory.path.length + 1);
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] = (whole[at] ?? 0) ^ 1;
      directory.write(name, damaged);
      const isPadding = at >= 4 && at < 8;
      assert.equal(of('log').load() === undefined, !isPadding, `byte ${at}`);
      directory.write(name, whole.subarray(0, at));
      assert.equal(of('log').load(), undefined, `${at} bytes`);
    }
  });

  it('saves the content as it is at the call, in the order of the calls', async () => {
    const checkpoint = of('log');
    const content = { events: [1] };
    const saves = [checkpoint.save(content)];
    content.events.push(2);
    saves.push(checkpoint.save(content));
    content.events.push(3);
    await Promise.all(saves);
    assert.deepEqual(checkpoint.load(), { events: [1, 2] });
  });

  it('is nothing to another log, or to one that is read in another way', async () => {
    await of('log').save(1);
    assert.equal(of('log', 'other').load(), undefined);
    assert.equal(of('other').load(), undefined);
  });

  it('is thrown away when it is of another version', async () => {
    await of('log').save(1);
    const saved = dataOf(readFileSync(path()).subarray(8)) as { checkpointVersion: number };
    const payload = bytesOf({ ...saved, checkpointVersion: saved.checkpointVersion - 1 });
    const check = Buffer.alloc(8);
    check.writeUInt32LE(crc32(payload));
    directory.write(path().slice(directory.path.length + 1), Buffer.concat([check, payload]));
    assert.equal(of('log').load(), undefined);
  });

  it('keeps what was saved before, and says so, where the disk takes only a part of the next', async function () {
    if (process.platform === 'win32') this.skip();
    await of('log').save('before');
    // no file may be larger than 16 KiB or so, and a write takes what fits, as on a full disk
    const script = `
      import { Checkpoint } from '${new URL('../../src/sources/checkpoint.ts', import.meta.url).href}';
      const checkpoint = new Checkpoint(process.argv[1], 'log', 'key');
      await checkpoint.save(new Uint8Array(100_000)).catch(({ code }) => console.log(code));`;
    const node = [process.execPath, '--input-type=module', '-e', script, folder()];
    const told = execFileSync('sh', ['-c', 'ulimit -f 32; exec "$@"', 'sh', ...node], { encoding: 'utf8' });
    assert.equal(told, 'EFBIG\n');
    assert.equal(of('log').load(), 'before');
    assert.equal(readdirSync(folder()).length, 1);
  });

  it('makes room: those written longest ago go', async () => {
    for (let n = 0; n < 20; n += 1) await of(`log ${n}`).save(n);
    for (const name of readdirSync(folder())) utimesSync(directory.join(`deep/storage/${name}`), 1000, 1000);
    await of('log 3').save(3);
    await of('newest').save(0);
    assert.equal(readdirSync(folder()).length, 20);
    assert.equal(of('log 3').load(), 3);
    assert.equal(of('newest').load(), 0);
  });

  it('rejects when it cannot be written, and leaves nothing half-written', async () => {
    directory.makeFolder('deep/storage');
    await of('log').save(1);
    const taken = path();
    directory.remove(taken.slice(directory.path.length + 1));
    directory.makeFolder(taken.slice(directory.path.length + 1));
    await assert.rejects(of('log').save(1));
    assert.equal(readdirSync(folder()).length, 1);
    directory.remove('deep');
    directory.write('deep', 'a file');
    await assert.rejects(of('log').save(1));
  });
});
