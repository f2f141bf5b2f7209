import { isAscii } from '../isAscii.ts';
import { fixedPartOf, isName, isPadded, type FixedPart, type HeadToken } from './headTokens.ts';
import { labelAt } from './labels.ts';
import { longestPrefix } from './prefixMatcher.ts';

export type NameField = 'user' | 'database' | 'applicationName';
/** A code, too, is another in heads that are alike. */
export type HeadField = NameField | 'sqlState';

/**
 * How heads look that are alike but for names, each of which can be read in one way: the constant parts of the head of a
 * line, one character a byte, as the module keeps them (sources/tail/assembly/lineHead.ts, csvHead.ts, jsonHead.ts).
 */
export interface PlainHead {
  /** Each second group is a name, or that there is none, or a code; the others are what stands between them. */
  readonly pattern: RegExp;
  /** What each of these is. */
  readonly fields: readonly HeadField[];
  /** Only the names of a head with such names tell of others that they can be read in one way. */
  readonly isTypical: (name: string) => boolean;
  /** Such a name can be read in one way where a typical one can. */
  readonly isPlain: (name: string) => boolean;
  /** Index of the code of a head, where that is one of the fields. */
  readonly codeAt?: ((head: string) => number) | undefined;
  /**
   * What can stand in no such name; undefined where a literal has letters, so that a name could be a part of it, or where
   * something else looks like a name that is none of the fields. Of lines only.
   */
  readonly dividers?: ReadonlySet<string> | undefined;
  /** Could a name that the head ends with hold what stands behind it up to a label in this text? Of lines only. */
  readonly mayGoOn?: (text: string) => boolean;
}

