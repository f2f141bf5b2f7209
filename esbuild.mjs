// Builds everything that ships into dist/. `node esbuild.mjs --watch` keeps building.
import { build, context } from 'esbuild';
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';

const watch = process.argv.includes('--watch');
const release = process.argv.includes('--release');
const shared = {
  bundle: true,
  minify: release,
  sourcemap: release ? false : 'linked',
  logLevel: 'warning',
  legalComments: 'none',
  // texts of many languages: as they are, not as escapes of three times their length
  charset: 'utf8',
};
const node = { ...shared, platform: 'node', target: 'node20', outdir: 'dist' };
/** Parts of the editor's side that are read when they are needed: bundles of their own. */
const laterViews = {
  ...{
    chooseLog: 'views/chooseLog',
    commandSource: 'views/commandSource',
    filterCommand: 'views/filterCommand',
  },
  ...{ exportCommands: 'views/exportCommands', pageStrings: 'core/report/pageStrings' },
  ...{ poolViews: 'views/poolViews', serverCommands: 'views/serverCommands' },
};
const later = {
  name: 'later',
  setup: ({ onResolve }) => {
    for (const name of Object.keys(laterViews))
      onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, () => ({ path: `./${name}.cjs`, external: true }));
  },
};

/** Of prom-client what /metrics needs: neither its histograms nor its gateway. */
const promClient = {
  name: 'prom-client',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^prom-client$/ }, ({ path }) => ({ path, namespace: 'part' }));
    onResolve({ filter: /^@opentelemetry\/api$/ }, ({ path }) => ({ path, namespace: 'part' }));
    onLoad({ filter: /^@opentelemetry/, namespace: 'part' }, () => ({ contents: '' }));
    onLoad({ filter: /^prom-client$/, namespace: 'part' }, () => ({
      contents: ['counter', 'gauge', 'registry']
        .map(
          (part) => `exports.${part[0].toUpperCase()}${part.slice(1)} = require('prom-client/lib/${part}');`,
        )
        .join('\n'),
      resolveDir: '.',
    }));
  },
};

/** What a module of the core exports: bundled and run here, for none of it needs the product. */
async function exportsOf(path) {
  const { outputFiles } = await build({
    ...{ entryPoints: [path], bundle: true, write: false, format: 'esm', charset: 'utf8' },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** Between the msgids, the languages of one and the texts of a language: none of the texts has it. */
const [row, cell, variant] = ['\u0001', '\u0002', '\u0003'];

/**
 * Tables that would cost each start more than they are worth: the translations as one text, which is cut when it is
 * asked for (thousands of literals are dearer), and the beginnings of foreign texts as they come out.
 */
const tables = {
  name: 'tables',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[/\\]core[/\\]log[/\\]translations\.ts$/ }, async ({ path }) => {
      const texts = Object.entries((await exportsOf(path)).readTranslations()).map(([msgid, translated]) =>
        [
          msgid,
          ...Object.entries(translated).map(([name, said]) => [name, ...[said].flat()].join(variant)),
        ].join(cell),
      );
      return { contents: translationsSource(JSON.stringify(texts.join(row))) };
    });
    onLoad({ filter: /[/\\]foreignBeginnings\.ts$/ }, async ({ path }) => {
      const { foreignBeginnings } = await exportsOf(path);
      return { contents: `export const foreignBeginnings = ${JSON.stringify(foreignBeginnings)};` };
    });
  },
};

function translationsSource(text) {
  const [byRow, byCell, byVariant] = [row, cell, variant].map((each) => JSON.stringify(each));
  return `
    export function readTranslations() {
      const rows = {};
      for (const row of ${text}.split(${byRow})) {
        const [msgid, ...cells] = row.split(${byCell});
        const translated = (rows[msgid] = {});
        for (const cell of cells) {
          const [language, ...texts] = cell.split(${byVariant});
          translated[language] = texts.length === 1 ? texts[0] : texts;
        }
      }
      return rows;
    }
  `;
}

const targets = [
  {
    ...node,
    format: 'cjs',
    external: ['vscode'],
    entryPoints: { extension: 'src/extension.ts' },
    plugins: [later, tables],
    // the editor gives `vscode` to what is required only
    supported: { 'dynamic-import': false },
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    format: 'cjs',
    external: ['vscode'],
    entryPoints: Object.fromEntries(
      Object.entries(laterViews).map(([name, path]) => [name, `src/${path}.ts`]),
    ),
    plugins: [tables],
    outExtension: { '.js': '.cjs' },
  },
  {
    // What both need is written once, and what only some of their users need is read when it is: each `import()`
    // is a chunk of its own.
    ...node,
    format: 'esm',
    splitting: true,
    plugins: [promClient, tables],
    external: ['fsevents', 'pg-native'],
    entryPoints: {
      engine: 'src/engine/worker.ts',
      stretch: 'src/sources/stretchWorker.ts',
      cli: 'src/cli.ts',
      translations: 'src/core/log/translations.ts',
    },
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    // for the packages that are CommonJS
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
  },
  {
    ...shared,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    entryPoints: { webview: 'src/webview/main.ts', poolPage: 'src/webview/poolPage.ts' },
    outdir: 'dist',
    plugins: [tables],
  },
];

await rm('dist', { recursive: true, force: true });
await mkdir('dist/bin', { recursive: true });
await copyFile('media/bin/cli.cjs', 'dist/cli.cjs');
await chmod('dist/cli.cjs', 0o755);
if (watch) {
  for (const target of targets) await (await context(target)).watch();
} else {
  await Promise.all(targets.map((target) => build(target)));
}
for (const name of ['connections', 'connections.cmd']) {
  await copyFile(`media/bin/${name}`, `dist/bin/${name}`);
  await chmod(`dist/bin/${name}`, 0o755);
}
