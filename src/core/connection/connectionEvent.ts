import type { Trouble } from '../snapshot/troubleLists.ts';
import type { OpenSession } from '../session/session.ts';

/** How a session ended without a disconnection line. */
export const lossReasons = ['crash', 'restart', 'pidReused', 'terminated', 'notOnServer'] as const;
export type LossReason = (typeof lossReasons)[number];

/** What was wrong with a client before its disconnection line, of which there is no other line that counts. */
export const clientTroubles = ['connectionLost', 'protocolViolation'] as const;
export type ClientTrouble = (typeof clientTroubles)[number];

/** How a session ended, where it was not as usual. */
export type EndReason = LossReason | ClientTrouble;

/** What a trouble says before it has a number: the engine numbers events as it stores them. */
export type TroubleFacts = Omit<Trouble, 'id' | 'file' | 'offsetBytes'>;

/** Where an entry stands: the number that the source gave its file, and the offset in it. */
export interface EntryPlaceInLog {
  readonly fileNumber: number;
  readonly offsetBytes: number;
}

/** Of a session that only the server showed: it counts as open, and as nothing else. */
interface OnServerOnly {
  readonly at?: number | undefined;
  readonly session: OpenSession;
  readonly place: EntryPlaceInLog;
}

/**
 * What happened, decided: one event for each connect, end, refusal and restart, in the order of the log. Everything
 * that is counted or drawn is folded from these.
 */
export type ConnectionEvent =
  | {
      readonly kind: 'connect';
      readonly at?: number | undefined;
      readonly session: OpenSession;
      readonly place: EntryPlaceInLog;
    }
  | {
      readonly kind: 'disconnect';
      readonly at?: number | undefined;
      readonly session: OpenSession;
      /** False when it connected before the log begins. */
      readonly connectSeen: boolean;
      readonly sessionTimeMs: number;
      readonly clientTrouble?: ClientTrouble | undefined;
      readonly place: EntryPlaceInLog;
    }
  | {
      readonly kind: 'lost';
      readonly at?: number | undefined;
      readonly session: OpenSession;
      readonly reason: LossReason;
      readonly place: EntryPlaceInLog;
    }
  /** The server has a session that the log does not tell of: no connect of the log's. */
  | ({ readonly kind: 'appeared' } & OnServerOnly)
  /** It is gone again, or the log tells of it after all (its connect follows). */
  | ({ readonly kind: 'vanished' } & OnServerOnly)
  | {
      readonly kind: 'trouble';
      readonly at?: number | undefined;
      readonly trouble: TroubleFacts;
      readonly place: EntryPlaceInLog;
    }
  | {
      readonly kind: 'restart';
      readonly at?: number | undefined;
      readonly serverVersion?: string | undefined;
      readonly place: EntryPlaceInLog;
    }
  /**
   * Something already told turned out otherwise and is taken back: a connect that was a refused login (its failure
   * follows), or a loss whose disconnection line came after all (its disconnect follows).
   */
  | {
      readonly kind: 'takenBack';
      readonly what: 'connect' | 'lost';
      readonly at?: number | undefined;
      readonly session: OpenSession;
      readonly place: EntryPlaceInLog;
    };
