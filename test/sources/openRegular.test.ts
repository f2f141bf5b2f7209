import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { TestDirectory } from './tailWorld.ts';

/** What looks at a path after others have: by then something else may stand there. */
const looks: Readonly<Record<string, string>> = {
  'the ends of a log': `(await import(src + 'sources/logEnds.ts')).logEndsWith({}).times(path).firstAt`,
  'whether it is a log': `(await import(src + 'sources/logEnds.ts')).logEndsWith({}).isLog(path)`,
  'the times of two files': `(await import(src + 'sources/tail/sameTimes.ts')).hasTimesOf({ path, sizeBytes: 9 }, { path, sizeBytes: 9 }, 0)`,
  'the identity of a file': `(await import(src + 'sources/tail/fileIdentity.ts')).isFile(path, { headBytes: 0 })`,
  'a file from its end backwards': `(await import(src + 'sources/tail/backwards.ts')).BackwardsFile.open(path)`,
};

describe('looking at a named pipe that stands where a log was', () => {
  let directory: TestDirectory;
  beforeEach(() => (directory = new TestDirectory()));
  afterEach(() => directory.remove());

  for (const [title, look] of Object.entries(looks))
    it(`waits for nobody, and tells nothing: ${title}`, function () {
      if (process.platform === 'win32') this.skip();
      const path = directory.join('x.log');
      execFileSync('mkfifo', [path]);
      const src = new URL('../../src/', import.meta.url).href;
      const script = `const [path, src] = process.argv.slice(1); console.log(String(${look}))`;
      const node = ['--input-type=module', '-e', script, path, src];
      const { stdout, signal } = spawnSync(process.execPath, node, { timeout: 10_000, encoding: 'utf8' });
      assert.equal(signal, null);
      assert.match(stdout, /^(?:undefined|false)\n$/);
    });
});
