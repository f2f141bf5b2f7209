import { defaultPoolerThresholds, type PoolerThresholds } from '../pool/poolerFindings.ts';
import { defaultThresholds, type ServerThresholds } from '../server/finding.ts';
import {
  fullKinds,
  idleInTransaction,
  idleTransactions,
  longestTransaction,
  poolerClients,
  utilization,
} from './promql.ts';

/** From where something is worth an alert: those of the findings, and what only the log tells. */
export interface AlertThresholds {
  readonly server: ServerThresholds;
  readonly pooler: PoolerThresholds;
  /** Refused logins within the window. */
  readonly refusedLogins: number;
  /** The log is understood so many seconds late. */
  readonly lagSeconds: number;
}

export const defaultAlertThresholds: AlertThresholds = {
  server: defaultThresholds,
  pooler: defaultPoolerThresholds,
  refusedLogins: 10,
  lagSeconds: 60,
};

/** How long a condition has to hold, and how far back increases are counted; seconds. */
export interface AlertTiming {
  readonly forSeconds: number;
  readonly windowSeconds: number;
  /** Between evaluations; undefined = as Prometheus is configured. */
  readonly intervalSeconds?: number | undefined;
}

const defaultTiming: AlertTiming = { forSeconds: 60, windowSeconds: 300 };

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly severity: 'warning' | 'critical';
  readonly summary: string;
  readonly description: string;
}

/**
 * Alert rules for Prometheus (YAML, one group for each exporter; documentation, *Alerting rules*), with the thresholds
 * that are in use. Ends with a line break. Nothing in it comes from a log.
 */
export function prometheusRules(
  thresholds: AlertThresholds = defaultAlertThresholds,
  timing: AlertTiming = defaultTiming,
): string {
  return [
    '# Alert rules of PostgreSQL Connections, for postgres_exporter, pgbouncer_exporter and its own /metrics.',
    'groups:',
    ...groupLines('postgres-connections-server', serverRules(thresholds.server), timing),
    ...groupLines('postgres-connections-pgbouncer', poolerRules(thresholds.pooler), timing),
    ...groupLines('postgres-connections-log', logRules(thresholds, timing), timing),
    '',
  ].join('\n');
}

function serverRules(thresholds: ServerThresholds): Rule[] {
  const full = (alert: string, severity: Rule['severity'], share: number): Rule => ({
    alert,
    severity,
    expr: `${utilization()} >= ${share} or pgconnections_server_utilization_ratio >= ${share}`,
    summary: `PostgreSQL on {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its connections`,
    description: `From ${percent(share)} of what ordinary roles can have on, it will soon refuse them: look at who holds the connections.`,
  });
  const { idleInTransactionMinutes, idleInTransactionCount, activeSeconds } = thresholds;
  return [
    full('PostgresConnectionsHigh', 'warning', thresholds.utilizationWarning),
    full('PostgresConnectionsCritical', 'critical', thresholds.utilizationCritical),
    {
      alert: 'PostgresIdleInTransaction',
      severity: 'warning',
      expr: `${longestTransaction('', idleInTransaction)} > ${idleInTransactionMinutes * 60}`,
      summary: `A session of {{ $labels.datname }} on {{ $labels.instance }} sits in a transaction`,
      description: `Its transaction is {{ $value | humanizeDuration }} old and it does nothing; the threshold is ${idleInTransactionMinutes} minutes. Only ending the session helps: cancelling does nothing there.`,
    },
    {
      alert: 'PostgresManyIdleInTransaction',
      severity: 'warning',
      expr: `${idleTransactions()} > ${idleInTransactionCount}`,
      summary: `{{ $value }} sessions on {{ $labels.instance }} are idle in transaction`,
      description: `More than ${idleInTransactionCount} at once are many: look for a client that begins transactions and does not end them.`,
    },
    {
      alert: 'PostgresLongTransaction',
      severity: 'warning',
      expr: `${longestTransaction('', "state='active'")} > ${activeSeconds}`,
      summary: `A transaction in {{ $labels.datname }} on {{ $labels.instance }} takes long`,
      description: `It is at work and {{ $value | humanizeDuration }} old; the threshold is ${activeSeconds} seconds.`,
    },
    {
      alert: 'PostgresDown',
      severity: 'critical',
      expr: 'pg_up == 0',
      summary: `postgres_exporter on {{ $labels.instance }} cannot ask PostgreSQL`,
      description: `The server is down, or it is full and refuses the exporter too.`,
    },
  ];
}

