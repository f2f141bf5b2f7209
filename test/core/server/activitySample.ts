import type { ActivitySample, Backend, ServerFacts } from '../../../src/core/server/activity.ts';

/** The server's clock in the samples; ours is an hour behind, for the two are never compared. */
export const serverAt = Date.parse('2026-03-01T12:00:00Z');

/** An instant so many ms before the sample. */
export const ago = (ms: number): number => serverAt - ms;
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** A session of app at shop from 10.0.0.7, idle for a second. */
export function backend(pid: number, parts: Partial<Backend> = {}): Backend {
  return {
    pid,
    backendType: 'client backend',
    user: 'app',
    database: 'shop',
    applicationName: 'web',
    clientAddress: '10.0.0.7',
    clientPort: 40_000 + pid,
    backendStartAt: ago(hour) + pid,
    queryStartAt: ago(2 * second),
    stateChangeAt: ago(second),
    state: 'idle',
    query: 'SELECT 1',
    blockedBy: [],
    ...parts,
  };
}

/** A process that no client has. */
export function background(pid: number, backendType = 'autovacuum launcher'): Backend {
  return { pid, backendType, backendStartAt: ago(2 * hour), blockedBy: [] };
}

/** Of a 17 with 100 connections, 3 of them reserved. */
export function factsOf(parts: Partial<ServerFacts> = {}): ServerFacts {
  return {
    version: '17.4',
    majorVersion: 17,
    host: '127.0.0.1',
    port: 5432,
    user: 'postgres',
    ownPid: 1,
    sees: 'all',
    maySignal: 'all',
    inRecovery: false,
    startedAt: ago(24 * hour),
    maxConnections: 100,
    superuserReservedConnections: 3,
    reservedConnections: 0,
    settings: {},
    limits: [],
    superusers: ['postgres'],
    ...parts,
  };
}

/** One poll. */
export function sampleOf(
  backends: readonly Backend[],
  parts: Partial<Omit<ActivitySample, 'facts'>> & { facts?: Partial<ServerFacts> } = {},
): ActivitySample {
  const { facts, ...rest } = parts;
  return {
    serverAt,
    takenAt: serverAt - hour,
    tookMs: 3,
    backends,
    preparedTransactions: [],
    replicationSlots: [],
    ...rest,
    facts: factsOf(facts),
  };
}

/** So many sessions, with pids from `from` on. */
export function crowd(count: number, parts: Partial<Backend> = {}, from = 100): Backend[] {
  return Array.from({ length: count }, (_, index) => backend(from + index, parts));
}
