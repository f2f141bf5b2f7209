// Tells what waits: as columns of events (eventColumns.ts), and as what they come to (Tally).

import { Untold } from './answers';
import * as cells from './cells';
import * as facts from './facts';
import { MINUTE_BYTES, MINUTES, MOST_TOLD, TOLD, WAITING } from './layout';
import * as names from './names';
import * as queue from './queue';
import { Waiting } from './queue';

/** The columns of the events, those of the widest numbers first. */
const AT: i32 = TOLD;
const PID: i32 = AT + 8 * MOST_TOLD;
const TIME_MS: i32 = PID + 8 * MOST_TOLD;
const OFFSET: i32 = TIME_MS + 8 * MOST_TOLD;
const FILE: i32 = OFFSET + 8 * MOST_TOLD;
const DATABASE: i32 = FILE + 4 * MOST_TOLD;
const USER: i32 = DATABASE + 4 * MOST_TOLD;
const APPLICATION: i32 = USER + 4 * MOST_TOLD;
const HOST: i32 = APPLICATION + 4 * MOST_TOLD;
/** Numbers of the form and of the host, which a filter asks for. */
const FORM: i32 = HOST + 4 * MOST_TOLD;
const HOST_NUMBER: i32 = FORM + 4 * MOST_TOLD;
/** Of those that are troubles: which event it is, and where its row begins in the ring. */
const TROUBLE: i32 = HOST_NUMBER + 4 * MOST_TOLD;
const TROUBLE_ROW: i32 = TROUBLE + 4 * MOST_TOLD;
const KIND: i32 = TROUBLE_ROW + 4 * MOST_TOLD;
const FLAGS: i32 = KIND + MOST_TOLD;

/** As in storedEvent.ts. */
const CONNECT: u8 = 0;
const DISCONNECT: u8 = 1;
const LOST: u8 = 2;
const FAILURE: u8 = 3;
const ENDING: u8 = 4;
const REPLICATION_FLAG: i32 = 1;
const CONNECT_SEEN_FLAG: i32 = 2;
const REASON_SHIFT: i32 = 3;

/** A minute: doubles, the last ones of which are the lengths of the sessions that ended in it (sessionLengths.ts). */
const CONNECTS: i32 = 8;
const DISCONNECTS: i32 = 16;
const LOSSES: i32 = 24;
const FAILURES: i32 = 32;
const MOST_ACTIVE: i32 = 40;
const ACTIVE: i32 = 48;
const LENGTHS: i32 = 56;
const MINUTE_MS: f64 = 60000;

export let reason: Untold = Untold.END;
/** Events that were told by the last call, and minutes; one that comes again is another one. */
export let count: i32 = 0;
export let troubleCount: i32 = 0;
export let minuteCount: i32 = 0;
let minuteFrom: f64 = NaN;

export function tell(head: f64, tail: f64, clock: f64): f64 {
  count = 0;
  troubleCount = 0;
  minuteCount = 0;
  minuteFrom = NaN;
  reason = Untold.END;
  for (; head < tail; head += 1) {
    const at = queue.addressOf(head);
    let state = queue.stateOf(head);
    if (state == Waiting.OBJECT) break;
    if (state == Waiting.UNDECIDED || state == Waiting.UNDECIDED_LOSS) {
      if (!queue.isOver(head, tail, clock)) break;
      state = queue.decideByItself(head, state);
    }
    if (state == Waiting.CANCELLED) continue;
    if (count == MOST_TOLD) reason = Untold.FULL;
    else if (!tellOne(at, state)) reason = Untold.NAMES;
    if (reason != Untold.END) break;
  }
  return head;
}

/** False = its names must be told here first. */
function tellOne(from: i32, state: Waiting): bool {
  const form = <i32>load<f64>(from, queue.FORM);
  const hostNumber = <i32>load<f64>(from, queue.HOST_NUMBER);
  if (!names.find(form, <i32>load<f64>(from, queue.TROUBLE_FORM), hostNumber)) return false;
  const at = load<f64>(from, queue.AT);
  const timeMs = state == Waiting.DISCONNECT ? load<f64>(from, queue.TIME_MS) : NaN;
  const four = 4 * count;
  const eight = 8 * count;
  store<f64>(AT + eight, at);
  store<f64>(PID + eight, load<f64>(from, queue.PID));
  store<f64>(TIME_MS + eight, timeMs);
  store<f64>(OFFSET + eight, load<f64>(from, queue.OFFSET));
  store<i32>(FILE + four, <i32>load<f64>(from, queue.FILE));
  store<i32>(DATABASE + four, names.database - 1);
  store<i32>(USER + four, names.user - 1);
  store<i32>(APPLICATION + four, names.application - 1);
  store<i32>(HOST + four, names.host - 1);
  store<i32>(FORM + four, form);
  store<i32>(HOST_NUMBER + four, hostNumber);
  store<u8>(KIND + count, kindOf(state));
  if (isTrouble(state)) {
    store<u8>(FLAGS + count, 0);
    store<i32>(TROUBLE + 4 * troubleCount, count);
    store<i32>(TROUBLE_ROW + 4 * troubleCount, (from - WAITING) >> 3);
    troubleCount += 1;
    countTrouble(state, at);
  } else {
    const isReplication = facts.hasForm(form, facts.IS_REPLICATION);
    store<u8>(FLAGS + count, flagsOf(from, state) | (isReplication ? REPLICATION_FLAG : 0));
    if (!isReplication) countOne(state, at, timeMs);
    else if (state == Waiting.CONNECT) cells.add(cells.TOLD_REPLICATION, 1);
  }
  count += 1;
  return true;
}

