import assert from 'node:assert/strict';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { lineNumbers, type LineBlock } from '../../src/core/log/lineBlock.ts';
import {
  hostInMessage,
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
  readonly #hosts: string[] = [];

  /** The entry as a line when its form was met before; undefined = it must be applied the ordinary way. */
  lineOf(booked: BookEntry): RecurringLine | undefined {
    const { entry, place, arrivedAt } = booked;
    const recurring = recurringFormOf(entry);
    if (!recurring || entry.pid === undefined) return undefined;
    const { message } = recurring;
    const key = keyOf(recurring);
    const formNumber = this.#numbers.get(key);
    const form = this.#forms[formNumber ?? -1];
    if (formNumber === undefined || !form) {
      this.#numbers.set(key, this.#forms.push(recurring) - 1);
      return undefined;
    }
    return {
      ...{ form, formNumber, arrivedAt, ...place, host: hostOf(recurring) },
      at: entry.at ?? Number.NaN,
      pid: entry.pid,
      startSeconds: startOf(entry),
      entryPort: entry.remotePort ?? -1,
      messagePort: (message && 'remotePort' in message ? message.remotePort : undefined) ?? -1,
      sessionTimeMs: message?.kind === 'disconnection' ? message.sessionTimeMs : 0,
    };
  }

  /** Lines as a block. */
  blockOf(lines: readonly RecurringLine[]): LineBlock {
    for (const { host } of lines)
      if (host !== undefined && !this.#hosts.includes(host)) this.#hosts.push(host);
    return blockOf(lines, this.#forms, this.#hosts);
  }
}

/** Lines of one file that arrive at once, as a block; `forms` and `hosts` by their numbers. */
export function blockOf(
  lines: readonly RecurringLine[],
  forms: readonly (RecurringForm | OtherForm)[],
  hosts: readonly string[] = [],
): LineBlock {
  const numbers = Float64Array.from(
    lines.flatMap(({ at, startSeconds, sessionTimeMs, offsetBytes, pid, formNumber, ...line }) => [
      ...[at, startSeconds, sessionTimeMs, offsetBytes, pid, formNumber, line.entryPort, line.messagePort],
      line.host === undefined ? -1 : hosts.indexOf(line.host),
    ]),
  );
  assert.equal(numbers.length, lines.length * lineNumbers);
  const { fileNumber = 0, arrivedAt = 0 } = lines[0] ?? {};
  return { numbers, count: lines.length, forms, hosts, fileNumber, arrivedAt };
}

/** The host of a line whose entry and message do not name two; undefined = it belongs to the form. */
function hostOf(form: RecurringForm | OtherForm): string | undefined {
  const { entry } = form;
  const told = hostInMessage(form);
  return told !== undefined && entry.remoteHost !== undefined && told !== entry.remoteHost
    ? undefined
    : (told ?? entry.remoteHost);
}

/** What is the same in all lines of a form. */
function keyOf(form: RecurringForm | OtherForm): string {
  const {
    message: text,
    at,
    sessionId,
    sessionStartAt,
    remotePort,
    remoteHost,
    pid: _,
    ...same
  } = form.entry;
  const kind = form.message?.kind;
  const host = hostOf(form);
  const isPorted = kind === 'received' || kind === 'disconnection';
  const unquoted = form.message || host === undefined ? text : text.replace(` host "${host}"`, ' host ""');
  const unhosted = host !== undefined && isPorted ? text.replace(` host=${host}`, ' host=') : unquoted;
  const unported = isPorted ? unhosted.replace(/ port=\d{1,5}$/, ' port=') : unhosted;
  const has = [at, sessionId, sessionStartAt, remotePort, remoteHost].map((value) => value !== undefined);
  const isLocal = text.endsWith('host=[local]');
  return JSON.stringify([
    ...[kind === 'disconnection' ? unported.replace(time, '') : unported, has, isLocal, same],
    host === undefined ? remoteHost : '',
  ]);
}

function startOf({ sessionId, sessionStartAt }: LogEntry): number {
  if (sessionId !== undefined) return Number.parseInt(sessionId, 16);
  return sessionStartAt === undefined ? Number.NaN : sessionStartAt / 1000;
}
