import { textOf } from './smallFile.ts';

/** The major version that the first of these Cargo.toml files builds for; undefined = none is a pgrx extension's. */
export async function readPgrxMajor(cargoTomlPaths: readonly string[]): Promise<number | undefined> {
  for (const path of cargoTomlPaths) {
    const major = pgrxMajorOf((await textOf(path)) ?? '');
    if (major !== undefined) return major;
  }
  return undefined;
}

/**
 * The PostgreSQL version of a pgrx extension: its default features lead to `pg17`, or `pg17` is the only such
 * feature. Reads what Cargo writes and people keep: a `[features]` table of string arrays. No general TOML.
 */
export function pgrxMajorOf(cargoToml: string): number | undefined {
  if (!/^\s*(?:pgrx\b|\[(?:\w+\.)?dependencies\.pgrx\])|"pgrx\/pg\d+"/m.test(cargoToml)) return undefined;
  const features = readFeatures(cargoToml);
  const versions = [...features.keys()].flatMap((feature) => majorOf(feature) ?? []);
  return defaultMajor('default', features) ?? (versions.length === 1 ? versions[0] : undefined);
}

/** Features may lead to features: `default = ["local"]`, `local = ["pg17"]`. */
function defaultMajor(
  feature: string,
  features: ReadonlyMap<string, string[]>,
  depth = 0,
): number | undefined {
  const major = majorOf(feature);
  if (major !== undefined || depth > 5) return major;
  for (const next of features.get(feature) ?? []) {
    const found = defaultMajor(next, features, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function majorOf(feature: string): number | undefined {
  const major = /^pg(\d{2})$/.exec(feature)?.[1];
  return major === undefined ? undefined : Number(major);
}

function readFeatures(cargoToml: string): Map<string, string[]> {
  const section = /^[ \t]*\[features\][^\n]*\n([\s\S]*?)(?=^[ \t]*\[(?!\s*["\]])|(?![\s\S]))/m.exec(
    withoutComments(cargoToml),
  );
  const arrays = section?.[1]?.matchAll(/^[ \t]*"?([\w-]+)"?\s*=\s*\[([^\]]*)\]/gm) ?? [];
  return new Map(
    [...arrays].map(([, name = '', list = '']) => [
      name,
      [...list.matchAll(/["']([^"']*)["']/g)].map((m) => m[1] ?? ''),
    ]),
  );
}

/** A `#` inside a string is none; features have no such strings, other tables are not read. */
function withoutComments(toml: string): string {
  return toml.replace(/#[^\n]*/g, '');
}
