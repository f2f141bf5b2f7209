import { labelAt, type PrintedLabel } from './labels.ts';
import { prefixEscapes, type AnyText, type PrefixEscape } from './prefixEscapes.ts';

/** A part of a compiled log_line_prefix. */
type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'stop' }
  | {
      readonly kind: 'escape';
      readonly letter: string;
      /** Columns, as printf counts them: negative = the value stands on the left; 0 = not padded. */
      readonly width: number;
      readonly escape: PrefixEscape;
    };

/** One way to read a line: the value of each escape by its place among the prefix's escapes, and the label. */
export interface PrefixReading {
  /** Undefined for what stands behind `%q` where the prefix stopped. */
  readonly values: readonly (string | undefined)[];
  readonly label: PrintedLabel;
  readonly labelAt: number;
}

/** What was learned in a run of the ends that any text of one escape can have. */
interface TriedEnds {
  /** No reading goes on from `failedFrom` to `failedTo`. */
  failedFrom: number;
  failedTo: number;
  /** From `wallFrom` on, `wall` is the first character that the text cannot hold. */
  wallFrom: number;
  wall: number;
}

/** Longest prefix that is read, in characters: three names, a host name and the numbers. */
export const longestPrefix = 1024;
/** Readings of one line that are compared. */
const mostReadings = 64;

/**
 * Finds the readings of a line with a compiled log_line_prefix. A pair of escape and position from which no reading
 * was found is not tried again, so that the time is in proportion to the line, whatever its bytes.
 */
export class PrefixMatcher {
  /** The letters of the escapes in their order. */
  readonly letters: readonly string[];
  /** Whether lines of clients look unlike those of other processes. */
  readonly tellsClients: boolean;
  readonly #tokens: readonly Token[];
  /** By escape and position: the run in which no reading was found from there. */
  readonly #failed: Uint32Array;
  #run = 0;
  #text = '';
  #ofClient = true;
  readonly #values: (string | undefined)[];
  readonly #tried: TriedEnds[];
  #readings: PrefixReading[] = [];

  constructor(text: string) {
    this.#tokens = tokensOf(text.slice(0, longestPrefix));
    this.letters = this.#tokens.flatMap((token) => (token.kind === 'escape' ? [token.letter] : []));
    this.tellsClients = this.#tokens.some(
      (token, index) =>
        (token.kind === 'stop' && index < this.#tokens.length - 1) ||
        (token.kind === 'escape' && token.escape.isOfClient === true),
    );
    this.#values = this.letters.map(() => undefined);
    this.#tried = this.letters.map(() => ({ failedFrom: 0, failedTo: -1, wallFrom: 0, wall: -1 }));
    this.#failed = new Uint32Array(this.letters.length * (longestPrefix + 1));
  }

