import { readlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { LogFormatName } from '../../core/log/logPlace.ts';
import type { Places } from './places.ts';
import { isServerProcess } from './serverProcess.ts';
import { realPathOr, textOf } from './smallFile.ts';

/** What `postmaster.pid` says (miscadmin.h: LOCK_FILE_LINE_…). */
export interface Postmaster {
  readonly pid: number;
  readonly dataDirectory: string;
  /** ms since the epoch; the server writes whole seconds. */
  readonly startedAt: number;
  readonly port?: number | undefined;
  /** The first Unix socket directory. */
  readonly socketDirectory?: string | undefined;
  /** The first listen address: `*`, an address, `localhost`. */
  readonly listenAddress?: string | undefined;
  /** 10 and later. `ready` and `standby` accept connections. */
  readonly status?: string | undefined;
}

/** Reads the eight lines; undefined for a standalone backend (negative pid) or what is no lock file. */
function parsePostmasterPid(text: string): Postmaster | undefined {
  const [pid, dataDirectory, startSeconds, port, socketDirectory, listenAddress, , status] = text.split('\n');
  const pidNumber = Number(pid);
  const startedAt = Number(startSeconds) * 1000;
  if (!Number.isInteger(pidNumber) || pidNumber <= 0 || !dataDirectory || !(startedAt > 0)) return undefined;
  return {
    pid: pidNumber,
    dataDirectory,
    startedAt,
    port: Number(port) || undefined,
    socketDirectory: socketDirectory || undefined,
    listenAddress: listenAddress || undefined,
    status: status?.trim() || undefined,
  };
}

/**
 * The server that runs on this data directory now; undefined when none does. A lock file survives SIGKILL and
 * power loss, so its pid must live, be a postmaster, and work in this directory, as far as the system tells.
 */
export async function readPostmaster(dataDirectory: string, places: Places): Promise<Postmaster | undefined> {
  const postmaster = parsePostmasterPid((await textOf(join(dataDirectory, 'postmaster.pid'))) ?? '');
  if (postmaster === undefined || !places.isAlive(postmaster.pid)) return undefined;
  if ((await isServerProcess(postmaster.pid, places)) === false) return undefined;
  if (places.platform !== 'linux') return postmaster;
  const workingDirectory = await readlink(join(places.roots.proc, String(postmaster.pid), 'cwd')).catch(
    () => undefined,
  );
  if (workingDirectory === undefined) return postmaster;
  return workingDirectory === (await realPathOr(dataDirectory)) ? postmaster : undefined;
}

const formatOfDestination: Readonly<Record<string, LogFormatName>> = {
  stderr: 'stderr',
  csvlog: 'csv',
  jsonlog: 'json',
};

/** `current_logfiles` of a data directory: the files that the collector writes now, absolute; empty without it. */
export async function readCurrentLogfiles(
  dataDirectory: string,
): Promise<ReadonlyMap<LogFormatName, string>> {
  const files = new Map<LogFormatName, string>();
  const text = (await textOf(join(dataDirectory, 'current_logfiles'))) ?? '';
  for (const [, destination = '', path = ''] of text.matchAll(/^(\w+) ([^\n]+)$/gm)) {
    const format = formatOfDestination[destination];
    if (format !== undefined) files.set(format, isAbsolute(path) ? path : join(dataDirectory, path));
  }
  return files;
}

/** The major version in `PG_VERSION` of a data directory; undefined where it is none, or closed to this user. */
export async function readMajorVersion(dataDirectory: string): Promise<number | undefined> {
  const version = ((await textOf(join(dataDirectory, 'PG_VERSION'))) ?? '').trim();
  return /^\d+(?:\.\d+)?$/.test(version) ? Math.floor(Number(version)) : undefined;
}
