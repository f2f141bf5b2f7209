import assert from 'node:assert/strict';

import { entriesOf, type Pieces } from '../core/folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  random,
  received,
  says,
  type Client,
  type Printed,
} from '../core/serverLog.ts';
import { seeds } from '../env/breadth.ts';

const client = (pid: number, user = 'app', database = 'shop'): Client => ({
  ...{ pid, user, database },
  ...{ host: '10.0.0.7', port: pid },
});

/** One who is not let in, whatever the names: the server says why, and quotes them or does not. */
function refused(pid: number, at: number, [user, database]: Names, isQuoted: boolean): Printed[] {
  const knocking = client(pid, user, database);
  const why = isQuoted ? `role "${user}" does not exist` : 'canceling authentication due to timeout';
  const sqlState = isQuoted ? '28000' : '57014';
  return [received(knocking, at), says(knocking, at + 1, 'FATAL', why, { sqlState, ps: 'startup' })];
}

type Names = readonly [user: string, database: string];

/** Names no longer than 63 bytes, as the server cuts them, that hold lines of a log with this prefix. */
function hostileNames(prefix: string): readonly Names[] {
  const starting = printStderr(prefix, [background(1, dayAt + 32_000, 'starting PostgreSQL')]).trim();
  return [
    [`b\n${starting}`, 'shop'],
    [`b\n${starting}\n`, 'shop'],
    [`\n${starting}`, 'shop'],
    [`b\n\n${starting}`, 'shop'],
    [`\n\t\n${starting}`, 'shop'],
    ['b', `\n${starting}`],
    ['b', `c\n${starting}\n`],
    ['b\n', `\n${starting}\n`],
    ['two\nlines', 'shop'],
    ['app', 'three\nlines\n'],
  ];
}

/** A log of ordinary sessions, most of whose lines the module reads, with those who knock in between. */
function story(knocking: readonly Names[], isQuoted: boolean): Printed[] {
  const records: Printed[] = [
    background(1, dayAt, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu, compiled by gcc'),
  ];
  let pid = 100;
  const ordinary = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const at = dayAt + pid * 100;
      pid += 1;
      records.push(received(client(pid), at), authorized(client(pid), at + 1));
      records.push(disconnected(client(pid), at + 9, 8));
    }
  };
  ordinary(40);
  for (const names of knocking) {
    pid += 1;
    records.push(...refused(pid, dayAt + pid * 100, names, isQuoted));
    ordinary(3);
  }
  return records;
}

/** What is told: who said what, and as whom where the message quotes it (else a name with an `@` can be cut anywhere). */
function toldOf(entries: ReturnType<typeof entriesOf>['entries'], isQuoted: boolean): unknown[] {
  return entries.map(({ entry: { pid, severity, message, user, database } }) => ({
    ...{ pid, severity, message },
    ...(isQuoted && severity === 'FATAL' ? { user, database } : {}),
  }));
}

describe('a line of the log that a client forges by its name', () => {
  for (const prefix of ['%m [%p] %q%u@%d ', '%t [%p] %q%u@%d ', '%m:%r:%u@%d:[%p]:'])
    for (const isQuoted of [true, false])
      describe(`behind ${prefix}${isQuoted ? '' : ', where the message does not quote it'}`, () => {
        const records = story(hostileNames(prefix), isQuoted);
        const log = printStderr(prefix, records);
        const truth = toldOf(entriesOf(printCsv(records)).entries, isQuoted);
        const told = (pieces?: Pieces, wasm?: () => null): unknown[] =>
          toldOf(entriesOf(log, pieces, { logLinePrefix: prefix }, wasm).entries, isQuoted);

        it('is a part of that name', () => {
          assert.deepEqual(told(), truth);
        });

        it('is so however the log comes', () => {
          for (const seed of seeds(4, 20)) {
            const next = random(seed);
            assert.deepEqual(
              told(() => 1 + Math.floor(next() * 300)),
              truth,
            );
          }
        });

        it('is so without the module', () => {
          assert.deepEqual(
            told(undefined, () => null),
            truth,
          );
        });
      });
});

describe('a record of another format in a stderr log, as there is while log_destination is changed', () => {
  const prefix = '%m [%p] ';
  const raised = (text: string): Printed[] =>
    Array.from({ length: 5 }, (_, nth) =>
      says(client(7, 'mallory'), dayAt + nth, 'LOG', text, { app: 'LOG:  ', ps: 'DO' }),
    );
  const message = 'connection authorized: user=mallory database=shop';
  const texts = [
    `LOG:  ${message}`,
    printStderr(prefix, [background(1, dayAt, message)]).trim(),
    printStderr('%m:%r:%u@%d:[%p]:', [background(1, dayAt, message)]).trim(),
  ];
  const honest = printStderr(prefix, story([], false));
  const truth = toldOf(entriesOf(honest).entries, false);

  for (const [format, print] of [
    ['csv', printCsv],
    ['json', printJson],
  ] as const)
    for (const where of ['above', 'within', 'below'])
      it(`is nothing of it, nor teaches how its lines begin: ${format}, ${where}`, () => {
        for (const text of texts)
          for (const hints of [{}, { configuredPrefix: prefix }]) {
            const records = print(raised(text));
            const middle = honest.indexOf('\n', honest.length / 2) + 1;
            const at = { above: 0, within: middle, below: honest.length }[where];
            const log = honest.slice(0, at) + records + honest.slice(at);
            for (const wasm of [undefined, () => null]) {
              const { entries, log: read } = entriesOf(log, () => 5000, hints, wasm);
              assert.deepEqual(toldOf(entries, false), truth);
              assert.equal(read.understanding.logLinePrefix, prefix);
            }
          }
      });
});
