import type { Backend } from '../core/server/activity.ts';
import { isBackendOf } from '../core/session/backendOf.ts';
import type { SessionRow } from '../core/snapshot/openSessions.ts';

/** A session that is to be ended: by then its pid may be another one's. */
export interface MeantSession {
  readonly pid: number;
  readonly isIt: (backend: Backend) => boolean;
}

/** A row of a log's session, by its process. */
export type LoggedRow = SessionRow & { readonly pid: number };

/** One that the server has shown. */
export function shownSession({ pid, backendStartAt }: Backend): MeantSession {
  return { pid, isIt: (backend) => backend.backendStartAt === backendStartAt };
}

/** One that the log tells of. */
export function loggedSession(row: LoggedRow): MeantSession {
  return { pid: row.pid, isIt: (backend) => isBackendOf(row, backend) };
}
