import { readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseFlatCommand } from './commandLine.ts';
import type { Places } from './places.ts';
import { namesIn, textOf } from './smallFile.ts';

/** A postmaster as the operating system shows it. */
export interface ServerProcess {
  readonly pid: number;
  readonly program: string;
  /** Without the program. */
  readonly argv: readonly string[];
  /** A postmaster works in its data directory. Linux, own processes or root's view only. */
  readonly workingDirectory?: string | undefined;
  /** What standard error is: a path, `pipe:[…]`, `socket:[…]`. Linux, as above. */
  readonly standardError?: string | undefined;
  /** Standard error, where it is a regular file that still has its name: the log of a server without a collector. */
  readonly errorFile?: string | undefined;
  /** It runs in a process namespace below ours: its paths are not our paths. */
  readonly inContainer: boolean;
}

const serverName = /postgres|postmaster/;

/**
 * The process of this pid if it is a postmaster; undefined if it is something else (a reused pid), a server's
 * backend (`postgres: …`), or where the system does not tell.
 */
export async function readServerProcess(pid: number, places: Places): Promise<ServerProcess | undefined> {
  return places.platform === 'linux'
    ? readFromProc(pid, places)
    : (await readFromPs(places)).find((one) => one.pid === pid);
}

/** Every postmaster that is running, in pid order; none where neither /proc nor ps is there. */
export async function runningServerProcesses(places: Places): Promise<ServerProcess[]> {
  if (places.platform !== 'linux') return readFromPs(places);
  const { names } = await namesIn(places.roots.proc);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => readFromProc(pid, places)));
  return found.filter((one) => one !== undefined).sort((a, b) => a.pid - b.pid);
}

/** What kind of process a pid is: `unknown` where the system does not say (hidden, Windows, no ps). */
export async function isServerProcess(pid: number, places: Places): Promise<boolean | 'unknown'> {
  if (places.platform === 'linux') {
    const comm = await textOf(join(places.roots.proc, String(pid), 'comm'));
    return comm === undefined ? 'unknown' : (await readFromProc(pid, places)) !== undefined;
  }
  const table = places.platform === 'win32' ? '' : await places.ps();
  if (table === '') return 'unknown';
  return readPs(table).some((one) => one.pid === pid);
}

async function readFromProc(pid: number, { roots }: Places): Promise<ServerProcess | undefined> {
  const folder = join(roots.proc, String(pid));
  if (!serverName.test((await textOf(join(folder, 'comm'))) ?? '')) return undefined;
  const commandLine = await textOf(join(folder, 'cmdline'));
  // a backend has rewritten its command line: `postgres: 15/main: app shop [local] idle`
  if (commandLine === undefined || commandLine === '' || /^\S*(?:postgres|postmaster): /.test(commandLine))
    return undefined;
  const [program = '', ...argv] = commandLine.replace(/\0+$/, '').split('\0');
  const [workingDirectory, standardError, status] = await Promise.all([
    readlink(join(folder, 'cwd')).catch(() => undefined),
    readlink(join(folder, 'fd', '2')).catch(() => undefined),
    textOf(join(folder, 'status')),
  ]);
  const inContainer = /^NSpid:\s+\d+\s+\d+/m.test(status ?? '');
  const isFile = standardError !== undefined && !inContainer && (await isRegularFile(standardError));
  const errorFile = isFile ? standardError : undefined;
  return { pid, program, argv, workingDirectory, standardError, errorFile, inContainer };
}

/** A removed file reads `/path (deleted)` and is not found; nothing can be followed there. */
async function isRegularFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function readFromPs(places: Places): Promise<ServerProcess[]> {
  return places.platform === 'win32' ? [] : readPs(await places.ps());
}

function readPs(table: string): ServerProcess[] {
  return table.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*\S)/.exec(line) ?? [];
    if (pid === undefined || command === undefined) return [];
    const [program = ''] = command.split(/ (?=-\S)/);
    if (!/(?:postgres|postmaster)$/.test(program)) return [];
    return [{ pid: Number(pid), program, argv: parseFlatCommand(command), inContainer: false }];
  });
}
