import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { print } from './terminal.ts';
import { parseArguments, type Command } from '../core/report/grammar.ts';
import { helpText } from '../core/report/helpText.ts';
import { shownSentence } from '../core/report/shownText.ts';
import { sentenceOf } from '../core/sentence.ts';
import { UsageError } from '../core/report/usage.ts';
import type { Program } from '../program.ts';
import { setFlags, smallHeap, twoThreads, type LateFlags } from './lateFlags.ts';
import { bytesForTwoThreads, prepareStretchWorker } from '../sources/tail/stretchWorkers.ts';

/** A log with less is read before other flags of V8 pay: to load what sets them takes 3 ms. */
const fewBytes = 8 * 1024 * 1024;

/**
 * The command line: arguments → engine → text. What V8 compiles for it is kept with the program.
 *
 * It never calls `process.exit()`, though that would save V8 some tidying: now and then Node waits forever in it, for a thread
 * of V8's that compiles and waits for this one (nodejs/node#54918).
 */
export function run(argv: readonly string[], program: Program): void {
  let isWritten = true;
  const fail = (sentence: string, code: number): void => {
    process.stderr.write(`connections: ${sentence}\n`);
    process.exitCode = code;
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // the reader of a pipe may leave early (`connections … | head`): that is no error
    if (!isWritten || error.code === 'EPIPE') return;
    isWritten = false;
    fail(`what was asked for cannot be written: ${error.message}`, 1);
  });
  perform(argv, program).then(
    (code) => (process.exitCode = isWritten ? code : 1),
    (error: unknown) => {
      if (isWritten) fail(shownSentence(sentenceOf(error)), error instanceof UsageError ? 2 : 1);
    },
  );
}

/** Answers the exit code. */
async function perform(argv: readonly string[], program: Program): Promise<number> {
  const command = parseArguments(argv);
  if (command.kind === 'help') return print(helpText);
  if (command.kind === 'version') return print(version());
  const flags = flagsFor(command);
  const isHelped = flags === twoThreads;
  // the other thread begins now, while this one loads what it needs
  if (isHelped) prepareStretchWorker(flags.set);
  const start = await loaded(command);
  program.settle();
  // the thread that helps sets them when it begins
  if (flags && !isHelped) setFlags(flags.set);
  const code = await start();
  const occasion = isHelped ? `${command.kind} with help` : command.kind;
  process.once('exit', () => {
    if (!program.lacks(occasion)) return;
    if (flags) setFlags(flags.takeBack);
    program.keep(occasion);
  });
  return code;
}

/** What V8 is set to while a command runs, as a big log wants it; undefined = that takes longer than it saves. */
function flagsFor(command: Command): LateFlags | undefined {
  if (command.kind === 'list') return undefined;
  if (!isReport(command)) return smallHeap;
  const [path, ...others] = command.log.kind === 'paths' ? command.log.paths : [];
  const bytes = path === undefined ? undefined : bytesOf(path);
  if (bytes === undefined) return smallHeap;
  if (bytes >= bytesForTwoThreads(0)) return twoThreads;
  return bytes < fewBytes && others.length === 0 ? undefined : smallHeap;
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

/** Of a file; undefined where it is none, or cannot be looked at: who reads it will say so. */
function bytesOf(path: string): number | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

function version(): string {
  const manifest = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
