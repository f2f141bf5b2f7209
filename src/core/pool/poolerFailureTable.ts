import type { FailureRow } from '../connection/failureTable.ts';

/**
 * Why PgBouncer closes a client: its reasons (src/client.c, objects.c, janitor.c, server.c, admin.c), what they mean
 * and what to do. `authentication` = the client was never let in; `session` = a session that the pooler ended. The
 * first that fits counts. A reason that is none of these is the text of PostgreSQL's own error, or new.
 */
export const poolerFailureTable: readonly FailureRow[] = [
  {
    kind: 'poolerPassword',
    phase: 'authentication',
    messages: [
      'password authentication failed%s',
      'SASL authentication failed%s',
      'no such user: %s',
      'no such user%s',
      'cert auth failed%s',
      'unix socket login rejected',
      'peer auth failed%s',
      'login rejected',
    ],
    meaning: 'PgBouncer refused the login: it does not know this user, or the password is another.',
    nextStep:
      'Compare auth_file (or auth_query) and auth_hba_file of PgBouncer with what the client sends; after a change run RELOAD.',
  },
  {
    kind: 'poolerNoDatabase',
    phase: 'authentication',
    messages: [
      'no such database: %s',
      'no such database%s',
      'database does not allow connections: %s',
      'not allowed',
    ],
    meaning: 'The [databases] section of PgBouncer has no such name, and no * that stands for all.',
    nextStep: 'Correct the database in the connection string, or add it to pgbouncer.ini and run RELOAD.',
  },
  {
    kind: 'poolerFull',
    phase: 'authentication',
    messages: ['no more connections allowed%s', 'client connections exceeded%s'],
    meaning: 'PgBouncer has as many clients as one of its limits allows: the reason names it.',
    nextStep: 'Close clients that nobody uses (SHOW CLIENTS), or raise that limit in pgbouncer.ini.',
  },
  {
    kind: 'poolerLoginTimeout',
    phase: 'authentication',
    messages: ['client_login_timeout%s'],
    meaning: 'The client began to connect and did not finish within client_login_timeout.',
    nextStep:
      'Look for a client that hangs, a health check that says nothing, or a server that does not let PgBouncer in.',
  },
  {
    kind: 'poolerStartup',
    phase: 'authentication',
    messages: [
      'unsupported startup parameter%s',
      'SSL required',
      'unsupported protocol%s',
      'invalid startup packet%s',
      'bad startup packet',
      'pgbouncer cannot connect to server',
      'server login has been failing%s',
    ],
    meaning: 'PgBouncer cannot take this client as it connects: the reason says why.',
    nextStep:
      'Add the parameter to ignore_startup_parameters, or correct the connection string; then run RELOAD.',
  },
  {
    kind: 'poolerWait',
    phase: 'unknown',
    messages: ['query_wait_timeout%s'],
    meaning:
      'The client waited for a server connection longer than query_wait_timeout: the pool is full, or the server is away.',
    nextStep:
      'Look at SHOW POOLS: with cl_waiting above 0, raise default_pool_size or make transactions shorter; with none active, look at the server.',
  },
  {
    kind: 'poolerIdle',
    phase: 'session',
    messages: ['client_idle_timeout%s', 'idle transaction timeout%s', 'transaction timeout%s'],
    meaning: 'The client did nothing, or held a transaction, for longer than a timeout of PgBouncer allows.',
    nextStep:
      'Find the code that leaves it open, or raise client_idle_timeout, idle_transaction_timeout or transaction_timeout.',
  },
  {
    kind: 'poolerQueryTimeout',
    phase: 'session',
    messages: ['query_timeout%s', 'query timeout%s'],
    meaning: 'A query took longer than query_timeout of PgBouncer.',
    nextStep: 'Make the query faster, or raise query_timeout.',
  },
  {
    kind: 'poolerServerLost',
    phase: 'session',
    messages: [
      'server conn crashed?%s',
      'server disconnect while%s',
      'server login failed%s',
      'connect failed%s',
      'unclean server%s',
    ],
    meaning: 'The server connection that this client used is gone, so PgBouncer closed the client as well.',
    nextStep:
      'Look at the log of PostgreSQL at this time: it was stopped, it crashed, or an administrator ended the session.',
  },
  {
    kind: 'poolerAdmin',
    phase: 'session',
    messages: [
      'admin forced disconnect%s',
      'database removed%s',
      'database configuration changed%s',
      'server shutting down%s',
      'pooler is shutting down%s',
      'pgbouncer is shutting down%s',
      'evicted%s',
      'client was evicted%s',
    ],
    meaning:
      'An administrator of PgBouncer ended it: a command of its console, a changed configuration or a stop.',
    nextStep: 'Ask who did it if it was not you; the client must connect again.',
  },
  {
    kind: 'poolerProtocol',
    phase: 'unknown',
    messages: ['bad packet%s', 'broken %s', 'invalid %s', 'expected %s', 'unknown %s'],
    meaning: 'What the client sent is not what the protocol asks for, or more than PgBouncer understands.',
    nextStep:
      'Find what connects from this host: a scanner, a health check or a driver that needs an update.',
  },
  {
    kind: 'poolerOther',
    phase: 'unknown',
    messages: [],
    meaning:
      'PgBouncer closed the client, for the reason that the message gives: mostly the error of PostgreSQL itself.',
    nextStep: 'Read the message; the log of PostgreSQL has more at this time.',
  },
];
