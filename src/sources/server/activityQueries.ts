/**
 * What a poll asks, one constant per question and minimum version. Columns: manual, sections 27.2.3
 * (pg_stat_activity), 52.16 (pg_prepared_xacts), 52.19 (pg_replication_slots). Every one is a single scan of the
 * server's memory; none takes a lock on a table of the user.
 */
import { queryCharacters } from '../../core/server/activity.ts';

/** An instant as whole ms since the epoch. */
export const milliseconds = (instant: string): string =>
  `floor(extract(epoch FROM ${instant}) * 1000)::float8`;

/** An instant with all its microseconds, whatever DateStyle and TimeZone are. */
const microseconds = (instant: string): string =>
  `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Begins the transaction of a poll: one snapshot of pg_stat_activity, and nothing that writes. */
export const beginPoll = 'BEGIN TRANSACTION READ ONLY';
export const endPoll = 'COMMIT';

/** Rows as `ActivityRow`. 13 added leader_pid. The texts are left out where they do not fit the client's encoding. */
export function activityQuery(majorVersion: number, withQueries = true): string {
  const query = withQueries ? `left(query, ${queryCharacters})` : 'NULL::text';
  const leader = majorVersion >= 13 ? 'leader_pid' : 'NULL::int';
  return `SELECT pid, backend_type AS "backendType", usename AS "user", datname AS "database",
  application_name AS "applicationName", host(client_addr) AS "address", client_port AS "port",
  ${milliseconds('backend_start')} AS "backendStartAt", ${microseconds('backend_start')} AS "backendStart",
  ${milliseconds('xact_start')} AS "transactionStartAt", ${milliseconds('query_start')} AS "queryStartAt",
  ${milliseconds('state_change')} AS "stateChangeAt", state, wait_event_type AS "waitEventType",
  wait_event AS "waitEvent", ${query} AS "query", ${leader} AS "leaderPid",
  CASE WHEN wait_event_type = 'Lock' THEN pg_blocking_pids(pid) END AS "blockedBy"
  FROM pg_stat_activity`;
}

/** Rows as `HolderRow`: the server's clock and when it was configured, the prepared transactions, the replication slots. */
export const holdersQuery = `SELECT 'clock' AS "what", pg_conf_load_time()::text AS "name", NULL::text AS "database", NULL::text AS "owner",
  ${milliseconds('clock_timestamp()')} AS "at", NULL::text AS "slotType", NULL::boolean AS "active", NULL::int AS "activePid"
UNION ALL SELECT 'prepared', gid, database, owner, ${milliseconds('prepared')}, NULL, NULL, NULL FROM pg_prepared_xacts
UNION ALL SELECT 'slot', slot_name, database, NULL, NULL, slot_type, active, active_pid FROM pg_replication_slots`;

/** Settings that decide how many connections there may be, how long they live, and what the log says of them. */
const watchedSettings = [
  'max_connections',
  'superuser_reserved_connections',
  'reserved_connections',
  'max_wal_senders',
  'max_worker_processes',
  'max_prepared_transactions',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
  'statement_timeout',
  'lock_timeout',
  'deadlock_timeout',
  'client_connection_check_interval',
  'authentication_timeout',
  'tcp_keepalives_idle',
  'tcp_keepalives_interval',
  'tcp_keepalives_count',
  'tcp_user_timeout',
  'log_connections',
  'log_disconnections',
  'log_lock_waits',
  'log_line_prefix',
  'log_min_duration_statement',
  'log_min_messages',
  'log_duration',
  'log_hostname',
  'track_activities',
  'track_activity_query_size',
  'ssl',
] as const;

/** At most so many roles and databases with a limit, and so many superusers. */
const mostNames = 1000;

/**
 * One row as `FactsRow`. `reset_val`: what a session of this role has that changed nothing, where ours has limits
 * of its own.
 */
export const factsQuery = `SELECT current_setting('server_version') AS "version", session_user AS "user", current_database() AS "database", pg_backend_pid() AS "ownPid",
  pg_has_role('pg_read_all_stats', 'USAGE') AS "seesAll", pg_has_role('pg_signal_backend', 'USAGE') AS "signalsOthers",
  (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "isSuperuser", pg_is_in_recovery() AS "inRecovery",
  ${milliseconds('pg_postmaster_start_time()')} AS "startedAt",
  (SELECT json_object_agg(name, coalesce(reset_val, '')) FROM pg_settings WHERE name IN (${watchedSettings.map((name) => `'${name}'`).join(', ')})) AS "settings",
  ARRAY(SELECT rolname::text FROM pg_roles WHERE rolsuper ORDER BY rolname LIMIT ${mostNames}) AS "superusers",
  (SELECT json_agg(one) FROM (
    (SELECT 'user' AS "kind", rolname AS "name", rolconnlimit AS "limit" FROM pg_roles WHERE rolconnlimit >= 0 ORDER BY rolname LIMIT ${mostNames})
    UNION ALL
    (SELECT 'database', datname, datconnlimit FROM pg_database WHERE datconnlimit >= 0 ORDER BY datname LIMIT ${mostNames})
  ) AS one) AS "limits",
  (SELECT nspname::text FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_tviews') AS "tviewsSchema",
  (SELECT extversion FROM pg_extension WHERE extname = 'pg_tviews') AS "tviewsVersion"`;

/** One backend's client, by `$1` = pid. */
export const clientQuery = `SELECT pid, host(client_addr) AS "address", client_port AS "port"
  FROM pg_stat_activity WHERE pid = $1 AND backend_type IN ('client backend', 'walsender')`;
