import assert from 'node:assert/strict';
import type { CommandSource } from '../../src/core/log/logPlace.ts';
import { renderSentence } from '../../src/core/sentence.ts';
import { EngineWorld, settings } from './engineWorld.ts';

describe('a log from elsewhere', function () {
  if (process.platform === 'win32') return;
  let world: EngineWorld;
  beforeEach(() => {
    world = new EngineWorld();
  });
  afterEach(() => world.end());

  const follow = async (source: CommandSource): Promise<string> => {
    const { status } = await world.ask('follow', {
      target: { commandName: source.name },
      settings: { ...settings, commandSources: [source] },
    });
    return status.sourceId;
  };

  it('is followed like a file, and an entry of it is shown in what was read last', async () => {
    const { lines } = world;
    const path = world.directory.write('pg.log', '');
    world.directory.append('pg.log', lines.start() + lines.connect({ pid: 7 }) + lines.refuse(8));
    const sourceId = await follow({ name: 'db', command: `tail -n +1 -f ${path}` });
    await world.until(sourceId, 'it is read', ({ state }) => state === 'following');
    world.directory.append('pg.log', lines.refuse(9, 'eve'));
    const status = await world.until(sourceId, 'what comes is new', ({ newFailures }) => newFailures === 1);
    assert.deepEqual([status.active, status.totals.failures, status.activeIs], [1, 2, 'exact']);
    const { failures } = await world.ask('troubles', { sourceId });
    const troubleId = failures.find(({ user }) => user === 'eve')!.members[0]!.id;
    const place = await world.ask('locate', { sourceId, troubleId, largestFileBytes: 1e6 });
    assert.ok(place.kind === 'excerpt');
    assert.match(
      place.text.split('\n')[place.line] ?? '',
      /FATAL: {2}password authentication failed for user "eve"/,
    );
    const page = { sourceId, dimension: 'user', name: 'app', from: 0, limit: 5 } as const;
    const { sessions } = await world.ask('sessions', page);
    const { text } = await world.ask('sessionLog', { sourceId, key: sessions[0]!.key });
    assert.match(text, /^\S+ \S+ UTC \[7\] LOG: {2}connection received[^\n]*\n[^\n]*connection authorized/);
  });

  it('is not sure who is connected after a gap, until the server starts anew', async () => {
    const { lines } = world;
    const first = world.directory.write('first.log', lines.start() + lines.connect({ pid: 7 }));
    const second = world.directory.write('second.log', lines.connect({ pid: 8 }));
    const run = world.directory.join('run');
    const command = `if [ -e ${run} ]; then tail -n +1 -f ${second}; else touch ${run}; cat ${first}; exit 9; fi`;
    const sourceId = await follow({ name: 'db', command });
    const away = await world.until(sourceId, 'it has ended', ({ trouble }) => trouble !== undefined);
    assert.equal(renderSentence(away.trouble!), '“db” ended with code 9: it is started again in 1 s.');
    const gap = /what was logged in between may be missing/;
    const { activeIs } = await world.until(sourceId, 'a gap', ({ warnings: [first] }) =>
      gap.test(first?.message ?? ''),
    );
    assert.equal(activeIs, 'unknown');
    world.directory.append('second.log', lines.start() + lines.connect({ pid: 9 }));
    await world.until(
      sourceId,
      'all is known',
      ({ activeIs, active }) => activeIs === 'exact' && active === 1,
    );
  });

  it('is not followed where the settings do not name it', async () => {
    await assert.rejects(
      world.ask('follow', { target: { commandName: 'rm' }, settings }),
      /There is no command source “rm” in your settings, or this workspace is not trusted/,
    );
  });
});
