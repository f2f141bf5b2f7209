import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { print } from './terminal.ts';
import { parseArguments, type Command, type LogArgument } from '../core/report/grammar.ts';
import { helpText } from '../core/report/helpText.ts';
import { shownSentence } from '../core/report/shownText.ts';
import { sentenceOf } from '../core/sentence.ts';
import { UsageError } from '../core/report/usage.ts';
import type { Program } from '../program.ts';
import { setFlags, smallHeap, twoThreads } from './lateFlags.ts';
import { bytesForTwoThreads, prepareStretchWorker } from '../sources/tail/stretchWorkers.ts';

/** The command line: arguments → engine → text. What V8 compiles for it is kept with the program. */
export function run(argv: readonly string[], program: Program): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // the reader of a pipe may leave early (`connections … | head`): that is no error
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`connections: what was asked for cannot be written: ${error.message}\n`);
    process.exit(1);
  });
  perform(argv, program).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      process.stderr.write(`connections: ${shownSentence(sentenceOf(error))}\n`);
      process.exitCode = error instanceof UsageError ? 2 : 1;
    },
  );
}

/** Answers the exit code. */
async function perform(argv: readonly string[], program: Program): Promise<number> {
  const command = parseArguments(argv);
  if (command.kind === 'help') return print(helpText);
  if (command.kind === 'version') return print(version());
  const isHelped = isReport(command) && callHelp(command.log);
  const flags = isHelped ? twoThreads : smallHeap;
  const start = await loaded(command);
  program.settle();
  // the thread that helps sets them when it begins
  if (!isHelped) setFlags(flags.set);
  const code = await start();
  process.once('exit', () => {
    setFlags(flags.takeBack);
    program.keep(isHelped ? `${command.kind} with help` : command.kind);
  });
  return code;
}

/** Each command is read when it is wanted. */
async function loaded(
  command: Exclude<Command, { kind: 'help' | 'version' }>,
): Promise<() => number | Promise<number>> {
  switch (command.kind) {
    case 'list': {
      const { list } = await import('./list.ts');
      return () => list(command.json);
    }
    case 'server': {
      const { server } = await import('./server.ts');
      return () => server(command);
    }
    case 'pool': {
      const { pool } = await import('./pool.ts');
      return () => pool(command);
    }
    case 'export': {
      const { writeExport } = await import('./export.ts');
      return () => writeExport(command);
    }
    case 'incident': {
      const { writeIncident } = await import('./export.ts');
      return () => writeIncident(command);
    }
    case 'watch': {
      const { watch } = await import('./log.ts');
      return () => watch(command);
    }
    case 'summary':
    case 'history':
    case 'failures': {
      const { report } = await import('./log.ts');
      return () => report(command);
    }
  }
}

/** Does it read a log up to its end? */
function isReport(
  command: Command,
): command is Extract<Command, { kind: 'summary' | 'history' | 'failures' }> {
  return ['summary', 'history', 'failures'].includes(command.kind);
}

/** A big log is read by two threads: the other begins now, while this one loads what it needs. False = it is not big. */
function callHelp(log: LogArgument): boolean {
  const [path] = log.kind === 'paths' ? log.paths : [];
  if (path === undefined || bytesOf(path) < bytesForTwoThreads(0)) return false;
  prepareStretchWorker(twoThreads.set);
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

function version(): string {
  const manifest = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
