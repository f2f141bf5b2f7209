import { fullKinds } from './promql.ts';
import type { Overview } from '../server/serverSnapshot.ts';
import type { Dimension } from '../session/filter.ts';
import type { LogGrowth } from '../session/logGrowth.ts';
import { compareNames } from '../session/nameCounts.ts';
import type { OpenSession } from '../session/session.ts';

/** A name, what it means, and its values: what is exposed to Prometheus. A counter's name ends in `_total`. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly labels: readonly string[];
  /** Values by labels; no two have the same. */
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** One log as the metrics tell of it: unfiltered, Clear or not. */
export interface MeasuredLog {
  /** What it is called: its path. */
  readonly log: string;
  /** False = it is paused, missing or not yet read. */
  readonly following: boolean;
  /** How far behind the reading is. */
  readonly lagMs: number;
  readonly newestAt: number | undefined;
  /** The open sessions are all that there are. */
  readonly isExact: boolean;
  /** Open sessions, walsenders too. */
  readonly sessions: readonly OpenSession[];
  readonly growth: Pick<LogGrowth, 'totals' | 'byKind'>;
  /** Of its server, where it is connected and has answered lately. */
  readonly overview?: Overview | undefined;
}

/** Names of one dimension that have a series of their own in each log; the others together are `other`. */
const mostNames = 20;
const longestLabel = 128;
const prefix = 'pgconnections_';

type Sample = MetricFamily['samples'][number];

/** Everything that /metrics exposes of some logs. */
export function metricFamilies(logs: readonly MeasuredLog[]): MetricFamily[] {
  return [...openSessions(logs), ...growth(logs), ...reading(logs), ...server(logs)];
}

function openSessions(logs: readonly MeasuredLog[]): MetricFamily[] {
  const by = (dimension: Dimension & ('database' | 'user' | 'application'), suffix: string): MetricFamily =>
    family(
      'gauge',
      `open_sessions${suffix}`,
      `Open client sessions by ${dimension}`,
      ['log', dimension],
      logs,
      (log) =>
        [...topNames(log.sessions, dimension)].map(([name, value]) => ({
          labels: { [dimension]: name },
          value,
        })),
    );
  return [
    by('database', ''),
    by('user', '_by_user'),
    by('application', '_by_application'),
    simple(
      logs,
      'gauge',
      'client_sessions',
      'Open client sessions',
      ({ sessions }) => sessions.filter(({ replication }) => !replication).length,
    ),
    simple(
      logs,
      'gauge',
      'replication_sessions',
      'Open sessions of walsenders',
      ({ sessions }) => sessions.filter(({ replication }) => replication).length,
    ),
    simple(
      logs,
      'gauge',
      'open_sessions_exact',
      '1 if the log, or the server, tells of all open sessions; 0 if there may be more or fewer',
      ({ isExact }) => Number(isExact),
    ),
  ];
}

function growth(logs: readonly MeasuredLog[]): MetricFamily[] {
  const total = (name: string, help: string, value: (log: MeasuredLog) => number): MetricFamily =>
    simple(logs, 'counter', `${name}_total`, `${help} since the log is followed`, value);
  const kinds = (
    name: string,
    help: string,
    category: 'failure' | 'ending',
    awaited: readonly string[],
  ): MetricFamily =>
    family('counter', `${name}_total`, `${help} since the log is followed`, ['log', 'kind'], logs, (log) => {
      // an increase is seen from 0 on: the series that an alert waits for are there before the first of them
      const counts = new Map(awaited.map((kind) => [kind, 0]));
      for (const [kind, count] of log.growth.byKind(category)) counts.set(kind, count);
      return [...counts].map(([kind, value]) => ({ labels: { kind }, value }));
    });
  return [
    total('connects', 'Clients that were let in', ({ growth: { totals } }) => totals.connects),
    total('disconnects', 'Sessions whose end was logged', ({ growth: { totals } }) => totals.disconnects),
    total(
      'lost_sessions',
      'Sessions that ended without a line of their own',
      ({ growth: { totals } }) => totals.lost,
    ),
    total('refused_logins', 'Logins that were refused', ({ growth: { totals } }) => totals.failures),
    total('server_problems', 'Panics, crashes and load errors', ({ growth: { totals } }) => totals.problems),
    total(
      'replication_connects',
      'Walsenders that were let in',
      ({ growth: { totals } }) => totals.replicationConnects,
    ),
    kinds('refused_logins_by_kind', 'Logins that were refused, by kind', 'failure', fullKinds),
    kinds('sessions_ended_by_server', 'Sessions that the server ended, by kind', 'ending', []),
  ];
}

