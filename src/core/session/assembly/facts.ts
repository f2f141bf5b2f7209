// What is known of a form (FormFacts in recurringForms.ts), written from outside before a line first has it.

import { FACT_BYTES, FACTS, MOST_FORMS, MOST_PAIRS, PAIRS } from './layout';

/** Steps; 0 also where the form is not known here. */
export const enum Step {
  NOT_PLAIN = 0,
  RECEIVED = 1,
  AUTHENTICATED = 2,
  AUTHORIZED = 3,
  DISCONNECTION = 4,
  FATAL = 5,
  CLIENT_TROUBLE = 6,
  NOTHING = 7,
}

export const NAMES_ARE_GUESSED: i32 = 1;
export const HAS_HOST: i32 = 2;
export const REFUSES: i32 = 4;
export const MAY_REFUSE: i32 = 8;
export const IS_REPLICATION: i32 = 16;

export const KEY_IS_PID: i32 = 0;

/** The form of the line that is booked: its number, and what is known of it. */
export let form: i32 = 0;
let place: i32 = 0;

/** Takes a form up; answers its step. */
export function take(number: i32): Step {
  form = number;
  place = FACTS + number * FACT_BYTES;
  return number >= 0 && number < MOST_FORMS ? <Step>load<u8>(place) : Step.NOT_PLAIN;
}

export function keyIs(): i32 {
  return load<u8>(place, 1);
}

export function has(flag: i32): bool {
  return (load<u8>(place, 2) & flag) != 0;
}

/** Has another form this flag? */
export function hasForm(number: i32, flag: i32): bool {
  return (load<u8>(FACTS + number * FACT_BYTES, 2) & flag) != 0;
}

export function clientTrouble(): i32 {
  return load<u8>(place, 3);
}

/** Can a line of this form be the end of a session that was authorized so? False = that is not known here. */
export function hasNamesOf(authorized: i32): bool {
  if (load<i32>(place, 4) == load<i32>(FACTS + authorized * FACT_BYTES, 4)) return true;
  return load<u64>(pairPlace(form, authorized)) == pairKey(form, authorized);
}

/** It can, as was found out outside. */
export function rememberNames(disconnection: i32, authorized: i32): void {
  store<u64>(pairPlace(disconnection, authorized), pairKey(disconnection, authorized));
}

function pairPlace(disconnection: i32, authorized: i32): i32 {
  return PAIRS + 8 * ((disconnection * 31 + authorized) & (MOST_PAIRS - 1));
}

/** Never 0. */
function pairKey(disconnection: i32, authorized: i32): u64 {
  return ((<u64>disconnection + 1) << 32) | (<u64>authorized);
}
