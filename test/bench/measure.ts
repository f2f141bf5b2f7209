import { spawnSync } from 'node:child_process';
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

/** Runs a program to its end, its output thrown away. Throws when it fails. */
export function costOf(command: Command): Cost {
  const directory = mkdtempSync(join(tmpdir(), 'pgc-cost-'));
  const told = join(directory, 'cost');
  const [program, ...args] = canTime ? timed(told, command) : command;
  const startedAt = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const wallMs = performance.now() - startedAt;
  const [user = NaN, system = NaN, peakKiB = NaN] = canTime
    ? readFileSync(told, 'utf8').trim().split(' ').map(Number)
    : [];
  rmSync(directory, { recursive: true });
  if (status !== 0)
    throw new Error(
      `${command[0]} ended with ${status ?? 'a signal'}: ${error?.message ?? stderr.toString()}`,
    );
  return {
    wallMs,
    cpuMs: canTime ? (user + system) * 1000 : undefined,
    peakMiB: canTime ? peakKiB / 1024 : undefined,
  };
}

function timed(told: string, command: Command): Command {
  return [timeProgram, '-q', '-f', '%U %S %M', '-o', told, ...command];
}

/** Runs programs in turn, A B C A B C, so that a noisy machine is noisy for all; gives each one's costs, by round. */
export function inTurn<Name extends string>(
  commands: Readonly<Record<Name, Command>>,
  runs: number,
): Record<Name, Cost[]> {
  const names = Object.keys(commands) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Cost[]>;
  for (let run = 0; run < runs; run += 1) for (const name of names) costs[name].push(costOf(commands[name]));
  return costs;
}

/** The median of the rounds' ratios of wall time. */
export function ratioOf(of: readonly Cost[], to: readonly Cost[]): number {
  return median(of.map(({ wallMs }, round) => wallMs / (to[round]?.wallMs ?? NaN)));
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
