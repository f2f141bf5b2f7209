// What each line of an ordinary life does: received, authenticated, authorized or refused, gone with a disconnection
// line or told to go. Whatever else happens to a pid is the book's, with all that is in its rows.

import { Answer } from './answers';
import * as cells from './cells';
import * as facts from './facts';
import * as line from './line';
import { cancel, decide, hostOfLine, isUndecided, Waiting, write } from './queue';
import * as rows from './rows';

/** As in zoneShift.ts, ms. */
const TOLERANCE: f64 = 2000;
const QUARTER: f64 = 15 * 60000;
const MOST_QUARTERS: f64 = 26 * 4;

export function received(): Answer {
  const row = begun(rows.OPENING);
  if (row < 0) return <Answer>-row;
  cells.add(cells.RECEIVED, 1);
  cells.add(cells.RECEIVED_NOT_REFUSED, 1);
  rows.setDouble(row, rows.RECEIVED_AT, line.at());
  rows.setInt(row, rows.RECEIVED, facts.form);
  rows.setInt(row, rows.RECEIVED_PORT, line.port(line.MESSAGE_PORT));
  rows.setInt(row, rows.RECEIVED_HOST, hostOfLine());
  return Answer.DONE;
}

export function authenticated(): Answer {
  let row = rows.rowOf(line.pid());
  if (row == rows.IN_BOOK) return Answer.NOT_PLAIN;
  if (row == 0 || !isOf(row)) {
    if (row != 0 && !mayFollow(row)) return Answer.NOT_PLAIN;
    row = add(rows.OPENING);
  } else if (rows.int(row, rows.STATE) != rows.OPENING) {
    if (rows.int(row, rows.STATE) == rows.OPEN) return Answer.NOT_PLAIN;
    // what ended under the same key stays known until the next one is let in
    row = add(rows.OPENING);
  }
  if (row < 0) return <Answer>-row;
  rows.setInt(row, rows.AUTHENTICATED, facts.form);
  return Answer.DONE;
}

export function authorized(): Answer {
  let row = rows.rowOf(line.pid());
  if (row > 0 && rows.int(row, rows.STATE) == rows.OPENING && isOf(row)) {
    forgetSame(row);
    rows.move(row, rows.OPEN);
  } else row = begun(rows.OPEN);
  if (row < 0) return <Answer>-row;
  cells.add(cells.CONNECTS, 1);
  if (facts.has(facts.NAMES_ARE_GUESSED)) cells.add(cells.GUESSED, 1);
  cells.add(cells.ORDER, 1);
  rows.setInt(row, rows.AUTHORIZED, facts.form);
  rows.setInt(row, rows.ENTRY_PORT, line.port(line.ENTRY_PORT));
  if (facts.has(facts.HAS_HOST)) rows.setInt(row, rows.ENTRY_HOST, hostOfLine());
  rows.setDouble(row, rows.CONNECTED_AT, line.at());
  rows.setDouble(row, rows.ORDER, load<f64>(cells.ORDER));
  rows.setDouble(row, rows.PLACE, write(Waiting.UNDECIDED, row, false, 0));
  return Answer.DONE;
}

export function disconnected(): Answer {
  const row = rows.rowOf(line.pid());
  if (row <= 0 || !isOf(row)) return Answer.NOT_PLAIN;
  const state = rows.int(row, rows.STATE);
  if (state == rows.ENDED) return died(row);
  if (state != rows.OPEN) return Answer.NOT_PLAIN;
  if (facts.keyIs() == facts.KEY_IS_PID) {
    if (beganLater(startedAt() - rows.double(row, rows.CONNECTED_AT))) return Answer.NOT_PLAIN;
    if (!facts.hasNamesOf(rows.int(row, rows.AUTHORIZED))) return Answer.NAMES;
  }
  cells.add(cells.DISCONNECTIONS, 1);
  decide(rows.double(row, rows.PLACE));
  rows.setInt(row, rows.END, facts.form);
  end(row, 0);
  write(Waiting.DISCONNECT, row, false, rows.int(row, rows.CLIENT_TROUBLE));
  return Answer.DONE;
}

/** The disconnection of a session that was told to go. */
function died(row: i32): Answer {
  const place = rows.double(row, rows.PLACE);
  if (rows.int(row, rows.HOW) != rows.DYING || !isUndecided(place, Waiting.UNDECIDED_LOSS))
    return Answer.NOT_PLAIN;
  if (startedAt() > rows.double(row, rows.ENDED_AT) + 1000) return Answer.NOT_PLAIN;
  cells.add(cells.DISCONNECTIONS, 1);
  cancel(place);
  end(row, 0);
  write(Waiting.DISCONNECT, row, false, 0);
  return Answer.DONE;
}

