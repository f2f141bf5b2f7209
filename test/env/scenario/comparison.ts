import assert from 'node:assert/strict';

import type { FailureDocument, SummaryDocument } from '../../../src/core/report/summaryJson.ts';
import type { TrueSession, TrueTrouble, Truth } from './truth.ts';

type Dimension = 'database' | 'user' | 'application' | 'host';

/**
 * Asserts that a summary tells the truth: every session, every count, every group, every refusal. Where the log
 * cannot tell one strange name from another (`namesAreAmbiguous`), who is in is compared by pid; where it never says
 * from where they come (`hostsAreUnlogged`), nothing may be told of that.
 */
export function assertTells(
  summary: SummaryDocument,
  truth: Truth,
  { namesAreAmbiguous = false, hostsAreUnlogged = false } = {},
): void {
  if (hostsAreUnlogged) {
    const withoutHosts = {
      ...truth,
      active: truth.active.map((session) => ({ ...session, host: null, port: null })),
    };
    assertTells(summary, withoutHosts, { namesAreAmbiguous });
    return;
  }
  assertTroubles(summary.failures, truth.failed, 'failures');
  assertTroubles(summary.endings, truth.endings, 'endings');
  assert.deepEqual(countsOf(summary), {
    connects: truth.connects,
    disconnects: truth.disconnects,
    lost: truth.lost,
    failed: truth.failed.length,
    replicationConnects: truth.replicationConnects,
  });
  if (truth.unlogged > 0) {
    assertTellsLimits(summary, truth);
    return;
  }
  assert.equal(summary.activeIs, truth.beginsLate === true ? 'atLeast' : 'exact');
  if (namesAreAmbiguous) assertSamePids(summary, truth);
  else assertSessions(summary, truth);
}

function assertSessions(summary: SummaryDocument, truth: Truth): void {
  assert.deepEqual(sessionsIn(summary), truth.active.map(clientText).sort());
  assert.deepEqual(
    summary.active.filter(({ replication }) => replication).map(walsenderText),
    truth.walsenders.map(walsenderText),
  );
  for (const dimension of ['database', 'user', 'application', 'host'] as const)
    assert.deepEqual(groupsIn(summary, dimension), groupsOf(truth.active, dimension), `by ${dimension}`);
}

/** Sessions that ended unseen are taken for open ones, and the summary must not call that exact. */
function assertTellsLimits(summary: SummaryDocument, truth: Truth): void {
  assert.notEqual(summary.activeIs, 'exact');
  const told = new Set(sessionsIn(summary));
  assert.deepEqual(
    truth.active.map(clientText).filter((session) => !told.has(session)),
    [],
  );
}

function assertSamePids(summary: SummaryDocument, truth: Truth): void {
  const pids = (sessions: readonly { readonly pid: number | null }[]) =>
    sessions.map(({ pid }) => pid).sort();
  assert.deepEqual(pids(summary.active), pids(truth.active));
}

function countsOf({ connects, disconnects, lost, failed, replicationConnects }: SummaryDocument) {
  return { connects, disconnects, lost, failed, replicationConnects };
}

function sessionsIn(summary: SummaryDocument): string[] {
  return summary.active
    .filter(({ replication }) => !replication)
    .map((session) => clientText({ ...session, pid: session.pid ?? 0 }))
    .sort();
}

function clientText({ pid, user, database, application, host, port }: TrueSession): string {
  return JSON.stringify({ pid, user, database, application: kept(application), host, port });
}

/** The log tells the database of no walsender when it is let in. */
function walsenderText({
  pid,
  user,
  application,
  host,
  port,
}: Omit<TrueSession, 'pid' | 'database'> & { readonly pid: number | null }): string {
  return JSON.stringify({ pid, user, application: kept(application), host, port });
}

/** The server keeps 63 bytes of an application_name and logs all of it. */
function kept(application: string | null): string | null {
  return application === null ? null : application.slice(0, 63);
}

function groupsIn(summary: SummaryDocument, dimension: Dimension): Record<string, number> {
  const groups = {
    database: summary.byDatabase,
    user: summary.byUser,
    application: summary.byApplication,
    host: summary.byHost,
  }[dimension];
  const counts = groups.map(({ count }) => count);
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => b - a),
    `by ${dimension}, largest first`,
  );
  return sum(groups.map(({ name, count }) => [name, count]));
}

function groupsOf(sessions: readonly TrueSession[], dimension: Dimension): Record<string, number> {
  return sum(sessions.map((session) => [session[dimension], 1]));
}

function sum(counts: readonly (readonly [string | null, number])[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) {
    const key = JSON.stringify(kept(name));
    sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return Object.fromEntries([...sums].sort());
}

/** Each trouble that was told is one that happened, and each that happened was told; a log may lack its particulars. */
function assertTroubles(
  told: readonly FailureDocument[],
  happened: readonly TrueTrouble[],
  what: string,
): void {
  const messages = (list: readonly { message: string }[]) => list.map(({ message }) => message).sort();
  assert.deepEqual(messages(told), messages(happened), what);
  const left = [...happened];
  for (const trouble of told) {
    const index = left.findIndex((candidate) => fits(trouble, candidate));
    assert.notEqual(index, -1, `${what}: nobody was told ${JSON.stringify(trouble)}`);
    left.splice(index, 1);
  }
}

function fits(told: FailureDocument, happened: TrueTrouble): boolean {
  return (
    told.message === happened.message &&
    (told.sqlState ?? happened.sqlState) === happened.sqlState &&
    (told.user ?? happened.user) === happened.user &&
    (told.database ?? happened.database) === happened.database
  );
}
