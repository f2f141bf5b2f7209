import { build, type Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { checkout } from './checkout.ts';

/** A bundle has one URL, but the test environment finds its parts beside its own files. */
const ownUrls: Plugin = {
  name: 'import.meta.url of each file',
  setup(bundle) {
    bundle.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

/**
 * Bundles the test files that a pattern names (from the checkout) with the suite that runs them, into
 * out/host/index.cjs. Packages stay outside and are required from the checkout. Gives the bundle's path.
 */
export async function bundleHostTests(pattern = 'test/host/**/*.test.ts'): Promise<string> {
  const files = globSync(pattern, { cwd: checkout }).sort();
  if (files.length === 0) throw new Error(`No test matches ${pattern}.`);
  const outfile = join(checkout, 'out/host/index.cjs');
  const imports = files.map((file) => `await import(${JSON.stringify(join(checkout, file))});`);
  const contents = `
    import { runSuite } from './hostSuite.ts';
    export const run = () => runSuite(async () => { ${imports.join(' ')} });`;
  await build({
    stdin: { contents, loader: 'ts', resolveDir: dirname(fileURLToPath(import.meta.url)) },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'linked',
    packages: 'external',
    // Its ESM face would reach the CJS bundle wrapped twice.
    alias: { mocha: 'mocha/lib/mocha.cjs' },
    plugins: [ownUrls],
    logLevel: 'warning',
  });
  return outfile;
}
