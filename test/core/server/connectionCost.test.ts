import assert from 'node:assert/strict';
import { connectionCostOf } from '../../../src/core/server/connectionCost.ts';

const nothing = { application: [], setupMs: [] };
/** So many sessions of the name at that place, of that length. */
const ended = (...parts: [place: number, count: number, ms: number][]) => ({
  application: parts.flatMap(([place, count]) => new Array<number>(count).fill(place)),
  sessionTimeMs: Float64Array.from(parts.flatMap(([, count, ms]) => new Array<number>(count).fill(ms))),
});

describe('the cost of connecting', () => {
  it('counts sessions shorter than a second, and says who should pool', () => {
    const names = [undefined, 'cron', 'web'];
    const costs = connectionCostOf({
      names,
      ended: ended([1, 30, 40], [1, 10, 60_000], [2, 19, 999], [0, 5, 1000]),
      ready: { application: [1, 1, 1, 2], setupMs: [3, 9, 4, 6] },
    });
    assert.deepEqual(costs, [
      { application: 'cron', sessions: 40, shortSessions: 30, medianSetupMs: 4, shouldPool: true },
      { application: 'web', sessions: 19, shortSessions: 19, medianSetupMs: 6, shouldPool: false },
      { application: undefined, sessions: 5, shortSessions: 0, medianSetupMs: undefined, shouldPool: false },
    ]);
  });

  it('does not blame an application of which most sessions last', () => {
    const [cost] = connectionCostOf({
      names: ['web'],
      ended: ended([0, 25, 10], [0, 26, 5000]),
      ready: nothing,
    });
    assert.deepEqual([cost?.shortSessions, cost?.sessions, cost?.shouldPool], [25, 51, false]);
  });

  it('takes a length that is unknown for no short one, and the middle of two set-up times', () => {
    const [cost] = connectionCostOf({
      names: ['web'],
      ended: ended([0, 30, Number.NaN]),
      ready: { application: [0, 0, 0], setupMs: [2, 5, Number.NaN] },
    });
    assert.deepEqual([cost?.sessions, cost?.shortSessions, cost?.medianSetupMs], [30, 0, 3.5]);
  });

  it('is nothing of an empty log, and bounded of a long one', () => {
    assert.deepEqual(connectionCostOf({ names: [], ended: ended(), ready: nothing }), []);
    const names = Array.from({ length: 5000 }, (_, index) => `app ${index}`);
    const all = ended(...names.map((_, place): [number, number, number] => [place, 1, 1]));
    assert.equal(connectionCostOf({ names, ended: all, ready: nothing }).length, 100);
  });
});
