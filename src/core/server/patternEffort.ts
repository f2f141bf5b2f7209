/**
 * How much work a regular expression can make of a text, told from its form alone: JavaScript's matching tries one way
 * after the other, and nobody can stop it. Refused is what makes it exponential.
 */
export interface PatternEffort {
  /** Ways to match that do not depend on the length of the text. */
  readonly ways: number;
  /** Open repeats one behind the other: each multiplies the work by the length of the text. */
  readonly repeats: number;
}

const one: PatternEffort = { ways: 1, repeats: 0 };

/**
 * The effort of a pattern that compiles with the flag `u`; undefined = it looks around, refers back, or repeats what is
 * itself repeated or has alternatives. An unreadable pattern never gets here.
 */
export function patternEffort(pattern: string): PatternEffort | undefined {
  const parts = partsOf(pattern);
  if (parts === undefined) return undefined;
  const open: Alternatives[] = [new Alternatives()];
  for (const part of parts) {
    const inner = open.at(-1);
    if (inner === undefined) return undefined;
    if (part === '(') open.push(new Alternatives());
    else if (part === ')') {
      open.pop();
      open.at(-1)?.add(inner.effort);
    } else if (part === '|') inner.next();
    else if (!isQuantifier(part)) inner.add(one);
    else if (!inner.quantify(part)) return undefined;
  }
  return open.length === 1 ? open[0]?.effort : undefined;
}

/** The parts of a pattern: an atom, a quantifier, or one of `( ) |`. */
function partsOf(pattern: string): string[] | undefined {
  const part =
    /\\[pPu]\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\c[A-Za-z]|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\(\?:|\(\?|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^]/gu;
  const parts = (pattern.match(part) ?? []).map((text) => (text === '(?:' ? '(' : text));
  return parts.some((text) => text === '(?' || /^\\[1-9k]/u.test(text)) ? undefined : parts;
}

function isQuantifier(part: string): boolean {
  return /^(?:[*+?]\??|\{\d+(?:,\d*)?\}\??)$/u.test(part);
}

/** Alternatives, each a sequence of atoms: efforts of a sequence multiply, those of alternatives add up. */
class Alternatives {
  #done: PatternEffort[] = [];
  #sequence: PatternEffort = one;
  /** Apart from the sequence until it is known how often it comes. */
  #last: PatternEffort | undefined;

  get effort(): PatternEffort {
    const all = [...this.#done, this.#whole()];
    return {
      ways: all.reduce((sum, { ways }) => sum + ways, 0),
      repeats: all.reduce((most, { repeats }) => Math.max(most, repeats), 0),
    };
  }

  add(effort: PatternEffort): void {
    this.#sequence = this.#whole();
    this.#last = effort;
  }

  next(): void {
    this.#done.push(this.#whole());
    this.#sequence = one;
    this.#last = undefined;
  }

  /** False = it repeats what can match in more than one way. */
  quantify(quantifier: string): boolean {
    const last = this.#last;
    if (last === undefined) return false;
    const isOptional = /^(?:\?|\{0,1\})\??$/u.test(quantifier);
    const isSimple = last.ways === 1 && last.repeats === 0;
    if (isOptional) this.#last = { ways: last.ways + 1, repeats: last.repeats };
    else if (isSimple) this.#last = { ways: 1, repeats: 1 };
    return isOptional || isSimple;
  }

  #whole(): PatternEffort {
    if (this.#last === undefined) return this.#sequence;
    return {
      ways: this.#sequence.ways * this.#last.ways,
      repeats: this.#sequence.repeats + this.#last.repeats,
    };
  }
}
