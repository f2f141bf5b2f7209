import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { runDirectory } from './runDirectory.ts';
import { environmentOf, serverBinary } from './serverBinaries.ts';
import { giveToServerUser, serverUser } from './serverUser.ts';

const run = promisify(execFile);
const templates = new Map<string, Promise<string>>();

/**
 * Makes a data directory of that major version (superuser `postgres`, everybody trusted, UTF8, locale C or the given). The
 * first of a major costs an initdb, about a second; every further one a copy. A directory that already holds a
 * cluster is left as it is.
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

async function makeTemplate(major: number, key: string, locale: string | undefined): Promise<string> {
  const template = join(runDirectory(), `template-${key}`);
  ownDirectory(template);
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', `--locale=${locale ?? 'C'}`, '-N'];
  await run(serverBinary(major, 'initdb', locale), ['-D', template, ...options], {
    ...serverUser,
    cwd: template,
    env: environmentOf(locale),
  });
  return template;
}

/** Copied by the servers' user, so that the copy is its own. */
async function copyCluster(template: string, dataDirectory: string): Promise<void> {
  ownDirectory(dataDirectory);
  if (process.platform === 'win32') cpSync(template, dataDirectory, { recursive: true });
  else await run('cp', ['-R', `${template}/.`, dataDirectory], { ...serverUser, cwd: dataDirectory });
}

/** PostgreSQL accepts a data directory only if it is its user's own and closed to others. */
function ownDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  giveToServerUser(path);
}
