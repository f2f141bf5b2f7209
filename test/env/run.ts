// Runs the checks and all tiers, or only the tiers named as arguments. The last line is the sum of all.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, globSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkout } from './checkout.ts';
import { readTally, tallyText, type Tally } from './tally.ts';
import { tiers, type Tier } from './tiers.ts';

interface Outcome {
  readonly name: string;
  readonly tally: Tally;
  readonly seconds: number;
  /** Why it failed although no test did. */
  readonly trouble?: string;
}

const graceMs = 10_000;
const results = mkdtempSync(join(tmpdir(), 'pgc-results-'));
process.once('exit', () => rmSync(results, { recursive: true, force: true }));

/** The children of the moment: each cleans up after itself when asked to end. */
const running = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill('SIGTERM');
    process.exit(1);
  });
}

/**
 * Runs a command with our terminal, or into a file that is shown when it has ended; gives its exit code, null when it
 * had to be ended.
 */
async function runCommand(
  command: string,
  args: string[],
  { boundMs, file, env = {} }: { boundMs: number; file?: string | undefined; env?: NodeJS.ProcessEnv },
): Promise<number | null> {
  const shell = args.length === 0;
  const output = file === undefined ? 'inherit' : openSync(file, 'w');
  const child = spawn(command, args, {
    cwd: checkout,
    stdio: ['inherit', output, output],
    shell,
    env: { ...process.env, ...env },
  });
  const end = () => child.kill('SIGTERM');
  running.add(child);
  const bound = setTimeout(end, boundMs);
  // Who does not even listen to SIGTERM is stuck.
  const kill = setTimeout(() => child.kill('SIGKILL'), boundMs + graceMs);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  clearTimeout(bound);
  clearTimeout(kill);
  running.delete(child);
  if (typeof output === 'number') closeSync(output);
  return code;
}

/** What is checked without running it, by the scripts of package.json; they run beside the tiers. */
const checks = ['check:lint', 'check:types'];

async function check(name: string, file?: string): Promise<Outcome> {
  const startedAt = Date.now();
  const code = await runCommand(`npm run --silent ${name}`, [], { boundMs: 300_000, file });
  const tally = { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const seconds = (Date.now() - startedAt) / 1_000;
  return { name, tally, seconds, ...(code === 0 ? {} : { trouble: `npm run ${name} failed` }) };
}

async function runTier(tier: Tier, output?: string): Promise<Outcome> {
  if (output === undefined) console.log(`\n== ${tier.name}`);
  const startedAt = Date.now();
  const files = tier.patterns.flatMap((pattern) => globSync(pattern, { cwd: checkout })).sort();
  const file = join(results, `${tier.name}.json`);
  const code =
    files.length === 0
      ? 0
      : await runCommand(process.execPath, command(tier, files), {
          boundMs: tier.boundMs,
          file: output,
          env: { TALLY_FILE: file },
        });
  const tally = readTally(file) ?? { passed: 0, failed: 0, skipped: 0 };
  const trouble = whyFailed(tally, code);
  const seconds = (Date.now() - startedAt) / 1_000;
  if (trouble === undefined) return { name: tier.name, tally, seconds };
  return { name: tier.name, tally: { ...tally, failed: tally.failed + 1 }, seconds, trouble };
}

function command(tier: Tier, files: string[]): string[] {
  if (tier.script !== undefined) return [tier.script];
  const mocha = join(checkout, 'node_modules/mocha/bin/mocha.js');
  return [
    ...seldomCollected(),
    mocha,
    '--reporter',
    'test/env/tallyReporter.ts',
    '--timeout',
    String(tier.testBoundMs),
    ...files,
  ];
}

/**
 * For V8 a module of WebAssembly takes as much as its memory could, of which a short log uses next to nothing: with its own
 * limit it would collect garbage after every second log that a test reads, for half of the time. A version that does not know
 * these flags is left as it is.
 */
function seldomCollected(): string[] {
  const flags = ['--external-memory-accounted-in-global-limit', '--initial-heap-size=512'];
  return process.versions.v8.startsWith('13.6.') ? flags : [];
}

/** A tier is green only if it says so itself: an exit code of 0 may be a process that ended too early. */
function whyFailed(tally: Tally, code: number | null): string | undefined {
  if (tally.failed > 0) return undefined;
  if (code !== 0) return `its process ended with ${code ?? 'a signal'}`;
  if (tally.passed === 0) return 'no test ran';
  return undefined;
}

function printSummary(outcomes: readonly Outcome[]): void {
  console.log('');
  for (const { name, tally, seconds, trouble } of outcomes) {
    const result = checks.includes(name) && trouble === undefined ? 'ok' : tallyText(tally);
    console.log(
      `${name.padEnd(11)}${seconds.toFixed(1).padStart(7)} s   ${result}${trouble ? ` (${trouble})` : ''}`,
    );
  }
}

function sum(outcomes: readonly Outcome[], key: keyof Tally): number {
  return outcomes.reduce((total, { tally }) => total + tally[key], 0);
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !tiers.some((tier) => tier.name === name));
if (unknown.length > 0) {
  console.error(`No tier ${unknown.join(', ')}: there are ${tiers.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
/** The order in which they begin, the longest first. Nothing measures how long something takes. */
const order = ['core', 'servers', 'browser', 'sources', ...checks, 'fuzz', 'host'];
/** So many at the same time: each has times in which it waits. */
const atOnce = 2;

const forgotten = tiers.filter(({ name }) => !order.includes(name));
if (forgotten.length > 0) throw new Error(`The order lacks ${forgotten.map(({ name }) => name).join(', ')}.`);
const wanted = order.filter((name) => names.length === 0 || names.includes(name));
const outcomes: Outcome[] = [];
const waiting = [...wanted];

/** Runs one after the other; what it printed is shown when it has ended, that of a single one at once. */
async function runWaiting(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const output = wanted.length === 1 ? undefined : join(results, `${name}.txt`);
    const tier = tiers.find((each) => each.name === name);
    outcomes.push(await (tier ? runTier(tier, output) : check(name, output)));
    if (output !== undefined) process.stdout.write(`\n== ${name}\n${readFileSync(output, 'utf8')}`);
  }
}

await Promise.all(Array.from({ length: atOnce }, runWaiting));
outcomes.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
printSummary(outcomes);
const total = {
  passed: sum(outcomes, 'passed'),
  failed: sum(outcomes, 'failed'),
  skipped: sum(outcomes, 'skipped'),
};
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(tallyText(total));
