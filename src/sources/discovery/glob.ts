import { lstat } from 'node:fs/promises';
import { join, parse, sep } from 'node:path';
import { namesIn } from './smallFile.ts';

const mostMatches = 10_000;

/** Whether a path holds a wildcard: `*`, `?` or `[…]`. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * The paths that an absolute pattern matches, in name order, at most 10,000. Wildcards stay within one component
 * and do not match a leading dot, as in a shell. (Node has a glob of its own from 22 on.)
 */
export async function expandGlob(pattern: string): Promise<string[]> {
  const { root } = parse(pattern);
  let found = [root];
  for (const component of pattern.slice(root.length).split(sep).filter(Boolean)) {
    const next = await Promise.all(found.map((directory) => step(directory, component)));
    found = next.flat().slice(0, mostMatches);
  }
  return found;
}

async function step(directory: string, component: string): Promise<string[]> {
  if (!isGlob(component)) {
    const path = join(directory, component);
    return lstat(path).then(
      () => [path],
      () => [],
    );
  }
  const matches = globExpression(component);
  const { names } = await namesIn(directory);
  return names
    .filter((name) => matches.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/** One component as a regular expression; an unclosed bracket is itself. */
export function globExpression(component: string): RegExp {
  const source = component.replace(
    /\[([!^]?)(\]?[^\]]*)\]|[*?]|[.+^${}()|[\]\\]/g,
    (token, not?: string, set?: string) => {
      if (token === '*') return '.*';
      if (token === '?') return '.';
      if (set === undefined) return `\\${token}`;
      return `[${not ? '^' : ''}${set.replace(/[\\\]^[]/g, '\\$&')}]`;
    },
  );
  return new RegExp(`^${component.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 's');
}
