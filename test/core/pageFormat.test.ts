import assert from 'node:assert/strict';
import { createFormat } from '../../src/webview/format.ts';

/** The spaces of a locale may be narrow or non-breaking, and change with the Unicode version. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/gu, ' ');

describe('format of the page', () => {
  const english = createFormat('en', 'Europe/Berlin');
  const german = createFormat('de', 'Europe/Berlin');
  const at = Date.UTC(2025, 9, 24, 12, 30, 15);

  it('shows the time of day in 24 hours and the shown zone', () => {
    assert.equal(english.time(at), '14:30:15');
    assert.equal(english.timeOfDay(at), '14:30');
    assert.equal(english.timeOfDay(Date.UTC(2025, 9, 24, 22, 0)), '00:00');
    assert.equal(german.time(at), '14:30:15');
  });

  it('shows dates as the locale does', () => {
    assert.equal(english.date(at), 'Oct 24');
    assert.equal(german.date(at), '24. Okt.');
    assert.match(english.full(at), /Oct 24, 2025.*14:30:15/u);
  });

  it('knows a day by the shown zone', () => {
    assert.equal(english.sameDay(Date.UTC(2025, 9, 23, 22), at), true);
    assert.equal(english.sameDay(Date.UTC(2025, 9, 23, 21), at), false);
    assert.equal(english.sameDay(Date.UTC(2024, 9, 24, 12), at), false);
  });

  it('shows numbers as the locale does', () => {
    assert.equal(english.number(1234567), '1,234,567');
    assert.equal(german.number(1234567), '1.234.567');
    assert.equal(english.signed(3), '+3');
    assert.equal(english.signed(0), '0');
    assert.equal(english.compact(12_400), '12.4K');
    assert.equal(english.percent(0.25), '25%');
  });

  const bytes: readonly (readonly [number, string])[] = [
    [0, '0 byte'],
    [999, '999 byte'],
    [1000, '1 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [4_870_000_000, '4.87 GB'],
    [12_000_000_000_000_000, '12,000 TB'],
  ];
  for (const [count, shown] of bytes) {
    it(`shows ${String(count)} bytes as ${shown}`, () => assert.equal(plain(english.bytes(count)), shown));
  }

  const durations: readonly (readonly [ms: number, shown: string])[] = [
    [0, '0 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [999.7, '999 ms'],
    [1000, '1 s'],
    [3214, '3.2 s'],
    [59_999, '59.9 s'],
    [60_000, '1 min'],
    [245_000, '4 min 5 s'],
    [3_599_999, '59 min 59 s'],
    [7_980_000, '2 h 13 min'],
    [273_600_000, '3 d 4 h'],
  ];
  for (const [ms, shown] of durations) {
    it(`shows ${String(ms)} ms as ${shown}`, () => assert.equal(english.duration(ms), shown));
  }

  it('writes the decimal mark of the locale', () => assert.equal(german.duration(3214), '3,2 s'));

  it('writes the digits of the locale, in every unit', () =>
    assert.equal(createFormat('fa', 'UTC').duration(245_000), '۴ min ۵ s'));

  it('takes a locale that nobody knows as English', () =>
    assert.equal(createFormat('zz', 'UTC').number(1234), '1,234'));
});
