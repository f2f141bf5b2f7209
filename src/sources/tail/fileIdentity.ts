import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readdirSync, readSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { FileIdentity } from '../../core/log/logPlace.ts';
import { compressedHeadBytes, compressionOf, decompressedHead, type Compression } from './compression.ts';
import { openRegular } from './openRegular.ts';
import type { TailedFile } from './tailSink.ts';

/** As many first bytes tell a file from every other: a log begins with times and pids. */
export const maxHeadBytes = 256;

/** A shorter head (half a line, or a line without its time) does not tell a copy from a stranger. */
const minCopyHeadBytes = 64;

/**
 * The identity of the file at this path, by its first `headBytes` bytes (fewer if it is shorter; the unpacked ones
 * of a compressed file, so that compressing does not change the head). Throws what `open` throws.
 */
export function identify(path: string, headBytes = maxHeadBytes): FileIdentity {
  const fd = openRegular(path);
  try {
    return identifyOpen(fd, headBytes);
  } finally {
    closeSync(fd);
  }
}

/** The identity of an open file; see `identify`. */
export function identifyOpen(fd: number, headBytes = maxHeadBytes): FileIdentity {
  const { dev, ino } = fstatSync(fd);
  const head = unpackedHead(fd).subarray(0, headBytes);
  let hash: string | undefined;
  return {
    device: dev,
    inode: ino,
    headBytes: head.length,
    get head() {
      return (hash ??= hashOf(head));
    },
  };
}

/** Nobody asks who only reads a log to its end, and to load what computes it costs as much as a short log. */
function hashOf(head: Uint8Array): string {
  return createHash('sha256').update(head).digest('hex').slice(0, 32);
}

/** Whether two identities, taken over equally many first bytes, are of one file. */
export function sameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.device === b.device && a.inode === b.inode && sameHead(a, b);
}

/** Whether the file at this path is the known one, which may have been shorter then. False if it cannot be read. */
export function isFile(path: string, known: FileIdentity): boolean {
  const now = identityAt(path, known.headBytes);
  return now !== undefined && sameFile(known, now);
}

/**
 * Where a file known by its identity lives now: under its own or a new name (rotation renames), else its newest copy
 * (copytruncate leaves one). Undefined if it is in none of the directories.
 */
export function findFile(known: FileIdentity, directories: readonly string[]): TailedFile | undefined {
  return findFiles(known, directories)[0];
}

/**
 * All that `findFile` chooses from, best first: the file itself, then the files with the same first bytes, newest
 * first. Looks only at the names that belong; nothing counts as a copy of a file whose known head is short.
 */
export function findFiles(
  known: FileIdentity,
  directories: readonly string[],
  belongs: (name: string) => boolean = () => true,
): TailedFile[] {
  const files = directories.flatMap((directory) => regularFiles(directory, belongs));
  const isKnown = ({ stats }: { stats: Stats }) => stats.dev === known.device && stats.ino === known.inode;
  const others =
    known.headBytes < minCopyHeadBytes ? [] : files.filter((file) => !isKnown(file) && file.stats.size > 0);
  others.sort((a, b) => b.stats.mtimeMs - a.stats.mtimeMs);
  return [...files.filter(isKnown), ...others].flatMap(({ path }) => {
    const now = identityAt(path, known.headBytes);
    return now !== undefined && sameHead(known, now) ? [{ path, identity: now }] : [];
  });
}

/** The first `maxHeadBytes` bytes of a file as it is on the disk (fewer if it is shorter). */
export function rawHead(fd: number, bytes = maxHeadBytes): Uint8Array {
  const head = new Uint8Array(bytes);
  return head.subarray(0, readSync(fd, head, 0, bytes, 0));
}

/** The same, but of a compressed file what its first part unpacks to, be it more or less. */
export function unpackedHead(fd: number, bytes = maxHeadBytes): Uint8Array {
  const head = rawHead(fd, bytes);
  let compression: Compression | undefined;
  try {
    compression = compressionOf(head);
  } catch {
    // a compression that cannot be unpacked here: its packed bytes tell the file as well
  }
  return compression === undefined
    ? head
    : decompressedHead(compression, rawHead(fd, compressedHeadBytes[compression]));
}

function sameHead(a: FileIdentity, b: FileIdentity): boolean {
  return a.headBytes === b.headBytes && a.head === b.head;
}

function identityAt(path: string, headBytes: number): FileIdentity | undefined {
  try {
    return identify(path, headBytes);
  } catch {
    return undefined;
  }
}

function regularFiles(
  directory: string,
  belongs: (name: string) => boolean,
): { path: string; stats: Stats }[] {
  try {
    return readdirSync(directory)
      .filter(belongs)
      .map((name) => join(directory, name))
      .flatMap((path) => {
        const stats = statSync(path, { throwIfNoEntry: false });
        return stats?.isFile() === true ? [{ path, stats }] : [];
      });
  } catch {
    return [];
  }
}
