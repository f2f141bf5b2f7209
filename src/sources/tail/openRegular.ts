import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/**
 * Opens a file to read it. Throws what `open` throws, or an Error where it is no regular file: what stands there may be
 * another thing than a moment ago, and to open a named pipe would block the thread until somebody writes.
 */
export function openRegular(path: string): number {
  // Windows has no such flag, nor pipes among its files
  const fd = openSync(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error('it is not a regular file');
}
