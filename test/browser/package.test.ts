import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../env/checkout.ts';
import { packedExtension } from '../env/packedExtension.ts';

const kilobyte = 1000;
/**
 * Budgets of what ships, in kilobytes: a program with all that is read when it starts, but for the translations; the
 * rest is read when it is wanted.
 */
const budgets = {
  'extension.cjs': 100,
  'engine.mjs': 400,
  'cli.mjs': 100,
  'translations.mjs': 250,
  'webview.js': 150,
  '.vsix': 600,
};

/** A bundle's file and, transitively, the chunks that it imports at its start. */
function readAtStart(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(checkout, 'dist', name), 'utf8');
  for (const [, chunk = ''] of text.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.mjs)"/g))
    readAtStart(chunk, seen);
  return seen;
}

describe('the packed extension', () => {
  it('ships these files and no other', async () => {
    const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
    const { stdout } = await promisify(execFile)(process.execPath, [vsce, 'ls'], { cwd: checkout });
    const files = stdout
      .trim()
      .split('\n')
      .map((file) => file.replace(/(?<=chunk-)\w+/, '*'));
    assert.deepEqual([...new Set(files)].toSorted(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/bin/connections',
      'dist/bin/connections.cmd',
      'dist/chunk-*.mjs',
      'dist/cli.cjs',
      'dist/cli.mjs',
      'dist/engine.mjs',
      'dist/extension.cjs',
      'dist/stretch.mjs',
      'dist/translations.mjs',
      'dist/webview.js',
      'l10n/bundle.l10n.json',
      'media/connections-dark.svg',
      'media/connections-light.svg',
      'media/connections.svg',
      'media/dashboard.css',
      'media/icon.png',
      'package.json',
      'package.nls.json',
      'schemas/list.schema.json',
      'schemas/pool.schema.json',
      'schemas/pooler.schema.json',
      'schemas/server.schema.json',
      'schemas/summary.schema.json',
      'schemas/watch.schema.json',
    ]);
  });

  it('keeps the budgets of its bundles', async () => {
    const vsix = await packedExtension();
    const sizeOf = (name: string): number => {
      if (name === '.vsix') return statSync(vsix).size;
      const translations = name === 'translations.mjs' ? new Set<string>() : readAtStart('translations.mjs');
      const files = [...readAtStart(name)].filter((file) => !translations.has(file));
      return files.reduce((sum, file) => sum + statSync(join(checkout, 'dist', file)).size, 0);
    };
    const tooLarge = Object.entries(budgets)
      .map(([name, budget]) => ({ name, budget, size: sizeOf(name) / kilobyte }))
      .filter(({ budget, size }) => size > budget);
    assert.deepEqual(tooLarge, []);
  });
});
