import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { checkout } from './checkout.ts';

const run = promisify(execFile);
let packed: Promise<string> | undefined;

/**
 * The path of the extension as users get it, out/postgres-connections.vsix: packed on the first call of this
 * process (2 to 3 s, with the release build), the same file after that.
 */
export function packedExtension(): Promise<string> {
  packed ??= packExtension(checkout, join(checkout, 'out/postgres-connections.vsix'));
  return packed;
}

/** Packs the extension in that folder; gives the path of the .vsix. */
export async function packExtension(folder: string, vsix: string): Promise<string> {
  mkdirSync(join(checkout, 'out'), { recursive: true });
  const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
  const unpublished = ['--allow-missing-repository', '--no-rewrite-relative-links'];
  const args = [vsce, 'package', '--no-dependencies', ...unpublished, '--out', vsix];
  await run(process.execPath, args, { cwd: folder });
  return vsix;
}
