import type { Backend } from '../core/server/activity.ts';
import { startOf } from '../core/session/processKeys.ts';
import type { SessionRow } from '../core/snapshot.ts';

/** A session that is to be ended: by then its pid may be another one's. */
export interface MeantSession {
  readonly pid: number;
  readonly isIt: (backend: Backend) => boolean;
}

/** A row of a log's session, by its process. */
export type LoggedRow = SessionRow & { readonly pid: number };

/** A log tells whole seconds, by a clock that may have been set meanwhile. */
const toleranceMs = 2000;

/** One that the server has shown. */
export function shownSession({ pid, backendStartAt }: Backend): MeantSession {
  return { pid, isIt: (backend) => backend.backendStartAt === backendStartAt };
}

/** One that the log tells of: when its process began, or when it was let in, which is no earlier. */
export function loggedSession({ key, pid, connectedAt }: LoggedRow): MeantSession {
  const seconds = startOf(key);
  const isIt = ({ backendStartAt }: Backend): boolean => {
    if (backendStartAt === undefined) return true;
    if (seconds !== undefined) return Math.abs(backendStartAt - seconds * 1000) <= toleranceMs;
    return connectedAt === undefined || backendStartAt <= connectedAt + toleranceMs;
  };
  return { pid, isIt };
}