function isTrouble(state: Waiting): bool {
  return state == Waiting.FAILURE || state == Waiting.ENDING;
}

function kindOf(state: Waiting): u8 {
  if (isTrouble(state)) return state == Waiting.FAILURE ? FAILURE : ENDING;
  return state == Waiting.CONNECT ? CONNECT : state == Waiting.DISCONNECT ? DISCONNECT : LOST;
}

function flagsOf(from: i32, state: Waiting): i32 {
  if (state == Waiting.DISCONNECT)
    return CONNECT_SEEN_FLAG | (<i32>load<f64>(from, queue.CLIENT_TROUBLE) << REASON_SHIFT);
  if (state == Waiting.LOSS_BY_SERVER) return <i32>load<f64>(from, queue.CLIENT_TROUBLE);
  if (state == Waiting.LOSS_BY_PID) return <i32>load<f64>(cells.PID_REUSED_FLAGS);
  return state == Waiting.LOSS ? <i32>load<f64>(cells.TERMINATED_FLAGS) : 0;
}

function countTrouble(state: Waiting, at: f64): void {
  cells.add(state == Waiting.FAILURE ? cells.TOLD_FAILURES : cells.TOLD_ENDINGS, 1);
  if (state == Waiting.FAILURE && !isNaN(at)) countIn(minuteOf(at), FAILURES);
}

function countOne(state: Waiting, at: f64, timeMs: f64): void {
  const isConnect = state == Waiting.CONNECT;
  const isDisconnect = state == Waiting.DISCONNECT;
  cells.add(isConnect ? cells.TOLD_CONNECTS : isDisconnect ? cells.TOLD_DISCONNECTS : cells.TOLD_LOST, 1);
  const active = max(0, load<f64>(cells.ACTIVE) + (isConnect ? 1 : -1));
  store<f64>(cells.ACTIVE, active);
  if (isNaN(at)) return;
  const minute = minuteOf(at);
  countIn(minute, isConnect ? CONNECTS : isDisconnect ? DISCONNECTS : LOSSES);
  if (isDisconnect && !isNaN(timeMs)) cells.add(minute + LENGTHS + 8 * lengthClass(timeMs), 1);
}

/** Counts one more of something in a minute, with how many are open. */
function countIn(minute: i32, what: i32): void {
  const active = load<f64>(cells.ACTIVE);
  cells.add(minute + what, 1);
  store<f64>(minute, max(active, load<f64>(minute, MOST_ACTIVE)), MOST_ACTIVE);
  store<f64>(minute, active, ACTIVE);
}

/** Where the minute of a time stands: the last one, or a new one. */
function minuteOf(at: f64): i32 {
  if (!(at >= minuteFrom && at < minuteFrom + MINUTE_MS)) {
    const number = floor(at / MINUTE_MS);
    minuteFrom = number * MINUTE_MS;
    minuteCount += 1;
    memory.fill(MINUTES + (minuteCount - 1) * MINUTE_BYTES, 0, MINUTE_BYTES);
    store<f64>(MINUTES + (minuteCount - 1) * MINUTE_BYTES, number);
  }
  return MINUTES + (minuteCount - 1) * MINUTE_BYTES;
}

/** As lengthBoundsMs in sessionLengths.ts has them. */
function lengthClass(ms: f64): i32 {
  if (ms < 1000) return ms < 10 ? 0 : ms < 100 ? 1 : 2;
  if (ms < MINUTE_MS) return ms < 10000 ? 3 : 4;
  if (ms < 60 * MINUTE_MS) return ms < 10 * MINUTE_MS ? 5 : 6;
  return ms < 1440 * MINUTE_MS ? 7 : 8;
}
