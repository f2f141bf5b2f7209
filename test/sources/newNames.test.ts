import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { renderSentence } from '../../src/core/sentence.ts';
import { withNewNames } from '../../src/sources/newNames.ts';
import { LogDirectory } from '../../src/sources/tail/logDirectory.ts';
import { TestDirectory } from './tailWorld.ts';

describe('the new names of named files', () => {
  let directory: TestDirectory;
  beforeEach(() => (directory = new TestDirectory()));
  afterEach(() => directory.remove());

  const write = (seconds: number, ...names: string[]): void => {
    for (const name of names) {
      directory.write(name, `${name}\n`);
      directory.touch(name, seconds);
    }
  };
  const follow = (...names: string[]) =>
    withNewNames({ kind: 'files', paths: names.map((name) => directory.join(name)) });
  /** The files that are read of a place. */
  const filesOf = ({ place }: ReturnType<typeof withNewNames>): string[] => {
    assert.equal(place.kind, 'directory');
    return new LogDirectory(place).files().map(({ path }) => basename(path));
  };

  it('come after those that are named; what else is there stays unread', () => {
    write(1, 'pg-2026-11-01.log', 'others-2026-11-01.log');
    write(2, 'pg-2026-11-02.log', 'pg-2026-11-02.csv');
    write(3, 'pg-2026-11-03.log');
    const followed = follow('pg-2026-11-02.log', 'pg-2026-11-03.log');
    assert.equal(followed.warning, undefined);
    assert.deepEqual(filesOf(followed), ['pg-2026-11-02.log', 'pg-2026-11-03.log']);
    write(4, 'pg-2026-12-01.log', 'others-2026-12-01.log');
    assert.deepEqual(filesOf(followed), ['pg-2026-11-02.log', 'pg-2026-11-03.log', 'pg-2026-12-01.log']);
  });

  it('are those of a ring again, when they are written anew', () => {
    for (const names of [
      ['pg-Mon.log', 'pg-Tue.log', 'pg-Wed.log'],
      ['pg-07.log', 'pg-08.log', 'pg-09.log'],
    ] as const) {
      write(1, names[2]);
      write(2, names[0]);
      write(3, names[1]);
      const followed = follow(names[1]);
      assert.deepEqual(filesOf(followed), [names[1]]);
      write(4, names[2]);
      assert.deepEqual(filesOf(followed), [names[1], names[2]]);
      for (const name of names) directory.unlink(name);
    }
  });

  it('are of the last file’s kind: what was named before it, wherever it lies, is read before', () => {
    directory.makeFolder('old');
    write(9, 'old/pg-2026-11-01.log', 'server.log');
    write(2, 'pg-2026-11-02.log');
    const followed = follow('old/pg-2026-11-01.log', 'server.log', 'pg-2026-11-02.log');
    assert.deepEqual(filesOf(followed), ['pg-2026-11-01.log', 'server.log', 'pg-2026-11-02.log']);
  });

  it('are of every format in which the log is written, whichever was named last', () => {
    for (const [csvAt, logAt] of [
      [5, 4],
      [5, 6],
    ] as const)
      for (const base of ['pg-2026-11-01', 'server']) {
        write(csvAt, `${base}.csv`);
        write(logAt, `${base}.log`);
        const followed = follow(`${base}.csv`, `${base}.log`);
        assert.equal(followed.warning, undefined);
        assert.deepEqual(filesOf(followed).sort(), [`${base}.csv`, `${base}.log`]);
      }
  });

  it('of a file that keeps its name are its own', () => {
    write(1, 'pg.log', 'pg.log.1', 'other.log');
    for (const names of [['pg.log'], ['pg.log.1', 'pg.log']]) {
      const { place, warning } = follow(...names);
      assert.deepEqual([place.kind, warning], ['files', undefined]);
    }
    const { place, warning } = follow('other.log', 'pg.log');
    assert.equal(place.kind, 'files');
    assert.ok(
      warning && renderSentence(warning).startsWith(`Only ${directory.join('pg.log')} is followed: `),
    );
  });
});
