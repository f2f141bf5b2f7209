// The ordinary lives of sessions, booked by numbers: lines in, rows and what waits to be told out. What is done here is
// what the book does with the same lines as entries; where that is in doubt, nothing is done and the line is answered.

import { Answer } from './answers';
import * as cells from './cells';
import * as facts from './facts';
import * as layouts from './layout';
import * as line from './line';
import { authenticated, authorized, clientTrouble, disconnected, fatal, lose as loseRow, received } from './lives';
import { settle } from './queue';
import * as rows from './rows';
import * as telling from './telling';

/** Addresses and sizes, in the order in which bookMemory.ts reads them. */
export function layout(index: i32): i32 {
  switch (index) {
    case 0:
      return layouts.CELLS;
    case 1:
      return layouts.FACTS;
    case 2:
      return layouts.LINES;
    case 3:
      return layouts.MOST_LINES;
    case 4:
      return layouts.WAITING;
    case 5:
      return layouts.MOST_WAITING;
    case 6:
      return layouts.ROWS;
    case 7:
      return layouts.MOST_ROWS;
    case 8:
      return layouts.MOST_FORMS;
    case 9:
      return layouts.FORM_NAMES;
    case 10:
      return layouts.HOST_NAMES;
    case 11:
      return layouts.MOST_HOSTS;
    case 12:
      return layouts.TOLD;
    case 13:
      return layouts.MOST_TOLD;
    case 14:
      return layouts.MINUTES;
    case 15:
      return layouts.FATAL_NAMES;
    default:
      return 0;
  }
}

export function rowOf(pid: i32): i32 {
  return rows.rowOf(pid);
}
export function setRowOf(pid: i32, row: i32): void {
  rows.setRowOf(pid, row);
}
export function previousOf(row: i32): i32 {
  return rows.previousOf(row);
}
export function free(row: i32): void {
  rows.free(row);
}
/** The first row behind one that is in one of these states, each a bit by its number; 0 = there is none. */
export function nextRow(row: i32, states: i32): i32 {
  return rows.next(row, states);
}
export function rememberNames(disconnection: i32, authorized: i32): void {
  facts.rememberNames(disconnection, authorized);
}

/** Tells what waits from a place to another; answers the first that is not told. */
export function tell(head: f64, tail: f64, logClockMs: f64): f64 {
  return telling.tell(head, tail, logClockMs);
}
/** Why not; how many events were told, how many of them are troubles, and in how many minutes. */
export function whyNotTold(): i32 {
  return telling.reason;
}
export function toldCount(): i32 {
  return telling.count;
}
export function troubleCount(): i32 {
  return telling.troubleCount;
}
export function minuteCount(): i32 {
  return telling.minuteCount;
}

/** The server ends the open session of a row. */
export function lose(row: i32, at: f64, offset: f64, flags: i32): void {
  loseRow(row, at, offset, flags);
}

let reason: Answer = Answer.DONE;

/** Why `apply` has answered the line that it did. */
export function why(): i32 {
  return reason;
}

/** Lines with which rows are asked for: no more than half of them are ends, or beginnings. */
const ASKED_EVERY: i32 = 32;

/** Books lines from one index to another; answers the first that is not booked, or, if something is to be told, the next. */
export function apply(from: i32, to: i32): i32 {
  store<f64>(cells.SETTLED, load<f64>(cells.HEAD));
  for (let index = from; index < to; index += 1) {
    if ((index & (ASKED_EVERY - 1)) == 0) rows.askForNext(ASKED_EVERY / 2);
    line.read(index);
    cells.pass(line.at());
    reason = applyLine();
    if (reason != Answer.DONE) return index;
    if (settle()) {
      reason = Answer.DRAIN;
      return index + 1;
    }
  }
  return to;
}

function applyLine(): Answer {
  if (line.host() >= layouts.MOST_HOSTS) return Answer.NOT_PLAIN;
  const step = facts.take(line.form());
  if (step == facts.Step.NOT_PLAIN) return Answer.NOT_PLAIN;
  if (facts.keyIs() != facts.KEY_IS_PID && isNaN(line.start())) return Answer.NOT_PLAIN;
  switch (step) {
    case facts.Step.RECEIVED:
      return received();
    case facts.Step.AUTHENTICATED:
      return authenticated();
    case facts.Step.AUTHORIZED:
      return authorized();
    case facts.Step.DISCONNECTION:
      return disconnected();
    case facts.Step.FATAL:
      return fatal();
    case facts.Step.CLIENT_TROUBLE:
      return clientTrouble();
    default:
      return Answer.DONE;
  }
}
