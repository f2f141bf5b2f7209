import type { ServerCount } from '../core/pool/poolSnapshot.ts';
import { countsByName } from '../core/session/nameCounts.ts';
import { isClientBackend, type ActivitySample } from '../core/server/activity.ts';
import type { FollowedSource } from './followedSource.ts';

/** A live server that answered a moment ago. */
export interface KnownServer {
  readonly label: string;
  /** The log that is followed for it. */
  readonly sourceId: string | undefined;
  readonly sample: ActivitySample;
}

/**
 * How many connections each of these applications has, as each live server counts them, and each followed log whose
 * server is not live.
 */
export function serverCounts(
  applications: readonly string[],
  servers: readonly KnownServer[],
  sources: readonly FollowedSource[],
): ServerCount[] {
  if (applications.length === 0) return [];
  const live = new Set(servers.map(({ sourceId }) => sourceId));
  const byServers = servers.flatMap(({ label, sample }) => {
    const counts = countsByName(sample.backends.filter(isClientBackend).map((each) => each.applicationName));
    return countsOf(applications, counts, { by: 'server', label });
  });
  const byLogs = sources
    .filter(({ sourceId }) => !live.has(sourceId))
    .flatMap(({ fold, log }) => {
      const clients = [...fold.state.book.sessions()].filter(({ replication }) => !replication);
      const counts = countsByName(clients.map((each) => each.applicationLatest ?? each.applicationName));
      return countsOf(applications, counts, { by: 'log', label: log.path ?? log.id });
    });
  return [...byServers, ...byLogs];
}

function countsOf(
  applications: readonly string[],
  counts: ReadonlyMap<string | undefined, number>,
  from: Pick<ServerCount, 'by' | 'label'>,
): ServerCount[] {
  return applications.map((application) => ({ application, count: counts.get(application) ?? 0, ...from }));
}
