import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { SourceSaving } from '../../src/engine/sourceSaving.ts';
import { eventually } from '../sources/tailWorld.ts';
import { EngineWorld, settings } from './engineWorld.ts';

describe('the saving of a checkpoint', () => {
  const { now } = Date;
  const { hrtime } = process;
  afterEach(() => {
    Date.now = now;
    process.hrtime = hrtime;
  });

  /** The clock that nobody sets goes on, the other one is set. */
  function pass(ms: number, setMs: number): void {
    Date.now = () => now() + setMs;
    process.hrtime = Object.assign(
      (since?: [number, number]): [number, number] => {
        const [seconds, nanoseconds] = hrtime(since);
        return [seconds + ms / 1000, nanoseconds];
      },
      { bigint: () => hrtime.bigint() },
    );
  }

  it('is due half a minute after the last, however the clock is set', () => {
    const log = { id: 'log', kind: 'file', settings: {} } as never;
    const saving = new SourceSaving(undefined, log, settings, () => undefined);
    pass(29_000, 3_600_000);
    assert.equal(saving.isDue, false);
    pass(31_000, -3_600_000);
    assert.equal(saving.isDue, true);
  });

  it('is tried once more when the source is closed, if it failed before', async () => {
    const world = new EngineWorld();
    try {
      const { directory, lines, told } = world;
      directory.write('storage', 'a file');
      directory.write('pg.log', lines.start());
      await world.follow('pg.log');
      pass(31_000, 0);
      directory.append('pg.log', lines.connect({ pid: 7 }));
      const failures = () =>
        told.filter((each) => each.type === 'log' && /checkpoint/.test(each.text)).length;
      await eventually(() => failures() === 1, 'it fails');
      directory.remove('storage');
      await world.engine.close();
      assert.equal(failures(), 1);
      assert.equal(
        readdirSync(directory.join('storage')).filter((name) => name.endsWith('.checkpoint')).length,
        1,
      );
    } finally {
      await world.end();
    }
  });
});
