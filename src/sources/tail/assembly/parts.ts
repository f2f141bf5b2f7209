// How the constant parts of a line divide: what stands before its severity, its message, and what stands behind that.

import { constantBytes } from './line';
import { isOfSession, keepOther, readMessage } from './messages';

/** How many of its constant bytes stand before the severity, and how many up to the end of the message. */
export let headBytes: i32 = 0;
export let messageBytes: i32 = 0;

/** The head has been read. */
export function endHead(): void {
  headBytes = constantBytes;
}

/** The message has been read. */
export function endMessage(): void {
  messageBytes = constantBytes;
}

/** Keeps the message of a record from its severity on, behind its head; false = it is none of the usual ones. */
export function keepMessage(from: i32, at: i32, to: i32): bool {
  endHead();
  if (!isOfSession(at)) keepOther(from, at, to);
  else if (!readMessage(from, at, to)) return false;
  endMessage();
  return true;
}
