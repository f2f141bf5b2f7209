import assert from 'node:assert/strict';
import type { FeedRow } from '../../src/core/snapshot/dashboard.ts';
import { feedCells, feedLine, feedSentence } from '../../src/webview/feedRow.ts';
import { createFormat } from '../../src/webview/format.ts';
import { createWords } from '../../src/webview/words.ts';

const words = createWords({}, 'en');
const format = createFormat('en', 'UTC');
const at = Date.UTC(2025, 9, 24, 14, 30, 15);
const app = { id: 1, at, user: 'app', database: 'shop', applicationName: 'psql' };

const lines: readonly (readonly [row: FeedRow, line: string])[] = [
  [{ ...app, sign: '+', remoteHost: '[local]' }, '[+] 14:30:15  psql     app@shop    [local]'],
  [{ ...app, sign: '-', sessionTimeMs: 3200 }, '[-] 14:30:15  psql     app@shop    after 3.2 s'],
  [{ ...app, sign: '-' }, '[-] 14:30:15  psql     app@shop'],
  [{ ...app, sign: '-', lost: true }, '[-] 14:30:15  psql     app@shop    lost'],
  [
    { ...app, sign: '-', lost: true, sessionTimeMs: 60_000 },
    '[-] 14:30:15  psql     app@shop    lost after 1 min',
  ],
  [
    { ...app, sign: '-', lost: true, reason: 'crash', message: 'in English' },
    '[-] 14:30:15  psql     app@shop    lost: the server ended all sessions after a crash',
  ],
  [
    { ...app, sign: '-', sessionTimeMs: 3200, reason: 'connectionLost' },
    '[-] 14:30:15  psql     app@shop    after 3.2 s: its client was gone',
  ],
  [
    { id: 2, at, sign: '!', sqlState: '28P01', user: 'bob', database: 'shop', message: 'no way' },
    '[!] 14:30:15  28P01    bob@shop    no way',
  ],
  [{ id: 3, at, sign: '+', user: 'repl' }, '[+] 14:30:15  –        repl'],
  [{ id: 4, at, sign: '+', database: 'shop' }, '[+] 14:30:15  –        ?@shop'],
  [{ id: 5, at, sign: '!', message: 'invalid length' }, '[!] 14:30:15  –        –           invalid length'],
];

describe('a row of the feed', () => {
  for (const [row, line] of lines) {
    it(`reads ${line}`, () => assert.equal(feedLine(feedCells(row, words, format)), line));
  }

  it('has no time where the log tells none', () =>
    assert.equal(feedCells({ id: 1, sign: '+' }, words, format).time, ''));

  it('stays one line, whatever a name or a message holds', () => {
    const hostile = {
      ...app,
      user: 'a\nb',
      database: '\u202egnp',
      applicationName: '\x1b[2J',
      remoteHost: 'h\r',
    };
    for (const sign of ['+', '-', '!'] as const) {
      const cells = feedCells({ ...hostile, sign, sqlState: 'X\t', message: 'one\ntwo' }, words, format);
      assert.doesNotMatch(Object.values(cells).join(''), /[\p{Cc}\u202e]/u);
    }
  });

  const sentences: readonly (readonly [row: FeedRow, sentence: string])[] = [
    [{ ...app, sign: '+', remoteHost: '[local]' }, '14:30:15: psql connected as app@shop from [local]'],
    [{ ...app, sign: '-', sessionTimeMs: 3200 }, '14:30:15: psql as app@shop disconnected, after 3.2 s'],
    [{ ...app, sign: '-' }, '14:30:15: psql as app@shop disconnected'],
    [{ ...app, sign: '!', sqlState: '3D000', message: 'none' }, '14:30:15: refused, 3D000, app@shop: none'],
    [
      { ...app, sign: '!', category: 'ending', sqlState: '57P01', message: 'by command' },
      '14:30:15: ended by the server, 57P01, app@shop: by command',
    ],
    [{ id: 1, at, sign: '!', category: 'problem', message: 'crashed' }, '14:30:15: server problem: crashed'],
    [{ id: 1, sign: '+' }, 'unknown: unknown connected as unknown from unknown'],
  ];
  for (const [row, sentence] of sentences) {
    it(`says “${sentence}”`, () =>
      assert.equal(feedSentence(row, feedCells(row, words, format), words), sentence));
  }
});

describe('words of the page', () => {
  it('says what the host translated, and the rest in English', () => {
    const german = createWords({ 'figures.connects.one': 'Anmeldung', 'feed.after': 'nach {0}' }, 'de');
    assert.equal(german.say('feed.after', '3 s'), 'nach 3 s');
    assert.equal(german.count('figures.connects', 1), 'Anmeldung');
    assert.equal(german.count('figures.connects', 2), 'connects');
  });

  it('counts as the language does: French has no plural for 0', () => {
    assert.equal(createWords({}, 'fr').count('figures.connects', 0), 'connect');
    assert.equal(createWords({}, 'en').count('figures.connects', 0), 'connects');
  });
});
