import type { Severity } from '../log/logEntry.ts';

/**
 * Where in the life of a session a failure stands, which says what it does to the session:
 * - authentication: a login that is refused; it never was a session, and no disconnection follows.
 * - startup: refused after `connection authorized`; it never became a session, and no disconnection follows (14 and
 *   before: it does when a library is missing). Also taken where either of these two is possible.
 * - session: ends an established session; the disconnection follows.
 * - server: about the server or one of its own processes; no session ends by it.
 * - keep: the session goes on.
 * - unknown: a FATAL of a session or of a login, which what came before and comes next in the log decides; an ERROR or
 *   LOG that is none of these kinds.
 */
export type FailurePhase = 'authentication' | 'startup' | 'session' | 'server' | 'keep' | 'unknown';

/** One kind of failure: how the log says it, what it means, what to do. */
export interface FailureRow {
  /** Stable word, for rules and files; unique. */
  readonly kind: string;
  readonly phase: FailurePhase;
  /** As in PostgreSQL's sources: `%s` stands for any text. */
  readonly messages: readonly string[];
  /** Mean this kind only where a process writes them that serves no client. */
  readonly backgroundMessages?: readonly string[];
  /** Codes that mean this kind where no message is recognized (another language, a newer version). */
  readonly sqlStates?: readonly string[];
  /** Severities that the message comes with; FATAL where there are none. */
  readonly severities?: readonly Severity[];
  /** Only this DETAIL, or else the SQLSTATE, tells it from a later row of the same message. */
  readonly detail?: string;
  /** One sentence each, in English. */
  readonly meaning: string;
  readonly nextStep: string;
}

const reload = 'then run SELECT pg_reload_conf().';
const load: readonly Severity[] = ['ERROR', 'FATAL'];

