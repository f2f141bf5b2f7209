// The programs of Node's side are divided by esbuild into files that they share, which it does for ES modules only. What
// ships is CommonJS: it starts sooner, and what V8 compiles of it can be kept (src/program.ts).
import { build } from 'esbuild';
import { init, parse } from 'es-module-lexer';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of a program in many files each costs a start about as much as some kilobytes of it. */
const smallBytes = 1000;
/** There must be one only: of classes, of what is remembered, of what a program is loaded with. */
const alone = /\bclass\b|\bnew (?:Weak)?Map\(|\brequire\b/;

/** Makes CommonJS of the ES modules of a directory; the small ones are put into what imports them. */
export async function makeCommonJs(directory, options) {
  await inlineSmallChunks(directory, options);
  await init;
  for (const name of await modulesOf(directory)) {
    const text = await readFile(join(directory, name), 'utf8');
    await writeFile(join(directory, name.replace(/mjs$/, 'cjs')), commonJs(text));
    await rm(join(directory, name));
  }
}

async function modulesOf(directory) {
  return (await readdir(directory)).filter((name) => name.endsWith('.mjs'));
}

/** What has a state, or is imported when it is wanted, stays. */
async function inlineSmallChunks(directory, options) {
  const names = await modulesOf(directory);
  const texts = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')])),
  );
  const isImportedLater = (name) => [...texts.values()].some((text) => text.includes(`import("./${name}")`));
  const isSmall = (name) =>
    name.startsWith('c-') &&
    texts.get(name).length < smallBytes &&
    !alone.test(texts.get(name)) &&
    !isImportedLater(name);
  const small = new Set(names.filter(isSmall));
  await build({
    ...options,
    entryPoints: names.filter((name) => !small.has(name)).map((name) => join(directory, name)),
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

/**
 * An ES module of esbuild's as CommonJS, line by line the same. No two import each other, and what one exports has its value
 * once it is loaded: so a name stands for what it is then, and costs no look into an object each time.
 */
function commonJs(text) {
  const [imports, [exported]] = parse(text);
  const pieces = [];
  const loaded = new Set();
  let at = 0;
  for (const { type, specifier, importStart, importEnd } of imports) {
    pieces.push(text.slice(at, importStart));
    // `import.meta.dirname` is `__dirname`
    at = type === 'import-meta' ? importEnd + 1 : importEnd;
    const required = `require(${JSON.stringify(specifier?.replace(/^(\.\/.*)mjs$/, '$1cjs'))})`;
    if (type === 'import-meta') pieces.push('__');
    else if (type === 'dynamic') pieces.push(`Promise.resolve().then(()=>${required})`);
    else if (!/^import\s*["']/.test(text.slice(importStart, importEnd))) {
      pieces.push(`const ${declared(text.slice(importStart, importEnd), required)}`);
      loaded.add(specifier);
    } else if (!loaded.has(specifier)) {
      // of nothing: only so that it is loaded
      pieces.push(required);
      loaded.add(specifier);
    }
  }
  const rest = text.slice(at, exported?.exportStart);
  pieces.push(...(exported ? [rest, text.slice(exported.exportStart).replace(...exportList)] : [rest]));
  return pieces.join('');
}

/** `export { a as b };`: by esbuild there is one, at the end. */
const exportList = [
  /^export\s*\{([^}]*)\}/,
  (_, list) => `module.exports={${list.replaceAll(/([\w$]+)\s+as\s+([\w$]+)/g, '$2:$1')}}`,
];

/** `import a, { b as c } from "d"`, `import * as e from "f"`. */
function declared(statement, required) {
  const [, clause = ''] = /^import\s*([^"']*?)\s*(?:from\s*)?["']/.exec(statement) ?? [];
  const [, whole] = /^\*\s*as\s+([\w$]+)$/.exec(clause) ?? [];
  if (whole !== undefined) return `${whole}=${required}`;
  const [, first, members = '{}'] = /^([\w$]+)?\s*,?\s*(\{[^]*\})?$/.exec(clause) ?? [];
  const pattern = members.replaceAll(/\s+as\s+/g, ':');
  return first === undefined ? `${pattern}=${required}` : `${first}=${required},${pattern}=${first}`;
}