function reading(logs: readonly MeasuredLog[]): MetricFamily[] {
  return [
    simple(logs, 'gauge', 'log_following', '1 while the log is followed', ({ following }) =>
      Number(following),
    ),
    simple(logs, 'gauge', 'log_lag_seconds', 'How late the log is understood', ({ lagMs }) => lagMs / 1000),
    family(
      'gauge',
      'log_newest_timestamp_seconds',
      'Time of the newest line',
      ['log'],
      logs,
      ({ newestAt }) => (newestAt === undefined ? [] : [{ labels: {}, value: newestAt / 1000 }]),
    ),
  ];
}

function server(logs: readonly MeasuredLog[]): MetricFamily[] {
  const states = ({ active, idle, idleInTransaction }: Overview): Sample[] => [
    { labels: { state: 'active' }, value: active },
    { labels: { state: 'idle' }, value: idle },
    { labels: { state: 'idle in transaction' }, value: idleInTransaction },
  ];
  const one = (name: string, help: string, value: (overview: Overview) => number): MetricFamily =>
    family('gauge', name, help, ['log'], logs, ({ overview }) =>
      overview === undefined ? [] : [{ labels: {}, value: value(overview) }],
    );
  return [
    family(
      'gauge',
      'server_connections',
      'Client connections by state',
      ['log', 'state'],
      logs,
      ({ overview }) => (overview === undefined ? [] : states(overview)),
    ),
    one('server_usable_connections', 'Connections that ordinary roles can have', ({ usable }) => usable),
    one(
      'server_utilization_ratio',
      'Share of the usable connections in use',
      ({ utilization }) => utilization,
    ),
  ].filter(({ samples }) => samples.length > 0);
}

function simple(
  logs: readonly MeasuredLog[],
  kind: MetricFamily['kind'],
  name: string,
  help: string,
  value: (log: MeasuredLog) => number,
): MetricFamily {
  return family(kind, name, help, ['log'], logs, (log) => [{ labels: {}, value: value(log) }]);
}

function family(
  kind: MetricFamily['kind'],
  name: string,
  help: string,
  labels: readonly string[],
  logs: readonly MeasuredLog[],
  samplesOf: (log: MeasuredLog) => readonly Sample[],
): MetricFamily {
  const samples = logs.flatMap((log) =>
    samplesOf(log).map(({ labels: own, value }) => ({ labels: { log: labelText(log.log), ...own }, value })),
  );
  return { kind, name: `${prefix}${name}`, help, labels, samples };
}

/** The names that most client sessions have, and `other`. Names that look alike as labels count as one. */
function topNames(
  sessions: readonly OpenSession[],
  dimension: 'database' | 'user' | 'application',
): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string, by: number): unknown => counts.set(name, (counts.get(name) ?? 0) + by);
  for (const session of sessions)
    if (!session.replication)
      add(
        labelText((dimension === 'application' ? session.applicationName : session[dimension]) ?? 'unknown'),
        1,
      );
  const largest = [...counts].sort(([a, many], [b, more]) => more - many || compareNames(a, b));
  counts.clear();
  largest.forEach(([name, count], index) => add(index < mostNames ? name : 'other', count));
  return counts;
}

/** A label's value: UTF-8 without surrogates that stand alone, and of a bounded length (Prometheus refuses the scrape else). */
function labelText(text: string): string {
  return Array.from(text.toWellFormed()).slice(0, longestLabel).join('');
}