/** Every kind of failure, the first that fits counts. */
export const failureTable: readonly FailureRow[] = [
  // refused before it was authorized
  {
    kind: 'password',
    phase: 'authentication',
    messages: ['password authentication failed for user "%s"'],
    sqlStates: ['28P01'],
    meaning: 'The password is wrong, missing or expired, or there is no such role: DETAIL says which.',
    nextStep:
      'Correct the password that the client sends (connection string, PGPASSWORD, ~/.pgpass), or set it with \\password ROLE in psql.',
  },
  {
    kind: 'emptyPassword',
    phase: 'authentication',
    messages: ['empty password returned by client'],
    meaning: 'The client answered the request for a password with an empty one.',
    nextStep: 'Give the client a password: in its connection string, in PGPASSWORD or in ~/.pgpass.',
  },
  {
    kind: 'hbaRejects',
    phase: 'authentication',
    messages: [
      'pg_hba.conf rejects connection for host "%s"%s',
      'pg_hba.conf rejects replication connection for host "%s"%s',
    ],
    meaning: 'A line of pg_hba.conf with the method reject fits this host, user and database.',
    nextStep: `Change that line of pg_hba.conf, or put one that allows this login above it, ${reload}`,
  },
  {
    kind: 'noHbaEntry',
    phase: 'authentication',
    messages: ['no pg_hba.conf entry for host "%s"%s'],
    meaning:
      'No line of pg_hba.conf fits this host, user, database and encryption; where only hostssl lines would fit, the client came without SSL.',
    nextStep: `Add a line for this host, user and database to pg_hba.conf, ${reload}`,
  },
  {
    kind: 'noHbaReplicationEntry',
    phase: 'authentication',
    messages: ['no pg_hba.conf entry for replication connection from host "%s"%s'],
    meaning:
      'No line of pg_hba.conf lets this user replicate from this host; a line for all databases does not.',
    nextStep: `Add a line with the database replication for this host and user to pg_hba.conf, ${reload}`,
  },
  {
    kind: 'peer',
    phase: 'authentication',
    messages: ['Peer authentication failed for user "%s"'],
    meaning:
      'Over the Unix socket, the role must have the name of the operating system user, and it has another.',
    nextStep: `Connect with -h localhost and a password, or run psql as that user (sudo -u USER psql), or set scram-sha-256 for local in pg_hba.conf, ${reload}`,
  },
  {
    kind: 'ident',
    phase: 'authentication',
    messages: ['Ident authentication failed for user "%s"'],
    meaning: 'The ident server of the client’s host did not confirm this user; most hosts have none.',
    nextStep: `Set scram-sha-256 in place of ident for this host in pg_hba.conf, ${reload}`,
  },
  {
    kind: 'gssapi',
    phase: 'authentication',
    messages: ['GSSAPI authentication failed for user "%s"', 'SSPI authentication failed for user "%s"'],
    meaning: 'The Kerberos or Windows identity of the client does not stand for this role.',
    nextStep:
      'Look at the ticket with klist on the client, and at map, krb_realm and include_realm of the line in pg_hba.conf.',
  },
  {
    kind: 'ldap',
    phase: 'authentication',
    messages: ['LDAP authentication failed for user "%s"'],
    meaning: 'The LDAP server refused this user and password, or could not be asked.',
    nextStep:
      'Read the LOG line before it for the answer of the LDAP server, and compare the ldap options in pg_hba.conf.',
  },
  {
    kind: 'pam',
    phase: 'authentication',
    messages: ['PAM authentication failed for user "%s"', 'BSD authentication failed for user "%s"'],
    meaning: 'The authentication service of the server’s operating system refused this user and password.',
    nextStep: 'Read the LOG line before it, and the system’s own log, for the reason.',
  },
  {
    kind: 'radius',
    phase: 'authentication',
    messages: ['RADIUS authentication failed for user "%s"'],
    meaning: 'The RADIUS server refused this user and password, or did not answer.',
    nextStep:
      'Read the LOG line before it for the reason, and compare radiusservers and radiussecrets in pg_hba.conf.',
  },
  {
    kind: 'oauth',
    phase: 'authentication',
    messages: ['OAuth bearer authentication failed for user "%s"'],
    meaning: 'The token of the client was not accepted for this role.',
    nextStep: 'Get a new token, and compare issuer, scope and map of the line in pg_hba.conf with it.',
  },
  {
    kind: 'certificate',
    phase: 'authentication',
    messages: ['certificate authentication failed for user "%s"%s'],
    meaning: 'The common name of the client certificate is not the name of the role, and no map makes it so.',
    nextStep: `Connect with a certificate whose CN is the role, or add a map for it to pg_ident.conf, ${reload}`,
  },
  {
    kind: 'certificateRequired',
    phase: 'authentication',
    messages: ['connection requires a valid client certificate'],
    meaning:
      'The line of pg_hba.conf demands a client certificate, and the client sent none that the server trusts.',
    nextStep: 'Give the client sslcert and sslkey of a certificate that the server’s ssl_ca_file has signed.',
  },
  {
    kind: 'hostRejected',
    phase: 'authentication',
    messages: ['"trust" authentication failed for user "%s"', 'authentication failed for user "%s": %s'],
    meaning: 'The method that pg_hba.conf gives for this login refused it.',
    nextStep: `Look at the line of pg_hba.conf that fits this host, user and database, correct it, ${reload}`,
  },
  {
    kind: 'authenticationTimeout',
    phase: 'authentication',
    messages: ['canceling authentication due to timeout'],
    sqlStates: ['57014'],
    meaning: 'The client began to connect and did not finish within authentication_timeout.',
    nextStep:
      'Look for a client that hangs or waits for a password, a slow network, or an authentication server that does not answer.',
  },
  {
    kind: 'unsupportedProtocol',
    phase: 'authentication',
    messages: ['unsupported frontend protocol %s: server supports %s'],
    sqlStates: ['0A000'],
    meaning: 'The client speaks a version of the protocol that this server does not know.',
    nextStep: 'Update the client’s driver, or find what else connects to this port.',
  },
  {
    kind: 'startupPacket',
    phase: 'authentication',
    messages: ['invalid startup packet layout: %s', 'no PostgreSQL user name specified in startup packet'],
    meaning: 'The client’s first packet is not what a PostgreSQL client sends.',
    nextStep: 'Find what connects from this host: a port scanner, a health check or a broken driver.',
  },
  {
    kind: 'unencryptedData',
    phase: 'authentication',
    messages: ['received unencrypted data after %s'],
    meaning:
      'Plain data followed the request for encryption, which is either a broken client or somebody in between.',
    nextStep: 'Update the client’s driver, and find what stands between this host and the server.',
  },
  {
    kind: 'replicationOption',
    phase: 'authentication',
    messages: ['invalid value for parameter "replication": "%s"'],
    meaning: 'The client asks for replication with a word that is neither a boolean nor database.',
    nextStep:
      'Set replication=database or replication=true in the client’s connection string, or leave it out.',
  },
  {
    kind: 'startingUp',
    phase: 'authentication',
    messages: [
      'the database system is starting up',
      'the database system is not yet accepting connections',
      'the database system is in recovery mode',
    ],
    meaning: 'The server is starting or recovering, and lets nobody in yet.',
    nextStep: 'Connect again when the log says that the database system is ready to accept connections.',
  },
  {
    kind: 'noHotStandby',
    phase: 'authentication',
    messages: ['the database system is not accepting connections'],
    meaning: 'The server is a standby with hot_standby = off, which lets nobody in.',
    nextStep: 'Set hot_standby = on in postgresql.conf and restart it, or connect to the primary.',
  },
  {
    kind: 'shuttingDown',
    phase: 'authentication',
    messages: ['the database system is shutting down'],
    meaning: 'The server was told to stop, and lets nobody in anymore.',
    nextStep: 'Start it again with pg_ctl start, or wait for its restart.',
  },
  {
    kind: 'notAccepting',
    phase: 'authentication',
    messages: [],
    sqlStates: ['57P03'],
    meaning: 'The server is starting, stopping or recovering, and lets nobody in.',
    nextStep: 'Connect again when it is up; pg_isready tells.',
  },
  {
    kind: 'tooManyClients',
    phase: 'authentication',
    messages: ['sorry, too many clients already'],
    meaning: 'All max_connections places are taken.',
    nextStep:
      'Close idle sessions (SELECT * FROM pg_stat_activity), put a pool before the server, or raise max_connections and restart.',
  },

  // authorized, and then refused
  {
    kind: 'maxWalSenders',
    phase: 'startup',
    messages: ['number of requested standby connections exceeds %s'],
    meaning: 'All max_wal_senders places are taken by standbys, backups and other replication.',
    nextStep:
      'End those that are not needed (SELECT * FROM pg_stat_replication), or raise max_wal_senders and restart.',
  },
  {
    kind: 'unknownRole',
    phase: 'startup',
    messages: ['role "%s" does not exist'],
    meaning: 'There is no role of this name.',
    nextStep:
      'Correct the user in the connection string (the default is the operating system user), or run createuser NAME.',
  },
  {
    kind: 'roleCannotLogin',
    phase: 'startup',
    messages: ['role "%s" is not permitted to log in'],
    meaning: 'The role has no LOGIN attribute: it is a group.',
    nextStep: 'Connect as another role, or run ALTER ROLE … LOGIN in psql.',
  },
  {
    kind: 'unknownDatabase',
    phase: 'startup',
    messages: ['database "%s" does not exist'],
    sqlStates: ['3D000'],
    meaning:
      'There is no database of this name; without one in the connection string, it is the user’s name.',
    nextStep: 'List the databases with psql -l, correct the name, or run createdb NAME.',
  },
  {
    kind: 'databaseNotAccepting',
    phase: 'startup',
    messages: ['database "%s" is not currently accepting connections'],
    sqlStates: ['55000'],
    meaning: 'The database does not allow connections, as template0.',
    nextStep: 'Connect to another database, or run ALTER DATABASE … ALLOW_CONNECTIONS true as its owner.',
  },
  {
    kind: 'invalidDatabase',
    phase: 'startup',
    messages: ['cannot connect to invalid database "%s"'],
    meaning: 'A DROP DATABASE was interrupted, and what is left of the database cannot be used.',
    nextStep: 'Connect to another database and run DROP DATABASE again.',
  },
  {
    kind: 'databasePermission',
    phase: 'startup',
    messages: ['permission denied for database "%s"'],
    meaning: 'The role has no CONNECT privilege on the database.',
    nextStep: 'Run GRANT CONNECT ON DATABASE … TO … as the owner of the database.',
  },
  {
    kind: 'roleConnectionLimit',
    phase: 'startup',
    messages: ['too many connections for role "%s"'],
    meaning: 'The role has as many sessions as its CONNECTION LIMIT allows.',
    nextStep: 'Close sessions of this role, or run ALTER ROLE … CONNECTION LIMIT n in psql.',
  },
  {
    kind: 'databaseConnectionLimit',
    phase: 'startup',
    messages: ['too many connections for database "%s"'],
    meaning: 'The database has as many sessions as its CONNECTION LIMIT allows.',
    nextStep: 'Close sessions of this database, or run ALTER DATABASE … CONNECTION LIMIT n in psql.',
  },
  {
    kind: 'reservedSlots',
    phase: 'startup',
    messages: ['remaining connection slots are reserved for %s'],
    meaning:
      'Only the places that are reserved for superusers or privileged roles are left of max_connections.',
    nextStep:
      'Close idle sessions (SELECT * FROM pg_stat_activity), put a pool before the server, or raise max_connections and restart.',
  },
  {
    kind: 'tooManyConnections',
    phase: 'startup',
    messages: [],
    sqlStates: ['53300'],
    meaning: 'A limit of connections is reached: of the server, the role or the database.',
    nextStep:
      'Close idle sessions (SELECT * FROM pg_stat_activity), or compare max_connections and the CONNECTION LIMIT of role and database.',
  },
  {
    kind: 'replicationPermission',
    phase: 'startup',
    messages: [
      'must be superuser or replication role to start walsender',
      'permission denied to start WAL sender',
    ],
    meaning: 'The role has no REPLICATION attribute.',
    nextStep: 'Run ALTER ROLE … REPLICATION in psql, or connect as a role that has it.',
  },
  {
    kind: 'unknownParameter',
    phase: 'startup',
    messages: ['unrecognized configuration parameter "%s"'],
    sqlStates: ['42704'],
    meaning: 'The client asks for a setting at connect that this server does not have.',
    nextStep:
      'Correct or remove it in options, PGOPTIONS or the connection string; poolers may need ignore_startup_parameters.',
  },
  {
    kind: 'parameterPermission',
    phase: 'startup',
    messages: ['permission denied to set parameter "%s"'],
    meaning: 'The client sets a parameter at connect that this role may not set.',
    nextStep:
      'Remove it from options or PGOPTIONS, or run GRANT SET ON PARAMETER … TO … as a superuser (15 and later).',
  },
  {
    kind: 'invalidParameter',
    phase: 'startup',
    messages: [
      'invalid value for parameter "%s": "%s"',
      'invalid value for parameter "%s": %s',
      'parameter "%s" requires a %s value',
      'parameter "%s" cannot be %s',
      // 16 and before; 17 and later; of a fraction
      '%d is outside the valid range for parameter "%s" (%d .. %d)',
      '%d%s%s is outside the valid range for parameter "%s" (%d .. %d)',
      '%d%s%s is outside the valid range for parameter "%s" (%d%s%s .. %d%s%s)',
    ],
    sqlStates: ['22023', '55P02'],
    meaning:
      'The client sets a parameter at connect to a value that is not allowed, or one that cannot be set then.',
    nextStep: 'Correct or remove it in options, PGOPTIONS or the connection string.',
  },
  {
    kind: 'invalidOptions',
    phase: 'startup',
    messages: [
      '--%s requires a value',
      '-c %s requires a value',
      'invalid command-line argument for server process: %s',
    ],
    sqlStates: ['42601'],
    meaning: 'What the client gives as options at connect is not of the form -c NAME=VALUE.',
    nextStep: 'Correct options or PGOPTIONS in the client’s environment or connection string.',
  },
  {
    kind: 'binaryUpgrade',
    phase: 'startup',
    messages: ['must be superuser to connect in binary upgrade mode'],
    meaning: 'An upgrade by pg_upgrade is at work, which lets only its own superuser in.',
    nextStep: 'Wait until pg_upgrade has ended and the new server is started.',
  },
  {
    kind: 'permissionDenied',
    phase: 'startup',
    messages: [],
    sqlStates: ['42501'],
    meaning:
      'The role lacks a privilege that this login needs: CONNECT, REPLICATION, or setting a parameter.',
    nextStep: 'Read the message for which, and GRANT it.',
  },
  {
    kind: 'refused',
    phase: 'startup',
    messages: [],
    sqlStates: ['28000'],
    meaning:
      'The server does not let this login in: no line of pg_hba.conf allows it, its method refused it, or the role cannot log in.',
    nextStep: `Read the message for which, correct pg_hba.conf or the role, ${reload}`,
  },

  // ends an established session
  {
    kind: 'administratorCommand',
    phase: 'session',
    messages: ['terminating connection due to administrator command'],
    sqlStates: ['57P01'],
    meaning:
      'The session was ended on purpose: pg_terminate_backend, a fast shutdown, or DROP DATABASE … WITH (FORCE).',
    nextStep: 'Ask who did it if it was not you; the client must connect again.',
  },
  {
    kind: 'idleInTransactionTimeout',
    phase: 'session',
    messages: ['terminating connection due to idle-in-transaction timeout'],
    sqlStates: ['25P03'],
    meaning:
      'The session sat in an open transaction without a command longer than idle_in_transaction_session_timeout.',
    nextStep:
      'Find the code that leaves a transaction open, or raise idle_in_transaction_session_timeout for this role.',
  },
  {
    kind: 'idleSessionTimeout',
    phase: 'session',
    messages: ['terminating connection due to idle-session timeout'],
    sqlStates: ['57P05'],
    meaning: 'The session was idle longer than idle_session_timeout.',
    nextStep:
      'Let the pool close connections earlier than that, or raise idle_session_timeout for this role.',
  },
  {
    kind: 'transactionTimeout',
    phase: 'session',
    messages: ['terminating connection due to transaction timeout'],
    sqlStates: ['25P04'],
    meaning: 'A transaction took longer than transaction_timeout.',
    nextStep: 'Make the transaction shorter, or raise transaction_timeout for this role.',
  },
  {
    kind: 'databaseDropped',
    phase: 'session',
    messages: ['terminating connection due to conflict with recovery'],
    detail: 'User was connected to a database that must be dropped.',
    sqlStates: ['57P04'],
    meaning: 'The database that the session of this standby used was dropped on the primary.',
    nextStep: 'Connect to another database.',
  },
  {
    kind: 'recoveryConflict',
    phase: 'session',
    messages: ['terminating connection due to conflict with recovery'],
    sqlStates: ['40001'],
    meaning: 'The session of this standby was in the way of replaying what the primary did.',
    nextStep:
      'Try again, make transactions on the standby shorter, or set hot_standby_feedback = on or a longer max_standby_streaming_delay.',
  },
  {
    kind: 'connectionLost',
    phase: 'session',
    messages: [
      'connection to client lost',
      'unexpected EOF on client connection with an open transaction',
      'could not receive data from client: %s',
      'could not send data to client: %s',
    ],
    severities: ['FATAL', 'ERROR', 'LOG'],
    sqlStates: ['08006'],
    meaning: 'The client went away without saying goodbye: it was killed, or the network between broke.',
    nextStep:
      'Look at the client’s own log; a firewall that drops idle connections is met with tcp_keepalives_idle.',
  },
  {
    kind: 'protocolViolation',
    phase: 'session',
    messages: [
      'terminating connection because protocol synchronization was lost',
      'invalid frontend message type %d',
      'unexpected EOF within message length word',
      'incomplete message from client',
      'invalid message length',
    ],
    severities: ['FATAL', 'LOG'],
    meaning: 'What the client sent is not, or not all of, a message of the protocol.',
    nextStep:
      'Look at the client’s own log, and for two threads that share one connection; update the driver.',
  },
  {
    kind: 'invalidMessage',
    phase: 'unknown',
    messages: [],
    sqlStates: ['08P01'],
    meaning: 'What the client sent is not what the protocol asks for.',
    nextStep: 'Find what connects from this host: a scanner, a health check or a broken driver.',
  },
  {
    kind: 'postmasterExit',
    phase: 'session',
    messages: ['terminating connection due to unexpected postmaster exit'],
    meaning: 'The server’s main process is gone, so its sessions end.',
    nextStep: 'Find what killed it (the kernel’s log tells of the OOM killer), then start the server again.',
  },

  // of the server itself
  {
    kind: 'panic',
    phase: 'server',
    messages: [],
    severities: ['PANIC'],
    meaning: 'The server met something it cannot go on with: all sessions end and it recovers.',
    nextStep:
      'Read the message and the STATEMENT: full disks, damaged files and extensions are the usual causes.',
  },
  {
    kind: 'crash',
    phase: 'server',
    messages: [],
    severities: ['LOG'],
    meaning: 'A process of the server died, so the server ends all sessions and recovers.',
    nextStep:
      'Read DETAIL for the statement that ran: signal 9 is often the OOM killer (see dmesg), 11 and 6 an extension (see its backtrace).',
  },
  {
    kind: 'walReceiver',
    phase: 'server',
    messages: [
      'could not connect to the primary server: %s',
      'streaming replication receiver "%s" could not connect to the primary server: %s',
      'could not send end-of-streaming message to primary: %s',
      'could not receive data from WAL stream: %s',
      'could not send data to WAL stream: %s',
      'terminating walreceiver due to timeout',
      // its identifier and timeline; a timeline history file
      'could not receive %s from the primary server: %s',
      'error while shutting down streaming COPY: %s',
      'error reading result of streaming command: %s',
    ],
    meaning: 'This standby has no connection to its primary, and tries again.',
    nextStep:
      'Look at whether the primary runs, and at primary_conninfo; the reason in the message is the primary’s.',
  },
  // What is an ERROR elsewhere is FATAL in the WAL receiver, the archiver and the startup process, which catch none.
  {
    kind: 'walStreaming',
    phase: 'server',
    messages: [
      'could not start WAL streaming: %s',
      'could not create replication slot "%s": %s',
      'database system identifier differs between %s',
      'highest timeline %u of the primary is behind %s',
      'invalid response from primary server',
    ],
    meaning: 'The primary does not have the slot, the WAL or the timeline that this standby asks for.',
    nextStep: 'Correct primary_slot_name, or make the standby anew with pg_basebackup.',
  },
  {
    kind: 'archiver',
    phase: 'server',
    messages: [
      'archive command failed with exit code %d',
      // a signal; an exception on Windows
      'archive command was terminated by %s',
      'archive modules %s',
      // 17 and later quote the names
      'both %sarchive_command%s set',
    ],
    meaning: 'The archiver cannot run archive_command or archive_library; WAL stays in pg_wal.',
    nextStep: `Run the command in DETAIL by hand, correct the setting, ${reload}`,
  },
  {
    kind: 'recoveryFailed',
    phase: 'server',
    messages: [
      'could not restore file "%s" from archive: %s',
      'archive file "%s" has wrong size: %s',
      'recovery_end_command %s',
      'recovery ended before %s',
      'requested recovery stop point is before %s',
      'recovery target timeline %u does not exist',
      'requested timeline %u does not contain %s',
      // the end of the online backup; a consistent recovery point
      'WAL ends before %s',
      'WAL was generated with %s',
      'could not find redo location %s',
    ],
    meaning: 'WAL that the recovery needs is missing, or does not fit.',
    nextStep: 'Look at restore_command, the recovery_target settings and the archive.',
  },
  {
    kind: 'workerTerminated',
    phase: 'server',
    messages: [
      'terminating background worker "%s" due to administrator command',
      'terminating autovacuum process due to administrator command',
      'terminating logical replication worker due to administrator command',
      'terminating walreceiver process due to administrator command',
    ],
    // parallel workers, 13 and before
    backgroundMessages: ['terminating connection due to administrator command'],
    meaning:
      'A process that works for the server was told to stop, as at a shutdown or when its session is ended.',
    nextStep:
      'Nothing, if the server was stopped or the session was ended on purpose; else find who sent SIGTERM to it.',
  },
  {
    kind: 'lockFile',
    phase: 'server',
    messages: ['lock file "%s" already exists'],
    sqlStates: ['F0001'],
    meaning: 'A second server was started on a data directory, or a socket, that a running server holds.',
    nextStep: 'Use the running server, or stop it first with pg_ctl stop; HINT has its PID.',
  },
  {
    kind: 'cannotListen',
    phase: 'server',
    messages: ['could not create any TCP/IP sockets', 'could not create any Unix-domain sockets'],
    meaning:
      'The server could not start, because it can listen nowhere: another one has its port, most likely.',
    nextStep:
      'Stop what listens on the port (the LOG line before names it), or set another port in postgresql.conf.',
  },
  {
    kind: 'preloadLibraryMissing',
    phase: 'server',
    messages: [],
    backgroundMessages: ['could not access file "%s": %s'],
    meaning: 'The server could not start, because a library of shared_preload_libraries is not there.',
    nextStep:
      'Install the library for this version (cargo pgrx install, or its package), or take it out of shared_preload_libraries in postgresql.conf.',
  },
  {
    kind: 'serverProcess',
    phase: 'server',
    messages: [],
    meaning: 'A process of the server itself, which serves no client, ended by an error.',
    nextStep: 'Read the message and its DETAIL and HINT; the lines around it say which process it was.',
  },

  // the session goes on: extensions and their libraries; as FATAL, it is refused (session_preload_libraries)
  {
    kind: 'libraryMissing',
    phase: 'keep',
    messages: ['could not access file "%s": %s'],
    severities: load,
    sqlStates: ['58P01'],
    meaning:
      'The shared library of an extension, or of a preload setting, is not where the server looks for it.',
    nextStep:
      'Install it for this version (cargo pgrx install --pg-config …, or its package) under $(pg_config --pkglibdir), or correct the setting.',
  },
  {
    kind: 'libraryNotLoaded',
    phase: 'keep',
    messages: ['could not load library "%s": %s'],
    severities: load,
    meaning:
      'The system’s loader refuses the library; an undefined symbol means that it was built for another version.',
    nextStep:
      'Build it again against this server’s pg_config (cargo pgrx install --pg-config …), then connect anew.',
  },
  {
    kind: 'incompatibleLibrary',
    phase: 'keep',
    messages: ['incompatible library "%s": %s'],
    severities: load,
    meaning: 'The library was built for another PostgreSQL: DETAIL names both versions.',
    nextStep:
      'Build it again against this server’s pg_config (cargo pgrx install --pg-config …), then connect anew.',
  },
  {
    kind: 'functionMissing',
    phase: 'keep',
    messages: [
      'could not find function "%s" in file "%s"',
      'could not find function information for function "%s"',
    ],
    severities: load,
    sqlStates: ['42883'],
    meaning: 'The extension’s SQL names a function that its library does not have: one of the two is older.',
    nextStep:
      'Install the library again, then run DROP EXTENSION and CREATE EXTENSION, or ALTER EXTENSION … UPDATE.',
  },
  {
    kind: 'extensionMissing',
    phase: 'keep',
    messages: [
      'could not open extension control file "%s": %s',
      'extension "%s" is not available',
      'extension "%s" has no installation script nor update path for version "%s"',
    ],
    severities: load,
    meaning: 'The control file or the script of the extension is not installed for this server.',
    nextStep:
      'Install it with this server’s pg_config (cargo pgrx install, make install, or its package); it goes to $(pg_config --sharedir)/extension.',
  },
  {
    kind: 'rustPanic',
    phase: 'keep',
    messages: [
      'called `Option::%s',
      'called `Result::%s',
      'index out of bounds: the len is %s',
      'internal error: entered unreachable code%s',
      'attempt to %s with overflow',
      'attempt to divide by zero',
      'assertion `%s',
      'postgres FFI may not be called from multiple threads.%s',
      "thread '%s panicked at %s",
    ],
    severities: load,
    meaning: 'Code of an extension in Rust panicked; the statement failed.',
    nextStep:
      'Set log_error_verbosity = verbose to have the source line in the log, and RUST_BACKTRACE=1 for the server to see how it got there.',
  },
  // after the libraries, which are not loaded either
  {
    kind: 'startFailed',
    phase: 'server',
    messages: [
      'configuration file "%s" contains errors',
      // pg_hba.conf
      'could not load %s',
      'could not load server certificate file "%s": %s',
      'could not access private key file "%s": %s',
      'data directory "%s" does not exist',
      'data directory "%s" has invalid permissions',
      'data directory "%s" has wrong ownership',
      '"%s" is not a valid data directory',
      'database files are incompatible with server',
      'could not create lock file "%s": %s',
      'pre-existing shared memory block (key %lu, ID %lu) is still in use',
      'could not create shared memory segment: %s',
      'could not map anonymous shared memory: %s',
      'could not create semaphores: %s',
      'must specify %s when standby mode is not enabled',
      'recovery aborted because of insufficient parameter settings',
      'could not locate required checkpoint record',
      "requested timeline %u is not a child of this server's history",
      // 13 and before
      'hot standby is not possible because %s',
      'WAL archival cannot be enabled when %s',
      'WAL streaming %s requires %s',
    ],
    meaning: 'The server could not start: its configuration, its data directory or the system prevents it.',
    nextStep: 'Correct what the message and the LOG lines before it name, then start the server again.',
  },
  {
    kind: 'other',
    phase: 'unknown',
    messages: [],
    meaning: 'The server ended a login or a session, for the reason that the message gives.',
    nextStep:
      'Read the message with its DETAIL and HINT, and look its SQLSTATE up in appendix A of the manual.',
  },
];
