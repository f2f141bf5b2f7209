import type { LossReason } from '../connection/connectionEvent.ts';
import type { Sentence } from '../sentence.ts';
import type { Totals } from '../snapshot/sourceStatus.ts';
import type { TroubleCategory } from '../snapshot/troubleLists.ts';
import type { StoredTrouble } from './keptTroubles.ts';
import type { LogState } from './logState.ts';
import { peakOf, type Peak, type TimeWindow } from './peak.ts';
import { noTotals } from './tally.ts';

/** So many refused logins, each within a minute of the one before, are a burst. */
const burstCount = 5;
const burstGapMs = 60_000;
/** Lost together: within so long of each other, for the same reason. */
const lossGapMs = 10_000;
/** The server begins anew so soon after a crash. */
const recoveryMs = 10_000;
/** Moments that an incident holds; the rest is in `more`. */
const mostMoments = 200;
const mostClients = 3;

/** Something that happened in the window, at `at` or from then to `toAt`. */
export type IncidentMoment = { readonly at: number; readonly toAt: number; readonly count: number } &
  /** `recovered` = it began anew right after a crash. */
  (
    | { readonly what: 'started' | 'recovered' | 'peak' }
    | { readonly what: 'lost'; readonly reason: LossReason | undefined }
    /** `meaning` of the reason that most of them had. */
    | { readonly what: 'burst' | 'problem'; readonly meaning: Sentence }
  );

/** Who was refused, or ended. */
export interface IncidentClient {
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly host?: string | undefined;
  readonly count: number;
}

/** All troubles of one reason. */
export interface IncidentReason {
  readonly kind: string;
  readonly sqlState?: string | undefined;
  readonly meaning: Sentence;
  readonly nextStep: Sentence;
  readonly count: number;
  readonly firstAt?: number | undefined;
  readonly lastAt?: number | undefined;
  /** The newest message, as logged. */
  readonly message: string;
  /** Those whom it concerned most often. */
  readonly clients: readonly IncidentClient[];
}

/** What a kind of failure means, and what to do (core/connection/failure.ts). */
export type ExplainFailure = (kind: string) => Pick<IncidentReason, 'meaning' | 'nextStep'>;

/** What happened in a window of a log: plain values, as the filter and Clear let it be seen. */
export interface Incident extends TimeWindow {
  readonly totals: Totals;
  readonly peak: Peak;
  /** Oldest first. */
  readonly moments: readonly IncidentMoment[];
  /** Moments beyond the most that are held. */
  readonly more: number;
  readonly reasons: Readonly<Record<TroubleCategory, readonly IncidentReason[]>>;
  /** Some of what happened is no longer kept, and is in no count but the totals of the whole log. */
  readonly isPartial: boolean;
}

/** Collects what happened; linear in the stored events. */
export function incidentOf(state: LogState, window: TimeWindow, explain: ExplainFailure): Incident {
  const within = (at: number | undefined): boolean => isWithin(at, window);
  const troubles = (category: TroubleCategory): StoredTrouble[] =>
    state.seenTroubles(category).filter(({ at }) => within(at));
  const failures = troubles('failure');
  const problems = troubles('problem');
  const endings = troubles('ending');
  const peak = peakOf(state, window);
  const isWhole = window.fromAt === undefined && window.toAt === undefined;
  const moments: IncidentMoment[] = [
    ...starts(state.restartsAt.filter(within), problems),
    ...(peak.at === undefined
      ? []
      : [{ what: 'peak' as const, at: peak.at, toAt: peak.at, count: peak.active }]),
    ...runs(failures, burstGapMs)
      .filter((run) => run.length >= burstCount)
      .map((run) => ({ what: 'burst' as const, ...spanOf(run), meaning: commonest(run, explain) })),
    ...runs(problems, burstGapMs).map((run) => ({
      ...{ what: 'problem' as const, ...spanOf(run) },
      meaning: commonest(run, explain),
    })),
    ...losses(state, window),
  ];
  moments.sort((a, b) => a.at - b.at);
  const totals = isWhole ? { ...state.seen.totals } : totalsWithin(state, window);
  const { failures: refused, endings: ended, problems: troubled } = totals;
  const isCut = refused > failures.length || ended > endings.length || troubled > problems.length;
  return {
    ...window,
    totals,
    peak,
    moments: moments.slice(0, mostMoments),
    more: Math.max(0, moments.length - mostMoments),
    reasons: {
      failure: reasons(failures, explain),
      ending: reasons(endings, explain),
      problem: reasons(problems, explain),
    },
    isPartial: isCut || (!isWhole && !state.hasAllEvents && !reachesBack(state, window)),
  };
}