function poolerRules({ maxWaitSeconds, clientsWarning, clientsCritical }: PoolerThresholds): Rule[] {
  const perPool = 'by (instance, database, user)';
  const full = (alert: string, severity: Rule['severity'], share: number): Rule => ({
    alert,
    severity,
    expr: `${poolerClients()} >= ${share}`,
    summary: `PgBouncer on {{ $labels.instance }} has {{ $value | humanizePercentage }} of its clients`,
    description: `From max_client_conn on it lets nobody in: the threshold is ${percent(share)}.`,
  });
  return [
    {
      alert: 'PgbouncerClientsWaiting',
      severity: 'warning',
      expr: `sum ${perPool} (pgbouncer_pools_client_waiting_connections) > 0`,
      summary: `{{ $value }} clients of {{ $labels.database }} wait for a server connection`,
      description: `The pool of {{ $labels.user }} on {{ $labels.instance }} has none to give: look at what its server connections do.`,
    },
    {
      alert: 'PgbouncerLongWait',
      severity: 'warning',
      expr: `max ${perPool} (pgbouncer_pools_client_maxwait_seconds) > ${maxWaitSeconds}`,
      summary: `A client of {{ $labels.database }} waits {{ $value | humanizeDuration }} for a server connection`,
      description: `More than ${maxWaitSeconds} s in the pool of {{ $labels.user }} on {{ $labels.instance }}.`,
    },
    full('PgbouncerClientsHigh', 'warning', clientsWarning),
    full('PgbouncerClientsCritical', 'critical', clientsCritical),
    {
      alert: 'PgbouncerDown',
      severity: 'critical',
      expr: 'pgbouncer_up == 0',
      summary: `pgbouncer_exporter on {{ $labels.instance }} cannot ask PgBouncer`,
      description: `The pooler is down, or refuses the exporter.`,
    },
  ];
}

function logRules(thresholds: AlertThresholds, { windowSeconds }: AlertTiming): Rule[] {
  const grown = (metric: string): string => `increase(${metric}[${windowSeconds}s])`;
  const within = `within ${windowSeconds % 60 === 0 ? `${windowSeconds / 60} minutes` : `${windowSeconds} s`}`;
  return [
    {
      alert: 'PostgresLoginsRefused',
      severity: 'warning',
      expr: `${grown('pgconnections_refused_logins_total')} >= ${thresholds.refusedLogins}`,
      summary: `{{ $labels.log }} refused {{ $value | humanize }} logins ${within}`,
      description: `The log tells the reason of each: a wrong password, an unknown database, no slot left.`,
    },
    {
      alert: 'PostgresTurnsAwayForLackOfSlots',
      severity: 'critical',
      expr: `${grown(`pgconnections_refused_logins_by_kind_total{kind=~'${fullKinds.join('|')}'}`)} > 0`,
      summary: `{{ $labels.log }} is full and turns clients away`,
      description: `Clients were refused with too many connections (53300) ${within}.`,
    },
    {
      alert: 'PostgresSessionsLost',
      severity: 'critical',
      expr: `${grown('pgconnections_lost_sessions_total')} > 0`,
      summary: `{{ $labels.log }} lost sessions`,
      description: `Sessions ended without a disconnection ${within}: a crash, an immediate stop, or a restart.`,
    },
    {
      alert: 'PostgresServerProblem',
      severity: 'critical',
      expr: `${grown('pgconnections_server_problems_total')} > 0`,
      summary: `{{ $labels.log }} tells of a problem of the server`,
      description: `A panic, a crash or a library that did not load ${within}.`,
    },
    {
      alert: 'PostgresLogReadLate',
      severity: 'warning',
      expr: `pgconnections_log_lag_seconds > ${thresholds.lagSeconds}`,
      summary: `{{ $labels.log }} is understood {{ $value | humanizeDuration }} late`,
      description: `The log is written faster than it is read: the other figures of it are as old.`,
    },
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** JSON's strings are YAML's double-quoted ones (YAML 1.2, section 1.3). */
function groupLines(
  name: string,
  rules: readonly Rule[],
  { forSeconds, intervalSeconds }: AlertTiming,
): string[] {
  const interval = intervalSeconds === undefined ? [] : [`    interval: ${duration(intervalSeconds)}`];
  return [
    `  - name: ${name}`,
    ...interval,
    '    rules:',
    ...rules.flatMap(({ alert, expr, severity, summary, description }) => [
      `      - alert: ${alert}`,
      `        expr: ${JSON.stringify(expr)}`,
      `        for: ${duration(forSeconds)}`,
      '        labels:',
      `          severity: ${severity}`,
      '        annotations:',
      `          summary: ${JSON.stringify(summary)}`,
      `          description: ${JSON.stringify(description)}`,
    ]),
  ];
}

/** As Prometheus writes it: whole seconds, or ms. */
function duration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;
}
