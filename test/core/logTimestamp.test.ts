import assert from 'node:assert/strict';
import { isTimeZone, LogClock } from '../../src/core/log/logTimestamp.ts';

const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();
const read = (text: string, zone?: string): string | undefined => iso(new LogClock(zone).parse(text));

describe('a log’s time', () => {
  const stated: readonly (readonly [string, string])[] = [
    ['2026-11-20 09:58:11 UTC', '2026-11-20T09:58:11.000Z'],
    ['2026-11-20 09:58:11.972 UTC', '2026-11-20T09:58:11.972Z'],
    ['2026-11-20 09:58:11.972 GMT', '2026-11-20T09:58:11.972Z'],
    ['2026-11-20 09:58:11.972 -03', '2026-11-20T12:58:11.972Z'],
    ['2026-11-20 09:58:11.972 +0545', '2026-11-20T04:13:11.972Z'],
    ['2026-11-20 09:58:11.972 +05:45', '2026-11-20T04:13:11.972Z'],
    ['2026-11-20 09:58:11.972 +11', '2026-11-19T22:58:11.972Z'],
    ['2026-11-20 09:58:11.972 -00', '2026-11-20T09:58:11.972Z'],
    ['2026-03-29 01:59:59.999 CET', '2026-03-29T00:59:59.999Z'],
    ['2026-03-29 03:00:00.000 CEST', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 02:30:00 CEST', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25 02:30:00 CET', '2026-10-25T01:30:00.000Z'],
    ['2026-07-01 12:00:00 JST', '2026-07-01T03:00:00.000Z'],
    ['2026-07-01 12:00:00 EDT', '2026-07-01T16:00:00.000Z'],
    ['2026-07-01 12:00:00 EAT', '2026-07-01T09:00:00.000Z'],
    ['2026-07-01 12:00:00 PKT', '2026-07-01T07:00:00.000Z'],
    ['2026-07-01 12:00:00 MST', '2026-07-01T19:00:00.000Z'],
    ['2026-07-01 12:00:00 +013045', '2026-07-01T10:29:15.000Z'],
    ['2024-02-29 00:00:00 UTC', '2024-02-29T00:00:00.000Z'],
    ['10000-01-01 00:00:00 UTC', '+010000-01-01T00:00:00.000Z'],
  ];
  for (const [text, expected] of stated) {
    it(`${text} is ${expected} in every zone`, () => {
      for (const zone of [undefined, 'UTC', 'America/New_York', 'Asia/Kathmandu']) {
        const clock = new LogClock(zone);
        assert.equal(iso(clock.parse(text)), expected);
        assert.equal(clock.guessedZone, undefined);
      }
    });
  }

  const ambiguous: readonly (readonly [string, string, string])[] = [
    ['2026-11-20 09:58:11 IST', 'Asia/Kolkata', '2026-11-20T04:28:11.000Z'],
    ['2026-11-20 09:58:11 IST', 'Asia/Jerusalem', '2026-11-20T07:58:11.000Z'],
    ['2026-07-20 09:58:11 IST', 'Europe/Dublin', '2026-07-20T08:58:11.000Z'],
    ['2026-11-20 09:58:11 CST', 'America/Chicago', '2026-11-20T15:58:11.000Z'],
    ['2026-11-20 09:58:11 CST', 'Asia/Shanghai', '2026-11-20T01:58:11.000Z'],
    ['2026-11-01 01:30:00 EST', 'America/New_York', '2026-11-01T06:30:00.000Z'],
    ['2026-11-20 09:58:11', 'Europe/Berlin', '2026-11-20T08:58:11.000Z'],
    ['2026-07-20 09:58:11', 'Europe/Berlin', '2026-07-20T07:58:11.000Z'],
    ['2026-07-20 09:58:11 XYZ', 'Europe/Berlin', '2026-07-20T07:58:11.000Z'],
  ];
  for (const [text, zone, expected] of ambiguous) {
    it(`${text} is ${expected} where log_timezone is ${zone}, without a guess`, () => {
      const clock = new LogClock(zone);
      assert.equal(iso(clock.parse(text)), expected);
      assert.equal(clock.guessedZone, undefined);
    });
  }

  it('is read in the machine’s zone where an abbreviation is ambiguous and log_timezone unknown, and says so', () => {
    for (const [text, guess] of [
      ['2026-11-20 09:58:11 IST', 'IST'],
      ['2026-11-20 09:58:11', ''],
    ] as const) {
      for (const zone of [undefined, 'No/Such_Zone']) {
        const clock = new LogClock(zone);
        assert.equal(clock.parse(text), new Date(2026, 10, 20, 9, 58, 11).getTime());
        assert.equal(clock.guessedZone, guess);
      }
    }
  });

  it('is told from what looks like one', () => {
    const texts = [
      ...['', 'UTC', '2026-11-20', '2026-11-20 09:58', '2026-11-20T09:58:11Z', ' 2026-11-20 09:58:11 UTC'],
      ...[
        '2026-13-20 09:58:11 UTC',
        '2026-00-20 09:58:11 UTC',
        '2026-11-31 09:58:11 UTC',
        '2026-02-29 09:58:11 UTC',
      ],
      ...[
        '2026-11-00 09:58:11 UTC',
        '2026-11-20 24:00:01 UTC',
        '2026-11-20 09:60:11 UTC',
        '2026-11-20 09:58:61 UTC',
      ],
      ...['2026-11-20 09:58:11 UTC x', '2026-11-20 09:58:11. UTC'],
    ];
    for (const text of texts) assert.equal(read(text), undefined, text);
  });

  it('knows zones by their names', () => {
    assert.deepEqual(['Europe/Berlin', 'UTC', 'Etc/GMT+5', 'Nowhere/At_All', ''].map(isTimeZone), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
