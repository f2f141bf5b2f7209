import type { DiscoveredLog } from '../../core/log/logPlace.ts';

/** What the choice goes by. */
export interface LogPreference {
  /** The PostgreSQL version of the workspace's Cargo.toml. */
  readonly cargoMajor?: number | undefined;
  /** The log that the user holds fast. */
  readonly pinnedId?: string | undefined;
}

/**
 * The log to follow first: the pinned one; else pgrx's server of the workspace's version; else the running server
 * that was started last; else the log that was written last, or the only one there is. Undefined: none can be
 * followed, or nothing tells which one is meant.
 */
export function chooseLog(
  candidates: readonly DiscoveredLog[],
  preference: LogPreference = {},
): DiscoveredLog | undefined {
  const { cargoMajor, pinnedId } = preference;
  const pinned = pinnedId === undefined ? undefined : candidates.find(({ id }) => id === pinnedId);
  if (pinned !== undefined) return pinned;
  const usable = candidates.filter(({ place, problem }) => place !== undefined && problem === undefined);
  return (
    ofWorkspace(usable, cargoMajor) ??
    startedLast(usable.filter((log) => log.running)) ??
    latest(usable, ({ logModifiedAt }) => logModifiedAt) ??
    (usable.length === 1 ? usable[0] : undefined)
  );
}

/**
 * The server to ask when nobody names one: pgrx's of the workspace's version, else the one that was started last, whether
 * or not it has a log that can be read. Undefined: none is known to run.
 */
export function chooseServer(
  candidates: readonly DiscoveredLog[],
  { cargoMajor }: LogPreference = {},
): DiscoveredLog | undefined {
  const running = candidates.filter((log) => log.running && log.port !== undefined);
  return ofWorkspace(running, cargoMajor) ?? startedLast(running);
}

function ofWorkspace(
  logs: readonly DiscoveredLog[],
  cargoMajor: number | undefined,
): DiscoveredLog | undefined {
  return logs.find(
    ({ kind, majorVersion }) => kind === 'pgrx' && majorVersion !== undefined && majorVersion === cargoMajor,
  );
}

function startedLast(running: readonly DiscoveredLog[]): DiscoveredLog | undefined {
  return latest(running, ({ startedAt }) => startedAt) ?? running[0];
}

function latest(
  logs: readonly DiscoveredLog[],
  at: (log: DiscoveredLog) => number | undefined,
): DiscoveredLog | undefined {
  return logs.reduce<DiscoveredLog | undefined>((best, log) => {
    const time = at(log);
    return time !== undefined && time > ((best && at(best)) ?? -Infinity) ? log : best;
  }, undefined);
}
