// What waits to be told, as PendingQueue has it: a ring of rows by place, a number that only grows. It is told outside;
// waitingRows.ts has the names of the fields, by their places.

import * as cells from './cells';
import * as facts from './facts';
import { host, line, offset, timeMs } from './line';
import { MOST_WAITING, WAITING, WAITING_BYTES } from './layout';
import * as rows from './rows';

export const enum Waiting {
  OBJECT = 0,
  UNDECIDED = 1,
  UNDECIDED_LOSS = 2,
  CANCELLED = 3,
  CONNECT = 4,
  DISCONNECT = 5,
  LOSS = 6,
  FAILURE = 7,
  ENDING = 8,
  LOSS_BY_PID = 9,
  LOSS_BY_SERVER = 10,
}

export const AT: i32 = 0;
export const PID: i32 = 8;
export const TIME_MS: i32 = 16;
export const OFFSET: i32 = 24;
export const FILE: i32 = 32;
export const FORM: i32 = 40;
export const HOST_NUMBER: i32 = 48;
const LOG_CLOCK: i32 = 56;
const ARRIVED: i32 = 64;
const STATE: i32 = 72;
export const TROUBLE_FORM: i32 = 80;
/** disconnect: what was wrong with the client; by the server: its flags; of a trouble, the host that its FATAL tells. */
export const CLIENT_TROUBLE: i32 = 88;

/** As in pendingQueue.ts: silence after which what is undecided is decided, and how many wait behind it. */
const LONGEST_SILENCE: f64 = 10000;
const MOST_BEHIND: f64 = 4096;
const TOLD_TOGETHER: f64 = 1024;

export function addressOf(place: f64): i32 {
  return WAITING + ((<i32>(<i64>place)) & (MOST_WAITING - 1)) * WAITING_BYTES;
}

export function stateOf(place: f64): Waiting {
  return <Waiting>(<i32>load<f64>(addressOf(place), STATE));
}

export function setState(place: f64, state: Waiting): void {
  store<f64>(addressOf(place), <f64>(<i32>state), STATE);
}

/** True while the connect, or loss, that got this place is not decided. */
export function isUndecided(place: f64, state: Waiting): bool {
  return place >= load<f64>(cells.HEAD) && stateOf(place) == state;
}

/** The connect that got this place is one. */
export function decide(place: f64): void {
  if (isUndecided(place, Waiting.UNDECIDED)) setState(place, Waiting.CONNECT);
}

/** What is undecided at this place was nothing. */
export function cancel(place: f64): void {
  setState(place, Waiting.CANCELLED);
}

/** Writes down an event of the session of a row, behind those that wait; answers its place. */
export function write(state: Waiting, row: i32, isTrouble: bool, clientTrouble: i32): f64 {
  const place = load<f64>(cells.TAIL);
  const at = addressOf(place);
  let hostNumber = isTrouble && facts.has(facts.HAS_HOST) ? hostOfLine() : rows.int(row, rows.ENTRY_HOST);
  if (hostNumber == -1) hostNumber = rows.int(row, rows.RECEIVED_HOST);
  if (hostNumber == -1 && isTrouble) hostNumber = host();
  // its time and its pid
  v128.store(at, v128.load(<usize>line), AT);
  store<f64>(at, load<f64>(line, 32), PID);
  store<f64>(at, timeMs(), TIME_MS);
  store<f64>(at, offset(), OFFSET);
  store<f64>(at, load<f64>(cells.FILE_NUMBER), FILE);
  store<f64>(at, rows.int(row, rows.AUTHORIZED), FORM);
  store<f64>(at, hostNumber, HOST_NUMBER);
  store<f64>(at, load<f64>(cells.ELAPSED), LOG_CLOCK);
  store<f64>(at, load<f64>(cells.ARRIVED), ARRIVED);
  store<f64>(at, <f64>(<i32>state), STATE);
  store<f64>(at, isTrouble ? facts.form : -1, TROUBLE_FORM);
  store<f64>(at, isTrouble ? host() : clientTrouble, CLIENT_TROUBLE);
  store<f64>(cells.TAIL, place + 1);
  return place;
}

/** Number of the host that the line tells, or its form. */
export function hostOfLine(): i32 {
  const told = host();
  return told >= 0 ? told : -2 - facts.form;
}

/**
 * Decides what silence, or too many behind it, decides, as far as everything before it is decided. Answers whether it is
 * time to tell: there is much, or the next is an object, which is decided outside.
 */
export function settle(): bool {
  const tail = load<f64>(cells.TAIL);
  const clock = load<f64>(cells.ELAPSED);
  let place = load<f64>(cells.SETTLED);
  for (; place < tail; place += 1) {
    const state = stateOf(place);
    if (state > Waiting.UNDECIDED_LOSS) continue;
    if (!isOver(place, tail, clock)) break;
    if (state == Waiting.OBJECT) return true;
    decideByItself(place, state);
  }
  store<f64>(cells.SETTLED, place);
  return place - load<f64>(cells.HEAD) > TOLD_TOGETHER;
}

/** True when what is undecided at the first such place must wait no longer. */
export function isOver(place: f64, tail: f64, clock: f64): bool {
  return clock - load<f64>(addressOf(place), LOG_CLOCK) > LONGEST_SILENCE || tail - place > MOST_BEHIND;
}

/** It is what it looks like; answers its new state. */
export function decideByItself(place: f64, state: Waiting): Waiting {
  if (state == Waiting.UNDECIDED_LOSS) cells.add(cells.LOST_SILENTLY, 1);
  const decided = state == Waiting.UNDECIDED ? Waiting.CONNECT : Waiting.LOSS;
  setState(place, decided);
  return decided;
}
