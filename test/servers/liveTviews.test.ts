import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { availableMajors, freshDirectory, newestMajor } from '../env/servers.ts';
import { LiveWorld } from './liveWorld.ts';

/** What pg_tviews 0.1.0 has of it (its queue is memory of a session), in SQL: the extension itself needs pgrx. */
const script = `CREATE TABLE @extschema@.pg_tview_meta (entity text PRIMARY KEY);
CREATE FUNCTION @extschema@.pg_tviews_queue_stats() RETURNS jsonb LANGUAGE sql AS
$$ SELECT '{"queue_size": 3, "total_refreshes": 41, "total_timing_ms": 12.5, "note": "text"}'::jsonb $$;`;

describe('pg_tviews on a live server', () => {
  let world: LiveWorld;
  afterEach(() => world.end());

  it('shows its figures where it is installed, whatever its schema is called', async function () {
    if (newestMajor() < 18) this.skip();
    const folder = freshDirectory('x');
    mkdirSync(join(folder, 'extension'));
    writeFileSync(
      join(folder, 'extension', 'pg_tviews.control'),
      "default_version = '0.1.0'\nrelocatable = false\nschema = 'live \"views\"'\n",
    );
    writeFileSync(join(folder, 'extension', 'pg_tviews--0.1.0.sql'), script.replaceAll('@extschema@.', ''));
    world = await LiveWorld.start({
      major: newestMajor(),
      settings: { extension_control_path: `$system:${folder}` },
    });
    const admin = await world.client();
    await admin.query('CREATE EXTENSION pg_tviews');
    await admin.query(`INSERT INTO "live ""views""".pg_tview_meta VALUES ('a'), ('b')`);
    const live = world.watch();
    assert.deepEqual((await live.poll()).tviews, {
      version: '0.1.0',
      tviews: 2,
      queue: { queue_size: 3, total_refreshes: 41, total_timing_ms: 12.5 },
    });
    await admin.query(`ALTER FUNCTION "live ""views""".pg_tviews_queue_stats() RENAME TO other`);
    const sample = await live.poll();
    assert.equal(sample.tviews, undefined, 'another version of it costs the poll nothing');
    assert.ok(sample.backends.length > 0);
  });

  it('shows nothing and fails nowhere where it is not', async () => {
    world = await LiveWorld.start({ major: availableMajors()[0]! });
    assert.equal((await world.watch().poll()).tviews, undefined);
  });
});
