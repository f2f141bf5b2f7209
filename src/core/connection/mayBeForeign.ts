import { isAscii } from '../isAscii.ts';
import { beginningsInAscii } from './beginningsInAscii.ts';
import { foreignBeginnings, type Beginning } from './foreignBeginnings.ts';

const keyLength = 3;
/** Texts that are alike in so many characters have the same beginnings to be tried, most of them none. */
const alikeLength = 8;
const mostAlike = 1024;

let inAscii: Beginnings | undefined;
let inAny: Beginnings | undefined;

/**
 * Whether a text can be a known message in another language than English: it begins as such a message does, as few
 * English texts do.
 */
export function mayBeForeign(text: string): boolean {
  const beginnings = isAscii(text)
    ? (inAscii ??= new Beginnings(beginningsInAscii()))
    : (inAny ??= new Beginnings(foreignBeginnings()));
  return beginnings.areOf(text);
}

/** What a text that begins so must have in it; nothing = it begins so, and that is enough. */
interface Started {
  readonly start: string;
  readonly pieces: readonly string[];
}

class Beginnings {
  readonly #byKey: ReadonlyMap<string, readonly Started[]>;
  readonly #alike = new Map<string, readonly Started[]>();

  constructor(beginnings: readonly Beginning[]) {
    this.#byKey = byBeginning(beginnings);
  }

  /** Is one of them that of this text? */
  areOf(text: string): boolean {
    const alike = text.slice(0, alikeLength);
    let tried = this.#alike.get(alike);
    if (!tried) {
      tried = this.#of(alike);
      if (this.#alike.size >= mostAlike) this.#alike.clear();
      this.#alike.set(alike, tried);
    }
    return tried.some((beginning) => isBegunBy(text, beginning));
  }

  #of(alike: string): Started[] {
    const keys = Array.from({ length: keyLength + 1 }, (_, length) => alike.slice(0, length));
    return [...new Set(keys)]
      .flatMap((key) => this.#byKey.get(key) ?? [])
      .filter(({ start }) => start.startsWith(alike) || alike.startsWith(start));
  }
}

function isBegunBy(text: string, { start, pieces }: Started): boolean {
  if (!text.startsWith(start)) return false;
  return pieces.length === 0 || pieces.some((piece) => text.includes(piece));
}

/** By their first characters, or by what there is of them. */
function byBeginning(beginnings: readonly Beginning[]): ReadonlyMap<string, readonly Started[]> {
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
