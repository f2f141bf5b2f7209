import type { DiscoveredLog } from '../core/log/logPlace.ts';
import type { FollowedServer } from './followedServer.ts';

/** The id of the log that a connected server lets be read. */
export function logIdOf(serverId: string): string {
  return `log of ${serverId}`;
}

/** The log of a connected server, read over a connection. */
export function logOfServer({ serverId, status, newest }: FollowedServer): DiscoveredLog {
  return {
    id: logIdOf(serverId),
    kind: 'server',
    origin: { kind: 'server', serverId },
    path: status.label,
    serverVersion: newest?.facts.version,
    running: true,
    settings: {},
    connectionLogging: 'unknown',
  };
}
