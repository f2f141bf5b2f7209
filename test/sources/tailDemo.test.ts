import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PauseSwitch } from '../../src/sources/tail/pauseSwitch.ts';
import { tailDemo } from '../../src/sources/tailDemo.ts';
import type { TailStatus } from '../../src/sources/tail/tailSink.ts';
import { LogFold } from '../../src/engine/logFold.ts';
import { checkout } from '../env/checkout.ts';

const recorded = join(checkout, 'media', 'demo.log');

/** The demo, played into a fold until it is ended. */
function played(recordedPath = recorded) {
  const fold = new LogFold({ memoryEvents: 100_000 });
  const ending = new AbortController();
  const paused = new PauseSwitch();
  const statuses: TailStatus[] = [];
  const options = {
    ...{ signal: ending.signal, paused },
    onStatus: (status: TailStatus) => void statuses.push(status),
    onGap: () => assert.fail('there is no gap'),
  };
  const ended = tailDemo(recordedPath, fold.log, options);
  return { fold, ending, paused, statuses, ended };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await pause(20);
  }
}

describe('the demo’s tail', function () {
  this.timeout(60_000);

  it('tells an hour at once, up to now, and goes on until it is ended', async () => {
    const { fold, ending, ended, statuses } = played();
    await until('it follows', () => statuses.length > 0);
    const { state } = fold;
    assert.deepEqual(statuses[0], { kind: 'following' });
    assert.ok(state.restartsAt.length >= 11);
    assert.ok(Date.now() - (state.book.newestAt ?? 0) < 30_000);
    assert.ok(Date.now() - (state.restartsAt[0] ?? 0) > 55 * 60_000);
    const before = state.nextEventId;
    await until('more is told', () => state.nextEventId > before);
    assert.equal(statuses.length, 1);
    ending.abort();
    await ended;
  });

  it('tells nothing while it is paused, and afterwards what was written meanwhile', async () => {
    const { fold, ending, ended, paused, statuses } = played();
    await until('it follows', () => statuses.length > 0);
    paused.pause();
    await pause(300);
    const { nextEventId } = fold.state;
    const bytes = (): number => fold.log.understanding.bytes;
    const before = bytes();
    await pause(3000);
    assert.equal(fold.state.nextEventId, nextEventId);
    assert.equal(bytes(), before);
    paused.resume();
    await until('it goes on', () => bytes() > before);
    ending.abort();
    await ended;
    assert.equal(fold.log.understanding.skipped, 0);
    assert.equal(fold.activeIs, 'exact');
  });

  for (const path of [`${recorded}.gone`, import.meta.filename])
    it(`says so where its log cannot be read, or is none: ${basename(path)}`, async () => {
      const { ended, statuses } = played(path);
      await ended;
      assert.deepEqual(
        statuses.map((status) => status.kind === 'away' && status.sentence.message),
        ['{0} cannot be read: install the extension again.'],
      );
    });
});
