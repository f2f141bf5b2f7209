import assert from 'node:assert/strict';
import type { ServerSnapshot } from '../../src/core/server/serverSnapshot.ts';
import { SampleRing } from '../../src/engine/sampleRing.ts';
import { ShownSample } from '../../src/views/serverSample.ts';
import { sampleOf } from './server/activitySample.ts';

describe('the sample of a server that is looked at', () => {
  let ring: SampleRing | undefined;
  let shown: ShownSample;
  /** Whether it was an earlier one than the newest, each time that it was told. */
  let told: boolean[];

  const ask = (id = ring?.newest?.id ?? 0): Promise<ServerSnapshot | undefined> => {
    const isKept = ring?.get(id) !== undefined;
    const snapshot = { sampleId: id, samples: ring?.marks() ?? [] } as Partial<ServerSnapshot>;
    return Promise.resolve(isKept ? (snapshot as ServerSnapshot) : undefined);
  };
  const poll = (count: number): void => {
    for (let left = count; left > 0; left -= 1) ring?.add(sampleOf([]));
  };
  const step = async (to: 'earlier' | 'later' | 'latest'): Promise<number | undefined> => {
    shown.step(to);
    await shown.update();
    return shown.snapshot?.sampleId;
  };

  beforeEach(async () => {
    ring = new SampleRing();
    told = [];
    shown = new ShownSample(ask, () => told.push(shown.isSteppedBack));
    poll(3);
    await shown.update();
  });

  it('stays where it was stepped to, until the newest is reached again', async () => {
    assert.deepEqual([await step('earlier'), await step('earlier'), await step('earlier')], [2, 1, 1]);
    poll(1);
    assert.deepEqual([await step('later'), await step('later'), await step('later')], [2, 3, 4]);
    assert.deepEqual(told, [true, true, true, true, true, false]);
    assert.deepEqual([await step('earlier'), await step('latest')], [3, 4]);
  });

  it('is the newest again once it is kept no longer, and that is told', async () => {
    await step('earlier');
    poll(298);
    await shown.update();
    assert.deepEqual([shown.snapshot?.sampleId, told], [2, [true]]);
    poll(1);
    await shown.update();
    assert.deepEqual([shown.snapshot?.sampleId, told], [302, [true, false]]);
  });

  it('is the newest of the next server, and none before that', async () => {
    await step('earlier');
    ring = undefined;
    shown.forget();
    assert.deepEqual([shown.snapshot, told], [undefined, [true, false]]);
    ring = new SampleRing();
    poll(1);
    await shown.update();
    assert.equal(shown.snapshot?.sampleId, 1);
  });

  it('is not one that was asked for before another step', async () => {
    shown.step('earlier');
    const late = shown.update();
    assert.equal(await step('latest'), 3);
    await late;
    assert.equal(shown.snapshot?.sampleId, 3);
  });
});
