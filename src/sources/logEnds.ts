import { closeSync, fstatSync, readSync } from 'node:fs';
import type { FormatHints } from '../core/log/formatDetection.ts';
import { PostgresLog } from './postgresLog.ts';
import { compressionOf } from './tail/compression.ts';
import { feed } from './tail/feed.ts';
import { rawHead, unpackedHead } from './tail/fileIdentity.ts';
import { saysWhen, timeIn } from './tail/lineTimes.ts';
import type { EndTimes, LogEnds } from './tail/logTurnFiles.ts';
import { openRegular } from './tail/openRegular.ts';

/** Bytes of a file from which it is told whether it is a log. */
const headBytes = 64 * 1024;
/** Bytes in which the first line has its time, and in which the last has. */
const firstLineBytes = 512;
const lastLinesBytes = 4096;

/** Looks at the first and the last lines of logs that are to be read so. */
export function logEndsWith(hints: FormatHints & { readonly logTimezone?: string | undefined }): LogEnds {
  return {
    isLog: (path) => {
      const log = new PostgresLog({ entry: () => undefined }, hints, () => null);
      log.begin({ path, identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
      feed(log, withFile(path, (fd) => unpackedHead(fd, headBytes)) ?? new Uint8Array());
      log.end();
      return log.understanding.format !== undefined;
    },
    times: (path) => withFile(path, endTimesOf) ?? { firstAt: undefined, lastAt: undefined },
  };
}

function endTimesOf(fd: number): EndTimes {
  const head = rawHead(fd, firstLineBytes);
  if (compressionOf(head) !== undefined)
    return { firstAt: timeIn(textOf(unpackedHead(fd, headBytes))), lastAt: undefined };
  const bytes = new Uint8Array(lastLinesBytes);
  const from = Math.max(0, fstatSync(fd).size - lastLinesBytes);
  const lines = textOf(bytes.subarray(0, readSync(fd, bytes, 0, lastLinesBytes, from))).split('\n');
  const last = lines.findLast(saysWhen);
  return { firstAt: timeIn(textOf(head)), lastAt: last === undefined ? undefined : timeIn(last) };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** What is told of a file; undefined if it cannot be read. */
function withFile<T>(path: string, look: (fd: number) => T): T | undefined {
  let fd: number | undefined;
  try {
    fd = openRegular(path);
    return look(fd);
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
