import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFold } from '../../src/engine/logFold.ts';
import { readLog } from '../../src/engine/readLog.ts';
import { told } from '../core/folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  received,
  type Client,
  type Printed,
} from '../core/serverLog.ts';

const client = (pid: number): Client => ({
  pid,
  user: 'app',
  database: 'shop',
  host: '10.0.0.7',
  port: 5000 + pid,
  startedAt: dayAt + 100 * pid,
});
const stay = (pid: number): Printed[] => {
  const who = client(pid);
  const at = dayAt + 100 * pid;
  return [received(who, at), authorized(who, at + 1), disconnected(who, at + 2000, 2000)];
};
const run = [
  background(1, dayAt, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu'),
  ...[10, 11, 12, 13, 14, 15].flatMap(stay),
].sort((a, b) => a.at - b.at);
const whole = [
  'restart',
  ...Array.from({ length: 6 }, () => 'connect app@shop'),
  ...Array.from({ length: 6 }, () => 'disconnect app@shop'),
];

function foldOf(texts: readonly string[]): LogFold {
  const fold = new LogFold({ memoryEvents: 1000 });
  for (const [index, text] of texts.entries()) {
    const identity = { device: 1, inode: index + 1, head: String(index), headBytes: 1 };
    fold.log.begin({ path: String(index), identity }, 0);
    const bytes = Buffer.from(text);
    fold.log.room().set(bytes);
    fold.log.took(bytes.length);
    fold.log.end();
  }
  fold.finish();
  return fold;
}

/** As time() tells it, which goes on with the kernel's ticks: up to 10 ms late (elog.c asks it for `%t`). */
function lagging(record: Printed): Printed {
  return { ...record, at: record.at - 9 };
}

const prints: readonly (readonly [string, (records: readonly Printed[]) => string])[] = [
  ['stderr', (records) => printStderr('%m [%p] ', records)],
  ['stderr in seconds', (records) => printStderr('%t [%p] ', records)],
  ['stderr in seconds of a clock that lags', (records) => printStderr('%t [%p] ', records.map(lagging))],
  ['csv', printCsv],
  ['json', printJson],
];

describe('files of one log in several formats', () => {
  for (const [first, printFirst] of prints) {
    for (const [second, printSecond] of prints.filter(
      ([name]) => name.split(' ')[0] !== first.split(' ')[0],
    )) {
      it(`tell each event once: all in ${first}, then all in ${second}`, () => {
        assert.deepEqual(told(foldOf([printFirst(run), printSecond(run)])), whole);
      });

      for (let cut = 1; cut < run.length; cut += 3)
        it(`tell each event once: the first ${cut} in ${first}, the rest in ${second}`, () => {
          const fold = foldOf([printFirst(run.slice(0, cut)), printSecond(run.slice(cut))]);
          assert.deepEqual(told(fold), whole);
        });
    }
  }
});

describe('a directory in which log_destination was changed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'formats-'));
  after(() => rmSync(directory, { recursive: true }));
  const justAfter = run.map((record) => ({ ...record, at: record.at + 2 }));
  const later = run.map((record) => ({ ...record, at: record.at + 5000 }));

  for (const [name, files, stem] of [
    ['from stderr to csvlog', { 'a.log': printStderr('%m [%p] ', run), 'a.csv': printCsv(later) }, 'a.csv'],
    ['from csvlog to jsonlog', { 'b.csv': printCsv(run), 'b.json': printJson(later) }, 'b.json'],
    ['from csvlog to stderr', { 'c.csv': printCsv(run), 'c.log': printStderr('%m [%p] ', later) }, 'c.log'],
    [
      'from stderr to stderr and csvlog',
      { 'd.log': printStderr('%m [%p] ', [...run, ...later]), 'd.csv': printCsv(later) },
      'd.csv',
    ],
  ] as const) {
    it(`is read whole: ${name}`, async () => {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
      const fold = await readLog({ place: { kind: 'directory', directory, stem }, settings: {} });
      assert.deepEqual(told(fold), [...whole, ...whole]);
    });
  }

  const runAfter = (seconds: number): Printed[] =>
    run.map((record) => ({ ...record, at: record.at + 1000 * seconds }));

  it('is read whole where it was changed to and fro, in files of the same names', async () => {
    writeFileSync(
      join(directory, 'g.log'),
      printStderr('%m [%p] ', [...run, ...runAfter(20), ...runAfter(40)]),
    );
    writeFileSync(join(directory, 'g.csv'), printCsv([...runAfter(10), ...runAfter(30), ...runAfter(40)]));
    for (const stem of ['g.log', 'g.csv']) {
      const fold = await readLog({ place: { kind: 'directory', directory, stem }, settings: {} });
      const { connects, disconnects } = fold.state.unfiltered.totals;
      assert.deepEqual([connects, disconnects], [30, 30]);
    }
  });

  it('is read whole where a late line of a format that was left stands beside a later file', async () => {
    writeFileSync(join(directory, 'postgresql-2026-01-01.log'), printStderr('%m [%p] ', run));
    const late = { ...stay(90).at(-1)!, at: dayAt + 15_000 };
    writeFileSync(join(directory, 'postgresql-2026-01-02.log'), printStderr('%m [%p] ', [late]));
    writeFileSync(join(directory, 'postgresql-2026-01-02.csv'), printCsv([...runAfter(10), ...runAfter(20)]));
    const place = { kind: 'directory', directory, stem: 'postgresql-*.csv' } as const;
    const { connects, disconnects } = (await readLog({ place, settings: {} })).state.unfiltered.totals;
    assert.deepEqual([connects, disconnects], [18, 19]);
  });

  it('is read without another file that only has the same name', async () => {
    writeFileSync(join(directory, 'h.log'), printStderr('%m [%p] ', run));
    writeFileSync(join(directory, 'h.json'), '{"name": "no log"}\n');
    const fold = await readLog({ place: { kind: 'directory', directory, stem: 'h.log' }, settings: {} });
    assert.deepEqual(told(fold), whole);
    assert.deepEqual(fold.warnings, []);
    assert.equal(fold.log.files.length, 1);
  });

  it('is read without the formats that a pattern leaves out', async () => {
    writeFileSync(join(directory, 'f.log'), printStderr('%m [%p] ', run));
    writeFileSync(join(directory, 'f.csv'), printCsv(later));
    for (const [pattern, count] of [
      ['*.csv', 1],
      ['f*', 2],
    ] as const) {
      const place = { kind: 'directory', directory, stem: 'f.csv', pattern } as const;
      const fold = await readLog({ place, settings: {} });
      assert.equal(fold.log.files.length, count, pattern);
    }
  });

  for (const [name, text] of [
    ['', printStderr('%m [%p] ', run)],
    [', though a clock that lags says otherwise', printStderr('%t [%p] ', justAfter.map(lagging))],
  ] as const)
    it(`is read in its richest format alone where all begin together${name}`, async () => {
      writeFileSync(join(directory, 'e.log'), text);
      writeFileSync(join(directory, 'e.csv'), printCsv(justAfter));
      const fold = await readLog({ place: { kind: 'directory', directory, stem: 'e.csv' }, settings: {} });
      assert.deepEqual(fold.log.files.length, 1);
      assert.deepEqual(told(fold), whole);
    });
});