/** A column and a string end at their quotes, whatever stands in them. */
const inColumns = { isTypical: () => true, isPlain: () => true };
export const csvPlainHead: PlainHead = {
  ...inColumns,
  pattern: /^([^]{8}")([^"[\n][^"\n]*)("\n")([^"[\n][^"\n]*)("\n[^]*)$/,
  fields: ['user', 'database'],
};
export const jsonPlainHead: PlainHead = {
  ...inColumns,
  // of a string all but quotes, backslashes and control characters, with which it would be none
  pattern:
    /^([^]{8}"user":")([ !#-Z\]-\u00ff][ !#-[\]-\u00ff]*)(\n"dbname":")([ !#-Z\]-\u00ff][ !#-[\]-\u00ff]*)(\n[^]*)$/,
  fields: ['user', 'database'],
};

const fieldsOf: Readonly<Record<string, NameField>> = {
  u: 'user',
  d: 'database',
  a: 'applicationName',
};
/** What fixed parts leave of themselves: a zone's first eight bytes; a code; a client that is no address. */
const leftOver: Partial<Record<FixedPart, string>> = {
  ...{ timeMs: '[^]{8}', time: '[^]{8}', start: '[^]{8}' },
  ...{ sqlState: '.{5}\\n', hostPort: '(?:\\[local\\])?\\n', host: '(?:\\[local\\])?\\n' },
};
export const notGiven = '[unknown]';
const longestName = 63;
/** Names that are remembered to be plain or not. */
const mostNames = 10_000;

/**
 * The heads of lines with a log_line_prefix of which these are the parts: up to the last names that no number divides,
 * those, and what is read from the right; undefined where there are no names, or they could run into one another.
 *
 * A name that has nothing of the literals in it does not change where these can stand; and what no number, time or code
 * can be takes no other's place. So such names can be read in one way where others can, which might be hosts and zones.
 */
export function plainHeadOf(
  left: readonly HeadToken[],
  names: readonly HeadToken[],
  right: readonly HeadToken[],
): PlainHead | undefined {
  const all = [...left, ...names, ...right];
  const literals = all.flatMap((token) => (token.kind === 'literal' ? [token.text] : []));
  const isClear = names.every((token, index) => !isPadded(token) && names[index + 1]?.kind !== token.kind);
  // the module keeps bytes
  if (!isClear || !literals.every(isAscii)) return undefined;
  const plain = new Map<string, boolean>();
  const dividing = dividers(literals);
  const name = `[^${[...dividing].map(escaped).join('')}]{1,${longestName}}`;
  const fields: HeadField[] = [];
  const pieceOf = (token: HeadToken): string => {
    if (token.kind === 'literal') return '';
    if (fixedPartOf(token) === 'sqlState' && standsAlone(token, all)) {
      fields.push('sqlState');
      return ')([0-9A-Z]{5})(\\n';
    }
    if (!isName(token)) return leftOver[fixedPartOf(token) ?? 'number'] ?? '';
    const field = fieldsOf[token.letter];
    if (field === undefined) return name;
    fields.push(field);
    return `)(\\[unknown\\]|${name})(`;
  };
  // a name in front of the others is kept by itself, and so is each fixed part; those in the middle with what divides them
  const inFront = left.map((token) => pieceOf(token) + (isName(token) ? '\\n' : ''));
  const behind = right.map(pieceOf).reverse();
  const between = names.map((token) => (token.kind === 'literal' ? escapedText(token.text) : pieceOf(token)));
  const text = `${inFront.join('')}${behind.join('')}${between.join('')}${names.length > 0 ? '\\n' : ''}`;
  if (fields.every((field) => field === 'sqlState')) return undefined;
  return {
    pattern: new RegExp(`^(${text})$`),
    fields,
    isTypical: (text) => /^[a-z]+$/.test(text) && /[g-z]/.test(text) && !isIn(text, literals),
    isPlain: (text) => {
      const known = plain.get(text);
      if (known !== undefined) return known;
      // of a byte order mark that begins a line nothing is left
      const isOther = !/^[\da-fA-F.:/+-]*$|^[\dA-Z]{5}$|^\u00ef\u00bb\u00bf/.test(text);
      const isPlain = isOther && !isIn(text, literals);
      if (plain.size < mostNames) plain.set(text, isPlain);
      return isPlain;
    },
    dividers: literals.some((text) => /[a-z]/i.test(text)) || all.some(isOtherName) ? undefined : dividing,
    codeAt: fields.includes('sqlState') ? placeOfCode([...left, ...right.toReversed()]) : undefined,
    mayGoOn: goingOn(left, names, right),
  };
}

/** Is it a word that is no name, such as a command tag? A line with another is not like this one. */
function isOtherName(token: HeadToken): boolean {
  return token.kind === 'escape' && isName(token) && fieldsOf[token.letter] === undefined;
}

/** How the place of the only code is found: of the parts before it, in the order in which they are read, these are kept. */
function placeOfCode(tokens: readonly HeadToken[]): ((head: string) => number) | undefined {
  const codes = tokens.flatMap((token, index) => (fixedPartOf(token) === 'sqlState' ? [index] : []));
  if (codes.length !== 1) return undefined;
  let lines = 0;
  let bytes = 0;
  for (const token of tokens.slice(0, codes[0])) {
    const part = fixedPartOf(token);
    const isLine = isName(token) || part === 'hostPort' || part === 'host';
    const isZone = part === 'timeMs' || part === 'time' || part === 'start';
    lines += isLine ? 1 : 0;
    bytes = isLine ? 0 : bytes + (isZone ? 8 : 0);
  }
  return (head) => {
    let at = 0;
    for (let line = 0; line < lines; line += 1) at = head.indexOf('\n', at) + 1;
    return at + bytes;
  };
}

/** Do literals stand around it that no letter or digit ends or begins? Else what is next to it might be a part of it. */
function standsAlone(token: HeadToken, all: readonly HeadToken[]): boolean {
  const at = all.indexOf(token);
  const [before, behind] = [all[at - 1], all[at + 1]];
  return (
    before?.kind === 'literal' &&
    behind?.kind === 'literal' &&
    !/[0-9A-Za-z]$/.test(before.text) &&
    !/^[0-9A-Za-z]/.test(behind.text)
  );
}

/**
 * Behind a plain head stands a text, and in that a label. The head could go on up to there only if what stands before it
 * ends as a head does, and its last name holds all of that; or begins in it, behind what stands before that name.
 */
function goingOn(
  left: readonly HeadToken[],
  names: readonly HeadToken[],
  right: readonly HeadToken[],
): (text: string) => boolean {
  const tokens = [...left, ...names, ...right];
  const textOf = (token: HeadToken | undefined): string => (token?.kind === 'literal' ? token.text : '');
  const last = tokens.findLastIndex(isName);
  const [name, before, end] = [tokens[last], textOf(tokens[last - 1]).at(-1), textOf(tokens.at(-1))];
  const most = (name?.kind === 'escape' ? name.escape.any?.most : undefined) ?? Number.POSITIVE_INFINITY;
  const mayHold = (text: string): boolean =>
    // in the head the name has a character at least
    before === undefined ||
    notGiven.includes(before) ||
    (end + text).includes(before) ||
    1 + text.length <= most;
  return (text) => {
    const last = Math.min(text.length, longestPrefix);
    for (let at = text.indexOf(end, 1); at >= 0 && at < last; at = text.indexOf(end, at + 1)) {
      const to = at + end.length;
      if (labelAt(text, to) && mayHold(text.slice(0, to))) return true;
    }
    return false;
  };
}

/** What may stand in no name: a line's end, a label's, and of each literal enough that it cannot begin or end in one. */
function dividers(literals: readonly string[]): Set<string> {
  const isDivided = (text: string): boolean => /^\W/.test(text) && /\W$/.test(text);
  return new Set([
    ...Array.from('\n\t:['),
    ...literals.flatMap((text) => Array.from(isDivided(text) ? text.replaceAll(/\w/g, '') : text)),
  ]);
}

function isIn(text: string, literals: readonly string[]): boolean {
  return literals.some((literal) => literal.includes(text));
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

function escapedText(text: string): string {
  return Array.from(text, escaped).join('');
}
