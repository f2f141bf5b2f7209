import assert from 'node:assert/strict';

import { isClientBackend } from '../../src/core/server/activity.ts';
import { testedMajors } from '../env/servers.ts';
import { backendIn, LiveWorld, pidOf } from './liveWorld.ts';

describe('a live server as another role', () => {
  let world: LiveWorld;
  afterEach(() => world.end());

  for (const major of testedMajors()) {
    it(`counts every session of PostgreSQL ${major} and says what is hidden from a plain one`, async () => {
      world = await LiveWorld.start({ major });
      const admin = await world.client();
      await admin.query('CREATE ROLE plain LOGIN; CREATE ROLE seer LOGIN IN ROLE pg_monitor');
      await admin.query('CREATE ROLE signaller LOGIN IN ROLE pg_signal_backend');
      const own = await world.client({ user: 'plain' });
      await own.query('SELECT 1 AS mine');
      const [adminPid, ownPid] = [await pidOf(admin), await pidOf(own)];
      const plain = await world.watch('plain').poll();
      assert.deepEqual([plain.facts.sees, plain.facts.maySignal, plain.facts.user], ['own', 'own', 'plain']);
      assert.equal(plain.backends.filter(isClientBackend).length, 2);
      const hidden = backendIn(plain, adminPid);
      assert.deepEqual(
        [
          hidden.user,
          hidden.database,
          hidden.state,
          hidden.query,
          hidden.backendStartAt,
          hidden.clientAddress,
        ],
        ['postgres', 'postgres', undefined, undefined, undefined, undefined],
      );
      const visible = backendIn(plain, ownPid);
      assert.deepEqual([visible.state, visible.query?.startsWith('SELECT')], ['idle', true]);
      const seer = await world.watch('seer').poll();
      assert.deepEqual([seer.facts.sees, seer.facts.maySignal], ['all', 'own']);
      assert.equal(backendIn(seer, adminPid).state, 'idle');
      const signaller = await world.watch('signaller').poll();
      assert.deepEqual([signaller.facts.sees, signaller.facts.maySignal], ['own', 'ordinary']);
    });
  }
});
