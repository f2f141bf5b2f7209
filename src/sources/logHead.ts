import { closeSync, openSync } from 'node:fs';
import type { FormatHints } from '../core/log/formatDetection.ts';
import { PostgresLog } from './postgresLog.ts';
import { compressedHeadBytes, compressionOf, decompressedHead } from './tail/compression.ts';
import { feed } from './tail/feed.ts';
import { rawHead } from './tail/fileIdentity.ts';
import type { HeadOf, LogHead } from './tail/logTurnFiles.ts';

/** Bytes of a file in which its first entry is looked for: mostly it stands in the first few. */
const headBytes = [8 * 1024, 256 * 1024];

/** Reads the heads of logs that are to be read so. */
export function headsWith(hints: FormatHints & { readonly logTimezone?: string | undefined }): HeadOf {
  return (path) => {
    let head: LogHead = { isLog: false, firstAt: undefined };
    for (const count of headBytes) {
      head = headIn(path, bytesOf(path, count), hints);
      if (head.firstAt !== undefined) break;
    }
    return head;
  };
}

function headIn(
  path: string,
  bytes: Uint8Array,
  hints: FormatHints & { readonly logTimezone?: string | undefined },
): LogHead {
  let firstAt: number | undefined;
  const log = new PostgresLog({ entry: ({ at }) => (firstAt ??= at) }, hints, () => null);
  log.begin({ path, identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
  feed(log, bytes);
  log.end();
  return { isLog: log.understanding.format !== undefined, firstAt };
}

/** The first bytes of a file, unpacked; none if it cannot be read. */
function bytesOf(path: string, count: number): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const compression = compressionOf(rawHead(fd));
    return compression === undefined
      ? rawHead(fd, count)
      : decompressedHead(compression, rawHead(fd, compressedHeadBytes[compression]));
  } catch {
    return new Uint8Array();
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
