import assert from 'node:assert/strict';
import { zstdCompressSync } from 'node:zlib';
import { findFile, identify, isFile, sameFile } from '../../src/sources/tail/fileIdentity.ts';
import { TestDirectory } from './tailWorld.ts';

const line = '2026-11-20 11:04:00.123 UTC [4711] LOG:  connection authorized: user=ann database=shop\n';

describe('fileIdentity', () => {
  let directory: TestDirectory;
  beforeEach(() => {
    directory = new TestDirectory();
  });
  afterEach(() => directory.remove());

  it('hashes at most the first 256 bytes, and says how many', () => {
    assert.equal(identify(directory.write('short', 'abc')).headBytes, 3);
    assert.equal(identify(directory.write('long', line.repeat(10))).headBytes, 256);
    assert.equal(identify(directory.write('empty', '')).headBytes, 0);
  });

  it('knows a file that has grown since', () => {
    const path = directory.write('x.log', 'abc');
    const known = identify(path);
    directory.append('x.log', 'def');
    assert.ok(isFile(path, known));
    assert.ok(sameFile(known, identify(path, known.headBytes)));
  });

  it('does not know a file that is shorter, begins otherwise or is another with the same bytes', () => {
    const path = directory.write('x.log', line);
    const known = identify(path);
    assert.ok(!isFile(directory.write('copy.log', line), known));
    directory.write('x.log', line.slice(0, 20));
    assert.ok(!isFile(path, known));
    directory.write('x.log', line.replace('ann', 'bob'));
    assert.ok(!isFile(path, known));
    assert.ok(!isFile(directory.join('none.log'), known));
  });

  it('finds a renamed file, also beside a copy of it', () => {
    const known = identify(directory.write('x.log', line));
    directory.rename('x.log', 'x.log.1');
    directory.write('x.log.2', line);
    assert.equal(findFile(known, [directory.path])?.path, directory.join('x.log.1'));
  });

  it('finds the newest copy of a truncated file', () => {
    const known = identify(directory.write('x.log', line));
    directory.write('a.log', line);
    directory.touch('a.log', 1000);
    directory.copyTruncate('x.log', 'x.log.1');
    assert.equal(findFile(known, [directory.path])?.path, directory.join('x.log.1'));
  });

  it('finds a file again after it was compressed, by gzip or zstd', function () {
    const known = identify(directory.write('x.log', line.repeat(1000)));
    directory.gzip('x.log');
    const found = findFile(known, [directory.path]);
    assert.equal(found?.path, directory.join('x.log.gz'));
    assert.equal(found.identity.head, known.head);
    directory.unlink('x.log.gz');
    directory.write('x.log.1.zst', zstdCompressSync(Buffer.from(line.repeat(1000))));
    assert.equal(findFile(known, [directory.path])?.path, directory.join('x.log.1.zst'));
  });

  it('takes nothing for a copy of a file of which only a few bytes are known', () => {
    const known = identify(directory.write('x.log', '2026-11-20 '));
    directory.copyTruncate('x.log', 'x.log.1');
    assert.equal(findFile(known, [directory.path]), undefined);
  });

  it('finds nothing in directories that are missing or files', () => {
    const known = identify(directory.write('x.log', line));
    assert.equal(findFile(known, [directory.join('none'), directory.join('x.log')]), undefined);
  });
});
