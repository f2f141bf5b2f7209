import { foreignBeginnings, type Beginning } from './foreignBeginnings.ts';

const keyLength = 3;
let byKey: Map<string, Beginning[]> | undefined;

/**
 * Whether a text can be a known message in another language than English. It can where it is not in ASCII, and where it
 * begins as such a message does; few English texts do.
 */
export function mayBeForeign(text: string): boolean {
  byKey ??= beginningsByKey();
  const begins = ([start, piece]: Beginning): boolean => text.startsWith(start) && text.includes(piece);
  return (
    /[^\0-\x7f]/.test(text) ||
    (byKey.get(text.slice(0, keyLength))?.some(begins) ?? false) ||
    (byKey.get('')?.some(begins) ?? false)
  );
}

/** Those that are shorter than a key stand under ''. */
function beginningsByKey(): Map<string, Beginning[]> {
  const byStart = new Map<string, Beginning[]>();
  for (const beginning of foreignBeginnings) {
    const key = beginning[0].length < keyLength ? '' : beginning[0].slice(0, keyLength);
    const sameKey = byStart.get(key);
    if (sameKey) sameKey.push(beginning);
    else byStart.set(key, [beginning]);
  }
  return byStart;
}
