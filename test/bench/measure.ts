import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program with its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** What one run of a program cost, its start included. */
export interface Cost {
  readonly wallMs: number;
  /** User and system time of all its threads; undefined where nothing tells. */
  readonly cpuMs: number | undefined;
  /** Highest resident memory. */
  readonly peakMiB: number | undefined;
}

/** GNU time tells what only the parent of a process is told. */
const timeProgram = '/usr/bin/time';
const canTime = spawnSync(timeProgram, ['-f', '%e', 'true']).status === 0;

/**
 * What this machine gives every program of Node to do before it runs: reading the certificates of its network takes as long
 * as starting does, and no log needs them.
 */
const ofTheMachine = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'];
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !ofTheMachine.includes(name)),
);

/** Runs a program to its end, its output thrown away. Throws when it fails. */
export async function costOf(command: Command): Promise<Cost> {
  const directory = mkdtempSync(join(tmpdir(), 'pgc-cost-'));
  try {
    const told = join(directory, 'cost');
    const wallMs = await wallMsOf(canTime ? timed(told, command) : command);
    if (!canTime) return { wallMs, cpuMs: undefined, peakMiB: undefined };
    const [user = NaN, system = NaN, peakKiB = NaN] = readFileSync(told, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    return { wallMs, cpuMs: (user + system) * 1000, peakMiB: peakKiB / 1024 };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** In a process group of its own: who ends us ends it as well, with whatever it started. */
async function wallMsOf([program, ...args]: Command): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    ...{ stdio: ['ignore', 'ignore', 'pipe'], env: environment },
    detached: true,
  });
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid);
  };
  process.once('exit', end);
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const [status] = (await once(child, 'exit')) as [number | null];
  const wallMs = performance.now() - startedAt;
  process.off('exit', end);
  if (status !== 0) throw new Error(`${program} ended with ${status ?? 'a signal'}: ${complaint}`);
  return wallMs;
}

function timed(told: string, command: Command): Command {
  return [timeProgram, '-q', '-f', '%U %S %M', '-o', told, ...command];
}

/**
 * Runs programs in turn, A B C A B C, so that a noisy machine is noisy for all; gives each one's costs, by round. `before`
 * is called before each round.
 */
export async function inTurn<Name extends string>(
  commands: Readonly<Record<Name, Command>>,
  runs: number,
  before: () => void = () => undefined,
): Promise<Record<Name, Cost[]>> {
  const names = Object.keys(commands) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Cost[]>;
  for (let run = 0; run < runs; run += 1) {
    before();
    for (const name of names) costs[name].push(await costOf(commands[name]));
  }
  return costs;
}

const hashed = Buffer.alloc(64 * 1024 * 1024);

/** How many ms it takes to hash 64 MiB: what differs is the machine's. */
export function paceMs(): number {
  const startedAt = performance.now();
  createHash('sha256').update(hashed).digest();
  return performance.now() - startedAt;
}

/** The median of the rounds' ratios, of wall time unless said otherwise. */
export function ratioOf(
  of: readonly Cost[],
  to: readonly Cost[],
  what: 'wallMs' | 'cpuMs' = 'wallMs',
): number {
  return median(of.map((cost, round) => (cost[what] ?? NaN) / (to[round]?.[what] ?? NaN)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Is the program there? */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}
