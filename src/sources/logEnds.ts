import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FormatHints } from '../core/log/formatDetection.ts';
import { PostgresLog } from './postgresLog.ts';
import { compressedHeadBytes, compressionOf, decompressedHead } from './tail/compression.ts';
import { feed } from './tail/feed.ts';
import { rawHead } from './tail/fileIdentity.ts';
import type { LogEnds, LogHead } from './tail/logTurnFiles.ts';

/** Bytes of a file in which its first entry is looked for: mostly it stands in the first few. */
const headBytes = [8 * 1024, 256 * 1024];
const tailBytes = 16 * 1024;

type Hints = FormatHints & { readonly logTimezone?: string | undefined };

/** Looks at the first and the last lines of logs that are to be read so. */
export function logEndsWith(hints: Hints): LogEnds {
  const head = (path: string, count: number): LogHead =>
    read(
      hints,
      withFile(path, (fd) => headOf(fd, count)),
    );
  return {
    head: (path) => {
      const few = head(path, headBytes[0] ?? 0);
      return few.firstAt === undefined ? head(path, headBytes[1] ?? 0) : few;
    },
    lastAt: (path) => read(hints, withFile(path, tailOf)).lastAt,
  };
}

function read(hints: Hints, bytes: Uint8Array): LogHead & { readonly lastAt: number | undefined } {
  let firstAt: number | undefined;
  let lastAt: number | undefined;
  const log = new PostgresLog(
    {
      entry: ({ at }) => {
        firstAt ??= at;
        lastAt = at ?? lastAt;
      },
    },
    hints,
    () => null,
  );
  log.begin({ path: '', identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
  feed(log, bytes);
  log.end();
  return { isLog: log.understanding.format !== undefined, firstAt, lastAt };
}

function headOf(fd: number, count: number): Uint8Array {
  const compression = compressionOf(rawHead(fd));
  return compression === undefined
    ? rawHead(fd, count)
    : decompressedHead(compression, rawHead(fd, compressedHeadBytes[compression]));
}

/** The last lines; none of a compressed file. */
function tailOf(fd: number): Uint8Array {
  if (compressionOf(rawHead(fd)) !== undefined) return new Uint8Array();
  const from = Math.max(0, fstatSync(fd).size - tailBytes);
  const bytes = new Uint8Array(tailBytes);
  const read = bytes.subarray(0, readSync(fd, bytes, 0, tailBytes, from));
  return from === 0 ? read : read.subarray(read.indexOf(0x0a) + 1);
}

/** Bytes of a file; none if it cannot be read. */
function withFile(path: string, bytesOf: (fd: number) => Uint8Array): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return bytesOf(fd);
  } catch {
    return new Uint8Array();
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
