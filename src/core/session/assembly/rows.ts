// Ordinary sessions, a row each; those of a pid are linked, the newest first. Open ones stay; of the others the oldest
// leave. sessionRows.ts has the names of the fields, by their places.

import { MOST_PIDS, MOST_ROWS, ORDER_BYTES, ORDERS, PIDS, ROW_BYTES, ROWS } from './layout';

export const PID: i32 = 0;
export const START: i32 = 8;
export const RECEIVED_AT: i32 = 16;
export const CONNECTED_AT: i32 = 24;
export const ENDED_AT: i32 = 32;
export const ORDER: i32 = 40;
export const PLACE: i32 = 48;
const SERIAL: i32 = 56;
export const STATE: i32 = 64;
export const KEY_IS: i32 = 68;
const PREVIOUS: i32 = 72;
const ENTERED: i32 = 76;
export const RECEIVED: i32 = 80;
export const AUTHENTICATED: i32 = 84;
export const AUTHORIZED: i32 = 88;
export const END: i32 = 92;
export const RECEIVED_PORT: i32 = 96;
export const ENTRY_PORT: i32 = 100;
export const HOW: i32 = 104;
export const CLIENT_TROUBLE: i32 = 108;
export const RECEIVED_HOST: i32 = 112;
export const ENTRY_HOST: i32 = 116;

export const REFUSED: i32 = 1;
export const DYING: i32 = 2;
export const LOST: i32 = 3;

const FREE: i32 = 0;
export const OPENING: i32 = 1;
export const OPEN: i32 = 2;
export const ENDED: i32 = 3;

/** What `rowOf` says of a pid whose sessions are not in rows. */
export const IN_BOOK: i32 = -1;
/** So many of the newest stay, of logins under way and of ended sessions: as many as the maps keep (BoundedMap). */
const MOST_KEPT: i32 = ORDER_BYTES / 8;

/** Rows that were ever used; row 0 is none. */
let used: i32 = 1;
/** The row freed last; each names the one before it. */
let firstFree: i32 = 0;
let serial: f64 = 0;
/** How many logins have begun, and how many sessions ended. */
let openings: i32 = 0;
let ends: i32 = 0;

// @ts-ignore: decorator
@inline
function addressOf(row: i32): i32 {
  return ROWS + row * ROW_BYTES;
}

// @ts-ignore: decorator
@inline
export function int(row: i32, field: i32): i32 {
  return load<i32>(addressOf(row) + field);
}

// @ts-ignore: decorator
@inline
export function setInt(row: i32, field: i32, value: i32): void {
  store<i32>(addressOf(row) + field, value);
}

// @ts-ignore: decorator
@inline
export function double(row: i32, field: i32): f64 {
  return load<f64>(addressOf(row) + field);
}

// @ts-ignore: decorator
@inline
export function setDouble(row: i32, field: i32, value: f64): void {
  store<f64>(addressOf(row) + field, value);
}

/** The newest row of a pid; 0 = none. */
export function rowOf(pid: i32): i32 {
  return pid >= 0 && pid < MOST_PIDS ? load<i32>(PIDS + 4 * pid) : IN_BOOK;
}

export function setRowOf(pid: i32, row: i32): void {
  if (pid >= 0 && pid < MOST_PIDS) store<i32>(PIDS + 4 * pid, row);
}

/** Is there room for one more? */
export function isRoom(): bool {
  return firstFree != 0 || used < MOST_ROWS;
}

/** A new row, the newest of its pid, with no forms and no ports. */
export function add(pid: i32, state: i32): i32 {
  const previous = max(0, rowOf(pid));
  const row = firstFree != 0 ? firstFree : used;
  if (firstFree != 0) firstFree = int(row, PREVIOUS);
  else used += 1;
  serial += 1;
  setDouble(row, PID, pid);
  setDouble(row, SERIAL, serial);
  setInt(row, PREVIOUS, previous);
  clear(row);
  enter(row, state);
  setRowOf(pid, row);
  return row;
}

/** Forgets the forms and ports of a row, and how it ended. */
export function clear(row: i32): void {
  const at = addressOf(row);
  v128.store(at, i32x4.splat(-1), RECEIVED);
  store<i64>(at, -1, RECEIVED_PORT);
  store<i64>(at, 0, HOW);
  store<i64>(at, -1, RECEIVED_HOST);
}

export function move(row: i32, state: i32): void {
  enter(row, state);
}

/** The row of the same pid before this one; 0 = none. */
export function previousOf(row: i32): i32 {
  const previous = int(row, PREVIOUS);
  if (previous == 0 || int(previous, STATE) == FREE) return 0;
  const isOlder = double(previous, SERIAL) < double(row, SERIAL);
  return isOlder && double(previous, PID) == double(row, PID) ? previous : 0;
}

/** The first row behind one that is in one of these states, each a bit by its number; 0 = there is none. */
export function next(row: i32, states: i32): i32 {
  for (row += 1; row < used; row += 1) if (((states >> int(row, STATE)) & 1) != 0) return row;
  return 0;
}

/** Frees the row before this one of the same pid. */
export function freePrevious(row: i32): void {
  const previous = previousOf(row);
  if (previous == 0) return;
  setInt(row, PREVIOUS, previousOf(previous));
  free(previous);
}

export function free(row: i32): void {
  const pid = <i32>double(row, PID);
  if (rowOf(pid) == row) setRowOf(pid, previousOf(row));
  setInt(row, STATE, FREE);
  setInt(row, ENTERED, -1);
  setInt(row, PREVIOUS, firstFree);
  firstFree = row;
}

/** Becomes what it is now; the oldest of the same kind leaves. */
function enter(row: i32, state: i32): void {
  setInt(row, STATE, state);
  if (state == OPEN) {
    setInt(row, ENTERED, -1);
  } else if (state == OPENING) {
    openings += 1;
    keep(row, openings, ORDERS);
  } else {
    ends += 1;
    keep(row, ends, ORDERS + ORDER_BYTES);
  }
}

/** What the memory has answered: nobody asks, but what nobody asks for is not read. */
export let answer: i32 = 0;

/** Asks the memory, which is slow, for the rows that leave next, all at once. */
export function askForNext(count: i32): void {
  let sum: i32 = 0;
  for (let next = 1; next <= count; next += 1)
    sum += answerOf(openings + next, ORDERS) + answerOf(ends + next, ORDERS + ORDER_BYTES);
  answer += sum;
}

// @ts-ignore: decorator
@inline
function answerOf(number: i32, ring: i32): i32 {
  const row = addressOf(load<i32>(ring + 8 * (number & (MOST_KEPT - 1))));
  return load<i32>(row) + load<i32>(row, 64);
}

/** Notes a row in a ring; one that still is what it was when it was noted so long ago is freed. */
function keep(row: i32, number: i32, ring: i32): void {
  const at = ring + 8 * (number & (MOST_KEPT - 1));
  const old = load<i32>(at);
  if (old != 0 && int(old, ENTERED) == load<i32>(at, 4)) free(old);
  // different in each ring, and never that of a row which is in none
  const mark = number * 4 + (ring - ORDERS) / ORDER_BYTES;
  setInt(row, ENTERED, mark);
  store<i32>(at, row);
  store<i32>(at, mark, 4);
}
