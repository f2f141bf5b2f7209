/**
 * The LOG messages that are understood, in English, written as in PostgreSQL's sources (the msgids of its message
 * catalogs). Everything that reads or looks for a LOG message takes its text from here, and the wordings of the other
 * languages by it (languages.ts).
 */
export interface MessageTexts {
  /** With port and, for a Unix socket, without. */
  readonly received: string;
  readonly receivedLocal: string;
  /** Since 17, `trust` has a text of its own. */
  readonly authenticated: readonly string[];
  readonly authorized: string;
  readonly replicationAuthorized: string;
  /** 12 translates whole sentences: user, database, application name, then what tells of TLS. */
  readonly wholeAuthorized: readonly string[];
  readonly wholeReplicationAuthorized: readonly string[];
  /** What may follow the user, in this order. */
  readonly database: string;
  readonly application: string;
  readonly tls: readonly string[];
  readonly gss: readonly string[];
  readonly ready: string;
  readonly disconnection: string;
  readonly clientTrouble: readonly string[];
  readonly server: readonly ServerText[];
  /** HINT of `redirected` and of `logDestinationChanged`. */
  readonly futureDirectory: string;
  readonly futureDestination: string;
  /** Last line of the DETAIL of a refused login: 16 and later, and before. */
  readonly hbaFileMatched: string;
  readonly hbaLineMatched: string;
}

/** A message about the server itself. */
export interface ServerText {
  readonly what: ServerEvent;
  readonly message: string;
  /** Where the message begins with a value: what that value can be, so that it can be searched for. */
  readonly firstValues?: readonly string[];
  /** `processTerminated`: what the value after the pid is. */
  readonly by?: 'signal' | 'exception' | 'exitCode';
}

/** What a message tells of the server. */
export type ServerEvent =
  | 'starting'
  | 'listening'
  | 'redirected'
  | 'logDestinationChanged'
  | 'wasShutDown'
  | 'wasInterrupted'
  | 'notProperlyShutDown'
  | 'ready'
  | 'readyReadOnly'
  | 'smartShutdown'
  | 'fastShutdown'
  | 'immediateShutdown'
  | 'shuttingDown'
  | 'notRestarting'
  | 'shutDown'
  | 'processTerminated'
  | 'terminatingOthers'
  | 'reinitializing'
  | 'promote'
  | 'reload'
  | 'parameterChanged'
  | 'parameterNeedsRestart'
  | 'configurationErrors'
  | 'notReloaded'
  | 'forkFailed';

/** The processes of a server, as the postmaster calls them when they end: up to 17, then 18 (`%b`'s words). */
const endedProcesses = [
  ...['server process', 'startup process', 'background writer process', 'checkpointer process'],
  ...['WAL writer process', 'WAL receiver process', 'WAL summarizer process', 'autovacuum launcher process'],
  ...['archiver process', 'statistics collector process', 'system logger process'],
  ...['slot sync worker process', 'background worker "%s"'],
  ...['client backend', 'dead-end client backend', 'walsender', 'startup', 'background writer'],
  ...['checkpointer', 'walwriter', 'walreceiver', 'walsummarizer', 'autovacuum launcher'],
  ...['autovacuum worker', 'archiver', 'logger', 'slotsync worker', 'io worker'],
  // 10
  'worker process: %s',
];

