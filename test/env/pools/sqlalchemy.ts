import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../checkout.ts';
import type { Server } from '../servers.ts';

const run = promisify(execFile);
/** Debian's, which has Debian's modules; `PYTHON` names another. */
const python = process.env['PYTHON'] ?? '/usr/bin/python3';
const script = join(checkout, 'test', 'env', 'pools', 'story.py');

/** Like `1.4.46`; undefined where there is no SQLAlchemy with psycopg2. */
export function sqlalchemyVersion(): string | undefined {
  try {
    const ask = 'import psycopg2, sqlalchemy; print(sqlalchemy.__version__)';
    return execFileSync(python, ['-c', ask], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** What the pool of one process did, as its own events and methods told. */
export interface PoolTruth {
  readonly process: number;
  readonly size: number;
  readonly checkedOut: number;
  readonly maxCheckedOut: number;
  readonly maxOverflowUsed: number;
  readonly checkouts: number;
  readonly returns: number;
  readonly created: number;
  readonly timeouts: number;
}

export const poolStories = ['nested', 'threads', 'pinged', 'silent'] as const;
export const logFormats = ['default', 'basic', 'timed', 'pid', 'plainPid', 'processName', 'json'] as const;

/** A story, and the file to which its pools log. */
export interface PoolRun {
  readonly story: (typeof poolStories)[number];
  readonly format: (typeof logFormats)[number];
  readonly logFile: string;
  /** With a pool each. */
  readonly processes: number;
}

/** Plays stories with real pools on a server, at the same time. Answers the truth of each, one for each process. */
export async function playPoolStories(server: Server, runs: readonly PoolRun[]): Promise<PoolTruth[][]> {
  const url = `postgresql+psycopg2://postgres@127.0.0.1:${server.port}/postgres`;
  const { stdout } = await run(python, [script, JSON.stringify(runs.map((each) => ({ ...each, url })))]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as PoolTruth[][];
}
