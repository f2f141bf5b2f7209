/** The four dimensions by which connections are grouped and filtered. */
export const dimensions = ['database', 'user', 'application', 'host'] as const;
export type Dimension = (typeof dimensions)[number];

/** Patterns by dimension: AND between dimensions, OR within one; `*` is a wildcard, else exact and case-sensitive. */
export type Filter = Readonly<Record<Dimension, readonly string[]>>;

export const noFilter: Filter = { database: [], user: [], application: [], host: [] };

/** What a filter looks at; undefined = unknown, which no pattern matches. */
export type FilterSubject = Readonly<Partial<Record<Dimension, string | undefined>>>;

/** True when the filter has no pattern at all. */
export function isNoFilter(filter: Filter): boolean {
  return dimensions.every((dimension) => filter[dimension].length === 0);
}

/**
 * Compiles a filter into a predicate. Matching is linear in the length of the name (no regular expression is
 * built from what a user typed).
 */
export function compileFilter(filter: Filter): (subject: FilterSubject) => boolean {
  const used = dimensions
    .filter((dimension) => filter[dimension].length > 0)
    .map((dimension) => ({ dimension, patterns: filter[dimension].map(compilePattern) }));
  return (subject) =>
    used.every(({ dimension, patterns }) => {
      const name = subject[dimension];
      return name !== undefined && patterns.some((matches) => matches(name));
    });
}

/** One pattern as a predicate: `*` is a wildcard, else exact and case-sensitive. */
export function compilePattern(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (name) => name === pattern;
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
      return false;
    let from = first.length;
    const end = name.length - last.length;
    for (const part of rest) {
      const at = name.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}