/** A login is refused, or a session is told to go, as applyFatal has it. */
export function fatal(): Answer {
  const pid = line.pid();
  const row = rows.rowOf(pid);
  if (row <= 0 || !isOf(row) || <f64>pid == load<f64>(cells.POSTMASTER)) return Answer.NOT_PLAIN;
  const state = rows.int(row, rows.STATE);
  if (state == rows.OPENING) {
    cells.add(cells.RECEIVED_NOT_REFUSED, -1);
    forgetSame(row);
    end(row, rows.REFUSED);
    write(Waiting.FAILURE, row, true, 0);
    return Answer.DONE;
  }
  if (state != rows.OPEN) return Answer.NOT_PLAIN;
  const place = rows.double(row, rows.PLACE);
  if (facts.has(facts.REFUSES)) {
    if (!isUndecided(place, Waiting.UNDECIDED)) return Answer.NOT_PLAIN;
    cancel(place);
    end(row, rows.REFUSED);
    write(Waiting.FAILURE, row, true, 0);
    return Answer.DONE;
  }
  if (facts.has(facts.MAY_REFUSE) && isUndecided(place, Waiting.UNDECIDED)) return Answer.NOT_PLAIN;
  decide(place);
  write(Waiting.ENDING, row, true, 0);
  rows.setDouble(row, rows.PLACE, write(Waiting.UNDECIDED_LOSS, row, false, 0));
  end(row, rows.DYING);
  return Answer.DONE;
}

export function clientTrouble(): Answer {
  const row = rows.rowOf(line.pid());
  if (row <= 0 || rows.int(row, rows.STATE) != rows.OPEN || !isOf(row)) return Answer.NOT_PLAIN;
  rows.setInt(row, rows.CLIENT_TROUBLE, facts.clientTrouble());
  return Answer.DONE;
}

/** The server ends the open session of a row, with no line of its own: at what stands there. `flags` tell why. */
export function lose(row: i32, at: f64, offset: f64, flags: i32): void {
  line.stand(at, offset, rows.double(row, rows.PID));
  decide(rows.double(row, rows.PLACE));
  end(row, rows.LOST);
  write(Waiting.LOSS_BY_SERVER, row, false, flags);
}

function end(row: i32, how: i32): void {
  rows.setDouble(row, rows.ENDED_AT, line.at());
  rows.setInt(row, rows.HOW, how);
  rows.move(row, rows.ENDED);
}

/** When the session began that this disconnection ends; NaN = the log has no time. */
function startedAt(): f64 {
  return line.at() - line.timeMs();
}

/** `beganLater` of zoneShift.ts. */
function beganLater(sinceMs: f64): bool {
  if (!(sinceMs > TOLERANCE)) return false;
  const quarters = nearest(sinceMs / QUARTER);
  return quarters == 0 || quarters > MOST_QUARTERS || abs(sinceMs - quarters * QUARTER) > TOLERANCE;
}

/** A row for the session that begins with this line, of which nothing was known; negative = not a plain beginning, and why. */
function begun(state: i32): i32 {
  const row = rows.rowOf(line.pid());
  if (row == 0) return add(state);
  if (row == rows.IN_BOOK) return -(<i32>Answer.IN_BOOK);
  if (rows.int(row, rows.STATE) == rows.OPEN && !replace(row)) return -(<i32>Answer.NOT_PLAIN);
  if (!isOf(row)) return mayFollow(row) ? add(state) : -(<i32>Answer.NOT_PLAIN);
  forgetSame(row);
  rows.clear(row);
  rows.move(row, state);
  return row;
}

/** A process begins that has the pid of an open session, which is gone; false = that is not sure. */
function replace(row: i32): bool {
  if (isNaN(line.at()) || !(isOf(row) || isOlder(row))) return false;
  decide(rows.double(row, rows.PLACE));
  end(row, rows.LOST);
  cells.add(cells.LOST_SILENTLY, 1);
  write(Waiting.LOSS_BY_PID, row, false, 0);
  return true;
}

/** A new row for a session that begins with this line; negative = there is no room. */
function add(state: i32): i32 {
  if (!rows.isRoom()) return -(<i32>Answer.NOT_PLAIN);
  const row = rows.add(line.pid(), state);
  rows.setInt(row, rows.KEY_IS, facts.keyIs());
  rows.setDouble(row, rows.START, line.start());
  return row;
}

/** True when the line has the key of a row. */
function isOf(row: i32): bool {
  const keyIs = facts.keyIs();
  if (rows.int(row, rows.KEY_IS) != keyIs) return false;
  return keyIs == facts.KEY_IS_PID || rows.double(row, rows.START) == line.start();
}

/** True when the line, with another key, is surely of a later process than a row that is not open. */
function mayFollow(row: i32): bool {
  return rows.int(row, rows.STATE) != rows.OPEN && isOlder(row);
}

/** True when the line has another key of the same kind, of a process that began later. */
function isOlder(row: i32): bool {
  return rows.int(row, rows.KEY_IS) == facts.keyIs() && rows.double(row, rows.START) < line.start();
}

/** What ended before under the key of this row is forgotten. */
function forgetSame(row: i32): void {
  const previous = rows.previousOf(row);
  if (previous == 0 || rows.int(previous, rows.KEY_IS) != rows.int(row, rows.KEY_IS)) return;
  const isSame = rows.double(previous, rows.START) == rows.double(row, rows.START);
  if (isSame || rows.int(row, rows.KEY_IS) == facts.KEY_IS_PID) rows.freePrevious(row);
}
