// Compiles the scan to WebAssembly and writes it down as text, for every runtime that reads the sources as they are.
import asc from 'assemblyscript/asc';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('.', import.meta.url));
const target = fileURLToPath(new URL('../scanModule.ts', import.meta.url));
const memoryPages = 192;

/** The module as the source file that holds it. */
export async function compiledModule() {
  const written = {};
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      ...['--baseDir', directory],
      ...['--optimizeLevel', '3', '--shrinkLevel', '1', '--runtime', 'stub', '--use', 'abort='],
      ...['--enable', 'simd', '--memoryBase', '1024'],
      ...['--initialMemory', String(memoryPages), '--maximumMemory', String(memoryPages)],
      ...['--outFile', 'scan.wasm'],
    ],
    { writeFile: (name, contents) => (written[name] = contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  const base64 = Buffer.from(written['scan.wasm']).toString('base64');
  return `/** Compiled from assembly/ by \`npm run wasm\`: WebAssembly in base64. */\nexport const scanModule =\n  '${base64}';\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(target, await compiledModule());
