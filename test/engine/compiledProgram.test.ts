import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkout } from '../env/checkout.ts';

const keeps = 'enableCompileCache' in module;

describe('the program of the terminal, as Node compiles it', () => {
  let directory = '';
  const kept = (): string => join(directory, 'dist', '.compiled');
  const version = (): string =>
    execFileSync(process.execPath, [join(directory, 'dist', 'cli.cjs'), '--version'], { encoding: 'utf8' });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pgc-compiled-'));
    cpSync(join(checkout, 'package.json'), join(directory, 'package.json'));
    const wanted = (path: string): boolean => !path.includes('.compiled');
    cpSync(join(checkout, 'dist'), join(directory, 'dist'), { recursive: true, filter: wanted });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is kept beside it at the first start, and not written anew at the next', function () {
    if (!keeps) this.skip();
    const first = version();
    const written = filesIn(kept());
    assert.ok(written.length > 0);
    assert.equal(version(), first);
    assert.deepEqual(filesIn(kept()), written);
  });

  it('is not kept where nothing can be written, and runs all the same', () => {
    const first = version();
    rmSync(kept(), { recursive: true, force: true });
    writeFileSync(kept(), 'in the way');
    assert.equal(version(), first);
  });
});

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, stats: statSync(join(directory, name)) }))
    .filter(({ stats }) => stats.isFile())
    .map(({ name, stats }) => `${name} ${stats.mtimeMs}`)
    .sort();
}
