import type { ConnectionEvent, EntryPlaceInLog, LossReason } from '../connection/connectionEvent.ts';
import type { OpenSession } from './session.ts';

/** How the end of a session without a disconnection line is told: as a loss, if the log told of its beginning. */
export function goneEvent(
  session: OpenSession,
  at: number | undefined,
  reason: LossReason,
  place: EntryPlaceInLog,
): ConnectionEvent {
  if (session.source === 'server') return { kind: 'vanished', at, session, place };
  return { kind: 'lost', at, session, reason, place };
}
