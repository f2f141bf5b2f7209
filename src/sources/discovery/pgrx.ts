import { join } from 'node:path';
import type { Places } from './places.ts';
import type { Sighting } from './sighting.ts';
import { namesIn, textOf } from './smallFile.ts';

/** Where pgrx keeps its servers. */
export function pgrxHome({ env, home }: Places): string {
  return env['PGRX_HOME'] || join(home, '.pgrx');
}

/**
 * The servers of `cargo pgrx run` and `start` (pgrx-pg-config, lib.rs): `data-<major>`, the log `<major>.log` of
 * `pg_ctl -l` beside it, port 28800 + major. A server that was never started has no log yet.
 */
export async function findPgrx(places: Places): Promise<Sighting[]> {
  const home = pgrxHome(places);
  const [{ names }, base] = await Promise.all([namesIn(home), pgrxPort(places, 'base_port', 28800)]);
  const majors = new Set(
    names.flatMap((name) => /^(?:data-(\d+)|(\d+)\.log)$/.exec(name)?.slice(1) ?? []).filter(Boolean),
  );
  return [...majors].map((major) => ({
    kind: 'pgrx',
    dataDirectory: names.includes(`data-${major}`) ? join(home, `data-${major}`) : undefined,
    errorFile: join(home, `${major}.log`),
    majorVersion: Number(major),
    port: base + Number(major),
  }));
}

/** `base_port` and `base_testing_port` of pgrx's config.toml, which `cargo pgrx init` can set. */
export async function pgrxPort(
  places: Places,
  key: 'base_port' | 'base_testing_port',
  fallback: number,
): Promise<number> {
  const toml = (await textOf(join(pgrxHome(places), 'config.toml'))) ?? '';
  return Number(new RegExp(`^${key}\\s*=\\s*(\\d+)`, 'm').exec(toml)?.[1] ?? fallback);
}
