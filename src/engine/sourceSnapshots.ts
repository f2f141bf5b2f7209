import { isAbsolute, join } from 'node:path';
import { explainFailure, linkOf } from '../core/connection/failure.ts';
import { groupTroubles } from '../core/report/troubleGroups.ts';
import { compilePattern } from '../core/session/filter.ts';
import { feedRows, named, seenSessions } from '../core/session/logReportOf.ts';
import type { StoredTrouble } from '../core/session/keptTroubles.ts';
import type { DashboardScope, DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import type { SourceStatus, Totals } from '../core/snapshot/sourceStatus.ts';
import type { Trouble, TroubleCategory, TroubleLists } from '../core/snapshot/troubleLists.ts';
import type { EngineSettings, MuteRule } from '../protocol/logQuestions.ts';
import { ownApplicationName } from '../sources/logging/ownName.ts';
import { insightOf } from './dashboardInsight.ts';
import type { FollowedSource } from './followedSource.ts';

/** The most buckets that a page gets, a month of minutes; a longer history comes in wider ones. */
const mostBuckets = 31 * 24 * 60;
const widerBuckets = [1, 5, 15, 60, 180, 720, 1440, 10_080];
const dayMinutes = 1440;
const minuteMs = 60_000;

/** The source in a few numbers. */
export function statusOf(source: FollowedSource, settings: EngineSettings): SourceStatus {
  const { fold, sourceId, log } = source;
  const { state, readBytes, totalBytes, behindMs, trouble } = source.progress;
  const { state: logState, log: reading } = fold;
  const { open, seen } = logState.openCounts();
  const isShown = (failure: StoredTrouble): boolean => !isOurs(failure) && !isMuted(failure, settings.mute);
  const fresh = logState.troubles
    .failuresAfter(source.seenId)
    .filter((failure) => logState.isAfterClear(failure) && isShown(failure));
  return {
    sourceId,
    log,
    state: source.pause.paused && state !== 'stopped' ? 'paused' : state,
    readBytes,
    totalBytes,
    behindMs: state === 'following' && !source.pause.paused ? behindMs : undefined,
    trouble,
    warnings: state === 'reading' ? (fold.partial ? [fold.partial] : []) : fold.warnings,
    activeIs: fold.activeIs,
    active: open.clients,
    activeReplication: open.replication,
    totals: { ...logState.unfiltered.totals },
    newFailures: fresh.length,
    newestFailureId: logState.newestSeen('failure', isShown)?.id,
    newestProblemId: logState.newestSeen('problem', () => true)?.id,
    filter: logState.filter,
    activeFiltered: seen.clients,
    activeReplicationFiltered: seen.replication,
    clearedAt: source.clearMark?.at,
    canUndoClear: source.clearMark !== undefined,
    format: reading.understanding.format,
    logLinePrefix: reading.understanding.logLinePrefix,
    serverVersion: logState.book.server.version ?? log.serverVersion,
    newestAt: logState.book.newestAt,
    version: source.version,
  };
}

/** The Failures view: grouped, muted ones left out and counted. */
export function troublesOf(
  source: Pick<FollowedSource, 'fold' | 'acknowledged'> & {
    readonly log: Pick<FollowedSource['log'], 'dataDirectory'>;
  },
  settings: Pick<EngineSettings, 'mute'>,
): TroubleLists {
  let muted = 0;
  const explanations = {
    explainFailure,
    linkOf: (trouble: Trouble) => linkFrom(trouble, source.log.dataDirectory),
  };
  const groups = (category: TroubleCategory): TroubleLists['failures'] => {
    const theirs = source.fold.state.seenTroubles(category).filter((trouble) => !isOurs(trouble));
    const shown = theirs.filter((trouble) => {
      const hide = category === 'failure' && isMuted(trouble, settings.mute);
      if (hide) muted += 1;
      return !hide;
    });
    const withFiles = shown.map((trouble) =>
      named(trouble, (fileNumber) => source.fold.fileName(fileNumber)),
    );
    return groupTroubles(withFiles, explanations, source.acknowledged);
  };
  return { failures: groups('failure'), endings: groups('ending'), problems: groups('problem'), muted };
}

/** A link relative to the data directory, made whole. */
function linkFrom(trouble: Trouble, dataDirectory: string | undefined): ReturnType<typeof linkOf> {
  const link = linkOf(trouble);
  if (!link || isAbsolute(link.path) || !link.path.endsWith('.conf')) return link;
  return dataDirectory === undefined ? undefined : { ...link, path: join(dataDirectory, link.path) };
}

/** A login that we tried ourselves, to turn on connection logging. */
function isOurs({ applicationName }: StoredTrouble): boolean {
  return applicationName === ownApplicationName;
}

function isMuted(trouble: StoredTrouble, rules: readonly MuteRule[]): boolean {
  const values: Record<keyof MuteRule, string | undefined> = {
    kind: trouble.kind,
    message: trouble.message,
    user: trouble.user,
    database: trouble.database,
    application: trouble.applicationName,
    host: trouble.remoteHost,
  };
  return rules.some((rule) => {
    const parts = Object.entries(rule).filter(([, pattern]) => typeof pattern === 'string' && pattern !== '');
    return (
      parts.length > 0 &&
      parts.every(([part, pattern]) => compilePattern(String(pattern))(values[part as keyof MuteRule] ?? ''))
    );
  });
}

/** Everything that the dashboard draws. */
export function dashboardOf(
  source: FollowedSource,
  settings: EngineSettings,
  scope: DashboardScope,
  bucketMinutes: number,
): DashboardSnapshot {
  const { state } = source.fold;
  const status = statusOf(source, settings);
  const now = status.state === 'following' ? Date.now() : (state.book.newestAt ?? Date.now());
  const clearedAt = source.clearMark?.at ?? Number.NEGATIVE_INFINITY;
  const fromAt = Math.max(scopeStart(source, settings, scope, now), clearedAt);
  const wide = Math.max(bucketMinutes, Math.ceil((now - fromAt) / minuteMs / mostBuckets));
  const minutes = widerBuckets.find((width) => width >= wide) ?? wide;
  const history = state.seen.timeline.history({
    bucketMinutes: minutes,
    fromAt: Math.min(fromAt, now),
    toAt: now,
    limit: mostBuckets,
    alignMinutes: -new Date(now).getTimezoneOffset(),
  });
  const sum = (column: readonly number[]): number => column.reduce((total, count) => total + count, 0);
  const within = (category: TroubleCategory): number =>
    state.seenTroubles(category).filter(({ at }) => at === undefined || at >= fromAt).length;
  const totals: Totals = {
    connects: sum(history.connects),
    disconnects: sum(history.disconnects),
    lost: sum(history.lost),
    failures: sum(history.failures),
    endings: within('ending'),
    problems: within('problem'),
    replicationConnects: state.seen.totals.replicationConnects,
  };
  const drawnFrom = Math.max(history.startAt[0] ?? fromAt, clearedAt);
  const restartsAt = state.restartsAt.filter((at) => at >= drawnFrom);
  const clients = seenSessions(state).filter(({ replication }) => !replication);
  return {
    status,
    scope,
    now,
    history,
    beganAt: state.fromAt,
    totals,
    active: clients.length,
    restartsAt,
    ...(state.fromAt === state.restartsAt[0] && { firstStartAt: state.fromAt }),
    ...insightOf(state, scope, history, clients),
    feed: feedRows(state, settings.feedRows),
  };
}

/** When a scope begins, which ends now. */
export function scopeStart(
  source: FollowedSource,
  settings: EngineSettings,
  scope: DashboardScope,
  now: number,
): number {
  const { state } = source.fold;
  switch (scope) {
    case 'hour':
      return now - settings.historyWindowMinutes * minuteMs;
    case 'day':
      return now - dayMinutes * minuteMs;
    case 'restart':
      return state.restartsAt.at(-1) ?? state.fromAt ?? now;
    case 'all':
      return state.fromAt ?? now;
  }
}
