import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Places } from './places.ts';
import { readServerConfiguration } from './serverConfiguration.ts';
import type { Sighting } from './sighting.ts';
import { namesIn, realPathOr } from './smallFile.ts';

/**
 * The clusters of postgresql-common: configuration in /etc/postgresql/V/C, log in
 * /var/log/postgresql/postgresql-V-C.log or where the link `log` beside the configuration leads
 * (pg_ctlcluster(1)), data where the configuration says, mostly closed to other users.
 */
export async function findDebian(places: Places): Promise<Sighting[]> {
  const root = join(places.roots.etc, 'postgresql');
  const versions = (await namesIn(root)).names.filter((name) => /^\d+(?:\.\d+)?$/.test(name));
  const clusters = await Promise.all(
    versions.map(async (version) => {
      const { names } = await namesIn(join(root, version));
      return Promise.all(names.map((cluster) => findCluster(root, version, cluster, places)));
    }),
  );
  return clusters.flat(2).filter((sighting) => sighting !== undefined);
}

async function findCluster(
  root: string,
  version: string,
  cluster: string,
  places: Places,
): Promise<Sighting | undefined> {
  const folder = join(root, version, cluster);
  const configFile = join(folder, 'postgresql.conf');
  if (!(await stat(configFile).catch(() => undefined))) return undefined;
  const { dataDirectory, values } = await readServerConfiguration({ configFile });
  const link = join(folder, 'log');
  const linked = await realPathOr(link);
  return {
    kind: 'debian',
    dataDirectory: dataDirectory ?? join(places.roots.var, 'lib', 'postgresql', version, cluster),
    configFile,
    pidFile: values.get('external_pid_file')?.value,
    errorFile:
      linked === link
        ? join(places.roots.var, 'log', 'postgresql', `postgresql-${version}-${cluster}.log`)
        : linked,
    majorVersion: Math.floor(Number(version)),
  };
}
