import type { ActivitySample, Backend } from '../server/activity.ts';
import type { PoolerSample, PoolerTrace } from './poolerSample.ts';
import type { PooledApplication, TracedClient } from './poolSnapshot.ts';

const mostApplications = 200;

/** Who comes through the pooler, by application: those with most clients first, then by name. */
export function pooledApplications({ clients }: Pick<PoolerSample, 'clients'>): PooledApplication[] {
  const byName = new Map<string | undefined, { clients: number; linked: number; waiting: number }>();
  for (const client of clients) {
    const known = byName.get(client.applicationName) ?? { clients: 0, linked: 0, waiting: 0 };
    known.clients += 1;
    known.linked += Number(client.server !== undefined);
    known.waiting += Number(isWaiting(client));
    byName.set(client.applicationName, known);
  }
  return [...byName]
    .map(([name, counts]) => ({ name, ...counts }))
    .sort((one, other) => other.clients - one.clients || (one.name ?? '').localeCompare(other.name ?? ''))
    .slice(0, mostApplications);
}

/**
 * The clients of one application: those that a backend works for first, then those that wait, longest first. What the
 * server of the backend tells is added where its poll has that very session: the same pid, reached from the pooler's
 * port.
 */
export function tracedClients(
  { clients }: Pick<PoolerSample, 'clients'>,
  application: string | undefined,
  servers: readonly ActivitySample[],
): TracedClient[] {
  const known = servers.map(({ serverAt, backends }) => ({
    serverAt,
    byPid: new Map(backends.map((backend) => [backend.pid, backend])),
  }));
  return clients
    .filter(({ applicationName }) => applicationName === application)
    .sort((one, other) => placeOf(one) - placeOf(other) || other.waitMs - one.waitMs)
    .map((trace) => {
      for (const { serverAt, byPid } of known) {
        const backend = backendOf(trace, byPid);
        if (!backend) continue;
        const { state, stateChangeAt } = backend;
        return { ...trace, backend: { state, stateAgeMs: stateChangeAt && serverAt - stateChangeAt } };
      }
      return trace;
    });
}

function placeOf(client: PoolerTrace): number {
  if (client.server) return 0;
  return isWaiting(client) ? 1 : 2;
}

function isWaiting({ state }: PoolerTrace): boolean {
  return state.startsWith('waiting');
}

/** A pid alone may be that of another server's session. Over a Unix socket there are no ports to compare. */
function backendOf({ server }: PoolerTrace, backends: ReadonlyMap<number, Backend>): Backend | undefined {
  const backend = server?.backendPid === undefined ? undefined : backends.get(server.backendPid);
  if (!server || !backend) return undefined;
  const isSame =
    server.address === '[local]'
      ? backend.clientAddress === '[local]'
      : backend.clientPort === server.localPort;
  return isSame ? backend : undefined;
}
