import assert from 'node:assert/strict';
import { languages } from '../../src/core/connection/languages.ts';
import { encode, legacyEncodings } from '../../src/sources/tail/legacyEncodings.ts';
import { logText } from '../../src/sources/tail/scanTexts.ts';
import { entriesOf, entriesOfRepeated, folded, told } from '../core/folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printCsv,
  printStderr,
  random,
  received,
  says,
  type Client,
  type Printed,
} from '../core/serverLog.ts';
import { translated, translateLabels } from './translatedLog.ts';

const app: Client = { pid: 101, user: 'app', database: 'shop', host: '10.0.0.7', port: 5001, app: 'web' };
const odd: Client = { pid: 102, user: 'my app', database: 'a b=c', host: '[local]', app: 'psql' };

const hbaLine = 'Connection matched pg_hba.conf line 4: "host all all all md5"';
const story: readonly Printed[] = [
  background(1, dayAt, 'starting PostgreSQL 15.18 on x86_64-pc-linux-gnu, compiled by gcc'),
  background(2, dayAt + 5, 'database system was shut down at 2026-11-20 09:57:00 UTC'),
  background(1, dayAt + 9, 'database system is ready to accept connections'),
  ...[app, odd].flatMap((client, index) => [
    received(client, dayAt + 100 * index + 10),
    authorized(client, dayAt + 100 * index + 20),
  ]),
  says(app, dayAt + 400, 'ERROR', 'could not load library "/x.so": undefined symbol: y', {
    sqlState: 'XX000',
  }),
  says({ ...app, pid: 104 }, dayAt + 700, 'FATAL', 'password authentication failed for user "app"', {
    sqlState: '28P01',
    detail: hbaLine,
  }),
  says(odd, dayAt + 800, 'FATAL', 'terminating connection due to administrator command', {
    sqlState: '57P01',
  }),
  disconnected(odd, dayAt + 810, 690),
  background(1, dayAt + 900, 'server process (PID 101) was terminated by signal 9: Killed'),
  background(1, dayAt + 901, 'terminating any other active server processes'),
  background(1, dayAt + 902, 'all server processes terminated; reinitializing'),
  background(3, dayAt + 950, 'could not write to file "x": No space left on device', { severity: 'PANIC' }),
];

const prefix = '%m [%p] %q%u@%d ';
const events = [
  ...['restart', 'connect app@shop', 'connect my app@a b=c', 'problem', 'failure app@shop'],
  ...['ending my app@a b=c', 'disconnect my app@a b=c', 'lost app@shop', 'problem', 'restart', 'problem'],
];

const stderrIn = (language: string, records = story): string =>
  translateLabels(
    printStderr(
      prefix,
      records.map((record) => translated(record, language)),
    ),
    language,
  );
const csvIn = (language: string): string => printCsv(story.map((record) => translated(record, language)));

function assertSlices(bytes: Uint8Array, name: string): void {
  const next = random(1);
  const cuts = [() => 1, () => 7, () => 64, () => 1 + Math.floor(next() * 300)];
  const [whole, ...sliced] = entriesOfRepeated(bytes, [undefined, ...cuts]);
  for (const entries of sliced) assert.deepEqual(entries, whole, name);
}

function assertTold(bytes: Uint8Array, name: string): void {
  const fold = folded(bytes);
  assert.deepEqual(told(fold).toSorted(), events.toSorted(), name);
  assert.equal(fold.log.understanding.skipped, 0, name);
  assertSlices(bytes, name);
}

describe('a log in another language', () => {
  it('is told in English first', () => assertTold(Buffer.from(printStderr(prefix, story)), 'en'));

  for (const language of languages)
    it(`tells in ${language} what it tells in English, in UTF-8`, () => {
      assertTold(Buffer.from(stderrIn(language)), 'stderr');
      assertTold(Buffer.from(csvIn(language)), 'csv');
    });

  for (const { name, languages: written } of legacyEncodings)
    for (const language of written)
      it(`tells in ${language} what it tells in English, in ${name}`, () => {
        const [stderr, csv] = [stderrIn(language), csvIn(language)].map((text) => encode(text, name));
        assert.ok(stderr && csv);
        const textsOf = (bytes: Uint8Array): unknown =>
          entriesOf(bytes).entries.map(({ entry: { severity, message, detail } }) => [
            severity,
            message,
            detail,
          ]);
        assert.deepEqual(textsOf(stderr), textsOf(Buffer.from(stderrIn(language))));
        assert.deepEqual(textsOf(csv), textsOf(Buffer.from(csvIn(language))));
        assertTold(stderr, 'stderr');
        assertTold(csv, 'csv');
      });

  for (const [name, beginning] of [
    ['the rest of a line', 'é: 0:00:00.037 user=app\n'],
    ['the rest of a letter', Buffer.from('é\n').subarray(1)],
    ['a byte order mark', '\uFEFF'],
  ] as const)
    it(`tells in every language what it tells in English, behind ${name}`, () => {
      for (const language of languages)
        assertTold(Buffer.concat([Buffer.from(beginning), Buffer.from(stderrIn(language))]), language);
    });

  it('may change its language and its encoding from line to line', () => {
    const inAll = [
      ...legacyEncodings.flatMap(({ name, languages: written }) =>
        written.map((language) => [language, name] as const),
      ),
      ...['en', ...languages].map((language) => [language, 'utf-8'] as const),
    ];
    for (let turn = 0; turn < inAll.length; turn += 1) {
      const lines = story.map((record, index) => {
        const [language, encoding] = inAll[(index * 7 + turn) % inAll.length] ?? assert.fail();
        const text = stderrIn(language, [record]);
        return (encoding === 'utf-8' ? Buffer.from(text) : encode(text, encoding)) ?? assert.fail();
      });
      assertTold(Buffer.concat(lines), `turn ${turn}`);
    }
  });

  it('is shown in the encoding of most of its lines that are not in UTF-8', () => {
    const russian = stderrIn('ru');
    const koi8 = encode(russian, 'koi8-r');
    assert.ok(koi8);
    assert.equal(logText(koi8), russian);
    assert.equal(logText(Buffer.concat([Buffer.from(russian), koi8])), russian + russian);
    assert.equal(logText(Buffer.from('a\xe9b\n', 'latin1')), 'a\uFFFDb\n');
  });

  it('keeps the bytes of a name that no language explains as they can be read', () => {
    const line = Buffer.concat([
      Buffer.from(printStderr(prefix, story.slice(0, 3))),
      Buffer.from('2026-11-20 09:58:01.000 UTC [9] [unknown]@[unknown] FATAL:  role "m'),
      Buffer.from([0xfc]),
      Buffer.from('ller" does not exist\n'),
    ]);
    const [last] = entriesOf(line).entries.slice(-1);
    assert.equal(last?.entry.message, 'role "m\uFFFDller" does not exist');
  });

  it('makes nothing of its words in a statement, in DETAIL or in a continuation', () => {
    const text = ['de', 'ru', 'tr', 'zh_CN', 'ko'].flatMap((language) => stderrIn(language).split('\n'));
    const statement = text.map((line) => line.replace(/^.*?(?=[^ ]+: {2})/, '')).join('\n');
    const records = [
      ...story.slice(0, 3),
      says(app, dayAt + 20, 'ERROR', 'division by zero', { sqlState: '22012', detail: statement, statement }),
      says(app, dayAt + 30, 'FATAL', `x\n${statement}`, { statement }),
    ];
    for (const print of [(): string => printStderr(prefix, records), (): string => printCsv(records)]) {
      const { entries } = entriesOf(print());
      assert.equal(entries.length, 4);
    }
  });
});
