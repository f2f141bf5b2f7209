import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import type { ClientProcess } from '../../core/server/ending.ts';
import { textOf } from '../discovery/smallFile.ts';
import type { Destination } from './destination.ts';
import { inodeOf, peerInSs, tcpInLsof, unixInLsof } from './procSockets.ts';
import type { TcpEnd } from './procSockets.ts';

/** A backend's client, as pg_stat_activity has it: port -1 = over a Unix socket. */
export interface BackendClient {
  readonly pid: number;
  readonly address: string | null;
  readonly port: number | null;
}

const mostAncestors = 64;
const commandCharacters = 500;

/**
 * The process on this machine that holds the other end of a backend's connection, on Linux by /proc (Unix sockets by
 * `ss`), on macOS by `lsof`; undefined where it is elsewhere (another machine, a container), belongs to somebody
 * whose files are closed to us, or the system does not tell. Every command is ended after two seconds.
 */
export async function findClientProcess(
  client: BackendClient,
  destination: Pick<Destination, 'host' | 'port'>,
): Promise<ClientProcess | undefined> {
  const pid = await pidOf(client, destination);
  return pid === undefined ? undefined : describeProcess(pid);
}

async function pidOf(
  { pid: backendPid, address, port }: BackendClient,
  { host, port: serverPort }: Pick<Destination, 'host' | 'port'>,
): Promise<number | undefined> {
  if (port === null) return undefined;
  if (port < 0) {
    if (!isHere(host)) return undefined;
    return process.platform === 'linux'
      ? peerInSs(await run('ss', ['-xpnH']), backendPid)
      : process.platform === 'darwin'
        ? unixInLsof(await run('lsof', ['-nP', '-U', '-Fpfdn']), backendPid)
        : undefined;
  }
  // a loopback address of a server elsewhere is its own, not ours
  if (address === null || !isHere(address) || (isLoopback(address) && !isHere(host))) return undefined;
  const end: TcpEnd = { address, port, peerPort: serverPort };
  if (process.platform === 'linux') return pidOfInode(await tcpInode(end));
  if (process.platform === 'darwin')
    return tcpInLsof(await run('lsof', ['-nP', `-iTCP:${port}`, '-Fpfdn']), end);
  return undefined;
}

const isLoopback = (host: string): boolean => /^(?:127\.|::1$|localhost$)/.test(host);

/** This machine: a socket directory, a loopback address, or one of its own. */
function isHere(host: string): boolean {
  if (host.startsWith('/') || isLoopback(host)) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === host));
}

async function tcpInode(end: TcpEnd): Promise<string | undefined> {
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    // some machines have very many; the file is made anew by every read, and has no size
    const table = await readFile(file, 'utf8').catch(() => '');
    const inode = inodeOf(table, end);
    if (inode !== undefined) return inode;
  }
  return undefined;
}

/** Who has it open; the files of other users' processes are closed to us. */
async function pidOfInode(inode: string | undefined): Promise<number | undefined> {
  if (inode === undefined || inode === '0') return undefined;
  const wanted = `socket:[${inode}]`;
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const folder = `/proc/${pid}/fd`;
    for (const fd of await readdir(folder).catch(() => []))
      if ((await readlink(`${folder}/${fd}`).catch(() => '')) === wanted) return Number(pid);
  }
  return undefined;
}

async function describeProcess(pid: number): Promise<ClientProcess> {
  if (process.platform !== 'linux') return describeByPs(pid);
  const commandLine = (await textOf(`/proc/${pid}/cmdline`)) ?? '';
  const ancestry = await ancestryOf(pid, async (one) => {
    // the name in brackets may hold anything, also brackets
    const stat = (await textOf(`/proc/${one}/stat`)) ?? '';
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  });
  return { pid, command: withoutPasswords(commandLine.replaceAll('\0', ' ')), ancestry };
}

async function describeByPs(pid: number): Promise<ClientProcess> {
  const table = await run('ps', ['-axo', 'pid=,ppid=,command=']);
  const rows = new Map(
    [...table.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, own, parent, command = '']) => [
      Number(own),
      { parent: Number(parent), command },
    ]),
  );
  const ancestry = await ancestryOf(pid, (one) => Promise.resolve(rows.get(one)?.parent ?? 0));
  return { pid, command: withoutPasswords(rows.get(pid)?.command ?? ''), ancestry };
}

/** The process and its parents, itself first; bounded, should the table change while it is read. */
async function ancestryOf(pid: number, parentOf: (pid: number) => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let one = pid; one > 0 && !found.includes(one) && found.length < mostAncestors;) {
    found.push(one);
    one = (await parentOf(one)) || 0;
  }
  return found;
}

/** Connection strings are often arguments. */
export function withoutPasswords(command: string): string {
  return command
    .replace(/(:\/\/[^\s:@/]*):[^\s@]*@/g, '$1:***@')
    .replace(/(password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s&]+)/gi, '$1***')
    .trim()
    .slice(0, commandCharacters);
}

/** A command's output; empty where it is not installed, fails, or takes too long. */
function run(command: string, args: readonly string[]): Promise<string> {
  const limits = { timeout: 2000, maxBuffer: 16 << 20, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile(command, args, limits, (_error, stdout) => resolve(stdout));
  });
}
