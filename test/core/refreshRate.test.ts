import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { RefreshRate } from '../../src/views/refreshRate.ts';

const pace = { quietMs: 20, busyMs: 200 };

describe('a refresh', () => {
  let doneAt: number[];
  let errors: unknown[];
  let refresh: RefreshRate;
  const work = (): Promise<void> => {
    doneAt.push(performance.now());
    return Promise.resolve();
  };
  beforeEach(() => {
    [doneAt, errors] = [[], []];
    refresh = new RefreshRate(pace, work, (error) => errors.push(error));
  });
  afterEach(() => refresh.dispose());

  const gapMs = (): number => (doneAt[1] ?? Number.NaN) - (doneAt[0] ?? Number.NaN);
  const twice = async (): Promise<void> => {
    while (doneAt.length < 2) await pause(5);
  };

  it('comes at once, then once more for all that was asked meanwhile, a pause later', async () => {
    for (let version = 1; version <= 5; version += 1) refresh.ask(version);
    assert.equal(doneAt.length, 1);
    await twice();
    assert.ok(gapMs() >= pace.quietMs - 2, `${gapMs()} ms`);
    await pause(3 * pace.quietMs);
    assert.equal(doneAt.length, 2);
  });

  it('keeps a longer pause where much happened', async () => {
    refresh.ask(1000);
    refresh.ask(1001);
    await twice();
    assert.ok(gapMs() >= pace.busyMs - 2, `${gapMs()} ms`);
  });

  it('goes on after an error', async () => {
    let calls = 0;
    const failing = new RefreshRate(
      pace,
      () => (++calls === 1 ? Promise.reject(new Error('no')) : work()),
      (error) => errors.push(error),
    );
    failing.ask();
    failing.ask();
    while (doneAt.length < 1) await pause(5);
    assert.equal(errors.length, 1);
    failing.dispose();
  });

  it('does not come any more once it is disposed', async () => {
    refresh.ask();
    refresh.ask();
    refresh.dispose();
    await pause(3 * pace.quietMs);
    assert.equal(doneAt.length, 1);
  });
});
