import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from '../env/checkout.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  received,
  says,
  type Client,
  type Printed,
} from '../core/serverLog.ts';
import { wrappings } from '../core/wrapped.ts';

/** One log to begin with, as bytes. */
export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Of each recorded file so much. */
const seedBytes = 24 * 1024;

/** Every recorded log of servers and poolers, and printed ones in every wrapping. */
export function seeds(): readonly Seed[] {
  const fixtures = join(checkout, 'test', 'fixtures');
  const folders = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const recorded = folders.flatMap(({ name: folder }) =>
    readdirSync(join(fixtures, folder))
      .filter((file) => /\.(?:log|csv|json)$/.test(file) && !/^(?:about|truth)\.json$/.test(file))
      .map((file) => ({
        name: `${folder}/${file}`,
        bytes: readFileSync(join(fixtures, folder, file)).subarray(0, seedBytes),
      })),
  );
  const text = printStderr('%m [%p] ', storyWith('select 1'));
  const wrapped = Object.entries(wrappings).map(([name, wrap]) => ({ name, bytes: Buffer.from(wrap(text)) }));
  return [...recorded, ...wrapped];
}

const people: readonly Client[] = [
  { pid: 101, user: 'app', database: 'shop', host: '10.0.0.7', port: 5001, app: 'web' },
  { pid: 102, user: 'bob', database: 'shop', host: '[local]' },
  { pid: 103, user: 'a b', database: 'my db', host: '10.0.0.8', port: 5002, app: 'x=y' },
];

/** A run in which statements, DETAIL and CONTEXT hold this text; whatever it is, it tells of nothing. */
export function storyWith(text: string): readonly Printed[] {
  return [
    background(1, dayAt, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu, compiled by gcc'),
    background(2, dayAt + 5, 'database system was shut down at 2026-11-20 09:57:00 UTC'),
    background(1, dayAt + 9, 'database system is ready to accept connections'),
    ...people.flatMap((client, index) => [
      received(client, dayAt + 100 * index + 10),
      authorized(client, dayAt + 100 * index + 20),
      says(client, dayAt + 100 * index + 30, 'ERROR', 'syntax error at or near "x"', {
        sqlState: '42601',
        detail: text,
        context: text,
        statement: text,
      }),
      says(client, dayAt + 100 * index + 40, 'LOG', `duration: 1.000 ms  statement: ${text}`),
    ]),
    disconnected(people[0]!, dayAt + 900, 890),
  ];
}

/** The formats in which a run is printed. */
export const printers: Readonly<Record<string, (records: readonly Printed[]) => string>> = {
  ...Object.fromEntries(
    [
      '%m [%p] ',
      '%m [%p] %q%u@%d ',
      '[%m] [%p] [%c]: ',
      '%t:%r:%u@%d:[%p]:',
      '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
      '%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:',
    ].map((prefix) => [prefix, (records: readonly Printed[]) => printStderr(prefix, records)]),
  ),
  csv: printCsv,
  json: printJson,
};
