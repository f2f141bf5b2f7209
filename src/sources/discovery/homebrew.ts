import { join } from 'node:path';
import type { Places } from './places.ts';
import type { Sighting } from './sighting.ts';
import { namesIn } from './smallFile.ts';

/**
 * The servers of `brew services`: data in `var/postgresql@N`, log in `var/log/postgresql@N.log` of the prefix
 * (`postgres`, `postgresql.log` in formulas older than versioned ones).
 */
export async function findHomebrew({ roots }: Places): Promise<Sighting[]> {
  const found = await Promise.all(roots.homebrew.map((prefix) => findIn(join(prefix, 'var'))));
  return found.flat();
}

async function findIn(folder: string): Promise<Sighting[]> {
  const { names } = await namesIn(folder);
  return names.flatMap((name): Sighting[] => {
    const [, formula, version] = /^(postgres(?:ql)?)(?:@(\d+))?$/.exec(name) ?? [];
    if (formula === undefined) return [];
    const log = version === undefined ? `${formula}.log` : `postgresql@${version}.log`;
    return [
      {
        kind: 'homebrew',
        dataDirectory: join(folder, name),
        errorFile: join(folder, 'log', log),
        majorVersion: version === undefined ? undefined : Number(version),
      },
    ];
  });
}
