import assert from 'node:assert/strict';
import { lowerRange, lowerSteps, upperRange, upperSteps, wholeSteps } from '../../src/webview/chartLanes.ts';

/** Where a value stands in a range: 0 = bottom, 1 = top. */
const placeIn = (range: { min: number; max: number }, value: number): number =>
  (value - range.min) / (range.max - range.min);

const counts = [0, 1, 2, 7, 25, 100, 999, 545_866];

describe('the lanes of the chart', () => {
  for (const most of counts) {
    for (const less of counts) {
      it(`keep ${String(most)} active apart from ${String(less)} that came and left`, () => {
        const upper = upperRange(most);
        const lower = lowerRange(less, most);
        assert.ok(
          placeIn(upper, 0) > placeIn(lower, less),
          'the lowest of the upper lane is above the highest below',
        );
        assert.ok(placeIn(upper, most) <= 1);
        assert.ok(placeIn(lower, -most) >= 0);
      });
    }
  }
});

describe('the labels of the chart', () => {
  it('are whole numbers within the upper lane, 0 first', () => {
    assert.deepEqual(upperSteps(upperRange(25), 300), [0, 5, 10, 15, 20, 25]);
    assert.deepEqual(upperSteps(upperRange(0), 300), [0, 1]);
    assert.deepEqual(upperSteps(upperRange(1), 60), [0, 1]);
  });

  it('of the lower lane go both ways from 0', () => {
    assert.deepEqual(lowerSteps(lowerRange(13, 12), 220), [-10, 0, 10]);
    assert.deepEqual(lowerSteps(lowerRange(1, 1), 220), [-1, 0, 1]);
  });

  it('of a low lane leave out what has no room', () => {
    assert.deepEqual(lowerSteps(lowerRange(9, 9), 110), [0, 5]);
    assert.deepEqual(lowerSteps(lowerRange(9, 9), 60), [0]);
  });

  for (const most of counts) {
    it(`are few for ${String(most)}`, () => {
      const steps = wholeSteps(most, 5);
      assert.ok(steps.length <= 6 && steps.every((step) => Number.isInteger(step) && step <= most));
      assert.ok(most === 0 || steps.length > 1);
    });
  }
});
