import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import type { CommandLine } from '../../core/log/logPlace.ts';
import type { PauseSwitch } from '../tail/pauseSwitch.ts';
import { ErrorLines } from './errorLines.ts';

/** How long a command and its children may take to end by themselves; then they are killed. */
const graceMs = 500;
/** Looked at so often whether reading goes on. */
const pausedLookMs = 1000;

export type StreamName = 'stdout' | 'stderr';

/** How a run ended. */
export interface RunEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** Why it could not even be started. */
  readonly error: NodeJS.ErrnoException | undefined;
  /** The line of its standard error that tells most, of at most 300 characters; '' = there was none. */
  readonly errorLine: string;
}

export interface RunOptions {
  /** Ends the command with all its children. */
  readonly signal: AbortSignal;
  readonly paused?: PauseSwitch | undefined;
  /** Bytes of one of its streams. While this runs nothing is read: the command waits at its full pipe. */
  readonly took: (stream: StreamName, bytes: Buffer) => void;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Runs a command until both of its streams are at their end, in a process group of its own of which nothing is left.
 * Without standard input, and in the home folder: nothing that a workspace holds is found by accident. Never rejects,
 * but with what `took` throws.
 */
export async function runCommand(command: CommandLine, options: RunOptions): Promise<RunEnd> {
  const { signal } = options;
  const errors = new ErrorLines();
  let child: Child;
  try {
    child = start(command);
  } catch (error) {
    return { code: undefined, signal: undefined, error: error as NodeJS.ErrnoException, errorLine: '' };
  }
  const kill = (): void => void endGroup(child);
  signal.addEventListener('abort', kill);
  try {
    const end = await ended(child, {
      ...options,
      took: (stream, bytes) => {
        if (stream === 'stderr') errors.took(bytes);
        options.took(stream, bytes);
      },
    });
    return { ...end, errorLine: errors.line };
  } finally {
    signal.removeEventListener('abort', kill);
    // what it has left behind without its streams
    killGroup(child, 'SIGKILL');
  }
}

function start(command: CommandLine): Child {
  const options = {
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    cwd: homedir(),
    windowsHide: true,
    // a process group of its own, which can be ended as a whole
    detached: process.platform !== 'win32',
  };
  if (typeof command === 'string') return spawn(command, { ...options, shell: true });
  const [program = '', ...args] = command;
  return spawn(program, args, options);
}

function ended(child: Child, { signal, paused, took }: RunOptions): Promise<Omit<RunEnd, 'errorLine'>> {
  return new Promise((resolve, reject) => {
    const streams = { stdout: child.stdout, stderr: child.stderr };
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = streams[name];
      stream.on('error', () => undefined);
      stream.on('data', (bytes: Buffer) => {
        if (signal.aborted) return;
        if (paused?.paused === true) {
          stream.pause();
          stream.unshift(bytes);
          void resumed(stream, paused, signal);
          return;
        }
        try {
          took(name, bytes);
        } catch (error) {
          void endGroup(child);
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    }
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: undefined, signal: undefined, error });
    });
    child.once('close', (code, by) =>
      resolve({ code: code ?? undefined, signal: by ?? undefined, error: undefined }),
    );
  });
}

async function resumed(stream: Readable, paused: PauseSwitch, signal: AbortSignal): Promise<void> {
  while (paused.paused && !signal.aborted) await paused.resumed(pausedLookMs, signal);
  stream.resume();
}

/** Asks the group to end, then makes it; a child that has left the group may keep the streams, which are closed. */
async function endGroup(child: Child): Promise<void> {
  killGroup(child, 'SIGTERM');
  const isGone = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), graceMs);
    child.once('close', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
  if (isGone) return;
  killGroup(child, 'SIGKILL');
  child.stdout.destroy();
  child.stderr.destroy();
}

/** The group may be gone, or never have been. */
function killGroup({ pid }: Child, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    if (signal === 'SIGTERM') execFile('taskkill', ['/pid', String(pid), '/T', '/F'], () => undefined);
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // nobody is left
  }
}
