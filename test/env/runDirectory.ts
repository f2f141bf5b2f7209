import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
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

function makeRunDirectory(): string {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'pgc-'));
  chmodSync(directory, 0o755);
  process.once('exit', () =>
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  );
  // Without a listener these end Node at once, and no 'exit' listener would run.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  return directory;
}
