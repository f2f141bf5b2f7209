/** One session as `pg_stat_activity` shows it; null = it has none. */
export interface TrueSession {
  readonly pid: number;
  readonly user: string | null;
  readonly database: string | null;
  /** As the server keeps it: 63 bytes, ASCII. */
  readonly application: string | null;
  /** `[local]` for a Unix socket. */
  readonly host: string | null;
  readonly port: number | null;
}

/** What a client was told when it was refused, or when the server ended its session. */
export interface TrueTrouble {
  readonly message: string;
  readonly sqlState: string;
  readonly user: string;
  readonly database: string;
}

/**
 * What really happened on a server since its log began: from its clients and from `pg_stat_activity`, never from
 * the log. Walsenders are in `replicationConnects` and `walsenders` only.
 */
export interface Truth {
  readonly connects: number;
  /** Sessions over whose end the server logs. */
  readonly disconnects: number;
  /** Sessions whose end no line of their own tells: crash, immediate stop, terminated with log_disconnections off. */
  readonly lost: number;
  /** Sessions that ended by themselves with log_disconnections off: no log can know. */
  readonly unlogged: number;
  readonly replicationConnects: number;
  readonly failed: readonly TrueTrouble[];
  readonly endings: readonly TrueTrouble[];
  /** Client backends, by pid; the observer is one of them. */
  readonly active: readonly TrueSession[];
  readonly walsenders: readonly TrueSession[];
  /** The log begins when some were in already, who are not in `active`. */
  readonly beginsLate?: true;
}
