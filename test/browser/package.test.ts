import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { packedExtension, packedFile } from '../env/packedExtension.ts';

const kilobyte = 1000;
/** Budgets of the bundles as they ship, in bytes. */
const budgets = {
  'extension.cjs': 100,
  'engine.cjs': 400,
  'cli.cjs': 400,
  'live.cjs': 200,
  'pools.cjs': 150,
  'pg.cjs': 150,
  'translations.cjs': 250,
  'webview.js': 150,
};

describe('the packed extension', () => {
  it('ships these files and no other', async () => {
    const names = namesIn(readFileSync(await packedExtension()));
    assert.deepEqual(names.toSorted(), [
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/changelog.md',
      'extension/dist/bin/connections',
      'extension/dist/bin/connections.cmd',
      'extension/dist/cli.cjs',
      'extension/dist/engine.cjs',
      'extension/dist/extension.cjs',
      'extension/dist/live.cjs',
      'extension/dist/pg.cjs',
      'extension/dist/pools.cjs',
      'extension/dist/translations.cjs',
      'extension/dist/webview.js',
      'extension/l10n/bundle.l10n.json',
      'extension/media/connections-dark.svg',
      'extension/media/connections-light.svg',
      'extension/media/connections.svg',
      'extension/media/dashboard.css',
      'extension/media/icon.png',
      'extension/package.json',
      'extension/package.nls.json',
      'extension/readme.md',
      'extension/schemas/list.schema.json',
      'extension/schemas/pool.schema.json',
      'extension/schemas/pooler.schema.json',
      'extension/schemas/server.schema.json',
      'extension/schemas/summary.schema.json',
      'extension/schemas/watch.schema.json',
    ]);
  });

  it('keeps the budgets of its bundles', async () => {
    await packedExtension();
    const tooLarge = Object.entries(budgets)
      .map(([name, budget]) => ({
        name,
        budget,
        size: statSync(packedFile(`dist/${name}`)).size / kilobyte,
      }))
      .filter(({ budget, size }) => size > budget);
    assert.deepEqual(tooLarge, []);
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
