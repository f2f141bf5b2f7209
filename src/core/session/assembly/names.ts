// What the names of an event are to the store of events: each one more than its number there, so that 0 is what must be
// told here first (rowTelling.ts), and 1 is no name.

import { FATAL_NAMES, FORM_NAMES, FORM_NAMES_BYTES, HOST_NAMES } from './layout';

const UNKNOWN: i32 = 0;
const NONE: i32 = 1;
/** Places of a form's names. */
const USER: i32 = 4;
const APPLICATION: i32 = 8;
const HOST: i32 = 12;

export let database: i32 = NONE;
export let user: i32 = NONE;
export let application: i32 = NONE;
export let host: i32 = NONE;

/**
 * Names of the session with this form of its authorization and this host, or, where these tell none, of the FATAL; −1 =
 * there is none. False = some must be told here first.
 */
export function find(form: i32, fatal: i32, hostNumber: i32): bool {
  const ofForm = FORM_NAMES + form * FORM_NAMES_BYTES;
  const ofFatal = FATAL_NAMES + fatal * FORM_NAMES_BYTES;
  if (form >= 0 && load<i32>(ofForm) == UNKNOWN) return false;
  if (fatal >= 0 && load<i32>(ofFatal) == UNKNOWN) return false;
  database = named(form, ofForm, fatal, ofFatal);
  user = named(form, ofForm + USER, fatal, ofFatal + USER);
  application = named(form, ofForm + APPLICATION, fatal, ofFatal + APPLICATION);
  if (hostNumber == -1) host = fatal >= 0 ? load<i32>(ofFatal, HOST) : NONE;
  else if (hostNumber >= 0) host = load<i32>(HOST_NAMES + 4 * hostNumber);
  else host = load<i32>(FORM_NAMES + (-2 - hostNumber) * FORM_NAMES_BYTES, HOST);
  return host != UNKNOWN;
}

function named(form: i32, ofForm: i32, fatal: i32, ofFatal: i32): i32 {
  const name = form >= 0 ? load<i32>(ofForm) : NONE;
  return name == NONE && fatal >= 0 ? load<i32>(ofFatal) : name;
}
