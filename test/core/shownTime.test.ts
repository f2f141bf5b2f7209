import assert from 'node:assert/strict';
import { createShownTime } from '../../src/core/report/shownTime.ts';

const zones = [
  ...[
    'UTC',
    'Europe/Berlin',
    'America/Sao_Paulo',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Africa/Monrovia',
  ],
  ...['America/St_Johns', 'Pacific/Apia', 'Antarctica/Troll'],
];
const yearMs = 365.25 * 24 * 3600_000;

describe('the times of the terminal', () => {
  const own = process.env['TZ'];
  after(() => {
    if (own === undefined) delete process.env['TZ'];
    else process.env['TZ'] = own;
  });

  for (const zone of zones)
    it(`are the same in ${zone} whether it is the machine's zone or one that is named`, () => {
      process.env['TZ'] = zone;
      const [inOwn, named] = [createShownTime(undefined), createShownTime(zone)];
      for (let at = -100 * yearMs; at < 200 * yearMs; at += 37.03 * 24 * 3600_000)
        assert.equal(inOwn.full(at), named.full(at), new Date(at).toISOString());
      for (const at of [-62_200_000_000_000, 253_402_300_799_999, 253_500_000_000_000])
        assert.equal(inOwn.full(at), named.full(at));
    });

  it('refuse an instant that is none', () => {
    assert.throws(() => createShownTime(undefined).full(NaN), RangeError);
    assert.throws(() => createShownTime('UTC').full(NaN), RangeError);
  });
});
