import { join, resolve } from 'node:path';
import { sentence } from '../../core/sentence.ts';
import { pgrxPort } from './pgrx.ts';
import type { Places } from './places.ts';
import type { Sighting } from './sighting.ts';
import { namesIn } from './smallFile.ts';

/**
 * The servers of `cargo pgrx test` (pgrx-tests, framework.rs), which write to the test process and to no file:
 * `target/test-pgdata/<major>` or `target/pgrx-test-data-<major>` in the folders of the workspace, or what
 * CARGO_PGRX_TEST_PGDATA names; port 32200 + major.
 */
export async function findPgrxTests(places: Places): Promise<Sighting[]> {
  const base = await pgrxPort(places, 'base_testing_port', 32200);
  const named = places.env['CARGO_PGRX_TEST_PGDATA'];
  const target = places.env['CARGO_TARGET_DIR'];
  const targets = places.workspaceFolders.map((folder) => resolve(folder, target || 'target'));
  const found = await Promise.all([
    ...targets.map((folder) => dataDirectoriesIn(folder, /^pgrx-test-data-(\d+)$/)),
    ...targets.map((folder) => dataDirectoriesIn(join(folder, 'test-pgdata'), /^(\d+)$/)),
    named ? dataDirectoriesIn(named, /^(?:pgrx-test-data-)?(\d+)$/) : [],
  ]);
  return found.flat().map(({ dataDirectory, majorVersion }) => ({
    kind: 'pgrx-tests',
    dataDirectory,
    majorVersion,
    port: base + majorVersion,
    problem: sentence(
      'The test server of PostgreSQL {0} writes its log into "cargo pgrx test", not into a file: run "cargo pgrx test 2>&1 | connections -" in a terminal, or connect to the server while the tests run.',
      majorVersion,
    ),
  }));
}

async function dataDirectoriesIn(
  folder: string,
  pattern: RegExp,
): Promise<{ dataDirectory: string; majorVersion: number }[]> {
  const { names } = await namesIn(folder);
  return names.flatMap((name) => {
    const major = pattern.exec(name)?.[1];
    return major === undefined ? [] : [{ dataDirectory: join(folder, name), majorVersion: Number(major) }];
  });
}
