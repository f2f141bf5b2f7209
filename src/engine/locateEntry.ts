import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { SentenceError } from '../core/sentence.ts';
import type { StoredTrouble } from '../core/session/logState.ts';
import type { EntryPlace } from '../protocol.ts';
import { findFile } from '../sources/tail/fileIdentity.ts';
import type { TailedFile } from '../sources/tail/tailSink.ts';

const blockBytes = 1024 * 1024;
/** How much of a file too large for the editor is shown around an entry. */
const excerptBytes = 128 * 1024;
const newline = 0x0a;

/**
 * Where an entry stands now: in its file, which may have been renamed or copied by a rotation since, at which line
 * (from 0). From a file larger than the editor opens, an excerpt around the entry. Throws a SentenceError when the
 * file is gone.
 */
export function locateEntry(
  read: TailedFile | undefined,
  trouble: StoredTrouble,
  largestFileBytes: number,
): EntryPlace {
  const file = read && findFile(read.identity, [dirname(read.path)]);
  if (!read || !file)
    throw new SentenceError(
      '{0}, which holds this entry, is gone: it was rotated away or deleted.',
      read?.path ?? 'The file',
    );
  const fd = openSync(file.path, 'r');
  try {
    const { size } = fstatSync(fd);
    if (trouble.offsetBytes >= size)
      throw new SentenceError('{0} was truncated, and this entry is no longer in it.', file.path);
    if (size <= largestFileBytes && !/\.(?:gz|zst)$/.test(file.path))
      return { kind: 'file', path: file.path, line: linesBefore(fd, trouble.offsetBytes) };
    return excerpt(fd, file.path, trouble.offsetBytes);
  } finally {
    closeSync(fd);
  }
}

/** Line breaks before an offset. */
function linesBefore(fd: number, offsetBytes: number): number {
  const block = Buffer.allocUnsafe(blockBytes);
  let lines = 0;
  for (let at = 0; at < offsetBytes;) {
    const count = readSync(fd, block, 0, Math.min(blockBytes, offsetBytes - at), at);
    if (count === 0) break;
    for (
      let index = block.indexOf(newline);
      index >= 0 && index < count;
      index = block.indexOf(newline, index + 1)
    )
      lines += 1;
    at += count;
  }
  return lines;
}

/** The lines around an offset, cut at line breaks. */
function excerpt(fd: number, path: string, offsetBytes: number): EntryPlace {
  const from = Math.max(0, offsetBytes - excerptBytes);
  const block = Buffer.allocUnsafe(2 * excerptBytes);
  const bytes = block.subarray(0, readSync(fd, block, 0, block.length, from));
  const start = from === 0 ? 0 : bytes.indexOf(newline) + 1;
  const last = bytes.lastIndexOf(newline);
  const before = bytes.toString('utf8', start, offsetBytes - from);
  const text =
    before + bytes.toString('utf8', offsetBytes - from, last < offsetBytes - from ? bytes.length : last);
  return {
    kind: 'excerpt',
    title: `${basename(path)} @ ${offsetBytes}`,
    text,
    line: before.split('\n').length - 1,
  };
}
