import assert from 'node:assert/strict';
import { lengthBoundsMs, SessionLengths } from '../../src/core/session/sessionLengths.ts';
import { random } from './serverLog.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describe('session lengths', () => {
  const cases: readonly (readonly [ms: number, index: number])[] = [
    [0, 0],
    [9, 0],
    [10, 1],
    [999, 2],
    [1000, 3],
    [minuteMs - 1, 4],
    [minuteMs, 5],
    [hourMs, 7],
    [24 * hourMs - 1, 7],
    [24 * hourMs, 8],
    [1000 * hourMs, 8],
  ];
  for (const [ms, index] of cases) {
    it(`of ${ms} ms are in class ${index}`, () => {
      const lengths = new SessionLengths();
      lengths.count(5 * minuteMs, ms);
      const expected = new Array<number>(lengthBoundsMs.length + 1).fill(0);
      expected[index] = 1;
      assert.deepEqual(lengths.histogram(0, hourMs), expected);
    });
  }

  it('are counted by the minutes in which the sessions ended, in whatever order these come', () => {
    const next = random(3);
    const ended = Array.from({ length: 5000 }, () => ({
      at: Math.floor(next() * 300) * minuteMs + Math.floor(next() * minuteMs),
      ms: Math.floor(10 ** (next() * 9)),
    }));
    let lengths = new SessionLengths();
    for (const [index, { at, ms }] of ended.entries()) {
      lengths.count(at, ms);
      if (index === 2500) lengths = new SessionLengths(structuredClone(lengths.save()));
    }
    for (const [from, to] of [
      [0, 299],
      [17, 18],
      [100, 250],
    ] as const) {
      const expected = new Array<number>(lengthBoundsMs.length + 1).fill(0);
      for (const { at, ms } of ended) {
        const minute = Math.floor(at / minuteMs);
        if (minute < from || minute > to) continue;
        const index = lengthBoundsMs.filter((bound) => ms >= bound).length;
        expected[index] = (expected[index] ?? 0) + 1;
      }
      assert.deepEqual(lengths.histogram(from * minuteMs + 5, to * minuteMs + 5), expected);
    }
  });

  it('of a log without end take a bounded room: the oldest leave', () => {
    const lengths = new SessionLengths();
    for (let minute = 0; minute < 200_000; minute += 1) lengths.count(minute * minuteMs, 5);
    const kept = lengths.save().minutes;
    assert.ok(kept.length <= 150_000, String(kept.length));
    assert.equal(kept.at(-1), 199_999);
    assert.equal(lengths.histogram(199_000 * minuteMs, Infinity)[0], 1000);
  });
});
