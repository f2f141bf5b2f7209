import assert from 'node:assert/strict';
import { RecurringRun } from './recurringRun.ts';

describe('a line that recurs', () => {
  for (let group = 0; group < 10; group += 1)
    it(`does what its entry would, whatever happens around it: seeds ${group * 30} to ${group * 30 + 29}`, () => {
      let lines = 0;
      let recurring = 0;
      for (let seed = group * 30; seed < group * 30 + 30; seed += 1) {
        const run = new RecurringRun(seed, 10_000);
        run.go(150);
        lines += run.counts.lines;
        recurring += run.counts.recurring;
      }
      assert.ok(recurring > lines / 2, `${recurring} of ${lines}`);
    });

  it('does so when the names of old events are forgotten meanwhile', () => {
    new RecurringRun(7, 8).go(20_000);
  });
});
