import { closeSync, createReadStream, fstatSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { SentenceError } from '../core/sentence.ts';
import type { StoredTrouble } from '../core/session/keptTroubles.ts';
import type { EntryPlace } from '../protocol/logQuestions.ts';
import { compressionOf, unpacked } from '../sources/tail/compression.ts';
import { findFile, rawHead } from '../sources/tail/fileIdentity.ts';
import type { RecentPiece, RecentText } from '../sources/recentText.ts';
import { openRegular } from '../sources/tail/openRegular.ts';
import type { TailedFile } from '../sources/tail/tailSink.ts';

const blockBytes = 1024 * 1024;
/** How much of a file too large for the editor is shown before an entry, and how much from it on. */
const excerptBytes = 128 * 1024;
const newline = 0x0a;

/**
 * Where an entry stands now: in its file, which may have been renamed or copied by a rotation since, at which line
 * (from 0). From a file that is compressed, or larger than the editor opens, an excerpt around the entry. Rejects with
 * a SentenceError when it is gone.
 */
export async function locateEntry(
  read: TailedFile | undefined,
  { offsetBytes }: Pick<StoredTrouble, 'offsetBytes'>,
  largestFileBytes: number,
): Promise<EntryPlace> {
  const path = read && findFile(read.identity, [dirname(read.path)])?.path;
  if (!read || path === undefined)
    throw new SentenceError(
      '{0}, which holds this entry, is gone: it was rotated away or deleted.',
      read?.path ?? 'The file',
    );
  const fd = openRegular(path);
  try {
    const isPacked = compressionOf(rawHead(fd)) !== undefined;
    const { size } = fstatSync(fd);
    if (!isPacked && offsetBytes < size && size <= largestFileBytes)
      return { kind: 'file', path, line: linesBefore(fd, offsetBytes) };
    const excerpt = isPacked ? await unpackedExcerpt(path, offsetBytes) : plainExcerpt(fd, offsetBytes);
    if (excerpt.entryAt >= excerpt.bytes.length)
      throw new SentenceError(
        '{0} was truncated, and this entry is no longer in it: look for a copy of the log.',
        path,
      );
    return shown(`${basename(path)} @ ${offsetBytes}`, excerpt);
  } finally {
    closeSync(fd);
  }
}

/** The same of a log that is no file: an excerpt of what was read last. Throws a SentenceError when it was too long ago. */
export function excerptOf(
  recent: RecentText,
  read: TailedFile | undefined,
  { offsetBytes }: Pick<StoredTrouble, 'offsetBytes'>,
): EntryPlace {
  const piece = read && recent.around(read, offsetBytes, excerptBytes);
  if (!piece)
    throw new SentenceError(
      'This entry was read too long ago to be shown: look for it where {0} comes from.',
      read?.path ?? 'this log',
    );
  return shown(`${basename(read.path)} @ ${offsetBytes}`, piece);
}

/** Line breaks before an offset. */
function linesBefore(fd: number, offsetBytes: number): number {
  const block = Buffer.allocUnsafe(blockBytes);
  let lines = 0;
  for (let at = 0; at < offsetBytes;) {
    const bytes = block.subarray(0, readSync(fd, block, 0, Math.min(blockBytes, offsetBytes - at), at));
    if (bytes.length === 0) break;
    for (let index = bytes.indexOf(newline); index >= 0; index = bytes.indexOf(newline, index + 1))
      lines += 1;
    at += bytes.length;
  }
  return lines;
}

function plainExcerpt(fd: number, offsetBytes: number): RecentPiece {
  const from = Math.max(0, offsetBytes - excerptBytes);
  const block = Buffer.allocUnsafe(2 * excerptBytes);
  const bytes = block.subarray(0, readSync(fd, block, 0, block.length, from));
  return { bytes, entryAt: offsetBytes - from, isStart: from === 0 };
}

/** The same of a compressed file, which is unpacked up to there. */
async function unpackedExcerpt(path: string, offsetBytes: number): Promise<RecentPiece> {
  let kept = Buffer.alloc(0);
  let from = 0;
  for await (const chunk of unpacked(createReadStream(path))) {
    kept = Buffer.concat([kept, chunk]);
    const surplus = Math.min(offsetBytes - excerptBytes - from, kept.length);
    if (surplus > 0) {
      kept = kept.subarray(surplus);
      from += surplus;
    }
    if (from + kept.length >= offsetBytes + excerptBytes) break;
  }
  const entryAt = offsetBytes - from;
  return { bytes: kept.subarray(0, entryAt + excerptBytes), entryAt, isStart: from === 0 };
}

/** Whole lines of an excerpt, as many as there are. */
function shown(title: string, { bytes, entryAt, isStart }: RecentPiece): EntryPlace {
  const start = isStart ? 0 : Math.min(bytes.indexOf(newline) + 1, entryAt);
  const last = bytes.lastIndexOf(newline);
  const before = bytes.toString('utf8', start, entryAt);
  const text = before + bytes.toString('utf8', entryAt, last < entryAt ? bytes.length : last);
  return { kind: 'excerpt', title, text, line: before.split('\n').length - 1 };
}
