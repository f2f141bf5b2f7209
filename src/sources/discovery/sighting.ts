import type { DiscoveryKind } from '../../core/log/logPlace.ts';
import type { Sentence } from '../../core/sentence.ts';
import type { ServerProcess } from './serverProcess.ts';
import { realPathOr } from './smallFile.ts';

/** What one place of discovery knows of one server. Several sightings of one server are merged. */
export interface Sighting {
  readonly kind: DiscoveryKind;
  readonly dataDirectory?: string | undefined;
  /** Where it is not `<data directory>/postgresql.conf`. */
  readonly configFile?: string | undefined;
  /** `external_pid_file`: tells that it runs where the data directory is closed. */
  readonly pidFile?: string | undefined;
  /** Where this layout sends the server's standard error. The file need not exist yet. */
  readonly errorFile?: string | undefined;
  readonly majorVersion?: number | undefined;
  /** The port this layout uses; a running server's own word wins. */
  readonly port?: number | undefined;
  readonly process?: ServerProcess | undefined;
  /** Why this layout has no log, with the remedy. */
  readonly problem?: Sentence | undefined;
}

/** Most telling first: what a server is called when several places know it. */
const kinds: readonly DiscoveryKind[] = [
  'path',
  'pgrx',
  'pgrx-tests',
  'debian',
  'homebrew',
  'pgdata',
  'postmaster',
];

/** One sighting for each server: by the real path of its data directory, else of its configuration or log. */
export async function mergeSightings(sightings: readonly Sighting[]): Promise<Sighting[]> {
  const servers = new Map<string, Sighting>();
  const keys = await Promise.all(sightings.map(identityOf));
  const ordered = sightings
    .map((sighting, index) => ({ sighting, key: keys[index] ?? '' }))
    .sort((a, b) => kinds.indexOf(a.sighting.kind) - kinds.indexOf(b.sighting.kind));
  for (const { sighting, key } of ordered) servers.set(key, merge(servers.get(key), sighting));
  return [...servers.values()];
}

async function identityOf({ dataDirectory, configFile, errorFile, process }: Sighting): Promise<string> {
  // a container's data directory is a path of the container, not ours
  if (process?.inContainer) return `pid ${process.pid}`;
  const path = dataDirectory ?? configFile ?? errorFile;
  return path === undefined ? `pid ${process?.pid ?? ''}` : realPathOr(path);
}

/** Field by field, the more telling one's value wins. */
function merge(known: Sighting | undefined, other: Sighting): Sighting {
  if (known === undefined) return other;
  const said = Object.entries(known).filter(([, value]) => value !== undefined);
  return { ...other, ...(Object.fromEntries(said) as Partial<Sighting>), kind: known.kind };
}
