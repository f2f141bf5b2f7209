import type {
  Backend,
  BackendState,
  ConnectionLimit,
  PreparedTransaction,
  ReplicationSlot,
  ServerFacts,
} from '../../core/server/activity.ts';
import type { Destination } from './destination.ts';

type Nullable<T> = T | null;

/** A row of `activityQuery`. */
export interface ActivityRow {
  readonly pid: number;
  readonly backendType: Nullable<string>;
  readonly user: Nullable<string>;
  readonly database: Nullable<string>;
  readonly applicationName: Nullable<string>;
  readonly address: Nullable<string>;
  /** -1 for a Unix socket. */
  readonly port: Nullable<number>;
  readonly backendStartAt: Nullable<number>;
  readonly backendStart: Nullable<string>;
  readonly transactionStartAt: Nullable<number>;
  readonly queryStartAt: Nullable<number>;
  readonly stateChangeAt: Nullable<number>;
  readonly state: Nullable<BackendState>;
  readonly waitEventType: Nullable<string>;
  readonly waitEvent: Nullable<string>;
  readonly query: Nullable<string>;
  readonly leaderPid: Nullable<number>;
  readonly blockedBy: Nullable<number[]>;
}

/** A row of `holdersQuery`. */
export interface HolderRow {
  readonly what: 'clock' | 'prepared' | 'slot';
  /** Of the clock: when the server read its configuration last. */
  readonly name: Nullable<string>;
  readonly database: Nullable<string>;
  readonly owner: Nullable<string>;
  readonly at: Nullable<number>;
  readonly slotType: Nullable<'physical' | 'logical'>;
  readonly active: Nullable<boolean>;
  readonly activePid: Nullable<number>;
}

/** The row of `factsQuery`. */
export interface FactsRow {
  readonly version: string;
  readonly user: string;
  readonly database: string;
  readonly ownPid: number;
  readonly seesAll: boolean;
  readonly signalsOthers: boolean;
  readonly isSuperuser: Nullable<boolean>;
  readonly inRecovery: boolean;
  readonly startedAt: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly superusers: readonly string[];
  readonly limits: Nullable<readonly ConnectionLimit[]>;
  readonly tviewsSchema: Nullable<string>;
  readonly tviewsVersion: Nullable<string>;
}

const text = (value: Nullable<string>): string | undefined => value || undefined;

/** What a row tells; hidden columns are null there, and an empty text is none. */
export function backendOf(row: ActivityRow): Backend {
  const isHidden = row.backendType === null;
  return {
    pid: row.pid,
    backendType: row.backendType ?? hiddenType(row),
    user: text(row.user),
    database: text(row.database),
    applicationName: text(row.applicationName),
    clientAddress: row.port === -1 ? '[local]' : text(row.address),
    clientPort: row.port === null || row.port < 0 ? undefined : row.port,
    backendStartAt: row.backendStartAt ?? undefined,
    backendStart: row.backendStart ?? undefined,
    transactionStartAt: row.transactionStartAt ?? undefined,
    queryStartAt: row.queryStartAt ?? undefined,
    stateChangeAt: row.stateChangeAt ?? undefined,
    state: row.state ?? undefined,
    waitEventType: row.waitEventType ?? undefined,
    waitEvent: row.waitEvent ?? undefined,
    // hidden, the server writes `<insufficient privilege>` instead
    query: isHidden ? undefined : text(row.query),
    blockedBy: row.blockedBy ?? [],
    leaderPid: row.leaderPid ?? undefined,
  };
}

/**
 * From a role that may not see it, even the type is hidden (pgstatfuncs.c). Who has both a user and a database is
 * nearly always a client; walsenders and the server's own processes lack one of them.
 */
function hiddenType({ user, database }: ActivityRow): string {
  return user !== null && database !== null ? 'client backend' : 'hidden';
}

export function preparedTransactionsOf(rows: readonly HolderRow[]): PreparedTransaction[] {
  return rows
    .filter(({ what }) => what === 'prepared')
    .map(({ name, database, owner, at }) => ({
      gid: name ?? '',
      database: database ?? '',
      owner: owner ?? '',
      preparedAt: at ?? 0,
    }));
}

export function replicationSlotsOf(rows: readonly HolderRow[]): ReplicationSlot[] {
  return rows
    .filter(({ what }) => what === 'slot')
    .map(({ name, slotType, database, active, activePid }) => ({
      name: name ?? '',
      slotType: slotType ?? 'physical',
      database: database ?? undefined,
      active: active === true,
      activePid: activePid ?? undefined,
    }));
}

/** The facts, of a server that was reached there. */
export function factsOf(
  row: FactsRow,
  majorVersion: number,
  { host, address, port }: Destination,
): ServerFacts {
  const { settings } = row;
  const setting = (name: string): number => Number(settings[name] ?? 0);
  return {
    version: row.version.split(' ', 1)[0] ?? row.version,
    majorVersion,
    host,
    hostAddress: address,
    port,
    user: row.user,
    database: row.database,
    ownPid: row.ownPid,
    sees: row.seesAll ? 'all' : 'own',
    maySignal: row.isSuperuser === true ? 'all' : row.signalsOthers ? 'ordinary' : 'own',
    inRecovery: row.inRecovery,
    startedAt: row.startedAt,
    maxConnections: setting('max_connections'),
    superuserReservedConnections: setting('superuser_reserved_connections'),
    reservedConnections: setting('reserved_connections'),
    settings,
    limits: row.limits ?? [],
    superusers: row.superusers,
  };
}
