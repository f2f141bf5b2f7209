import type { ActivitySample, ServerFacts } from './activity.ts';
import type { ServerThresholds } from './finding.ts';
import type { Health, Overview } from './serverSnapshot.ts';
import {
  activeMs,
  clientSessions,
  idleTransactionMs,
  isIdleInTransaction,
  longestOf,
  waitsForLock,
} from './sessionAges.ts';

/**
 * The counts of one poll. A session that waits for a lock is active too; one whose state is hidden from us is in `total`
 * only. Ours is in `utilization`, for it takes a slot, and in nothing else.
 */
export function overviewOf(sample: ActivitySample, thresholds: ServerThresholds): Overview {
  const { backends, facts, serverAt } = sample;
  const clients = clientSessions(sample);
  const reserved = facts.superuserReservedConnections + facts.reservedConnections;
  const usable = usableConnections(facts);
  const utilization = shareOf(clients.length + 1, usable);
  return {
    total: clients.length,
    active: clients.filter(({ state }) => state === 'active').length,
    idle: clients.filter(({ state }) => state === 'idle').length,
    idleInTransaction: clients.filter(isIdleInTransaction).length,
    waiting: clients.filter(waitsForLock).length,
    background: backends.length - clients.length,
    walsenders: backends.filter(({ backendType }) => backendType === 'walsender').length,
    maxConnections: facts.maxConnections,
    reserved,
    usable,
    utilization,
    health: healthOf(utilization, thresholds),
    longestActiveSeconds: secondsOf(longestOf(clients.map((client) => activeMs(client, serverAt)))),
    longestIdleInTransactionSeconds: secondsOf(
      longestOf(clients.map((client) => idleTransactionMs(client, serverAt))),
    ),
  };
}

/**
 * The last good overview, now that the server refuses us with 53300: the refusal is the measurement, whatever could be
 * counted before.
 */
export function overviewWhenFull(last: Overview): Overview {
  return { ...last, utilization: 1, health: 'CRITICAL' };
}

/**
 * How many connections ordinary roles can have (manual, section 20.3: superuser_reserved_connections, and from 16 on
 * reserved_connections). Background processes and, from 12 on, walsenders take none of them.
 */
export function usableConnections(facts: ServerFacts): number {
  return Math.max(0, facts.maxConnections - facts.superuserReservedConnections - facts.reservedConnections);
}

/** With ours there are more than ordinary roles can have: superusers, or who may use reserved slots, are among them. */
export function isBeyondUsable({ total, usable }: Pick<Overview, 'total' | 'usable'>): boolean {
  return total + 1 > usable;
}

/** What a share of the connections in use says. */
export function healthOf(utilization: number, thresholds: ServerThresholds): Health {
  if (utilization >= thresholds.utilizationCritical) return 'CRITICAL';
  return utilization >= thresholds.utilizationWarning ? 'WARNING' : 'HEALTHY';
}

/** At most 1: superusers may sit in reserved slots when nothing is left for the others. */
function shareOf(count: number, usable: number): number {
  return usable <= 0 ? 1 : Math.min(1, count / usable);
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
