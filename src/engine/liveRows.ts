import type { ActivitySample, Backend } from '../core/server/activity.ts';
import { ageMs } from '../core/server/sessionAges.ts';
import { isBackendOf } from '../core/session/backendOf.ts';
import type { LiveSession, SessionRow } from '../core/snapshot/openSessions.ts';

/** Rows of sessions with what the server's newest poll shows of each; those that it does not show stay as they are. */
export function withLive<T extends SessionRow>(rows: readonly T[], sample: ActivitySample): T[] {
  const pids = new Set(rows.map(({ pid }) => pid));
  const backends = new Map<number | undefined, Backend>();
  for (const backend of sample.backends) if (pids.has(backend.pid)) backends.set(backend.pid, backend);
  return rows.map((row) => {
    const backend = backends.get(row.pid);
    // the pid may be another session's by now, or not be this one's yet
    return backend && isBackendOf(row, backend) ? { ...row, ...liveOf(backend, sample.serverAt) } : row;
  });
}

function liveOf(backend: Backend, serverAt: number): LiveSession {
  const { state, waitEventType, waitEvent, blockedBy } = backend;
  return {
    state,
    waitEventType,
    waitEvent,
    queryAgeMs: ageMs(backend.queryStartAt, serverAt),
    stateAgeMs: ageMs(backend.stateChangeAt, serverAt),
    transactionAgeMs: ageMs(backend.transactionStartAt, serverAt),
    blockedBy: blockedBy.length > 0 ? blockedBy : undefined,
  };
}
