import {
  accessSync,
  chmodSync,
  constants,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { giveToServerUser } from './serverUser.ts';

let made: string | undefined;

/**
 * The temporary folder of this process, made on first use and removed when the process ends. Everybody may
 * enter it, so that servers which run as another user reach what lies in it; its path is short enough for
 * Unix sockets (107 bytes).
 */
export function runDirectory(): string {
  made ??= makeRunDirectory();
  return made;
}

/** A fresh folder in the run's folder that belongs to the servers' user. */
export function freshDirectory(prefix: string): string {
  const directory = mkdtempSync(join(runDirectory(), `${prefix}-`));
  chmodSync(directory, 0o755);
  giveToServerUser(directory);
  return directory;
}

/** A disk in memory, where there is one with room: to copy a cluster of a thousand files takes a tenth of the time. */
const memoryDisk = '/dev/shm';
const wantedBytes = 4 * 1024 ** 3;

function place(): string {
  const isWanted = process.env['TMPDIR'] === undefined && process.platform === 'linux';
  return isWanted && hasRoom(memoryDisk) ? memoryDisk : realpathSync(tmpdir());
}

/** Also that programs may be loaded from it. */
function hasRoom(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const mount = mounts.findLast((line) => line.split(' ')[1] === path)?.split(' ');
    const { bavail, bsize } = statfsSync(path);
    return (
      mount?.[2] === 'tmpfs' && !mount[3]?.split(',').includes('noexec') && bavail * bsize >= wantedBytes
    );
  } catch {
    return false;
  }
}

function makeRunDirectory(): string {
  const directory = mkdtempSync(join(place(), 'pgc-'));
  chmodSync(directory, 0o755);
  process.once('exit', () =>
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  );
  // Without a listener these end Node at once, and no 'exit' listener would run.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  return directory;
}
