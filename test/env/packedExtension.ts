import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { checkout } from './checkout.ts';

const run = promisify(execFile);
const vsix = join(checkout, 'out/postgres-connections.vsix');
/** The checkout as it was packed, with the release build; `.packed` in it is the fingerprint of what it was made of. */
const packedFolder = join(checkout, 'out/package');
const fingerprintFile = '.packed';
/** What the packer would only go through to leave it out: thousands of files, each against dozens of patterns. */
const passedOver = /^(?:node_modules|dist|out|\.git|test\/(?:env\/node_modules|fixtures))(?:\/|$)/;
let packed: Promise<string> | undefined;

/**
 * The path of the extension as users get it, out/postgres-connections.vsix: packed when something of it has changed
 * (a few seconds, with the release build), otherwise as an earlier process has left it.
 */
export function packedExtension(): Promise<string> {
  packed ??= packCheckout();
  return packed;
}

/** A file of the release build that was packed, by its path from the checkout; only after `packedExtension`. */
export function packedFile(path: string): string {
  return join(packedFolder, path);
}

/** Packs the extension in that folder; gives the path of the .vsix. */
export async function packExtension(folder: string, to: string): Promise<string> {
  mkdirSync(join(checkout, 'out'), { recursive: true });
  const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
  const unpublished = ['--allow-missing-repository', '--no-rewrite-relative-links'];
  const args = [vsce, 'package', '--no-dependencies', ...unpublished, '--out', to];
  await run(process.execPath, args, { cwd: folder });
  return to;
}

/** Beside what others use meanwhile, and under its name when it is whole. */
async function packCheckout(): Promise<string> {
  const files = globSync(['**', '.*'], { cwd: checkout, exclude: isPassedOver })
    .filter((path) => !isPassedOver(path) && statSync(join(checkout, path)).isFile())
    .sort();
  const fingerprint = fingerprintOf(files.filter((path) => !path.startsWith('test')));
  const known = join(packedFolder, fingerprintFile);
  if (existsSync(vsix) && existsSync(known) && readFileSync(known, 'utf8') === fingerprint) return vsix;
  const folder = `${packedFolder}-${process.pid}`;
  rmSync(folder, { recursive: true, force: true });
  for (const path of files) cpSync(join(checkout, path), join(folder, path));
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await packExtension(folder, `${folder}.vsix`);
  writeFileSync(join(folder, fingerprintFile), fingerprint);
  rmSync(packedFolder, { recursive: true, force: true });
  renameSync(folder, packedFolder);
  renameSync(`${folder}.vsix`, vsix);
  return vsix;
}

function isPassedOver(path: string): boolean {
  return passedOver.test(path.replaceAll('\\', '/'));
}

function fingerprintOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(checkout, path)))
      .update('\0');
  return hash.digest('hex');
}
