// Records become lines as they are booked (lineBlock.ts): nine doubles each, in the same place.

import { HOST_NUMBERS, RECORD_BYTES, RECORDS } from './layout';

/** No zone changes its clocks within a quarter of an hour. */
const QUARTER: f64 = 900000;

/** How far two zones are from UTC, from a time on for a quarter: of the line's time, and of the process's start. */
let zone: u64 = 0;
let zoneFrom: f64 = NaN;
let zoneOffset: f64 = 0;
let startZone: u64 = 0;
let startFrom: f64 = NaN;
let startOffset: f64 = 0;

/** It is the zone of the start that must be told. */
export let isOfStart: bool = false;

/** Tells how far the zone of a record is from UTC, ms, from a local time on. */
export function setZone(index: i32, from: f64, offset: f64): void {
  const record = RECORDS + index * RECORD_BYTES;
  if (isOfStart) {
    startZone = load<u64>(record, 32);
    startFrom = from;
    startOffset = offset;
  } else {
    zone = load<u64>(record, 24);
    zoneFrom = from;
    zoneOffset = offset;
  }
}

/** Makes lines of records, whose offsets count from `offset`; answers the first whose zone must be told, or `to`. */
export function finish(index: i32, to: i32, offset: f64): i32 {
  for (; index < to; index += 1) {
    const record = RECORDS + index * RECORD_BYTES;
    let at = load<f64>(record);
    let start = load<f64>(record, 8);
    const itsZone = load<u64>(record, 24);
    const itsStartZone = load<u64>(record, 32);
    if (<u32>itsZone != 0 && !isNaN(at)) {
      if (itsZone != zone || !(at >= zoneFrom && at < zoneFrom + QUARTER)) {
        isOfStart = false;
        return index;
      }
      at -= zoneOffset;
    }
    if (<u32>itsStartZone != 0 && !isNaN(start)) {
      const local = start * 1000;
      if (itsStartZone != startZone || !(local >= startFrom && local < startFrom + QUARTER)) {
        isOfStart = true;
        return index;
      }
      start = (local - startOffset) / 1000;
    }
    const form = load<i32>(record, 40);
    const pid = load<i32>(record, 44);
    const entryPort = load<i32>(record, 48);
    const messagePort = load<i32>(record, 52);
    const place = load<i32>(record, 56);
    const host = load<i32>(record, 64);
    store<f64>(record, at);
    store<f64>(record, start, 8);
    store<f64>(record, offset + <f64>place, 24);
    store<f64>(record, pid, 32);
    store<f64>(record, form, 40);
    store<f64>(record, entryPort, 48);
    store<f64>(record, messagePort, 56);
    store<f64>(record, host < 0 ? -1 : <f64>load<i32>(HOST_NUMBERS + 4 * host), 64);
  }
  return to;
}
