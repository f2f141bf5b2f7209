import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectFormat } from '../../src/core/log/formatDetection.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { inferPrefix } from '../../src/core/log/prefixInference.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printStderr,
  received,
  says,
  type Client,
  type Printed,
} from './serverLog.ts';

const prefixOf = (lines: readonly string[]): string | undefined =>
  detectFormat(`${lines.join('\n')}\n`, new LogClock('UTC'))?.format.logLinePrefix;
const linesOf = (prefix: string, records: readonly Printed[]): string[] =>
  printStderr(prefix, records).trimEnd().split('\n');

const client: Client = { pid: 65, user: 'app', database: 'shop', host: '10.0.0.7', port: 5000 };
const start = (at: number, pid = 1): Printed[] => [
  background(pid, at, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu'),
  background(pid, at + 1, 'listening on IPv4 address "0.0.0.0", port 5432'),
  background(pid, at + 2, 'listening on Unix socket "/tmp/.s.PGSQL.5432"'),
  background(27, at + 2, 'database system was shut down at 2026-11-20 09:57:00 UTC'),
  background(pid, at + 9, 'database system is ready to accept connections'),
];
const starts = [0, 1, 2, 3].map((nth) => dayAt + 60_000 * nth);

describe('a log of a few lines', () => {
  const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures');

  it('has the prefix that the recorded one has, however short it is', () => {
    let count = 0;
    for (const name of readdirSync(fixtures)) {
      if (!/^\d\d-stderr-(?:lively|names|refused|crash|timeouts|failed)/.test(name)) continue;
      const about = JSON.parse(readFileSync(join(fixtures, name, 'about.json'), 'utf8')) as {
        files: string[];
        settings: { log_line_prefix: string };
      };
      if (about.settings.log_line_prefix !== '%m [%p] ') continue;
      const lines = readFileSync(join(fixtures, name, about.files[0] ?? ''), 'utf8').split('\n', 40);
      for (let length = 1; length <= 12; length += 1)
        for (const from of [0, 5, 10, 20]) {
          const some = lines.slice(from, from + length);
          const found = prefixOf(some);
          // there may be no label among them
          if (found === undefined && !some.some((line) => /LOG: {2}|FATAL: {2}/.test(line))) continue;
          assert.equal(found, '%m [%p] ', `${name}, ${length} lines from ${from}`);
          count += 1;
        }
    }
    assert.ok(count > 200, `${count} cuts`);
  });

  for (const [title, records] of [
    [
      'a server in a container, which has the same processes after each of its starts',
      starts.flatMap((at) => [...start(at), received(client, at + 100), authorized(client, at + 107)]),
    ],
    [
      'a server that is started again and again',
      starts.flatMap((at, nth) => [...start(at, 100 + nth), received(client, at + 100)]),
    ],
    [
      'clients that are refused, whose processes have the same id',
      starts.flatMap((at) => [
        received(client, at),
        says(client, at + 5, 'FATAL', 'password authentication failed for user "app"', { sqlState: '28P01' }),
      ]),
    ],
    [
      'starts of which the first lines are missing',
      starts.slice(0, 2).flatMap((at, nth) => start(at, 100 + nth).slice(-1)),
    ],
  ] as const)
    it(`tells processes by their ids: ${title}`, () => {
      const lines = linesOf('%m [%p] ', records);
      for (let length = 1; length <= lines.length; length += 1)
        assert.equal(prefixOf(lines.slice(0, length)), '%m [%p] ', `${length} lines`);
    });

  it('tells the numbers of lines by what a server says when it starts', () => {
    const lines = linesOf('%m [%l] ', start(dayAt));
    assert.equal(prefixOf(lines), '%m [%l] ');
  });

  it('tells the numbers of lines by a client of the first: no client has the first process of all', () => {
    const stays = starts
      .slice(0, 2)
      .flatMap((at, pid) => [received({ ...client, pid }, at), authorized({ ...client, pid }, at + 7)]);
    const lines = linesOf('%m [%l] ', stays);
    for (let length = 2; length <= lines.length; length += 1)
      assert.equal(prefixOf(lines.slice(0, length)), '%m [%l] ', `${length} lines`);
  });

  it('takes no ids of processes for them, be it that of the first of all', () => {
    const stays = [1, 2, 3].flatMap((pid) => [
      received({ ...client, pid }, dayAt),
      authorized({ ...client, pid }, dayAt + 7),
    ]);
    const lines = linesOf('%m [%p] ', stays);
    for (let length = 1; length <= lines.length; length += 1)
      assert.equal(prefixOf(lines.slice(0, length)), '%m [%p] ', `${length} lines`);
  });

  for (const prefix of ['%m [%p]: [%l-1] ', '%t [%p]: [%l-1] '])
    it(`takes the number that others write so for what it is: ${prefix}`, () => {
      const lines = linesOf(prefix, start(dayAt));
      for (let length = 1; length <= lines.length; length += 1)
        assert.equal(prefixOf(lines.slice(0, length)), prefix, `${length} lines`);
    });
});

describe('the id of a session in a log whose zone is not known', () => {
  for (const [title, hours] of [
    ['early', 5],
    ['late', -9],
  ] as const)
    it(`is not doubted where its times are read hours too ${title}`, () => {
      const stay = [
        received({ ...client, startedAt: dayAt }, dayAt + 1),
        authorized({ ...client, startedAt: dayAt }, dayAt + 5),
        disconnected({ ...client, startedAt: dayAt }, dayAt + 8000, 8000),
      ];
      const away = stay.map((record) => ({ ...record, at: record.at - hours * 3_600_000 }));
      const inferred = inferPrefix(linesOf('[%m] [%p] [%c]: ', away), new LogClock('UTC'));
      assert.deepEqual([inferred?.prefix.text, inferred?.doubts], ['[%m] [%p] [%c]: ', 0]);
    });
});
