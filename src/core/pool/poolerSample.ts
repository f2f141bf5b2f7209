/** What a poll of PgBouncer's admin console answers, read by column name: columns move between versions (facts, 7.7). */

/** A row of SHOW POOLS, with what SHOW DATABASES says of its size. The console's own pool is left out. */
export interface PoolerPoolRow {
  readonly database: string;
  readonly user: string;
  /** Clients linked to a server connection, or idle: no measure of load. */
  readonly clientsActive: number;
  readonly clientsWaiting: number;
  readonly serversActive: number;
  readonly serversIdle: number;
  readonly serversUsed: number;
  readonly serversTested: number;
  readonly serversLogin: number;
  /** How long the client that waits longest has waited. */
  readonly maxWaitMs: number;
  readonly poolMode: string;
  readonly size?: number | undefined;
  readonly reserveSize?: number | undefined;
}

/** One client of the pooler, and the backend that works for it at this moment. */
export interface PoolerTrace {
  readonly user: string;
  readonly database: string;
  readonly applicationName?: string | undefined;
  /** `[local]` for a Unix socket. */
  readonly clientAddress: string;
  readonly clientPort?: number | undefined;
  readonly state: string;
  readonly waitMs: number;
  readonly connectedAt?: string | undefined;
  /** The id of SHOW CLIENTS where there is one (1.24), else the pointer. */
  readonly client: string;
  /** undefined = no server connection is linked to it: it is idle, or waits. */
  readonly server?:
    | {
        readonly server: string;
        readonly state: string;
        /** The backend's process on the server; undefined = the server is another pooler, or has not told. */
        readonly backendPid?: number | undefined;
        /** The server's address, and the pooler's own port, which is `client_port` in pg_stat_activity. */
        readonly address: string;
        readonly port?: number | undefined;
        readonly localPort?: number | undefined;
      }
    | undefined;
}

/** Rates and totals of one database, as SHOW STATS has them: numbers by the column's name there. */
export interface PoolerStatsRow {
  readonly database: string;
  readonly figures: Readonly<Record<string, number>>;
}

export interface PoolerSample {
  readonly takenAt: number;
  /** `1.24.1`. */
  readonly version: string;
  readonly pools: readonly PoolerPoolRow[];
  /** Clients of the console left out. */
  readonly clients: readonly PoolerTrace[];
  readonly stats: readonly PoolerStatsRow[];
  /** SHOW LISTS. */
  readonly lists: Readonly<Record<string, number>>;
  /** SHOW CONFIG. */
  readonly config: Readonly<Record<string, string>>;
}
