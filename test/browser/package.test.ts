import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { generateFile } from '../bench/generate.ts';
import { packedExtension, packedFile } from '../env/packedExtension.ts';

const kilobyte = 1000;
/**
 * Budgets of what ships, in kilobytes: a program with all that is read when it starts; the rest is read when it is
 * wanted.
 */
const budgets = {
  'extension.cjs': 100,
  'engine.cjs': 400,
  'commands.cjs': 100,
  'translations.cjs': 250,
  'webview.js': 150,
  '.vsix': 600,
};

/** A bundle's file and, transitively, the chunks that it imports at its start. */
function readAtStart(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(packedFile(`dist/${name}`), 'utf8');
  for (const [, chunk = ''] of text.matchAll(/(?<!>)\brequire\("\.\/(c-\w+\.cjs)"\)/g))
    readAtStart(chunk, seen);
  return seen;
}

describe('the packed extension', () => {
  it('ships these files and no other', async () => {
    const names = namesIn(readFileSync(await packedExtension())).map((name) =>
      name.replace(/(?<=\bc-)\w+/, '*'),
    );
    assert.deepEqual([...new Set(names)].toSorted(), [
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/changelog.md',
      'extension/dist/bin/connections',
      'extension/dist/bin/connections.cmd',
      'extension/dist/bookModule.cjs',
      'extension/dist/bookModule.wasm',
      'extension/dist/c-*.cjs',
      'extension/dist/chooseLog.cjs',
      'extension/dist/cli.cjs',
      'extension/dist/commandSource.cjs',
      'extension/dist/commands.cjs',
      'extension/dist/dashboard.css',
      'extension/dist/engine.cjs',
      'extension/dist/exportCommands.cjs',
      'extension/dist/extension.cjs',
      'extension/dist/failureSentences.cjs',
      'extension/dist/failureSentences.json',
      'extension/dist/filterCommand.cjs',
      'extension/dist/foreignBeginnings.cjs',
      'extension/dist/foreignBeginnings.json',
      'extension/dist/fzstd.cjs',
      'extension/dist/help.cjs',
      'extension/dist/pageStrings.cjs',
      'extension/dist/poolPage.css',
      'extension/dist/poolPage.js',
      'extension/dist/poolViews.cjs',
      'extension/dist/scanModule.cjs',
      'extension/dist/scanModule.wasm',
      'extension/dist/serverCommands.cjs',
      'extension/dist/stretch.cjs',
      'extension/dist/translations.cjs',
      'extension/dist/wantedStarts.cjs',
      'extension/dist/wantedStarts.json',
      'extension/dist/webview.js',
      'extension/media/connections-dark.svg',
      'extension/media/connections-light.svg',
      'extension/media/connections.svg',
      'extension/media/demo.log',
      'extension/media/icon.png',
      ...['active', 'dashboard', 'failures', 'log', 'logging'].map(
        (step) => `extension/media/walkthrough/${step}.md`,
      ),
      'extension/package.json',
      'extension/package.nls.json',
      'extension/readme.md',
      'extension/schemas/list.schema.json',
      'extension/schemas/panels.schema.json',
      'extension/schemas/pool.schema.json',
      'extension/schemas/poolWatch.schema.json',
      'extension/schemas/pooler.schema.json',
      'extension/schemas/poolerLog.schema.json',
      'extension/schemas/server.schema.json',
      'extension/schemas/summary.schema.json',
      'extension/schemas/watch.schema.json',
    ]);
  });

  it('keeps the budgets of its bundles', async () => {
    const vsix = await packedExtension();
    const sizeOf = (name: string): number => {
      if (name === '.vsix') return statSync(vsix).size;
      return [...readAtStart(name)].reduce((sum, file) => sum + statSync(packedFile(`dist/${file}`)).size, 0);
    };
    const tooLarge = Object.entries(budgets)
      .map(([name, budget]) => ({ name, budget, size: sizeOf(name) / kilobyte }))
      .filter(({ budget, size }) => size > budget);
    assert.deepEqual(tooLarge, []);
  });
});

describe('the command line of the packed extension', () => {
  let directory: string;
  before(() => (directory = mkdtempSync(join(tmpdir(), 'packed-'))));
  after(() => rmSync(directory, { recursive: true }));

  const generated = (name: string, bytes: number): string => {
    const log = join(directory, name);
    generateFile(log, { format: 'stderr', prefix: '%m [%p] %q%u@%d ', share: 10, bytes, seed: 1 });
    return log;
  };
  const summary = (program: string, log: string): string =>
    execFileSync(process.execPath, [program, log, '--json'], { encoding: 'utf8' });

  it('reads a log in English without the translations, whatever names are in it', () => {
    const log = generated('english.log', 4_000_000);
    const program = join(directory, 'dist', 'cli.cjs');
    assert.match(readFileSync(log, 'utf8'), /user=[^ ]*[^\0-\x7f]/);
    cpSync(packedFile('dist'), join(directory, 'dist'), { recursive: true });
    const withThem = summary(program, log);
    rmSync(join(directory, 'dist', 'translations.cjs'));
    assert.equal(summary(program, log), withThem);
  });

  it('reads a log that is compressed with zstd', () => {
    const log = generated('plain.log', 2_000_000);
    const active = (path: string): unknown[] =>
      (JSON.parse(summary(packedFile('dist/cli.cjs'), path)) as { active: unknown[] }).active;
    writeFileSync(`${log}.zst`, zstdCompressSync(readFileSync(log)));
    assert.notEqual(active(log).length, 0);
    assert.deepEqual(active(`${log}.zst`), active(log));
  });
});

/** The names in a zip's central directory, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12. */
function namesIn(zip: Buffer): string[] {
  const names: string[] = [];
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 46)) {
    const nameAt = at + 46;
    names.push(zip.toString('utf8', nameAt, nameAt + zip.readUInt16LE(at + 28)));
  }
  return names;
}
