// Builds everything that ships into dist/. `node esbuild.mjs --watch` keeps building.
import { build, context } from 'esbuild';
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import { makeCommonJs } from './esbuildChunks.mjs';
import { tableEntries, tableFiles, tables } from './esbuildTables.mjs';

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

/** Node's own modules that take milliseconds to load, and that many commands never need. */
const dearBuiltins = /^node:(child_process|crypto|v8|worker_threads|zlib)$/;

/** Packages that few logs need: files of their own, loaded as the dear ones are. */
const rarePackages = /^fzstd$/;

/** These are loaded when something of them is used first, by `require`, and not when the program starts. */
const builtins = {
  name: 'builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: dearBuiltins }, ({ path, kind }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'builtin' },
    );
    onResolve({ filter: rarePackages }, ({ path, kind }) =>
      kind === 'require-call' ? { path: `./${path}.cjs`, external: true } : { path, namespace: 'builtin' },
    );
    onLoad({ filter: rarePackages, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('later')(() => require('${path}'));`,
    }));
    onResolve({ filter: /^later$/, namespace: 'builtin' }, ({ path }) => ({ path, namespace: 'builtin' }));
    onLoad({ filter: /^later$/, namespace: 'builtin' }, () => ({
      contents: `module.exports = (load) => {
        let loaded;
        return Object.create(new Proxy({}, { get: (_, name) => (loaded ??= load())[name] }));
      };`,
    }));
    onLoad({ filter: /^node:/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('later')(() => require(${JSON.stringify(path)}));`,
    }));
  },
};

const commonJs = {
  name: 'commonJs',
  setup: ({ onEnd }) =>
    onEnd(async ({ errors }) => {
      if (errors.length > 0) return;
      await makeCommonJs('dist', {
        ...node,
        charset: 'ascii',
        format: 'esm',
        outExtension: { '.js': '.mjs' },
      });
      // V8 knows a text by its length only
      await rm('dist/.compiled', { recursive: true, force: true });
    }),
};

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
    // one byte a character is parsed faster
    charset: 'ascii',
    format: 'esm',
    splitting: true,
    plugins: [promClient, tables, builtins, commonJs],
    external: ['fsevents', 'pg-native'],
    entryPoints: {
      engine: 'src/engine/worker.ts',
      help: 'src/sources/stretchHelp.ts',
      commands: 'src/cli/commands.ts',
    },
    outExtension: { '.js': '.mjs' },
    chunkNames: 'c-[hash]',
  },
  {
    // what loads the programs
    ...node,
    format: 'cjs',
    entryPoints: { cli: 'src/cli.ts', stretch: 'src/sources/stretchWorker.ts' },
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    format: 'cjs',
    entryPoints: { ...tableEntries, fzstd: 'fzstd' },
    plugins: [tableFiles],
    outExtension: { '.js': '.cjs' },
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
  {
    // their style sheets
    ...shared,
    entryPoints: { dashboard: 'media/dashboard.css', poolPage: 'media/poolPage.css' },
    outdir: 'dist',
  },
];

await rm('dist', { recursive: true, force: true });
await mkdir('dist/bin', { recursive: true });
if (watch) {
  for (const target of targets) await (await context(target)).watch();
} else {
  await Promise.all(targets.map((target) => build(target)));
}
await chmod('dist/cli.cjs', 0o755);
for (const name of ['connections', 'connections.cmd']) {
  await copyFile(`media/bin/${name}`, `dist/bin/${name}`);
  await chmod(`dist/bin/${name}`, 0o755);
}
