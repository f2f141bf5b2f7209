import { readFileSync, statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { print } from './cli/terminal.ts';
import { parseArguments, type LogArgument } from './core/report/grammar.ts';
import { helpText } from './core/report/helpText.ts';
import { shownSentence } from './core/report/shownText.ts';
import { sentenceOf } from './core/sentence.ts';
import { UsageError } from './core/report/usage.ts';
import { bytesForTwoThreads, prepareStretchWorker } from './sources/tail/stretchWorkers.ts';

/** The command line: arguments → engine → text; each command is read when it is wanted. Answers the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const command = parseArguments(argv);
  switch (command.kind) {
    case 'help':
      return print(helpText);
    case 'version':
      return print(version());
    case 'list':
      return (await loaded(import('./cli/list.ts'))).list(command.json);
    case 'server':
      return (await loaded(import('./cli/server.ts'))).server(command);
    case 'watch':
      return (await loaded(import('./cli/log.ts'))).watch(command);
    case 'pool':
      return (await loaded(import('./cli/pool.ts'))).pool(command);
    case 'export':
      return (await loaded(import('./cli/export.ts'))).writeExport(command);
    case 'incident':
      return (await loaded(import('./cli/export.ts'))).writeIncident(command);
    case 'summary':
    case 'history':
    case 'failures': {
      // the thread that helps sets them when it has begun
      const flags = callHelp(command.log) ? [] : smallHeap;
      return (await loaded(import('./cli/log.ts'), flags)).report(command);
    }
  }
}

/**
 * A command that is about to run. Flags of V8 are not set before: what Node keeps compiled of its own modules is good only
 * for those that it was compiled with.
 */
async function loaded<T>(loading: Promise<T>, flags = smallHeap): Promise<T> {
  const command = await loading;
  for (const flag of flags) setFlagsFromString(flag);
  return command;
}

/** A big log is read by two threads: the other begins now, while this one loads what it needs. False = it is not big. */
function callHelp(log: LogArgument): boolean {
  const [path] = log.kind === 'paths' ? log.paths : [];
  if (path === undefined || bytesOf(path) < bytesForTwoThreads(0)) return false;
  prepareStretchWorker([...smallHeap, ...(laterTiers[v8Version()] ?? [])]);
  return true;
}

/** Of a file; 0 where it is none, or cannot be looked at: who reads it will say so. */
function bytesOf(path: string): number {
  try {
    const stats = statSync(path);
    return stats.isFile() ? stats.size : 0;
  } catch {
    return 0;
  }
}

/**
 * What is read of a log is short-lived: room for more of it than the first megabytes is memory and no speed. And as little
 * of it is left each time, to share the work among threads takes longer than the work.
 */
const smallHeap = ['--semi-space-growth-factor=1', '--no-parallel-scavenge'];
/**
 * Most of what runs runs for a moment: making better code of it takes the processor that the other thread needs. By the
 * version of V8, for one that does not know a flag says so on stderr.
 */
const laterTiers: Readonly<Record<string, readonly string[]>> = {
  '11.3': ['--interrupt-budget=1000000'],
  '13.6': ['--invocation-count-for-maglev=10000', '--invocation-count-for-maglev-osr=1000', '--no-turbofan'],
};

function v8Version(): string {
  return process.versions.v8.split('.', 2).join('.');
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // the reader of a pipe may leave early (`connections … | head`): that is no error
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`connections: what was asked for cannot be written: ${error.message}\n`);
  process.exit(1);
});

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`connections: ${shownSentence(sentenceOf(error))}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
