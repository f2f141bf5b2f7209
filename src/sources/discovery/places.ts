import { execFile } from 'node:child_process';
import { homedir } from 'node:os';

/** Where discovery looks. A value, so that a test hands in a tree of its own. */
export interface Places {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly roots: {
    readonly proc: string;
    readonly etc: string;
    readonly var: string;
    /** Homebrew's prefixes, Apple silicon's first. */
    readonly homebrew: readonly string[];
  };
  readonly workspaceFolders: readonly string[];
  /** Whether a process has this pid, of whichever user. */
  readonly isAlive: (pid: number) => boolean;
  /** `ps -axo pid=,command=` where there is no /proc; empty when it cannot run. */
  readonly ps: () => Promise<string>;
}

/** This machine, with the folders that the user has open. */
export function machinePlaces(workspaceFolders: readonly string[] = []): Places {
  return {
    platform: process.platform,
    home: homedir(),
    env: process.env,
    roots: { proc: '/proc', etc: '/etc', var: '/var', homebrew: ['/opt/homebrew', '/usr/local'] },
    workspaceFolders,
    isAlive,
    ps,
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ps(): Promise<string> {
  const limits = { timeout: 2000, maxBuffer: 8 << 20 };
  return new Promise((resolve) => {
    execFile('ps', ['-axo', 'pid=,command='], limits, (error, stdout) => resolve(error ? '' : stdout));
  });
}