function starts(startedAt: readonly number[], problems: readonly StoredTrouble[]): IncidentMoment[] {
  const crashes = problems.filter(({ kind }) => kind === 'crash' || kind === 'panic');
  return startedAt.map((at) => {
    const isRecovery = crashes.some(
      (crash) => crash.at !== undefined && crash.at <= at && at - crash.at <= recoveryMs,
    );
    return { what: isRecovery ? 'recovered' : 'started', at, toAt: at, count: 1 };
  });
}

/** A time that the log does not tell belongs to every window. */
function isWithin(at: number | undefined, { fromAt, toAt }: TimeWindow): boolean {
  return at === undefined || ((fromAt === undefined || at >= fromAt) && (toAt === undefined || at <= toAt));
}

/** True when an event older than the window is kept. */
function reachesBack(state: LogState, { fromAt }: TimeWindow): boolean {
  if (fromAt === undefined) return false;
  for (const { at } of state.newestEvents()) if (at !== undefined && at < fromAt) return true;
  return false;
}

function totalsWithin(state: LogState, window: TimeWindow): Totals {
  const totals = noTotals();
  const counters = {
    connect: 'connects',
    disconnect: 'disconnects',
    lost: 'lost',
    failure: 'failures',
    ending: 'endings',
    problem: 'problems',
  } as const;
  for (const { at, kind, replication, wasLost } of state.newestEvents()) {
    if (!isWithin(at, window)) continue;
    if (kind === 'takenBack') {
      if (replication) totals.replicationConnects -= wasLost ? 0 : 1;
      else totals[wasLost ? 'lost' : 'connects'] -= 1;
    } else if (replication) totals.replicationConnects += kind === 'connect' ? 1 : 0;
    else if (kind in counters) totals[counters[kind as keyof typeof counters]] += 1;
  }
  return totals;
}

/** Troubles by time, cut where nothing happened for longer than the gap; those without a time are in none. */
function runs<T extends { readonly at?: number | undefined }>(
  all: readonly T[],
  gapMs: number,
): (T & { at: number })[][] {
  const timed = all
    .filter((each): each is T & { at: number } => each.at !== undefined)
    .sort((a, b) => a.at - b.at);
  const found: (T & { at: number })[][] = [];
  for (const each of timed) {
    const run = found.at(-1);
    if (run && each.at - (run.at(-1)?.at ?? each.at) <= gapMs) run.push(each);
    else found.push([each]);
  }
  return found;
}

function spanOf(run: readonly { readonly at: number }[]): { at: number; toAt: number; count: number } {
  const [at, toAt] = [run[0]?.at ?? 0, run.at(-1)?.at ?? 0];
  return { at, toAt, count: run.length };
}

function commonest(run: readonly StoredTrouble[], explain: ExplainFailure): Sentence {
  return reasons(run, explain)[0]?.meaning ?? explain('other').meaning;
}

function losses(state: LogState, window: TimeWindow): IncidentMoment[] {
  const lost = [...state.newestEvents()].filter(
    ({ kind, at, replication }) => kind === 'lost' && !replication && isWithin(at, window),
  );
  const reasonsFound = [...new Set(lost.map(({ lossReason }) => lossReason))];
  return reasonsFound.flatMap((reason) =>
    runs(
      lost.filter(({ lossReason }) => lossReason === reason),
      lossGapMs,
    ).map((run) => ({ what: 'lost' as const, reason, ...spanOf(run) })),
  );
}

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

/** By kind and SQLSTATE: most often first, then by name. */
function reasons(troubles: readonly StoredTrouble[], explain: ExplainFailure): IncidentReason[] {
  const groups = groupedBy(troubles, ({ kind, sqlState }) => `${kind} ${sqlState ?? ''}`);
  return [...groups]
    .sort(([a, these], [b, those]) => those.length - these.length || (a < b ? -1 : 1))
    .map(([, group]) => reasonOf(group, explain));
}

function reasonOf(group: readonly StoredTrouble[], explain: ExplainFailure): IncidentReason {
  const newest = group.at(-1);
  const times = group.map(({ at }) => at).filter((at) => at !== undefined);
  const clients = groupedBy(group, ({ user, database, remoteHost }) =>
    JSON.stringify([user ?? 0, database ?? 0, remoteHost ?? 0]),
  );
  const kind = newest?.kind ?? 'other';
  return {
    kind,
    sqlState: newest?.sqlState,
    ...explain(kind),
    count: group.length,
    firstAt: times.length === 0 ? undefined : times.reduce((first, at) => Math.min(first, at)),
    lastAt: times.length === 0 ? undefined : times.reduce((last, at) => Math.max(last, at)),
    message: newest?.message ?? '',
    clients: [...clients.values()]
      .sort((a, b) => b.length - a.length)
      .slice(0, mostClients)
      .map((same) => ({
        user: same[0]?.user,
        database: same[0]?.database,
        host: same[0]?.remoteHost,
        count: same.length,
      })),
  };
}
