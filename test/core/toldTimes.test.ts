import assert from 'node:assert/strict';
import { mostSpans, ToldTimes } from '../../src/core/log/toldTimes.ts';

describe('the times of which something was told', () => {
  const of = (...times: number[]): ToldTimes => {
    const told = new ToldTimes();
    for (const at of times) told.add(at);
    return told;
  };
  const tells = (told: ToldTimes, at: number): boolean => told.has(at - 20, at + 20);

  it('are those that were told, and hardly what lies in between', () => {
    const told = of(1000, 1001, 5000);
    for (const at of [985, 1001, 1021, 4980, 5020]) assert.ok(tells(told, at), `${at}`);
    for (const at of [0, 979, 1022, 3000, 4979, 5021, 1e12]) assert.ok(!tells(told, at), `${at}`);
    assert.ok(!tells(of(), 1000));
    assert.ok(!tells(of(Number.NaN), 1000));
  });

  it('may come in any order', () => {
    const told = of(9000, 1000, 5000, 1015, 990, 5000, 8990);
    for (const at of [990, 1000, 1015, 5000, 8990, 9000]) assert.ok(tells(told, at), `${at}`);
    for (const at of [960, 1040, 4970, 5030, 8960, 9030]) assert.ok(!tells(told, at), `${at}`);
  });

  it('are all known of a log of any length, and its long silences too', () => {
    const told = new ToldTimes();
    const day = 86_400_000;
    for (let at = 0; at < 100_000; at += 1) told.add(at * 100);
    for (let at = 0; at < 100_000; at += 1) told.add(day + at * 100);
    for (let at = 0; at < 100_000; at += 777)
      for (const from of [0, day]) assert.ok(tells(told, from + at * 100), `${from + at * 100}`);
    assert.ok(!tells(told, day / 2));
  });

  it('are few, also of a log whose lines stand in the order from the last to the first', () => {
    const times = new ToldTimes();
    for (let at = 100_000; at > 0; at -= 1) times.add(at * 1000);
    assert.ok(times.count <= mostSpans);
    assert.ok(times.has(50_000_000, 50_000_000));
    assert.ok(!times.has(200_000_000, 300_000_000));
  });
});
