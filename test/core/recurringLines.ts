import assert from 'node:assert/strict';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { lineNumbers, type LineBlock } from '../../src/core/log/lineBlock.ts';
import {
  recurringFormOf,
  type OtherForm,
  type RecurringForm,
  type RecurringLine,
} from '../../src/core/log/recurring.ts';
import type { BookEntry } from '../../src/core/session/bookFacts.ts';

const time = /\d{1,9}:\d\d:\d\d\.\d{3}/;

/** Finds the lines that recur in a log, as a scanner would, but from entries: slow and plain. */
export class RecurringLines {
  readonly #forms: (RecurringForm | OtherForm)[] = [];
  readonly #numbers = new Map<string, number>();

  /** The entry as a line when its form was met before; undefined = it must be applied the ordinary way. */
  lineOf(booked: BookEntry): RecurringLine | undefined {
    const { entry, place, arrivedAt } = booked;
    const recurring = recurringFormOf(entry);
    if (!recurring || entry.pid === undefined) return undefined;
    const { message } = recurring;
    const key = keyOf(entry, message?.kind);
    const formNumber = this.#numbers.get(key);
    const form = this.#forms[formNumber ?? -1];
    if (formNumber === undefined || !form) {
      this.#numbers.set(key, this.#forms.push(recurring) - 1);
      return undefined;
    }
    return {
      ...{ form, formNumber, arrivedAt, ...place },
      at: entry.at ?? Number.NaN,
      pid: entry.pid,
      startSeconds: startOf(entry),
      entryPort: entry.remotePort ?? -1,
      messagePort: (message && 'remotePort' in message ? message.remotePort : undefined) ?? -1,
      sessionTimeMs: message?.kind === 'disconnection' ? message.sessionTimeMs : 0,
    };
  }

  /** A line by itself, as a block. */
  blockOf(line: RecurringLine): LineBlock {
    return blockOf(line, this.#forms);
  }
}

/** A line by itself, as a block; `forms` by their numbers. */
export function blockOf(line: RecurringLine, forms: readonly (RecurringForm | OtherForm)[]): LineBlock {
  const { at, startSeconds, sessionTimeMs, offsetBytes, pid, formNumber, entryPort, messagePort } = line;
  const numbers = Float64Array.of(
    ...[at, startSeconds, sessionTimeMs, offsetBytes, pid, formNumber, entryPort, messagePort],
  );
  assert.equal(numbers.length, lineNumbers);
  return { numbers, count: 1, forms, fileNumber: line.fileNumber, arrivedAt: line.arrivedAt };
}

/** What is the same in all lines of a form. */
function keyOf(entry: LogEntry, kind: string | undefined): string {
  const { message, at, sessionId, sessionStartAt, remotePort, pid: _, ...same } = entry;
  const text =
    kind === 'received' || kind === 'disconnection' ? message.replace(/ port=\d{1,5}$/, ' port=') : message;
  const has = [at, sessionId, sessionStartAt, remotePort].map((value) => value !== undefined);
  return JSON.stringify([kind === 'disconnection' ? text.replace(time, '') : text, has, same]);
}

function startOf({ sessionId, sessionStartAt }: LogEntry): number {
  if (sessionId !== undefined) return Number.parseInt(sessionId, 16);
  return sessionStartAt === undefined ? Number.NaN : sessionStartAt / 1000;
}
