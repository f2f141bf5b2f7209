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
  const ofWorkspace = usable.find(
    ({ kind, majorVersion }) => kind === 'pgrx' && majorVersion !== undefined && majorVersion === cargoMajor,
  );
  if (ofWorkspace !== undefined) return ofWorkspace;
  const running = usable.filter((log) => log.running);
  const startedLast = latest(running, ({ startedAt }) => startedAt) ?? running[0];
  return (
    startedLast ??
    latest(usable, ({ logModifiedAt }) => logModifiedAt) ??
    (usable.length === 1 ? usable[0] : undefined)
  );
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
