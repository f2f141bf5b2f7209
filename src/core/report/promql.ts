/**
 * Questions in PromQL that the dashboard and the alert rules share. Metric names are those of postgres_exporter up to 0.20
 * (cmd/postgres_exporter/queries.go, collector/), of pgbouncer_exporter (collector.go), and our own (metricFamilies.ts). Text in single quotes, so that JSON and YAML have nothing to escape. `selector` is what stands
 * between the braces of each metric, empty or with a comma at its end.
 */

/** Where a server's figures belong together: one exporter may tell of several. */
export const perServer = 'by (instance, server)';

/** Clients that are connected. Older exporters know no backend_type, and newer ones leave it empty where nobody is. */
export function connectionsInUse(selector = ''): string {
  return `sum ${perServer} (pg_stat_activity_count{${selector}backend_type=~'client backend|'})`;
}

/** What ordinary roles can have: max_connections without what is reserved (reserved_connections: from PostgreSQL 16 on). */
export function usableConnections(selector = ''): string {
  const setting = (name: string): string =>
    `sum ${perServer} (pg_settings_${name}{${selector}})`.replace('{}', '');
  const max = setting('max_connections');
  return `(${max} - ${setting('superuser_reserved_connections')} - (${setting('reserved_connections')} or 0 * ${max}))`;
}

/** 0…1. */
export function utilization(selector = ''): string {
  return `${connectionsInUse(selector)} / ${usableConnections(selector)}`;
}

/** States of a session that holds a transaction open and does nothing in it. */
export const idleInTransaction = "state=~'idle in transaction.*'";

/** How many sessions are idle in transaction. */
export function idleTransactions(selector = ''): string {
  return `sum ${perServer} (pg_stat_activity_count{${selector}${idleInTransaction}})`;
}

/** Age of the oldest transaction in a state, seconds: the exporter knows no age of the state itself. */
export function longestTransaction(selector: string, state: string): string {
  return `max by (instance, server, datname) (pg_stat_activity_max_tx_duration{${selector}${state}})`;
}

/** What a login is refused for when the server has no slot left for it (failureTable.ts; 53300). */
export const fullKinds = ['tooManyClients', 'reservedSlots', 'tooManyConnections'] as const;

/** Share of max_client_conn that is taken, 0…1. */
export function poolerClients(selector = ''): string {
  const metric = (name: string): string => `pgbouncer_${name}{${selector}}`.replace('{}', '');
  return `${metric('used_clients')} / ${metric('config_max_client_connections')}`;
}
