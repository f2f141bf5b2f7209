import { renderSentence } from '../sentence.ts';
import { countsByAge, startsByHour } from '../server/connectionAges.ts';
import { percent } from '../server/findingText.ts';
import { settingAdvice } from '../server/settingAdvice.ts';
import type { NameCount } from '../snapshot/openSessions.ts';
import { isoInstant } from './jsonText.ts';
import { type Mask, maskOf, type NameKind, noMask } from './serverMask.ts';
import type { ServerReport } from './serverReport.ts';

/** One line of a table; undefined = nothing to say. */
export interface ServerRow {
  readonly name: string | undefined;
  readonly value: string | number | undefined;
  readonly note?: string | undefined;
}

/** One table of a report that is handed on. */
export interface ServerTable {
  readonly id: string;
  readonly title: string;
  /** What the columns hold: name, value and, where rows have one, note. */
  readonly head: readonly string[];
  readonly rows: readonly ServerRow[];
}

/**
 * What a report has to hand on, as tables: overview, findings, connections by the hour of their start and by age, by
 * database, user, application and client, settings. With `masked` no name and no host of it is recognisable; statements
 * are in none.
 */
export function serverTables(report: ServerReport, masked: boolean): ServerTable[] {
  const mask = masked ? maskOf(report) : noMask;
  return [
    overviewTable(report, mask),
    findingsTable(report, mask),
    hourTable(report),
    {
      id: 'byAge',
      title: 'Connections by age',
      head: ['age', 'connections'],
      rows: countsByAge(report.sample).map(({ name, count }) => ({ name, value: count })),
    },
    nameTable('byDatabase', 'Connections by database', 'database', report.byDatabase, mask),
    nameTable('byUser', 'Connections by user', 'user', report.byUser, mask),
    nameTable('byApplication', 'Connections by application', 'application', report.byApplication, mask),
    nameTable('byClient', 'Connections by client', 'host', report.byClient, mask),
    settingsTable(report),
  ].filter(({ rows }) => rows.length > 0);
}

function overviewTable({ sample, overview }: ServerReport, mask: Mask): ServerTable {
  const { version, host, port, user, sees } = sample.facts;
  const rows: ServerRow[] = [
    { name: 'server', value: `PostgreSQL ${version}` },
    { name: 'host', value: mask.name('host', host) },
    { name: 'port', value: port },
    {
      name: 'asked as',
      value: mask.name('user', user),
      note: sees === 'own' ? 'sees its own sessions only' : undefined,
    },
    { name: 'taken at', value: isoInstant(sample.takenAt) ?? undefined },
    { name: 'connections', value: overview.total },
    { name: 'active', value: overview.active },
    { name: 'idle', value: overview.idle },
    { name: 'idle in transaction', value: overview.idleInTransaction },
    { name: 'waiting for a lock', value: overview.waiting },
    { name: 'background processes', value: overview.background },
    { name: 'max_connections', value: overview.maxConnections },
    { name: 'reserved slots', value: overview.reserved },
    { name: 'usable by ordinary roles', value: overview.usable },
    { name: 'utilization', value: `${percent(overview.utilization)} %`, note: overview.health },
    { name: 'longest active, s', value: overview.longestActiveSeconds },
    { name: 'oldest idle transaction, s', value: overview.longestIdleInTransactionSeconds },
  ];
  return {
    id: 'overview',
    title: 'Overview',
    head: ['figure', 'value', 'note'],
    rows: rows.filter(({ value }) => value !== undefined),
  };
}

function findingsTable({ findings }: ServerReport, mask: Mask): ServerTable {
  const rows = findings.map(({ severity, sentence, nextStep, value, threshold }): ServerRow => ({
    name: severity,
    value: `${value} (threshold ${threshold})`,
    note: `${renderSentence(mask.sentence(sentence))} ${renderSentence(mask.sentence(nextStep))}`,
  }));
  return { id: 'findings', title: 'Findings', head: ['severity', 'value', 'finding'], rows };
}

function hourTable({ sample }: ServerReport): ServerTable {
  const rows = startsByHour(sample).map(({ startAt, count }): ServerRow => ({
    name: startAt === undefined ? 'earlier' : (isoInstant(startAt) ?? undefined),
    value: count,
  }));
  return { id: 'byHour', title: 'Connections by hour of start', head: ['hour (UTC)', 'connections'], rows };
}

function nameTable(
  id: string,
  title: string,
  kind: NameKind,
  counts: readonly NameCount[],
  mask: Mask,
): ServerTable {
  const rows = counts.map(({ name, count }) => ({ name: mask.name(kind, name), value: count }));
  return { id, title, head: [kind === 'host' ? 'client' : kind, 'connections'], rows };
}

function settingsTable({ sample }: ServerReport): ServerTable {
  const rows = settingAdvice(sample.facts).map(({ name, value, sentence }) => ({
    name,
    value,
    note: renderSentence(sentence),
  }));
  return { id: 'settings', title: 'Settings', head: ['setting', 'value', 'what it means'], rows };
}
