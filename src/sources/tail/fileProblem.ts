import { accessSync, constants, statSync } from 'node:fs';
import { SentenceError } from '../../core/sentence.ts';
import type { TailStatus } from './tailSink.ts';

/** Why a file cannot be read now, in the form the tail reports it while it goes on trying. */
export type FileProblem = Extract<TailStatus, { kind: 'waiting' }>;

/** What keeps this path from being read as a log, or undefined if nothing does. Never throws. */
export function problemOf(path: string): FileProblem | undefined {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return { kind: 'waiting', reason: 'directory', path };
    // opening a named pipe would block the thread until somebody writes
    if (!stats.isFile())
      return { kind: 'waiting', reason: 'failed', path, detail: 'it is not a regular file' };
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return problemOfError(path, error);
  }
}

/** The problem that an error of opening or reading this path tells. */
export function problemOfError(path: string, error: unknown): FileProblem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'waiting', reason: 'missing', path };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'waiting', reason: 'denied', path };
  if (code === 'EISDIR') return { kind: 'waiting', reason: 'directory', path };
  return {
    kind: 'waiting',
    reason: 'failed',
    path,
    detail: error instanceof Error ? error.message : String(error),
  };
}

/** The problem as an error with the next step, for who does not wait. */
export function problemError({ reason, path, detail }: FileProblem): SentenceError {
  switch (reason) {
    case 'missing':
      return new SentenceError(
        '{0} does not exist: check the path, or follow it to wait until the server creates it.',
        path,
      );
    case 'denied':
      return new SentenceError(
        '{0} cannot be read, permission is denied: join the group that owns the file (often adm or postgres) and log in again.',
        path,
      );
    case 'directory':
      return new SentenceError('{0} is a directory: name a log file in it.', path);
    case 'failed':
      return new SentenceError(
        '{0} cannot be read: {1}. Check the file, or name another one.',
        path,
        detail ?? 'unknown reason',
      );
  }
}
