import { execFile } from 'node:child_process';
import {
  accessSync,
  appendFileSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { runDirectory } from './runDirectory.ts';
import { environmentOf, serverBinary, serverVersion } from './serverBinaries.ts';
import { giveToServerUser, serverUser } from './serverUser.ts';

const run = promisify(execFile);
const templates = new Map<string, Promise<string>>();
/** Clusters as initdb made them, for this process and later ones: beside what they are made by, and gone with it. */
const keptTemplates = fileURLToPath(new URL('node_modules/.clusters', import.meta.url));

/**
 * Makes a data directory of that major version (superuser `postgres`, everybody trusted, UTF8, locale C or the given). The
 * first of a major on this machine costs an initdb, about a second; every further one a copy. A directory that already
 * holds a cluster is left as it is.
 */
export async function createCluster(major: number, dataDirectory: string, locale?: string): Promise<void> {
  if (existsSync(join(dataDirectory, 'PG_VERSION'))) return;
  const key = `${major}-${locale ?? 'C'}`;
  let template = templates.get(key);
  if (!template) templates.set(key, (template = makeTemplate(major, key, locale)));
  await copyCluster(await template, dataDirectory);
}

/** Appends settings to `postgresql.conf`, where the last one of a name wins. */
export function appendSettings(dataDirectory: string, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quote(value)}\n`);
  appendFileSync(join(dataDirectory, 'postgresql.conf'), lines.join(''));
}

/** Replaces `pg_hba.conf`. */
export function writeHba(dataDirectory: string, lines: readonly string[]): void {
  writeFileSync(join(dataDirectory, 'pg_hba.conf'), lines.map((line) => `${line}\n`).join(''));
}

/** As https://www.postgresql.org/docs/current/config-setting.html: both quotes and backslashes are escaped. */
function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** One that an earlier process has kept, or a new one, which is kept for later processes. */
async function makeTemplate(major: number, key: string, locale: string | undefined): Promise<string> {
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', `--locale=${locale ?? 'C'}`, '-N'];
  // the least to copy: its log of changes is one of 16 MB otherwise
  options.push('--wal-segsize=1');
  const owner = serverUser.uid ?? process.getuid?.() ?? '';
  const kept = join(keptTemplates, [serverVersion(major, locale), owner, ...options].join(' '));
  if (isReadable(kept)) return kept;
  const template = join(runDirectory(), `template-${key}`);
  ownDirectory(template);
  await run(serverBinary(major, 'initdb', locale), ['-D', template, ...options], {
    ...serverUser,
    cwd: template,
    env: environmentOf(locale),
  });
  await keepTemplate(template, kept).catch(() => undefined);
  return template;
}

function isReadable(directory: string): boolean {
  try {
    accessSync(directory, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Under its name only when it is whole; of processes that make the same, one wins. */
async function keepTemplate(template: string, kept: string): Promise<void> {
  const unfinished = `${kept} ${process.pid}`;
  try {
    ownDirectory(unfinished);
    await copyDirectory(template, unfinished);
    renameSync(unfinished, kept);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function copyCluster(template: string, dataDirectory: string): Promise<void> {
  ownDirectory(dataDirectory);
  await copyDirectory(template, dataDirectory);
}

/** With its owners, who is the servers' user. */
async function copyDirectory(from: string, to: string): Promise<void> {
  if (process.platform === 'win32') cpSync(from, to, { recursive: true });
  else await run('cp', ['-Rp', `${from}/.`, to]);
}

/** PostgreSQL accepts a data directory only if it is its user's own and closed to others. */
function ownDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  giveToServerUser(path);
}
