import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { MachineLogs } from '../../src/engine/machineLogs.ts';
import { eventually } from '../sources/tailWorld.ts';

describe('looking around on the machine', () => {
  it('ends with the window, also where it is closed during a look', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    await delay(1); // mocha sets its own timer behind the first turn
    const before = timers();
    let looks = 0;
    const machine = new MachineLogs({
      isFollowing: () => true,
      found: () => {
        looks += 1;
        machine.close();
      },
      started: () => undefined,
      warn: (text) => assert.fail(text),
    });
    machine.lookAround();
    await eventually(() => looks > 0, 'the machine is looked at');
    await delay(1);
    assert.equal(timers(), before);
  });
});
