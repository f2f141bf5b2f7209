// Compiles what is written in AssemblyScript to WebAssembly and writes it down as text, for every runtime that reads the
// sources as they are.
import asc from 'assemblyscript/asc';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = new URL('./', import.meta.url);

/** What is compiled: the directory of its sources, where it is written and as what, and 64 KiB pages of its memory. */
export const modules = [
  {
    directory: 'src/sources/tail/assembly',
    target: 'src/sources/tail/scanModule.ts',
    name: 'scanModule',
    pages: 192,
  },
  {
    directory: 'src/core/session/assembly',
    target: 'src/core/session/bookModule.ts',
    name: 'bookModule',
    pages: 416,
  },
];

/** A module as the source file that holds it. */
export async function compiledModule({ directory, name, pages }) {
  const written = {};
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      ...['--baseDir', fileURLToPath(new URL(directory, root))],
      ...['--optimizeLevel', '3', '--shrinkLevel', '1', '--runtime', 'stub', '--use', 'abort='],
      ...['--enable', 'simd', '--memoryBase', '1024'],
      ...['--initialMemory', String(pages), '--maximumMemory', String(pages)],
      ...['--outFile', 'module.wasm'],
    ],
    { writeFile: (file, contents) => (written[file] = contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  const base64 = Buffer.from(written['module.wasm']).toString('base64');
  return `/** Compiled from ${directory}/ by \`npm run wasm\`: WebAssembly in base64. */\nexport const ${name} = (): string =>\n  '${base64}';\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const each of modules) await writeFile(new URL(each.target, root), await compiledModule(each));
