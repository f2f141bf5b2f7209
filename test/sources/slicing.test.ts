import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, entriesOfRepeated, type Pieces } from '../core/folded.ts';
import { isWithin } from '../env/breadth.ts';
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

const app: Client = { pid: 101, user: 'app', database: 'shop', host: '10.0.0.7', port: 5001, app: 'web' };
const odd: Client = { pid: 102, user: 'mül "x" ler', database: 'a b=c', host: '[local]', app: 'caf?' };
const broken: Client = { pid: 103, user: 'two\nlines', database: 'shop', host: '10.0.0.8', port: 5002 };

const sql = `insert into t values ('LOG:  connection authorized: user=evil database=x',\n\n\t'二郎 FATAL:  no')`;
const story: Printed[] = [
  background(1, dayAt, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu, compiled by gcc', {
    backendType: 'postmaster',
  }),
  background(2, dayAt + 5, 'database system was shut down at 2026-11-20 09:57:00 UTC'),
  background(1, dayAt + 9, 'database system is ready to accept connections'),
  ...[app, odd, broken].flatMap((client, index) => [
    received(client, dayAt + 100 * index + 10),
    authorized(client, dayAt + 100 * index + 20),
  ]),
  says(app, dayAt + 400, 'ERROR', 'relation "x" does not exist at character 15', {
    sqlState: '42P01',
    statement: sql,
  }),
  says(app, dayAt + 410, 'ERROR', 'could not load library "/x.so": undefined symbol: y', {
    sqlState: 'XX000',
    detail: 'first\nsecond',
    statement: sql,
  }),
  says(odd, dayAt + 500, 'FATAL', 'terminating connection due to administrator command', {
    sqlState: '57P01',
    statement: sql,
  }),
  disconnected(odd, dayAt + 510, 310),
  disconnected(broken, dayAt + 600, 390),
  says(
    { ...app, pid: 104, user: 'bob' },
    dayAt + 700,
    'FATAL',
    'password authentication failed for user "bob"',
    {
      sqlState: '28P01',
      detail:
        'Role "bob" does not exist.\nConnection matched file "/etc/pg_hba.conf" line 4: "host all all all md5"',
    },
  ),
  disconnected(app, dayAt + 800, 790),
];

const stderr = (prefix: string, records: readonly Printed[] = story): string => printStderr(prefix, records);
const texts: readonly (readonly [string, string])[] = [
  ['the default prefix', stderr('%m [%p] ')],
  ['a prefix with names', stderr('%m [%p] %q%u@%d ')],
  ['the prefix of RDS', stderr('%t:%r:%u@%d:[%p]:')],
  ['the prefix of Azure', stderr('%t-%c-')],
  ['a verbose log', printStderr('%m [%p] ', story, { verbose: true })],
  ['CRLF', printStderr('%m [%p] %q%u@%d ', story, { eol: '\r\n' })],
  ['a byte order mark', `\uFEFF${stderr('%m [%p] ')}`],
  ['no newline at the end', stderr('%m [%p] ').trimEnd()],
  ['a DETAIL without newline at the end', stderr('%m [%p] ', story.slice(0, -1)).trimEnd()],
  [
    'raw text between the lines',
    stderr('%m [%p] ').replaceAll(/(\d\d)\n(?=2026)/g, "$1\nthread 'x' panicked at src/lib.rs:1:1:\nboo\n"),
  ],
  ['csv', printCsv(story)],
  ['csv without newline at the end', printCsv(story).trimEnd()],
  ['json', printJson(story)],
  ['json without newline at the end', printJson(story).trimEnd()],
];

function randomPieces(seed: number, most: number): Pieces {
  const next = random(seed);
  return () => 1 + Math.floor(next() * most);
}

/** Byte by byte, then in blocks of a page, then in random pieces. */
function mixedPieces(seed: number): Pieces {
  const randomPiece = randomPieces(seed, 300);
  let nth = 0;
  return () => {
    nth += 1;
    if (nth <= 4000) return 1;
    return nth <= 4004 ? 4096 : randomPiece();
  };
}

/** Up to the last line end, in csv that of a record: what follows begins as the log began. */
function wholeLines(bytes: Uint8Array, isCsv: boolean): Uint8Array {
  let end = 0;
  let isQuoted = false;
  bytes.forEach((byte, at) => {
    if (isCsv && byte === 0x22) isQuoted = !isQuoted;
    else if (byte === 0x0a && !isQuoted) end = at + 1;
  });
  return bytes.subarray(0, end);
}

interface Cut {
  readonly what: string;
  /** The same pieces each time it is called. */
  readonly pieces: () => Pieces;
}

/** The log tells the same in pieces as it does whole, when it is found out what it is, and when that is known. */
function assertSlices(bytes: Uint8Array, name: string, cuts: readonly Cut[]): void {
  const whole = entriesOf(bytes);
  const [second, ...again] = entriesOfRepeated(bytes, [undefined, ...cuts.map(({ pieces }) => pieces())]);
  cuts.forEach(({ what, pieces }, nth) => {
    assert.deepEqual(again[nth], second, `${name}, once more in ${what}`);
    const sliced = entriesOf(bytes, pieces());
    assert.deepEqual(sliced.entries, whole.entries, `${name}, ${what}`);
    assert.deepEqual(sliced.log.understanding, whole.log.understanding, `${name}, ${what}`);
  });
}

describe('slicing', () => {
  const everySize = [...Array.from({ length: 20 }, (_, index) => index + 1), 32, 47, 64];
  const cuts: readonly Cut[] = [
    ...everySize.map((size) => ({ what: `pieces of ${size}`, pieces: () => () => size })),
    ...[1, 2, 3, 4, 5].map((seed) => ({
      what: `random pieces ${seed}`,
      pieces: () => randomPieces(seed, 300),
    })),
  ];

  for (const [name, text] of texts) {
    it(`never changes what a log tells: ${name}`, () => {
      const { entries, log } = entriesOf(text);
      assert.equal(entries.filter(({ entry }) => entry.severity === 'FATAL').length, 2);
      assert.equal(log.understanding.skipped, 0);
      assertSlices(Buffer.from(text), name, cuts);
    });
  }

  const fixtures = join(import.meta.dirname, '..', 'fixtures');
  const recorded = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name: fixture } of recorded.filter(({ name }) => isWithin(name))) {
    const files = readdirSync(join(fixtures, fixture)).filter((file) => /\.(?:log|csv|json)$/.test(file));
    for (const file of files.filter((name) => name !== 'about.json' && name !== 'truth.json')) {
      it(`never changes what ${fixture}/${file} tells`, () => {
        const path = join(fixtures, fixture, file);
        assert.ok(statSync(path).size < 4_000_000);
        const bytes = readFileSync(path);
        const mixed = { what: 'mixed pieces', pieces: () => mixedPieces(1) };
        assertSlices(wholeLines(bytes.subarray(0, 40_000), file.endsWith('.csv')), fixture, [mixed]);
      });
    }
  }
});
