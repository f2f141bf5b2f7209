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
/** Bundles of their own, for those that read more than a log: what the others see of each, by its module. */
const rooms = {
  live: ['engine/followedServers', 'engine/watchServer', 'sources/server/liveServer'],
  elsewhere: ['sources/command/commandOutput', 'sources/command/findCommands'],
  later: ['views/chooseLog', 'views/commandSource', 'views/filterCommand', 'core/report/pageStrings'],
  pools: [
    'sources/pool/poolLog',
    'sources/pool/pgbouncerConsole',
    'core/report/poolerReport',
    'core/report/poolJson',
    'core/report/poolText',
  ],
};
/** Ships beside the bundles: the translations once for those that read them, pg for when it is needed, and the rooms. */
const besides = (...names) => ({
  name: 'beside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/translations\.ts$/ }, () => ({ path: './translations.cjs', external: true }));
    onResolve({ filter: /^pg$/ }, () => ({ path: './pg.cjs', external: true }));
    for (const name of names) {
      const modules = rooms[name].map((path) => path.replace(/.*\//, '')).join('|');
      const filter = new RegExp(`/(?:${modules})\\.ts$`);
      onResolve({ filter }, () => ({ path: `./${name}.cjs`, external: true }));
    }
  },
});
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'fsevents', 'pg-native'],
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
};

const roomOf = (name) => ({
  ...node,
  stdin: {
    contents: rooms[name].map((path) => `export * from './src/${path}.ts';`).join('\n'),
    resolveDir: '.',
    sourcefile: `${name}.ts`,
  },
  plugins: [besides()],
  outfile: `dist/${name}.cjs`,
});

const targets = [
  roomOf('live'),
  roomOf('pools'),
  roomOf('elsewhere'),
  roomOf('later'),
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    plugins: [besides('later')],
    // what the editor gives to extensions is given to what they require
    supported: { 'dynamic-import': false },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: { engine: 'src/engine/worker.ts' },
    plugins: [besides('live', 'elsewhere')],
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: { translations: 'src/core/log/translations.ts', pg: 'pg' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: { cli: 'src/cli.ts' },
    plugins: [besides('live', 'pools')],
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...shared,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    entryPoints: { webview: 'src/webview/main.ts' },
    outdir: 'dist',
  },
];

await rm('dist', { recursive: true, force: true });
await mkdir('dist/bin', { recursive: true });
if (watch) {
  for (const target of targets) await (await context(target)).watch();
} else {
  await Promise.all(targets.map((target) => build(target)));
  await chmod('dist/cli.cjs', 0o755);
}
for (const name of ['connections', 'connections.cmd']) {
  await copyFile(`media/bin/${name}`, `dist/bin/${name}`);
  await chmod(`dist/bin/${name}`, 0o755);
}
