import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../env/checkout.ts';
import { packedExtension } from '../env/packedExtension.ts';

const kilobyte = 1000;
/** Budgets of the bundles as they ship, in bytes. */
const budgets = {
  'extension.cjs': 100,
  'engine.cjs': 400,
  'cli.cjs': 400,
  'elsewhere.cjs': 20,
  'live.cjs': 200,
  'later.cjs': 40,
  'pools.cjs': 150,
  'pg.cjs': 150,
  'translations.cjs': 250,
  'webview.js': 150,
};

describe('the packed extension', () => {
  it('ships these files and no other', async () => {
    const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
    const { stdout } = await promisify(execFile)(process.execPath, [vsce, 'ls'], { cwd: checkout });
    assert.deepEqual(stdout.trim().split('\n').toSorted(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/bin/connections',
      'dist/bin/connections.cmd',
      'dist/cli.cjs',
      'dist/elsewhere.cjs',
      'dist/engine.cjs',
      'dist/extension.cjs',
      'dist/later.cjs',
      'dist/live.cjs',
      'dist/pg.cjs',
      'dist/pools.cjs',
      'dist/translations.cjs',
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
    await packedExtension();
    const tooLarge = Object.entries(budgets)
      .map(([name, budget]) => ({
        name,
        budget,
        size: statSync(join(checkout, 'dist', name)).size / kilobyte,
      }))
      .filter(({ budget, size }) => size > budget);
    assert.deepEqual(tooLarge, []);
  });
});
