import { parseConnectionMessage } from '../../src/core/connection/connectionMessage.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import type { RecurringForm, RecurringLine } from '../../src/core/log/recurring.ts';
import type { BookEntry } from '../../src/core/session/bookFacts.ts';

const time = /\d{1,9}:\d\d:\d\d\.\d{3}/;

/** Finds the lines that recur in a log, as a scanner would, but from entries: slow and plain. */
export class RecurringLines {
  readonly #forms = new Map<string, { form: RecurringForm; formNumber: number }>();

  /** The entry as a line when its form was met before; undefined = it must be applied the ordinary way. */
  lineOf(booked: BookEntry): RecurringLine | undefined {
    const { entry, place, arrivedAt } = booked;
    const message = parseConnectionMessage(entry);
    if (!message || !('kind' in message) || entry.pid === undefined) return undefined;
    if (
      message.kind !== 'received' &&
      message.kind !== 'authenticated' &&
      message.kind !== 'authorized' &&
      message.kind !== 'disconnection'
    )
      return undefined;
    const key = keyOf(entry, message.kind);
    const known = this.#forms.get(key);
    if (!known) {
      this.#forms.set(key, { form: { entry, message }, formNumber: this.#forms.size });
      return undefined;
    }
    return {
      ...known,
      at: entry.at ?? Number.NaN,
      pid: entry.pid,
      startSeconds: startOf(entry),
      entryPort: entry.remotePort ?? -1,
      messagePort: ('remotePort' in message ? message.remotePort : undefined) ?? -1,
      sessionTimeMs: message.kind === 'disconnection' ? message.sessionTimeMs : 0,
      ...place,
      arrivedAt,
    };
  }
}

/** What is the same in all lines of a form. */
function keyOf(entry: LogEntry, kind: string): string {
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
