/**
 * What two times may be to each other when one is as a log prints it: in whole seconds, and in a zone that its
 * abbreviation may not tell (log_timezone, read by LogClock; it may have been changed meanwhile), which shifts it by
 * some quarters of an hour.
 */

const toleranceMs = 2000;
const quarterMs = 15 * 60_000;
/** From one end of the earth's zones, UTC-12, to the other, UTC+14. */
const mostMs = 26 * 4 * quarterMs;

/** May two times that are so far apart be of one instant? */
export function mayBeOneInstant(differenceMs: number): boolean {
  const shiftMs = Math.round(differenceMs / quarterMs) * quarterMs;
  return Math.abs(shiftMs) <= mostMs && Math.abs(differenceMs - shiftMs) <= toleranceMs;
}

/** Is this more than the way of printing explains? A clock that is set is in the session's own time already. */
export function beganLater(differenceMs: number): boolean {
  return differenceMs > toleranceMs && !mayBeOneInstant(differenceMs);
}
