import type { AlertThresholds } from './prometheus.ts';
import {
  connectionsInUse,
  idleInTransaction,
  longestTransaction,
  poolerClients,
  usableConnections,
  utilization,
} from './promql.ts';

/** What one panel asks and how it is drawn. */
export interface PanelPlan {
  readonly title: string;
  readonly description: string;
  /** Grafana's id of it (`short`, `s`, `percentunit`, `ops`). */
  readonly unit: string;
  readonly questions: readonly { readonly expr: string; readonly legend: string }[];
  /** Where a line is drawn, lowest first. */
  readonly steps: readonly { readonly color: 'yellow' | 'red'; readonly value: number }[];
  readonly stacked: boolean;
  /** In a grid of 24 columns. */
  readonly width: number;
  readonly height: number;
}

const half = { width: 12, height: 8, steps: [], stacked: false } as const;
const third = { ...half, width: 8 } as const;

/** The rows of the dashboard, one for each exporter. */
export function dashboardRows(
  thresholds: AlertThresholds,
): readonly { readonly title: string; readonly panels: readonly PanelPlan[] }[] {
  return [
    { title: 'PostgreSQL (postgres_exporter)', panels: serverPanels(thresholds) },
    { title: 'PgBouncer (pgbouncer_exporter)', panels: poolerPanels(thresholds) },
    { title: 'Log (PostgreSQL Connections)', panels: logPanels(thresholds) },
  ];
}

const server = "instance=~'$instance',";
const steps = (warning: number, critical: number): PanelPlan['steps'] => [
  { color: 'yellow', value: warning },
  { color: 'red', value: critical },
];

function serverPanels({ server: thresholds }: AlertThresholds): PanelPlan[] {
  const { idleInTransactionMinutes, activeSeconds } = thresholds;
  return [
    {
      ...half,
      title: 'Utilization',
      description: 'Share of what ordinary roles can have: max_connections without the reserved ones.',
      unit: 'percentunit',
      questions: [{ expr: utilization(server), legend: '{{instance}}' }],
      steps: steps(thresholds.utilizationWarning, thresholds.utilizationCritical),
    },
    {
      ...half,
      title: 'Connections and their limit',
      description: 'Client connections, and how many ordinary roles can have.',
      unit: 'short',
      questions: [
        { expr: connectionsInUse(server), legend: '{{instance}} in use' },
        { expr: usableConnections(server), legend: '{{instance}} usable' },
      ],
    },
    {
      ...third,
      title: 'By state',
      description: 'What the sessions do. A session that waits for a lock is active.',
      unit: 'short',
      questions: [{ expr: `sum by (state) (pg_stat_activity_count{${server}}) > 0`, legend: '{{state}}' }],
      stacked: true,
    },
    {
      ...third,
      title: 'By database',
      description: 'Client connections of each database.',
      unit: 'short',
      questions: [
        { expr: `sum by (datname) (pg_stat_activity_count{${server}}) > 0`, legend: '{{datname}}' },
      ],
      stacked: true,
    },
    {
      ...third,
      title: 'Oldest transaction',
      description: `Alerts: idle in transaction after ${idleInTransactionMinutes} minutes, active after ${activeSeconds} s.`,
      unit: 's',
      questions: [
        { expr: longestTransaction(server, idleInTransaction), legend: '{{datname}} idle in transaction' },
        { expr: longestTransaction(server, "state='active'"), legend: '{{datname}} active' },
      ],
      steps: [{ color: 'red', value: idleInTransactionMinutes * 60 }],
    },
  ];
}

function poolerPanels({ pooler }: AlertThresholds): PanelPlan[] {
  const selector = "instance=~'$pooler'";
  const perPool = 'by (database, user)';
  const pool = (metric: string): string => `sum ${perPool} (pgbouncer_pools_${metric}{${selector}})`;
  const legend = '{{database}} {{user}}';
  return [
    {
      ...third,
      title: 'Clients that wait',
      description: 'They have sent a query and have no server connection yet.',
      unit: 'short',
      questions: [{ expr: pool('client_waiting_connections'), legend }],
      steps: [{ color: 'yellow', value: 1 }],
    },
    {
      ...third,
      title: 'Longest wait',
      description: 'Of the client that waits longest.',
      unit: 's',
      questions: [{ expr: `max ${perPool} (pgbouncer_pools_client_maxwait_seconds{${selector}})`, legend }],
      steps: [{ color: 'red', value: pooler.maxWaitSeconds }],
    },
    {
      ...third,
      title: 'Clients of max_client_conn',
      description: 'From 100 % on nobody is let in.',
      unit: 'percentunit',
      questions: [{ expr: poolerClients(`${selector},`), legend: '{{instance}}' }],
      steps: steps(pooler.clientsWarning, pooler.clientsCritical),
    },
    {
      ...half,
      title: 'Server connections',
      description: 'In use, idle, and idle for longer than server_check_delay.',
      unit: 'short',
      questions: ['active', 'idle', 'used'].map((state) => ({
        expr: pool(`server_${state}_connections`),
        legend: `${legend} ${state}`,
      })),
      stacked: true,
    },
    {
      ...half,
      title: 'Time spent waiting',
      description: 'Seconds of waiting in each second, of all clients of a database.',
      unit: 's',
      questions: [
        {
          // older exporters call it pgbouncer_stats_client_wait_seconds_total
          expr: `sum by (database) (rate({__name__=~'pgbouncer_stats(_totals)?_client_wait_seconds_total',${selector}}[$__rate_interval]))`,
          legend: '{{database}}',
        },
      ],
    },
  ];
}

function logPanels({ lagSeconds }: AlertThresholds): PanelPlan[] {
  const selector = "instance=~'$log'";
  const open = (by: string): string =>
    `sum by (${by}) (pgconnections_open_sessions${by === 'database' ? '' : `_by_${by}`}{${selector}})`;
  const rate = (metric: string): string =>
    `sum(rate(pgconnections_${metric}_total{${selector}}[$__rate_interval]))`;
  return [
    ...(['database', 'application'] as const).map((by) => ({
      ...half,
      title: `Open sessions by ${by}`,
      description: 'As the log tells it; a sum of the many small ones is “other”.',
      unit: 'short',
      questions: [{ expr: open(by), legend: `{{${by}}}` }],
      stacked: true,
    })),
    {
      ...third,
      title: 'Connects and disconnects',
      description: 'In each second. What is connected often and for short should pool.',
      unit: 'ops',
      questions: [
        { expr: rate('connects'), legend: 'connects' },
        { expr: rate('disconnects'), legend: 'disconnects' },
        { expr: rate('lost_sessions'), legend: 'lost' },
      ],
    },
    {
      ...third,
      title: 'Refused logins',
      description: 'By kind, over the interval that a point stands for.',
      unit: 'short',
      questions: [
        {
          expr: `sum by (kind) (increase(pgconnections_refused_logins_by_kind_total{${selector}}[$__rate_interval])) > 0`,
          legend: '{{kind}}',
        },
      ],
      stacked: true,
    },
    {
      ...third,
      title: 'How late the log is understood',
      description: 'Above 0 it is written faster than it is read.',
      unit: 's',
      questions: [{ expr: `pgconnections_log_lag_seconds{${selector}}`, legend: '{{log}}' }],
      steps: [{ color: 'yellow', value: lagSeconds }],
    },
  ];
}
