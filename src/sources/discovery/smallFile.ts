import { readdir, readFile, realpath, stat } from 'node:fs/promises';

/** Why something could not be read: not there, not for this user, or anything else (too large, no file). */
export type Unreadable = 'absent' | 'denied' | 'failed';

/** A small text file, or why there is none. */
export type SmallFile =
  | { readonly text: string; readonly unreadable?: undefined }
  | { readonly text?: undefined; readonly unreadable: Unreadable };

const largestBytes = 4 << 20;

/** Reads a configuration-sized file (at most 4 MiB, regular files only: a FIFO would block). Never throws. */
export async function readSmallFile(path: string): Promise<SmallFile> {
  try {
    const { size } = await statRegular(path);
    if (size > largestBytes) return { unreadable: 'failed' };
    return { text: await readFile(path, 'utf8') };
  } catch (error) {
    return { unreadable: unreadableOf(error) };
  }
}

async function statRegular(path: string): Promise<{ size: number }> {
  const stats = await stat(path);
  // /proc says 0 bytes of its files, which are regular all the same
  if (!stats.isFile()) throw new Error('not a regular file');
  return stats;
}

/** The text of a small file, or undefined whatever the reason. */
export async function textOf(path: string): Promise<string | undefined> {
  return (await readSmallFile(path)).text;
}

/** The names in a directory, or why they cannot be listed. Never throws. */
export async function namesIn(directory: string): Promise<{ names: string[]; unreadable?: Unreadable }> {
  try {
    return { names: await readdir(directory) };
  } catch (error) {
    return { names: [], unreadable: unreadableOf(error) };
  }
}

/** The real path, or the path itself where it cannot be resolved. */
export async function realPathOr(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** What an error of node:fs says about a path. */
export function unreadableOf(error: unknown): Unreadable {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'failed';
}
