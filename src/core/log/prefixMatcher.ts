import { labelAt, type PrintedLabel } from './labels.ts';
import { prefixEscapes, type AnyText, type PrefixEscape } from './prefixEscapes.ts';

/** A part of a compiled log_line_prefix. */
export type Token =
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'stop' } | EscapeToken;

interface EscapeToken {
  readonly kind: 'escape';
  readonly letter: string;
  /** Columns, as printf counts them: negative = the value stands on the left; 0 = not padded. */
  readonly width: number;
  readonly escape: PrefixEscape;
}

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

/** By escape and position: the run in which no reading was found from there. One for all: a prefix is told by trying hundreds. */
let failed = new Uint32Array(0);
let run = 0;

function beginRun(escapes: number): void {
  const places = escapes * (longestPrefix + 1);
  if (failed.length < places) failed = new Uint32Array(places);
  if (run === 0xffff_ffff) failed.fill(0);
  run = (run % 0xffff_ffff) + 1;
}

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
  #text = '';
  #ofClient = true;
  /** Where the value of each escape stands in the reading that is being tried. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #tried: TriedEnds[];
  #readings: PrefixReading[] = [];

  constructor(text: string) {
    this.#tokens = prefixTokens(text.slice(0, longestPrefix));
    this.letters = this.#tokens.flatMap((token) => (token.kind === 'escape' ? [token.letter] : []));
    this.tellsClients = this.#tokens.some(
      (token, index) =>
        (token.kind === 'stop' && index < this.#tokens.length - 1) ||
        (token.kind === 'escape' && token.escape.isOfClient === true && token.escape.mayBeEmpty !== true),
    );
    this.#tried = this.letters.map(() => ({ failedFrom: 0, failedTo: -1, wallFrom: 0, wall: -1 }));
  }

  /** The readings of a client's line, or of another process' line, which has no names and stops at `%q`. */
  readings(text: string, ofClient: boolean): readonly PrefixReading[] {
    this.#text = text.slice(0, longestPrefix + 1);
    this.#ofClient = ofClient;
    this.#readings = [];
    for (const tried of this.#tried) tried.failedTo = tried.wall = -1;
    beginRun(this.letters.length);
    this.#walk(0, 0, 0);
    return this.#readings;
  }

  /** Whether a reading goes on from this token, escape and position; adds all of them that are wanted. */
  #walk(index: number, nth: number, at: number): boolean {
    const token = this.#tokens[index];
    if (!token || (token.kind === 'stop' && !this.#ofClient)) return this.#finish(nth, at);
    if (token.kind === 'stop') return this.#walk(index + 1, nth, at);
    if (token.kind === 'literal')
      return this.#text.startsWith(token.text, at) && this.#walk(index + 1, nth, at + token.text.length);
    const place = nth * (longestPrefix + 1) + at;
    if (at > longestPrefix || failed[place] === run) return false;
    const found = this.#walkEscape(token, index, nth, at);
    if (!found) failed[place] = run;
    return found;
  }

  #walkEscape(token: EscapeToken, index: number, nth: number, at: number): boolean {
    const { escape, width } = token;
    const goOn = (start: number, end: number, to: number): boolean => {
      this.#starts[nth] = start;
      this.#ends[nth] = end;
      return this.#walk(index + 1, nth + 1, to);
    };
    if (escape.isOfClient === true && !this.#ofClient)
      return this.#padded(at, Math.abs(width), (to) => goOn(at, at, to));
    const start = at + (width > 0 ? this.#spaces(at, width) : 0);
    let found = false;
    const take = (end: number): boolean => {
      // spaces before the padding belong to it
      const goesOn =
        width >= 0
          ? goOn(start, end, end)
          : this.#text[end - 1] !== ' ' &&
            this.#padded(
              end,
              -width - (end - start),
              (to) => goOn(start, end, to),
              isShort(end - start, -width),
            );
      found ||= goesOn;
      // other readings are of interest only where they have other names
      return found && (escape.isName !== true || this.#readings.length >= mostReadings);
    };
    const isDone =
      escape.ends?.(this.#text, start, take) === true ||
      (escape.mayBeEmpty === true && this.#padded(at, Math.abs(width), (to) => goOn(at, at, to)));
    if (isDone) return true;
    this.#takeAny(token, index, nth, start, take);
    return found;
  }

  /** The shortest text first. An end at which an earlier beginning failed is not tried again: it fails for this one too. */
  #takeAny(
    { escape: { any }, width }: EscapeToken,
    index: number,
    nth: number,
    start: number,
    take: (end: number) => boolean,
  ): void {
    const tried = this.#tried[nth];
    if (!any || !tried) return;
    const last = Math.min(start + any.most, this.#wall(any, tried, start));
    const next = width < 0 ? undefined : this.#tokens[index + 1];
    for (let end = start + 1; end <= last; end += 1) {
      const first = end;
      if (width >= 0 && end >= tried.failedFrom && end <= tried.failedTo) end = tried.failedTo + 1;
      if (next?.kind === 'literal') end = this.#text.indexOf(next.text, end);
      if (end < 0 || end > last) return;
      const before = this.#readings.length;
      if (take(end)) return;
      if (this.#readings.length > before) continue;
      if (first < tried.failedFrom || first > tried.failedTo + 1) tried.failedFrom = first;
      tried.failedTo = end;
    }
  }

  /** The first character at or after `start` that such a text cannot hold. */
  #wall({ ended }: AnyText, tried: TriedEnds, start: number): number {
    if (!ended) return this.#text.length;
    if (start < tried.wallFrom || start > tried.wall) {
      ended.lastIndex = start;
      tried.wallFrom = start;
      tried.wall = ended.exec(this.#text)?.index ?? this.#text.length;
    }
    return tried.wall;
  }

  /** Tries all spaces that may be padding first; `isPadded`: there is one at least. */
  #padded(at: number, most: number, go: (to: number) => boolean, isPadded = false): boolean {
    for (let spaces = this.#spaces(at, most); spaces >= (isPadded ? 1 : 0); spaces -= 1)
      if (go(at + spaces)) return true;
    return false;
  }

  #spaces(at: number, most: number): number {
    let spaces = 0;
    while (spaces < most && this.#text[at + spaces] === ' ') spaces += 1;
    return spaces;
  }

  #finish(nth: number, at: number): boolean {
    const label = at <= longestPrefix ? labelAt(this.#text, at) : undefined;
    if (!label) return false;
    const values = this.letters.map((_, place) =>
      place < nth ? this.#text.slice(this.#starts[place], this.#ends[place]) : undefined,
    );
    this.#readings.push({ values, label, labelAt: at });
    return true;
  }
}

/** As log_line_prefix is read by the server (log_status_format in elog.c): what it does not know prints nothing. */
export function prefixTokens(text: string): Token[] {
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

/** Whether a value surely leaves room in a field so wide: printf counts bytes, and a character has four at most. */
function isShort(length: number, width: number): boolean {
  return 4 * length < width || (length < width && width > 63);
}
