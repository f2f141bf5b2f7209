import { closeSync, openSync } from 'node:fs';
import type { FormatHints } from '../core/log/formatDetection.ts';
import type { LogPlace } from '../core/log/logPlace.ts';
import { clockLagMs } from '../core/log/retelling.ts';
import { PostgresLog } from './postgresLog.ts';
import { compressedHeadBytes, compressionOf, decompressedHead } from './tail/compression.ts';
import { feed } from './tail/feed.ts';
import { rawHead } from './tail/fileIdentity.ts';
import { LogDirectory } from './tail/logDirectory.ts';

/** Bytes of a file in which its first entry is looked for. */
const headBytes = 256 * 1024;
/** Files of one run begin within this time of each other; times may be whole seconds, of a clock that lags. */
const sameStartMs = 1000 + clockLagMs;

/** What the collector puts at the end of the names of stderr, csvlog and jsonlog (syslogger.c). */
const endings = ['.log', '.csv', '.json'];

interface Beginning {
  readonly paths: readonly string[];
  readonly firstAt: number | undefined;
}

/**
 * The place of a log directory together with the files of other formats whose log begins before the one that is read:
 * log_destination was changed (`stderr` to `csvlog`), and they tell what came before. What both tell counts once
 * (core/log/retelling.ts). Other places come back as they are; nothing is thrown.
 */
export function withEarlierFormats(
  place: LogPlace,
  hints: FormatHints & { readonly logTimezone?: string | undefined },
): LogPlace {
  // who names files wants no others
  if (place.kind !== 'directory' || place.only !== undefined) return place;
  const beginning = (stem: string): Beginning => {
    const paths = new LogDirectory({ ...place, stem }).files().map(({ path }) => path);
    const [oldest] = paths;
    return { paths, firstAt: oldest === undefined ? undefined : firstInstantOf(oldest, hints) };
  };
  const others = endings
    .map((ending) => place.stem.replace(/\.(?:log|csv|json)$/, ending))
    .filter((stem) => stem !== place.stem);
  const found = [...new Set(others)].map(beginning).filter(({ paths }) => paths.length > 0);
  if (found.length === 0) return place;
  const { firstAt = Number.NEGATIVE_INFINITY } = beginning(place.stem);
  const earlier = found
    .filter((other) => (other.firstAt ?? Number.POSITIVE_INFINITY) < firstAt - sameStartMs)
    .sort((a, b) => (a.firstAt ?? 0) - (b.firstAt ?? 0));
  return { ...place, earlierPaths: earlier.flatMap(({ paths }) => paths) };
}

/** The time of the first entry of connections in a file's head; undefined = there is none, or it cannot be read. */
function firstInstantOf(
  path: string,
  hints: FormatHints & { readonly logTimezone?: string | undefined },
): number | undefined {
  let firstAt: number | undefined;
  const log = new PostgresLog({ entry: ({ at }) => (firstAt ??= at) }, hints);
  log.begin({ path, identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
  feed(log, headOf(path));
  log.end();
  return firstAt;
}

function headOf(path: string): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const compression = compressionOf(rawHead(fd));
    return compression === undefined
      ? rawHead(fd, headBytes)
      : decompressedHead(compression, rawHead(fd, compressedHeadBytes[compression]));
  } catch {
    return new Uint8Array();
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