/** Without NLS, or with lc_messages = C or en_*: what nearly every log is written in. */
export const english: MessageTexts = {
  received: 'connection received: host=%s port=%s',
  receivedLocal: 'connection received: host=%s',
  authenticated: [
    'connection authenticated: identity="%s" method=%s (%s:%d)',
    'connection authenticated: user="%s" method=%s (%s:%d)',
  ],
  authorized: 'connection authorized: user=%s',
  replicationAuthorized: 'replication connection authorized: user=%s',
  wholeAuthorized: [
    'connection authorized: user=%s database=%s',
    'connection authorized: user=%s database=%s application_name=%s',
    'connection authorized: user=%s database=%s SSL enabled (protocol=%s, cipher=%s, bits=%d, compression=%s)',
    'connection authorized: user=%s database=%s application_name=%s SSL enabled (protocol=%s, cipher=%s, bits=%d, compression=%s)',
  ],
  wholeReplicationAuthorized: [
    'replication connection authorized: user=%s application_name=%s',
    'replication connection authorized: user=%s SSL enabled (protocol=%s, cipher=%s, bits=%d, compression=%s)',
    'replication connection authorized: user=%s application_name=%s SSL enabled (protocol=%s, cipher=%s, bits=%d, compression=%s)',
  ],
  database: ' database=%s',
  application: ' application_name=%s',
  // 13 and before (11 to 13: `bits=256, compression=off`); 14 and later
  tls: [
    ' SSL enabled (protocol=%s, cipher=%s, compression=%s)',
    ' SSL enabled (protocol=%s, cipher=%s, bits=%d)',
  ],
  // 16 and later; before; the last of each pair where nothing proves who it is
  gss: [
    ' GSS (authenticated=%s, encrypted=%s, delegated_credentials=%s, principal=%s)',
    ' GSS (authenticated=%s, encrypted=%s, delegated_credentials=%s)',
    ' GSS (authenticated=%s, encrypted=%s, principal=%s)',
    ' GSS (authenticated=%s, encrypted=%s)',
  ],
  ready: 'connection ready: setup total=%.3f ms, fork=%.3f ms, authentication=%.3f ms',
  disconnection: 'disconnection: session time: %d:%02d:%02d.%03d user=%s database=%s host=%s%s%s',
  clientTrouble: [
    'could not receive data from client: %s',
    'could not send data to client: %s',
    'unexpected EOF on client connection with an open transaction',
    'unexpected EOF within message length word',
    'incomplete message from client',
    'invalid message length',
  ],
  server: [
    { what: 'starting', message: 'starting %s', firstValues: ['PostgreSQL %s'] },
    {
      what: 'listening',
      message: 'listening on %s address "%s", port %d',
      firstValues: ['IPv4', 'IPv6'],
    },
    { what: 'listening', message: 'listening on Unix socket "%s"' },
    { what: 'redirected', message: 'redirecting log output to logging collector process' },
    { what: 'logDestinationChanged', message: 'ending log output to stderr' },
    { what: 'wasShutDown', message: 'database system was shut down at %s' },
    { what: 'wasShutDown', message: 'database system was shut down in recovery at %s' },
    // in Turkish it begins with the time
    { what: 'wasInterrupted', message: 'database system was interrupted%s', firstValues: ['20%s'] },
    { what: 'wasInterrupted', message: 'database system shutdown was interrupted%s' },
    { what: 'notProperlyShutDown', message: 'database system was not properly shut down%s' },
    { what: 'ready', message: 'database system is ready to accept connections' },
    // 13 and before; 14 and later
    { what: 'readyReadOnly', message: 'database system is ready to accept read only connections' },
    { what: 'readyReadOnly', message: 'database system is ready to accept read-only connections' },
    { what: 'smartShutdown', message: 'received smart shutdown request' },
    { what: 'fastShutdown', message: 'received fast shutdown request' },
    { what: 'immediateShutdown', message: 'received immediate shutdown request' },
    { what: 'shuttingDown', message: 'shutting down' },
    // 17 and later quote the name
    { what: 'notRestarting', message: 'shutting down because restart_after_crash is off' },
    { what: 'notRestarting', message: 'shutting down because "restart_after_crash" is off' },
    { what: 'shutDown', message: 'database system is shut down' },
    {
      what: 'processTerminated',
      message: '%s (PID %d) was terminated by signal %d: %s',
      firstValues: endedProcesses,
      by: 'signal',
    },
    // Windows
    {
      what: 'processTerminated',
      message: '%s (PID %d) was terminated by exception 0x%X',
      firstValues: endedProcesses,
      by: 'exception',
    },
    {
      what: 'processTerminated',
      message: '%s (PID %d) exited with exit code %d',
      firstValues: endedProcesses,
      by: 'exitCode',
    },
    { what: 'terminatingOthers', message: 'terminating any other active server processes' },
    { what: 'reinitializing', message: 'all server processes terminated; reinitializing' },
    { what: 'promote', message: 'received promote request' },
    { what: 'promote', message: 'selected new timeline ID: %s' },
    { what: 'promote', message: 'archive recovery complete' },
    { what: 'reload', message: 'received SIGHUP, reloading configuration files' },
    { what: 'parameterChanged', message: 'parameter "%s" changed to "%s"' },
    {
      what: 'parameterChanged',
      message: 'parameter "%s" removed from configuration file, reset to default',
    },
    {
      what: 'parameterNeedsRestart',
      message: 'parameter "%s" cannot be changed without restarting the server',
    },
    { what: 'configurationErrors', message: 'configuration file "%s" contains errors; %s' },
    {
      what: 'notReloaded',
      message: '%s was not reloaded',
      // 16 and later print the path of pg_hba.conf
      firstValues: ['pg_hba.conf', 'pg_ident.conf', 'SSL configuration', '/%s'],
    },
    { what: 'forkFailed', message: 'could not fork new process for connection: %s' },
  ],
  futureDirectory: 'Future log output will appear in directory "%s".',
  futureDestination: 'Future log output will go to log destination "%s".',
  hbaFileMatched: 'Connection matched file "%s" line %d: "%s"',
  hbaLineMatched: 'Connection matched pg_hba.conf line %d: "%s"',
};
