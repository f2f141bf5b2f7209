/** Sessions that are open, as views draw them: plain values, to which a view adds nothing. Instants are ms since the epoch (UTC); missing is undefined. */
import type { BackendState } from '../server/activity.ts';

/** What a session was doing at the newest poll of its server; ages are at that moment. */
export interface LiveSession {
  readonly state?: BackendState | undefined;
  readonly waitEventType?: string | undefined;
  readonly waitEvent?: string | undefined;
  readonly queryAgeMs?: number | undefined;
  readonly stateAgeMs?: number | undefined;
  readonly transactionAgeMs?: number | undefined;
  /** Pids; 0 = a prepared transaction. Undefined = nobody, or nobody has asked. */
  readonly blockedBy?: readonly number[] | undefined;
}

/** One open session, as a row of the Active view and of `active` in JSON. */
export interface SessionRow extends LiveSession {
  /** Identity of the session within its source: stable as long as the session is open. */
  readonly key: string;
  readonly pid?: number | undefined;
  readonly sessionId?: string | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly applicationName?: string | undefined;
  /** A later application_name than the one at authorization, where seen. */
  readonly applicationLatest?: string | undefined;
  /** `[local]` for a Unix socket. */
  readonly remoteHost?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly connectedAt?: number | undefined;
  readonly replication: boolean;
  /** Known from the server only: the log does not tell of its connect. Undefined = from the log. */
  readonly source?: 'server' | undefined;
  /** Connected at or before the last Clear. */
  readonly beforeClear: boolean;
}

/** Everything that the log told of one session. */
export interface SessionDetails extends SessionRow {
  readonly authenticationMethod?: string | undefined;
  readonly authenticatedIdentity?: string | undefined;
  /** `FILE:LINE` of the pg_hba.conf rule that let it in (PostgreSQL 14 and later). */
  readonly hbaRule?: string | undefined;
  /** Its names could be told apart in several ways, and nothing says which is right. */
  readonly namesAreGuessed?: boolean | undefined;
  /** As logged: `protocol=TLSv1.3, cipher=…, bits=256`. */
  readonly tls?: string | undefined;
  /** As logged: `authenticated=yes, encrypted=yes, principal=…`. */
  readonly gss?: string | undefined;
  /** PostgreSQL 18 `connection ready`: total, fork and authentication, in ms. */
  readonly setupTotalMs?: number | undefined;
  readonly setupForkMs?: number | undefined;
  readonly setupAuthenticationMs?: number | undefined;
}

/** A name and how many open sessions have it; undefined = unknown (no application_name, for instance). */
export interface NameCount {
  readonly name: string | undefined;
  readonly count: number;
}
