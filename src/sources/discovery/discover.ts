import type { DiscoveredLog } from '../../core/log/logPlace.ts';
import { findDebian } from './debian.ts';
import { describeServer } from './describeServer.ts';
import { findHomebrew } from './homebrew.ts';
import { findPgdata } from './pgdata.ts';
import { findPgrx } from './pgrx.ts';
import { findPgrxTests } from './pgrxTests.ts';
import type { Places } from './places.ts';
import { findRunningPostmasters } from './runningPostmasters.ts';
import { mergeSightings } from './sighting.ts';
import type { Sighting } from './sighting.ts';
import { realPathOr } from './smallFile.ts';

const finders: readonly ((places: Places) => Promise<Sighting[]>)[] = [
  findPgrx,
  findPgrxTests,
  findRunningPostmasters,
  findDebian,
  findHomebrew,
  findPgdata,
];

/**
 * Every PostgreSQL server of this machine with its log or the reason why it has none: running ones first, of
 * those the one started last. Reads a few small files for each; never throws; aborted, it returns nothing.
 */
export async function discoverLogs(places: Places, signal?: AbortSignal): Promise<DiscoveredLog[]> {
  const once = rememberPs(places);
  // what cannot be looked at has nothing to show; the other places still do
  const found = await Promise.all(finders.map((find) => find(once).catch(() => [])));
  if (signal?.aborted) return [];
  const sightings = await mergeSightings(found.flat());
  const described = await Promise.all(
    sightings.map((sighting) => describeServer(sighting, once).catch(() => undefined)),
  );
  if (signal?.aborted) return [];
  return onePerLog(described.filter((log) => log !== undefined).sort(byLatest));
}

/** `ps` runs once for a discovery, however many ask. */
function rememberPs(places: Places): Places {
  let table: Promise<string> | undefined;
  return { ...places, ps: () => (table ??= places.ps()) };
}

/** Running before stopped, started last before earlier, written last before earlier, higher version first. */
function byLatest(a: DiscoveredLog, b: DiscoveredLog): number {
  return (
    Number(b.running) - Number(a.running) ||
    (b.startedAt ?? 0) - (a.startedAt ?? 0) ||
    (b.logModifiedAt ?? 0) - (a.logModifiedAt ?? 0) ||
    (b.majorVersion ?? 0) - (a.majorVersion ?? 0) ||
    (a.id < b.id ? -1 : 1)
  );
}

/** A data directory is one server, and two servers do not write one log: the later in order is the first's other name. */
async function onePerLog(logs: readonly DiscoveredLog[]): Promise<DiscoveredLog[]> {
  const paths = await Promise.all(logs.map(async ({ path }) => path && (await realPathOr(path))));
  const ids = logs.map(({ id }) => id);
  return logs.filter((log, index) => {
    const path = paths[index];
    return ids.indexOf(log.id) === index && (!path || paths.indexOf(path) === index);
  });
}
