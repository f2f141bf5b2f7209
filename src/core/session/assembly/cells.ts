// What is told with each call of `apply`, and what it answers besides.

import { CELLS } from './layout';

/** Of the log's clock (logTime.ts). */
export const ELAPSED: i32 = CELLS;
export const NEWEST: i32 = CELLS + 8;
export const LAST: i32 = CELLS + 16;
/** Order of the last session. */
export const ORDER: i32 = CELLS + 24;
/** Where the queue begins and ends. */
export const HEAD: i32 = CELLS + 32;
export const TAIL: i32 = CELLS + 40;
/** Of the lines that are booked. */
export const FILE_NUMBER: i32 = CELLS + 48;
export const ARRIVED: i32 = CELLS + 56;
/** NaN = unknown. */
export const POSTMASTER: i32 = CELLS + 64;
/** What has been seen since these were set to 0 (LogEvidence). */
export const RECEIVED: i32 = CELLS + 72;
export const RECEIVED_NOT_REFUSED: i32 = CELLS + 80;
export const CONNECTS: i32 = CELLS + 88;
export const GUESSED: i32 = CELLS + 96;
export const DISCONNECTIONS: i32 = CELLS + 104;
/** And told: how many losses were decided, how many client sessions are open, what events come to. */
export const LOST_SILENTLY: i32 = CELLS + 112;
export const ACTIVE: i32 = CELLS + 120;
export const TOLD_CONNECTS: i32 = CELLS + 128;
export const TOLD_DISCONNECTS: i32 = CELLS + 136;
export const TOLD_LOST: i32 = CELLS + 144;
export const TOLD_REPLICATION: i32 = CELLS + 152;
export const TOLD_FAILURES: i32 = CELLS + 160;
export const TOLD_ENDINGS: i32 = CELLS + 168;
/** The flags of a session that is lost (storedEvent.ts): it was told to go, or another process has its pid. */
export const TERMINATED_FLAGS: i32 = CELLS + 176;
export const PID_REUSED_FLAGS: i32 = CELLS + 184;
/** Everything before this place is decided: nobody outside is told. */
export const SETTLED: i32 = CELLS + 192;

export function add(cell: i32, by: f64): void {
  store<f64>(cell, load<f64>(cell) + by);
}

/** Takes the time of the next line, as LogTime does. */
export function pass(at: f64): void {
  if (at != at) return;
  const last = load<f64>(LAST);
  if (at > last) store<f64>(ELAPSED, load<f64>(ELAPSED) + (at - last));
  store<f64>(LAST, at);
  if (at > 0 && !(at <= load<f64>(NEWEST))) store<f64>(NEWEST, at);
}
