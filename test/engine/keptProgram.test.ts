import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { Program } from '../../src/program.ts';
import { checkout } from '../env/checkout.ts';
import { generateFile } from '../bench/generate.ts';

/** Says of each part that is kept whether V8 takes it, once these flags have been set. */
const askV8 = `
  import { readFileSync } from 'node:fs';
  import { join } from 'node:path';
  import { Script } from 'node:vm';
  const [program, directory, file, flagsFile, ...which] = process.argv.slice(1);
  const { wrapped } = await import(program);
  const { setFlags, twoThreads } = await import(flagsFile);
  for (const each of which) setFlags(twoThreads[each]);
  const bytes = readFileSync(file);
  const end = bytes.indexOf(10);
  const [[, textBytes], ...parts] = JSON.parse(bytes.toString('utf8', 0, end)).parts;
  let at = end + 1 + textBytes;
  const taken = parts.map(([name, length]) => {
    const cachedData = bytes.subarray(at, (at += length));
    return !new Script(wrapped(readFileSync(join(directory, name), 'utf8')), { cachedData }).cachedDataRejected;
  });
  console.log(JSON.stringify(taken));
`;

describe('what V8 has compiled of the command line', () => {
  let directory = '';
  let log = '';
  let dist = '';
  let summary = '';
  const run = (...args: string[]): string => {
    const said = spawnSync(process.execPath, [join(dist, 'cli.cjs'), ...args], { encoding: 'utf8' });
    assert.deepEqual([said.status, said.stderr], [0, '']);
    return said.stdout;
  };
  const files = (): string[] => readdirSync(join(dist, '.compiled'));
  const kept = (): string => join(dist, '.compiled', files()[0] ?? '');
  const head = (): { occasions: string[]; parts: [name: string, bytes: number][] } =>
    JSON.parse(readFileSync(kept(), 'utf8').split('\n', 1)[0] ?? '') as ReturnType<typeof head>;
  const taken = (...flags: ('set' | 'takeBack')[]): readonly boolean[] => {
    const sources = join(checkout, 'src');
    const words = [join(sources, 'program.ts'), dist, kept(), join(sources, 'cli/lateFlags.ts'), ...flags];
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', askV8, ...words], {
      encoding: 'utf8',
    });
    return JSON.parse(said) as boolean[];
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pgc-kept-'));
    dist = join(directory, 'dist');
    log = join(directory, 'server.log');
    cpSync(join(checkout, 'package.json'), join(directory, 'package.json'));
    cpSync(join(checkout, 'dist'), dist, {
      recursive: true,
      filter: (path) => !path.includes('.compiled') && !path.endsWith('.map'),
    });
    generateFile(log, { format: 'stderr', prefix: '%m [%p] %q%u@%d ', share: 10, bytes: 200_000, seed: 1 });
    summary = run(log, '--json');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is kept at the end of a first run, and stays as it is where a run does the same', () => {
    assert.deepEqual(head().occasions, ['summary']);
    const { mtimeMs } = statSync(kept());
    assert.equal(run(log, '--json'), summary);
    assert.equal(statSync(kept()).mtimeMs, mtimeMs);
  });

  it('becomes more where a run does something else, with other files, and loses nothing', () => {
    const before = head().parts.map(([name]) => name);
    run('--history', log);
    run('list', '--json');
    run('export', 'prometheus');
    assert.deepEqual(head().occasions, ['summary', 'history', 'list', 'export']);
    const names = head().parts.map(([name]) => name);
    assert.deepEqual(names.slice(0, before.length), before);
    assert.ok(names.length > before.length);
    assert.equal(files().length, 1);
  });

  it('is taken by the next run, which begins with the same flags of V8', () => {
    assert.ok(taken().length > 5);
    assert.ok(taken().every(Boolean));
    assert.ok(taken('set', 'takeBack').every(Boolean));
    assert.ok(!taken('set').some(Boolean));
  });

  it('is made anew where another program of the same length has taken the place of that one', () => {
    const commands = join(dist, 'commands.cjs');
    const text = readFileSync(commands, 'utf8');
    const [, chunk = ''] = /"\.\/(c-\w+\.cjs)"/.exec(text) ?? [];
    assert.notEqual(chunk, '');
    const other = chunk.replace(/\w\./, '_.');
    renameSync(join(dist, chunk), join(dist, other));
    for (const name of readdirSync(dist).filter((each) => each.endsWith('.cjs')))
      writeFileSync(join(dist, name), readFileSync(join(dist, name), 'utf8').replaceAll(chunk, other));
    assert.equal(run(log, '--json'), summary);
    assert.ok(head().parts.some(([name]) => name === other));
    assert.ok(!head().parts.some(([name]) => name === chunk));
  });

  it('is made anew where only a part of it was written', () => {
    const whole = readFileSync(kept());
    writeFileSync(kept(), whole.subarray(0, whole.length - 100));
    assert.equal(run(log, '--json'), summary);
    assert.ok(statSync(kept()).size > whole.length - 100);
  });

  it('is left alone, and not used, where V8 does not take it: another run may', () => {
    const strange = readFileSync(kept());
    strange.fill('x', strange.indexOf('\n') + 1 + (head().parts[0]?.[1] ?? 0));
    writeFileSync(kept(), strange);
    assert.equal(run(log, '--json'), summary);
    run('--history', log);
    assert.deepEqual(readFileSync(kept()), strange);
  });

  it('is kept of two threads as of one, and taken by both, with the flags that they began with', function () {
    if (availableParallelism() < 2) this.skip();
    const big = join(directory, 'big.log');
    const said: string[] = [];
    generateFile(big, { format: 'stderr', prefix: '%m [%p] ', share: 1, bytes: 270_000_000, seed: 1 });
    for (const _ of [1, 2]) said.push(run(big, '--json'));
    assert.equal(said[1], said[0]);
    assert.deepEqual(head().occasions, ['summary', 'summary with help']);
    assert.ok(taken().every(Boolean));
  });

  it('is not half of what cannot be loaded, however often it is asked for', () => {
    writeFileSync(join(directory, 'half.cjs'), "exports.one = 1; require('./missing.cjs');");
    const program = new Program(directory, 'half.cjs');
    for (const _ of [1, 2]) assert.throws(() => program.load('half.cjs'), /missing\.cjs/);
  });

  it('is not kept where nothing can be written, and each run says the same', () => {
    rmSync(join(dist, '.compiled'), { recursive: true });
    writeFileSync(join(dist, '.compiled'), 'in the way');
    assert.equal(run(log, '--json'), summary);
    assert.equal(readFileSync(join(dist, '.compiled'), 'utf8'), 'in the way');
  });
});
