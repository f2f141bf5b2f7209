/**
 * Short names for paths: the ends of them, as many parts as tell them apart, in their order; of two that are the same
 * the whole. `/log/a/pg.log` and `/log/b/pg.log` are `a/pg.log` and `b/pg.log`.
 */
export function shortNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[\\/]/u));
  const end = (index: number, length: number): string => parts[index]?.slice(-length).join('/') ?? '';
  return paths.map((path, index) => {
    for (let length = 1; length < (parts[index]?.length ?? 0); length += 1) {
      const name = end(index, length);
      if (paths.every((_other, at) => at === index || end(at, length) !== name)) return name;
    }
    return path;
  });
}
