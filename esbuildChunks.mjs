// Of a program in many files each costs a start about as much as some kilobytes of it: those that hold hardly anything are
// put into the files that import them.
import { build } from 'esbuild';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const smallBytes = 1000;
/** There must be one only: of classes, of what is remembered, of what a program is loaded with. */
const alone = /\bclass\b|\bnew (?:Weak)?Map\(|createRequire/;

/** Puts the small chunks of a directory into what imports them. What has a state, or is imported when it is wanted, stays. */
export async function inlineSmallChunks(directory, options) {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.mjs'));
  const texts = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')])),
  );
  const isImportedLater = (name) => [...texts.values()].some((text) => text.includes(`import("./${name}")`));
  const isSmall = (name) =>
    name.startsWith('chunk-') &&
    texts.get(name).length < smallBytes &&
    !alone.test(texts.get(name)) &&
    !isImportedLater(name);
  const small = new Set(names.filter(isSmall));
  const others = names.filter((name) => !small.has(name));
  await build({
    ...options,
    entryPoints: others.map((name) => join(directory, name)),
    outdir: directory,
    allowOverwrite: true,
    plugins: [
      {
        name: 'small',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\// }, ({ path, kind }) =>
            kind === 'entry-point' || small.has(path.slice(2)) ? undefined : { path, external: true },
          ),
      },
    ],
  });
  for (const name of small)
    for (const each of [name, `${name}.map`]) await rm(join(directory, each), { force: true });
}
