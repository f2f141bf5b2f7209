import type { Places } from './places.ts';
import { readMajorVersion } from './postmaster.ts';
import type { Sighting } from './sighting.ts';
import { namesIn } from './smallFile.ts';

/** The data directory that the variable PGDATA names, or that keeps its configuration elsewhere. */
export async function findPgdata({ env }: Places): Promise<Sighting[]> {
  const dataDirectory = env['PGDATA'];
  if (!dataDirectory) return [];
  const majorVersion = await readMajorVersion(dataDirectory);
  const { names, unreadable } = await namesIn(dataDirectory);
  const exists = majorVersion !== undefined || names.includes('postgresql.conf') || unreadable === 'denied';
  return exists ? [{ kind: 'pgdata', dataDirectory, majorVersion }] : [];
}
