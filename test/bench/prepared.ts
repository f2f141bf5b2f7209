import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkout } from '../env/checkout.ts';
import { differencesOf } from './check.ts';
import { generateFile } from './generate.ts';
import type { LogOptions } from './generator/generateLog.ts';
import type { Command } from './measure.ts';

/** The summary of a log, by the bundle that ships. */
export function ours(file: string): Command {
  return [process.execPath, join(checkout, 'dist/cli.cjs'), file];
}

/** Builds what ships into dist/. */
export function buildRelease(): void {
  execFileSync(process.execPath, ['esbuild.mjs', '--release'], { cwd: checkout, stdio: 'inherit' });
}

/** A directory for logs, removed at the end of this process, however it comes, unless it is to be kept. */
export function logDirectory(keep: boolean): string {
  const directory = mkdtempSync(join(tmpdir(), 'pgc-bench-'));
  process.once('exit', () => {
    if (keep) console.log(`kept in ${directory}`);
    else rmSync(directory, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return directory;
}

/** A log in the page cache, and what our summary of it says that is not true: what is wrong is not worth a time. */
export async function prepared(file: string, options: LogOptions): Promise<readonly string[]> {
  const truth = generateFile(file, options);
  warm(file);
  return await differencesOf(file, truth);
}

/** All of it on disk, so that nothing is written while times are taken, and all of it in memory. */
function warm(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  const buffer = Buffer.alloc(1 << 20);
  while (readSync(descriptor, buffer) > 0);
  closeSync(descriptor);
}
