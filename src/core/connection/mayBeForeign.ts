import { foreignBeginnings, type Beginning } from './foreignBeginnings.ts';

const keyLength = 3;
let byKey: Map<string, Beginning[]> | undefined;

/**
 * Whether a text can be a known message in another language than English: it begins as such a message does, as few
 * English texts do.
 */
export function mayBeForeign(text: string): boolean {
  byKey ??= beginningsByKey();
  const begins = (beginning: Beginning): boolean => isBegunBy(text, beginning);
  for (let length = keyLength; length >= 0; length -= 1)
    if (byKey.get(text.slice(0, length))?.some(begins) === true) return true;
  return false;
}

/** Not taken apart: there are many, and an iterator for each costs more than all the rest. */
function isBegunBy(text: string, beginning: Beginning): boolean {
  if (!text.startsWith(beginning[0])) return false;
  for (let index = 1; index < beginning.length; index += 1)
    if (text.includes(beginning[index] ?? '')) return true;
  return beginning.length === 1;
}

/** By their first characters, or by what there is of them. */
function beginningsByKey(): Map<string, Beginning[]> {
  const beginnings = new Map<string, Beginning[]>();
  for (const beginning of foreignBeginnings()) {
    const key = beginning[0].slice(0, keyLength);
    const sameKey = beginnings.get(key);
    if (sameKey) sameKey.push(beginning);
    else beginnings.set(key, [beginning]);
  }
  return beginnings;
}
