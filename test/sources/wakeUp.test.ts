import assert from 'node:assert/strict';
import { renameSync, symlinkSync } from 'node:fs';
import { WakeUp, type WatchedPlace } from '../../src/sources/tail/wakeUp.ts';
import { TestDirectory } from './tailWorld.ts';

/** How long it takes at best, of three times, until a change wakes; ms. */
async function soonestWake(wakeUp: WakeUp, place: WatchedPlace, change: () => void): Promise<number> {
  const next = async (): Promise<number> => {
    const begunAt = performance.now();
    await wakeUp.next(place, false);
    return performance.now() - begunAt;
  };
  let soonestMs = Infinity;
  for (let tries = 0; tries < 3 && soonestMs > 700; tries += 1) {
    // until the watch stands and nothing is told any more but by the safety read
    while ((await next()) < 900);
    const woken = next();
    change();
    soonestMs = Math.min(soonestMs, await woken);
  }
  return soonestMs;
}

describe('WakeUp', function () {
  this.timeout(20_000);
  let directory: TestDirectory;
  beforeEach(() => {
    directory = new TestDirectory();
  });
  afterEach(() => directory.remove());

  const place = () => ({
    directory: directory.path,
    path: directory.join('x.log'),
    belongs: (name: string) => name === 'x.log',
  });

  it('polls under load, and watches again after silence', async () => {
    directory.write('x.log', '');
    const controller = new AbortController();
    const wakeUp = new WakeUp(controller.signal);
    const polls = () => wakeUp.polling;
    const until = performance.now() + 10_000;
    while (!polls()) {
      assert.ok(performance.now() < until, 'polls within ten seconds of load');
      directory.append('x.log', 'x\n');
      await wakeUp.next(place(), true);
    }
    while (polls()) {
      assert.ok(performance.now() < until + 10_000, 'watches within ten seconds of silence');
      await wakeUp.next(place(), false);
    }
    await wakeUp.close();
  });

  it('wakes without any notification, at the latest after a second', async () => {
    const wakeUp = new WakeUp(new AbortController().signal);
    await wakeUp.next({ ...place(), directory: directory.join('none') }, false);
    await wakeUp.close();
  });

  it('wakes for the file that took the place of the one a link leads to', async () => {
    directory.write('real.log', '');
    symlinkSync(directory.join('real.log'), directory.join('x.log'));
    const wakeUp = new WakeUp(new AbortController().signal);
    await wakeUp.next(place(), false);
    renameSync(directory.join('real.log'), directory.join('real.log.1'));
    directory.write('real.log', '');
    const soonestMs = await soonestWake(wakeUp, place(), () => directory.append('real.log', 'x\n'));
    assert.ok(soonestMs <= 700, `an append wakes before the safety read, not after ${soonestMs} ms`);
    await wakeUp.close();
  });

  it('wakes for a file in a directory that was removed and made again', async () => {
    const folder = () => ({
      ...place(),
      directory: directory.join('log'),
      path: directory.join('log/x.log'),
    });
    directory.makeFolder('log');
    const wakeUp = new WakeUp(new AbortController().signal);
    await wakeUp.next(folder(), false);
    directory.remove('log');
    await wakeUp.next(folder(), false);
    directory.makeFolder('log');
    const soonestMs = await soonestWake(wakeUp, folder(), () => directory.append('log/x.log', 'x\n'));
    assert.ok(soonestMs <= 700, `an append wakes before the safety read, not after ${soonestMs} ms`);
    await wakeUp.close();
  });

  it('wakes at once when it is aborted', async () => {
    const controller = new AbortController();
    const wakeUp = new WakeUp(controller.signal);
    const waiting = wakeUp.next({ ...place(), directory: directory.join('none') }, false);
    controller.abort();
    await waiting;
    await wakeUp.next(place(), false);
    await wakeUp.close();
  });
});
