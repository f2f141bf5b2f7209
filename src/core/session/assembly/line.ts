// The line that is booked, as lineBlock.ts has it.

import { LINE_BYTES, LINES, MOST_LINES } from './layout';

export const ENTRY_PORT: i32 = 48;
export const MESSAGE_PORT: i32 = 56;
const HOST: i32 = 64;

/** Where it stands. */
export let line: i32 = LINES;

export function read(index: i32): void {
  line = LINES + index * LINE_BYTES;
}

/** Nothing but a process is told, at a time and a place. */
export function stand(at: f64, offset: f64, pid: f64): void {
  read(MOST_LINES);
  memory.fill(line, 0, LINE_BYTES);
  store<f64>(line, at);
  store<f64>(line, offset, 24);
  store<f64>(line, pid, 32);
  store<f64>(line, -1, HOST);
}

/** ms since the epoch; NaN = the log has no time. */
export function at(): f64 {
  return load<f64>(line);
}

/** Start of the process, seconds since the epoch; NaN = the log does not say. */
export function start(): f64 {
  return load<f64>(line, 8);
}

export function timeMs(): f64 {
  return load<f64>(line, 16);
}

export function offset(): f64 {
  return load<f64>(line, 24);
}

/** −1 = none that a row can have. */
export function pid(): i32 {
  const number = load<f64>(line, 32);
  const whole = <i32>number;
  return <f64>whole == number ? whole : -1;
}

export function form(): i32 {
  return <i32>load<f64>(line, 40);
}

/** Its number; −1 = the line tells none. */
export function host(): i32 {
  return <i32>load<f64>(line, HOST);
}

export function port(field: i32): i32 {
  return <i32>load<f64>(line + field);
}
