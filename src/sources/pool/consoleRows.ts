import type {
  PoolerPoolRow,
  PoolerSample,
  PoolerStatsRow,
  PoolerTrace,
} from '../../core/pool/poolerSample.ts';

/** A row as the console answers it: texts and numbers by column. */
export type ConsoleRow = Readonly<Record<string, unknown>>;

export type ConsoleAnswers = Readonly<
  Record<
    'DATABASES' | 'POOLS' | 'SERVERS' | 'CLIENTS' | 'STATS' | 'LISTS' | 'CONFIG' | 'VERSION',
    readonly ConsoleRow[]
  >
>;

/** Rows of clients that are kept. */
const mostClients = 10_000;
const console = 'pgbouncer';

/** The console's answers as one sample. Its own pool and clients are left out. */
export function poolerSampleOf(answers: ConsoleAnswers, takenAt: number): PoolerSample {
  const sizes = new Map(answers.DATABASES.map((row) => [text(row, 'name'), row]));
  const servers = new Map(answers.SERVERS.map((row) => [text(row, 'ptr'), row]));
  return {
    takenAt,
    version: versionIn(answers.VERSION[0] ?? {}),
    pools: answers.POOLS.filter(isNoConsole).map((row) => poolRow(row, sizes.get(text(row, 'database')))),
    clients: answers.CLIENTS.filter(isNoConsole)
      .slice(0, mostClients)
      .map((row) => traceOf(row, servers)),
    stats: answers.STATS.filter(isNoConsole).map(statsRow),
    lists: Object.fromEntries(
      answers.LISTS.map((row) => [text(row, 'list') ?? '', count(row, 'items') ?? 0]),
    ),
    config: Object.fromEntries(
      answers.CONFIG.map((row) => [text(row, 'key') ?? '', text(row, 'value') ?? '']),
    ),
  };
}

function isNoConsole(row: ConsoleRow): boolean {
  return text(row, 'database') !== console;
}

function poolRow(row: ConsoleRow, database: ConsoleRow | undefined): PoolerPoolRow {
  return {
    database: text(row, 'database') ?? '',
    user: text(row, 'user') ?? '',
    clientsActive: count(row, 'cl_active') ?? 0,
    clientsWaiting: count(row, 'cl_waiting') ?? 0,
    serversActive: count(row, 'sv_active') ?? 0,
    serversIdle: count(row, 'sv_idle') ?? 0,
    serversUsed: count(row, 'sv_used') ?? 0,
    serversTested: count(row, 'sv_tested') ?? 0,
    serversLogin: count(row, 'sv_login') ?? 0,
    maxWaitMs: waitMs(row, 'maxwait', 'maxwait_us'),
    poolMode: text(row, 'pool_mode') ?? '',
    size: database && count(database, 'pool_size'),
    // reserve_pool until 1.23
    reserveSize: database && (count(database, 'reserve_pool_size') ?? count(database, 'reserve_pool')),
  };
}

function traceOf(row: ConsoleRow, servers: ReadonlyMap<string | undefined, ConsoleRow>): PoolerTrace {
  const link = text(row, 'link');
  const server = link === undefined || link === '' ? undefined : servers.get(link);
  const isLinked = server && text(server, 'link') === text(row, 'ptr');
  const address = addressIn(row);
  return {
    user: text(row, 'user') ?? '',
    database: text(row, 'database') ?? '',
    applicationName: text(row, 'application_name') || undefined,
    clientAddress: address,
    clientPort: address === '[local]' ? undefined : count(row, 'port'),
    state: text(row, 'state') ?? '',
    waitMs: text(row, 'state') === 'waiting' ? waitMs(row, 'wait', 'wait_us') : 0,
    connectedAt: text(row, 'connect_time'),
    client: text(row, 'id') ?? text(row, 'ptr') ?? '',
    server: isLinked ? serverOf(server) : undefined,
  };
}

function serverOf(row: ConsoleRow): PoolerTrace['server'] {
  const pid = count(row, 'remote_pid');
  return {
    server: text(row, 'id') ?? text(row, 'ptr') ?? '',
    state: text(row, 'state') ?? '',
    backendPid: pid === 0 ? undefined : pid,
    address: addressIn(row),
    port: count(row, 'port'),
    localPort: count(row, 'local_port'),
  };
}

/** Numbers by column; what is no number is left out. */
function statsRow(row: ConsoleRow): PoolerStatsRow {
  const figures = Object.keys(row).flatMap((key) => {
    const value = key === 'database' ? undefined : count(row, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { database: text(row, 'database') ?? '', figures: Object.fromEntries(figures) };
}

/** `unix` is a socket; from 1.21 on with the peer's process: `unix(123)`. */
function addressIn(row: ConsoleRow): string {
  const address = text(row, 'addr') ?? '';
  return address.startsWith('unix') ? '[local]' : address;
}

function waitMs(row: ConsoleRow, seconds: string, micros: string): number {
  return (count(row, seconds) ?? 0) * 1000 + Math.floor((count(row, micros) ?? 0) / 1000);
}

function versionIn(row: ConsoleRow): string {
  const said = Object.values(row).map(String).join(' ');
  return /(\d+\.\d+(?:\.\d+)?\S*)/.exec(said)?.[1] ?? said.slice(0, 64);
}

function text(row: ConsoleRow, column: string): string | undefined {
  const value = row[column];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function count(row: ConsoleRow, column: string): number | undefined {
  const value = Number(text(row, column) ?? 'none');
  return Number.isFinite(value) ? value : undefined;
}
