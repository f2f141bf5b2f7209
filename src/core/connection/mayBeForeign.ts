import { isAscii } from '../isAscii.ts';
import { beginningsInAscii } from './beginningsInAscii.ts';
import { foreignBeginnings, type Beginning } from './foreignBeginnings.ts';

const keyLength = 3;
type ByKey = ReadonlyMap<string, readonly Started[]>;
let inAscii: ByKey | undefined;
let inAny: ByKey | undefined;

/**
 * Whether a text can be a known message in another language than English: it begins as such a message does, as few
 * English texts do.
 */
export function mayBeForeign(text: string): boolean {
  const byKey = isAscii(text)
    ? (inAscii ??= byBeginning(beginningsInAscii()))
    : (inAny ??= byBeginning(foreignBeginnings()));
  const begins = (beginning: Started): boolean => isBegunBy(text, beginning);
  for (let length = keyLength; length >= 0; length -= 1)
    if (byKey.get(text.slice(0, length))?.some(begins) === true) return true;
  return false;
}

/** What a text that begins so must have in it; nothing = it begins so, and that is enough. */
interface Started {
  readonly start: string;
  readonly pieces: readonly string[];
}

function isBegunBy(text: string, { start, pieces }: Started): boolean {
  if (!text.startsWith(start)) return false;
  return pieces.length === 0 || pieces.some((piece) => text.includes(piece));
}

/** By their first characters, or by what there is of them. */
function byBeginning(beginnings: readonly Beginning[]): ByKey {
  const byKey = new Map<string, Started[]>();
  for (const [starts, pieces] of beginnings)
    for (const start of starts) {
      const key = start.slice(0, keyLength);
      const sameKey = byKey.get(key);
      if (sameKey) sameKey.push({ start, pieces });
      else byKey.set(key, [{ start, pieces }]);
    }
  return byKey;
}
