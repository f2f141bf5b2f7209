import { sentence, type Sentence } from '../sentence.ts';
import type { PoolFinding } from './poolFinding.ts';
import type { PoolTotals } from './poolBook.ts';
import type { PoolerPoolRow, PoolerSample } from './poolerSample.ts';

/** From where a pooler is worth a look, and from where it is an emergency. */
export interface PoolerThresholds {
  readonly maxWaitSeconds: number;
  /** Shares of max_client_conn, 0…1. */
  readonly clientsWarning: number;
  readonly clientsCritical: number;
}

export const defaultPoolerThresholds: PoolerThresholds = {
  maxWaitSeconds: 1,
  clientsWarning: 0.7,
  clientsCritical: 0.9,
};

/**
 * What a sample makes somebody look at: clients that wait, one that waits long, a pool whose connections are all in use,
 * and a pooler that will soon let nobody in. Gone as soon as a sample does not show it any more.
 */
export function poolerFindingsOf(
  sample: PoolerSample,
  thresholds: PoolerThresholds = defaultPoolerThresholds,
): PoolFinding[] {
  const findings = sample.pools.flatMap((pool) => [
    ...waitingIn(pool),
    ...longWaitIn(pool, thresholds.maxWaitSeconds),
    ...fullIn(pool),
  ]);
  return [...findings, ...manyClients(sample, thresholds)];
}

function waitingIn(pool: PoolerPoolRow): PoolFinding[] {
  if (pool.clientsWaiting === 0) return [];
  return [
    {
      kind: 'poolWaiting',
      subject: poolName(pool),
      severity: 'warning',
      sentence: sentence(
        'Clients of {0} wait for a server connection: {1}.',
        poolName(pool),
        pool.clientsWaiting,
      ),
      nextStep: sentence(
        'Look at what the pool’s server connections do; make transactions shorter, or raise default_pool_size if the server has room.',
      ),
      value: pool.clientsWaiting,
      threshold: 0,
    },
  ];
}

function longWaitIn(pool: PoolerPoolRow, maxWaitSeconds: number): PoolFinding[] {
  const seconds = pool.maxWaitMs / 1000;
  if (seconds < maxWaitSeconds) return [];
  return [
    {
      kind: 'poolMaxWait',
      subject: poolName(pool),
      severity: 'critical',
      sentence: sentence(
        'A client of {0} has waited {1} s for a server connection.',
        poolName(pool),
        seconds.toFixed(1),
      ),
      nextStep: sentence(
        'End what holds the server connections, or see whether the server lets PgBouncer in: SHOW SERVERS and its log tell.',
      ),
      value: seconds,
      threshold: maxWaitSeconds,
    },
  ];
}

function fullIn(pool: PoolerPoolRow): PoolFinding[] {
  const { size, reserveSize = 0, serversActive } = pool;
  if (size === undefined || size === 0 || serversActive < size) return [];
  return [
    {
      kind: 'poolFull',
      subject: poolName(pool),
      severity: pool.clientsWaiting > 0 ? 'critical' : 'warning',
      sentence: inUse(pool, size),
      nextStep: sentence(
        'The next client has to wait: make transactions shorter, or raise pool_size (reserve: {0}) if the server has room.',
        reserveSize,
      ),
      value: serversActive,
      threshold: size,
    },
  ];
}

/** What is in use beyond the size is of the reserve, or was opened before the size was lowered. */
function inUse(pool: PoolerPoolRow, size: number): Sentence {
  const { reserveSize = 0, serversActive } = pool;
  const beyond = serversActive - size;
  if (beyond <= 0 || beyond > reserveSize)
    return sentence(
      'Every server connection of {0} is in use: {1} of {2}.',
      poolName(pool),
      serversActive,
      Math.max(size, serversActive),
    );
  return sentence(
    'Every server connection of {0} is in use: {1} of {1}, and {2} of the reserve of {3}.',
    ...[poolName(pool), size, beyond, reserveSize],
  );
}

function manyClients(
  { lists, config }: PoolerSample,
  { clientsWarning, clientsCritical }: PoolerThresholds,
): PoolFinding[] {
  const most = Number(config['max_client_conn'] ?? 0);
  const used = (lists['used_clients'] ?? 0) + (lists['login_clients'] ?? 0);
  if (!(most > 0) || used < clientsWarning * most) return [];
  return [
    {
      kind: 'poolerNearlyFull',
      subject: 'max_client_conn',
      severity: used >= clientsCritical * most ? 'critical' : 'warning',
      sentence: sentence('PgBouncer has {0} clients of the {1} that max_client_conn allows.', used, most),
      nextStep: sentence(
        'Close clients that nobody uses (SHOW CLIENTS), or raise max_client_conn and the limit of open files.',
      ),
      value: used,
      threshold: Math.ceil(clientsWarning * most),
    },
  ];
}

/** `database/user`, as PgBouncer's log has it. */
export function poolName({ database, user }: Pick<PoolerPoolRow, 'database' | 'user'>): string {
  return `${database}/${user}`;
}

/** The pools of a sample in the words that all pools share; what only time tells is undefined. */
export function poolerTotals({ pools }: PoolerSample): PoolTotals[] {
  return pools.map((pool) => {
    const servers =
      pool.serversActive + pool.serversIdle + pool.serversUsed + pool.serversTested + pool.serversLogin;
    return {
      name: poolName(pool),
      kind: 'pgbouncer',
      size: pool.size,
      maxOverflow: pool.reserveSize,
      checkedOut: pool.serversActive,
      maxCheckedOut: pool.serversActive,
      maxOverflowUsed: pool.size === undefined ? undefined : Math.max(0, servers - pool.size),
      maxWaiting: pool.clientsWaiting,
      maxWaitMs: pool.maxWaitMs,
      servers,
      maxServers: servers,
      timeouts: 0,
      leaksDetected: 0,
      samples: 1,
    };
  });
}
