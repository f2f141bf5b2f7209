import type { TroubleFacts } from '../connection/connectionEvent.ts';
import type { EventStore } from './eventStore.ts';

/** Events of ordinary sessions that were told together: the columns of the store, and what they come to. */
export interface ToldRows {
  readonly count: number;
  /** Those of the store (EventStore.addRows), of which the first `count` are told. */
  readonly columns: readonly (Float64Array | Uint32Array | Uint8Array)[];
  /** Numbers of their forms and hosts, for RowFilter. */
  readonly forms: Int32Array;
  readonly hosts: Int32Array;
  /** Those that are troubles: which, and where their numbers begin in `waiting` (waitingRows.ts). */
  readonly troubles: Int32Array;
  readonly troubleRows: Int32Array;
  readonly troubleCount: number;
  readonly waiting: Float64Array;
  readonly connects: number;
  readonly disconnects: number;
  readonly lost: number;
  readonly replicationConnects: number;
  readonly failures: number;
  readonly endings: number;
  /** Open client sessions after the last of them. */
  readonly active: number;
  /** Each minute: `minuteNumbers`, by `minuteFields`. */
  readonly minutes: Float64Array;
  readonly minuteCount: number;
}

/** Numbers of a minute, the last of which are the lengths of the sessions that ended in it, by class. */
export const minuteNumbers = 16;
export const minuteFields = {
  minute: 0,
  connects: 1,
  disconnects: 2,
  lost: 3,
  failures: 4,
  maxActive: 5,
  active: 6,
  lengths: 7,
} as const;

/** Who is told of the events of ordinary sessions. */
export interface RowListener {
  /** Where events are stored. */
  readonly store: () => EventStore;
  /** Open client sessions before the next event. */
  readonly active: () => number;
  /** What the FATAL with the number of this form tells by itself. */
  readonly fatal: (form: number) => TroubleFacts;
  readonly take: (told: ToldRows) => void;
}
