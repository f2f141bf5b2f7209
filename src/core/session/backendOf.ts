import type { Backend } from '../server/activity.ts';
import { isSessionId, startOf } from './processKeys.ts';
import type { OpenSession } from './session.ts';
import { beganLater, mayBeOneInstant } from './zoneShift.ts';

/** What a log's session is known by. */
export type LoggedIdentity = Pick<OpenSession, 'key' | 'pid' | 'connectedAt'>;

/** What a live server's session is known by. */
export type BackendIdentity = Pick<Backend, 'pid' | 'backendStartAt'>;

/**
 * Is this backend of the live server that session of its log? Both are processes, and a pid comes back, so the start
 * decides: `backend_start` is the clock that the session id's first half is made of (MyStartTimestamp in PostgreSQL's
 * globals.c; the manual has the query under log_line_prefix, `%c`), cut to seconds. `%s` is the same second, printed in
 * the log's zone. Where the log tells neither, a session was let in when its process had begun. Where a start is hidden
 * from the role that asked, or unknown to the log, the pid alone decides.
 */
export function isBackendOf(session: LoggedIdentity, { pid, backendStartAt }: BackendIdentity): boolean {
  if (session.pid === undefined || session.pid !== pid) return false;
  if (backendStartAt === undefined) return true;
  const { key, connectedAt } = session;
  const seconds = startOf(key);
  if (seconds === undefined) return connectedAt === undefined || !beganLater(backendStartAt - connectedAt);
  // no pid comes back within a second: whoever reads its clock twice is the same one
  if (isSessionId(key)) return Math.abs(Math.floor(backendStartAt / 1000) - seconds) <= 1;
  return mayBeOneInstant(backendStartAt - seconds * 1000);
}
