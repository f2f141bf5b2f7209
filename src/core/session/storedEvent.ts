import {
  clientTroubles,
  lossReasons,
  type ClientTrouble,
  type ConnectionEvent,
  type LossReason,
} from '../connection/connectionEvent.ts';
import type { Dimension } from './filter.ts';

/** Kinds of stored events; the number is what the column holds. */
export const storedKinds = [
  'connect',
  'disconnect',
  'lost',
  'failure',
  'ending',
  'problem',
  'restart',
  'takenBack',
  'appeared',
  'vanished',
] as const;
export type StoredKind = (typeof storedKinds)[number];

/** One stored event, read back from the columns. */
export interface StoredEvent {
  /** Number of the event within its source, ascending. */
  readonly id: number;
  readonly kind: StoredKind;
  readonly at: number | undefined;
  readonly pid: number | undefined;
  readonly replication: boolean;
  /** disconnect: false when the session is older than the log. */
  readonly connectSeen: boolean;
  /** takenBack: it was a loss, not a connect. */
  readonly wasLost: boolean;
  /** lost: how. */
  readonly lossReason: LossReason | undefined;
  /** disconnect: what was wrong with its client. */
  readonly clientTrouble: ClientTrouble | undefined;
  readonly sessionTimeMs: number | undefined;
  readonly names: Readonly<Record<Dimension, string | undefined>>;
  readonly fileNumber: number;
  readonly offsetBytes: number;
}

export const replicationFlag = 1;
export const connectSeenFlag = 2;
export const wasLostFlag = 4;
/** Three bits above the flags: the index of a loss's reason, or one more than that of a client's trouble. */
const reasonShift = 3;
const reasonMask = 7;

/** The flags of an event, with what tells more of its kind above them. */
export function flagsOf(event: ConnectionEvent): number {
  return (
    ('session' in event && event.session.replication ? replicationFlag : 0) |
    (event.kind === 'disconnect' && event.connectSeen ? connectSeenFlag : 0) |
    (event.kind === 'takenBack' && event.what === 'lost' ? wasLostFlag : 0) |
    reasonFlags(reasonNumber(event))
  );
}

function reasonNumber(event: ConnectionEvent): number {
  if (event.kind === 'lost') return lossReasons.indexOf(event.reason);
  if (event.kind !== 'disconnect' || event.clientTrouble === undefined) return 0;
  return clientTroubles.indexOf(event.clientTrouble) + 1;
}

/** A reason's number, as it stands above the flags. */
export function reasonFlags(reason: number): number {
  return reason << reasonShift;
}

/** What stands above the flags. */
export function reasonOf(flags: number): number {
  return (flags >> reasonShift) & reasonMask;
}
