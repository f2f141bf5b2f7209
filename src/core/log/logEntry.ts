/** Severities of the server log, in English whatever lc_messages says (elog.h). */
export const severities = ['DEBUG', 'LOG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'FATAL', 'PANIC'] as const;
export type Severity = (typeof severities)[number];

/**
 * One record of the server log, of whatever format: the message with its sections, and what the prefix, the csv
 * columns or the json keys tell beside it. Missing, empty and `[unknown]` are undefined. Lines of a message are
 * joined with `\n`, without the TAB that the server puts before each continuation.
 */
export interface LogEntry {
  /** Whose log it is of; undefined = PostgreSQL's. */
  readonly program?: 'pgbouncer' | undefined;
  readonly severity: Severity;
  readonly message: string;
  readonly sqlState?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly context?: string | undefined;
  readonly statement?: string | undefined;
  /** `file.c:N` or `function, file.c:N` (log_error_verbosity = verbose). */
  readonly location?: string | undefined;
  /**
   * What a library wrote to the server's stderr past the log: the panic of a thread of an extension, which is an entry
   * of its own; or the text directly above a crash.
   */
  readonly rawText?: string | undefined;
  /** When it was written: ms since the epoch. */
  readonly at?: number | undefined;
  readonly pid?: number | undefined;
  /** `%c`: hex start second, dot, hex pid. */
  readonly sessionId?: string | undefined;
  /** Start of the process: ms since the epoch, to the second. */
  readonly sessionStartAt?: number | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly applicationName?: string | undefined;
  readonly remoteHost?: string | undefined;
  readonly remotePort?: number | undefined;
  /** `%b`: `client backend`, `walsender`, `not initialized`, … */
  readonly backendType?: string | undefined;
  /** `%i`, csv command_tag, json ps: `authentication`, `startup`, `idle`, `SELECT`, … */
  readonly commandTag?: string | undefined;
  /**
   * False when the place of the log that could tell says that no client stands behind the entry (`%u` and `%d`
   * empty, or the prefix stopped at `%q`); undefined = cannot know.
   */
  readonly fromClient?: boolean | undefined;
  /** True when user, database and application could be told apart in several ways, and nothing else says which is right. */
  readonly namesAreGuessed?: boolean | undefined;
}