  /** The readings of a client's line, or of another process' line, which has no names and stops at `%q`. */
  readings(text: string, ofClient: boolean): readonly PrefixReading[] {
    this.#text = text.slice(0, longestPrefix + 1);
    this.#ofClient = ofClient;
    this.#readings = [];
    for (const tried of this.#tried) tried.failedTo = tried.wall = -1;
    if (this.#run === 0xffff_ffff) this.#failed.fill(0);
    this.#run = (this.#run % 0xffff_ffff) + 1;
    this.#walk(0, 0, 0);
    return this.#readings;
  }

  /** Whether a reading goes on from this token, escape and position; adds all of them that are wanted. */
  #walk(index: number, nth: number, at: number): boolean {
    const token = this.#tokens[index];
    if (!token || (token.kind === 'stop' && !this.#ofClient)) return this.#ends(nth, at);
    if (token.kind === 'stop') return this.#walk(index + 1, nth, at);
    if (token.kind === 'literal')
      return this.#text.startsWith(token.text, at) && this.#walk(index + 1, nth, at + token.text.length);
    const place = nth * (longestPrefix + 1) + at;
    if (at > longestPrefix || this.#failed[place] === this.#run) return false;
    const found = this.#walkEscape(token, index, nth, at);
    if (!found) this.#failed[place] = this.#run;
    return found;
  }

  #walkEscape(
    { escape, width }: Extract<Token, { kind: 'escape' }>,
    index: number,
    nth: number,
    at: number,
  ): boolean {
    const goOn = (start: number, end: number): boolean => {
      const go = (to: number): boolean => {
        this.#values[nth] = this.#text.slice(start, end);
        return this.#walk(index + 1, nth + 1, to);
      };
      if (width >= 0) return go(end);
      // spaces before the padding belong to it
      return this.#text[end - 1] !== ' ' && this.#padded(end, -width - (end - start), go);
    };
    if (escape.isOfClient === true && !this.#ofClient)
      return this.#padded(at, Math.abs(width), (to) => {
        this.#values[nth] = '';
        return this.#walk(index + 1, nth + 1, to);
      });
    const start = at + (width > 0 ? this.#spaces(at, width) : 0);
    let found = false;
    const take = (end: number): boolean => {
      found = goOn(start, end) || found;
      // other readings are of interest only where they have other names
      return found && (escape.isName !== true || this.#readings.length >= mostReadings);
    };
    const done = escape.ends?.(this.#text, start, take) === true;
    const tried = this.#tried[nth];
    if (!done && escape.any && tried) this.#takeAny(escape.any, tried, start, take, width >= 0);
    return found;
  }

  /** The shortest text first; ends at which an earlier beginning failed are not tried again (padding depends on it). */
  #takeAny(
    { most, ended }: AnyText,
    tried: TriedEnds,
    start: number,
    take: (end: number) => boolean,
    skips: boolean,
  ): void {
    if (start < tried.wallFrom || start > tried.wall) {
      if (ended) ended.lastIndex = start;
      tried.wallFrom = start;
      tried.wall = ended?.exec(this.#text)?.index ?? this.#text.length;
    }
    const last = Math.min(start + most, tried.wall);
    for (let end = start + 1; end <= last; end += 1) {
      if (skips && end >= tried.failedFrom && end <= tried.failedTo) end = tried.failedTo + 1;
      if (end > last) return;
      const before = this.#readings.length;
      if (take(end)) return;
      if (this.#readings.length > before) continue;
      if (end !== tried.failedTo + 1) tried.failedFrom = end;
      tried.failedTo = end;
    }
  }

  /** Tries all spaces that may be padding first. */
  #padded(at: number, most: number, go: (to: number) => boolean): boolean {
    for (let spaces = this.#spaces(at, most); spaces >= 0; spaces -= 1) if (go(at + spaces)) return true;
    return false;
  }

  #spaces(at: number, most: number): number {
    let spaces = 0;
    while (spaces < most && this.#text[at + spaces] === ' ') spaces += 1;
    return spaces;
  }

  #ends(nth: number, at: number): boolean {
    const label = at <= longestPrefix ? labelAt(this.#text, at) : undefined;
    if (!label) return false;
    const values = this.#values.map((value, index) => (index < nth ? value : undefined));
    this.#readings.push({ values, label, labelAt: at });
    return true;
  }
}

/** As log_line_prefix is read by the server (log_status_format in elog.c): what it does not know prints nothing. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const literal = (more: string): void => {
    const last = tokens.at(-1);
    if (last?.kind === 'literal') tokens[tokens.length - 1] = { kind: 'literal', text: last.text + more };
    else tokens.push({ kind: 'literal', text: more });
  };
  for (const [token, padding, letter = ''] of text.matchAll(/%%|%(-?\d*)([^]?)|[^%]+/g)) {
    if (!token.startsWith('%')) literal(token);
    else if (token === '%%') literal('%');
    else if (letter === 'q') tokens.push({ kind: 'stop' });
    else {
      const escape = prefixEscapes.get(letter);
      const width = Math.trunc(Number(padding === '-' ? 0 : padding));
      if (escape) tokens.push({ kind: 'escape', letter, escape, width: clamped(width) });
    }
  }
  return tokens;
}

function clamped(width: number): number {
  return Math.max(-longestPrefix, Math.min(longestPrefix, width));
}
