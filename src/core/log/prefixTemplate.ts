import { unknownNames } from './labels.ts';

/** What the message of a line tells of the fields that may stand in its prefix. */
export interface KnownFields {
  /** Of which kind the message is; `refused` = a FATAL that quotes names. */
  readonly kind: 'received' | 'authorized' | 'disconnection' | 'refused';
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly remoteHost?: string | undefined;
  readonly remotePort?: number | undefined;
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'spaces'; readonly length: number }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'escape'; readonly escape: string; readonly text: string };

/** Wider than any padding: spaces beside a field say that it is padded, not how far. */
const anyWidth = 99;

const shapes: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (?:[A-Za-z]{1,10}|[+-]\d{2,6})/y, 'm'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:[A-Za-z]{1,10}|[+-]\d{2,6})/y, 't'],
  [/\d{10}\.\d{3}(?!\d)/y, 'n'],
  [/[0-9a-f]{8}\.[0-9a-f]{1,8}(?![0-9A-Za-z])/y, 'c'],
  [/(?:client backend|walsender|not initialized)(?!\w)/y, 'b'],
  [/(?:authentication|startup|idle)(?!\w)/y, 'i'],
  [/-?\d{1,10}\/\d{1,10}(?![\d.]|-\d\d-)/y, 'v'],
  [/00000(?![0-9A-Za-z])/y, 'e'],
  [/(?:(?:[0-9A-Fa-f]{0,4}:){2}[0-9A-Fa-f:.]*|\d{1,3}(?:\.\d{1,3}){3}|[A-Za-z][\w.-]*)\(\d{1,5}\)/y, 'r'],
  [/\[local\]|\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/y, 'h'],
  [new RegExp([...unknownNames].map((name) => name.replace(/[[\]]/g, '\\$&')).join('|'), 'y'), 'unknown'],
];

/**
 * The log_line_prefix that the text before a label suggests, given what the message behind the label says: known
 * names, host and port are found in it, and the rest is told by its shape. One of several tries; the whole log decides.
 */
export function templateOf(head: string, known: KnownFields | undefined): string {
  const tokens = tokensOf(head, known);
  nameNumbers(tokens);
  nameTimes(tokens);
  return write(tokens);
}

function tokensOf(head: string, known: KnownFields | undefined): Token[] {
  const tokens: Token[] = [];
  const used = new Set<string>();
  for (let at = 0; at < head.length;) {
    const token = (isWordStart(head, at) && fieldAt(head, at, known, used)) || plainAt(head, at);
    if (token.kind === 'escape') used.add(token.escape);
    const last = tokens.at(-1);
    if (token.kind === 'text' && last?.kind === 'text')
      tokens.splice(-1, 1, { kind: 'text', text: last.text + token.text });
    else tokens.push(token);
    at += token.kind === 'spaces' ? token.length : token.text.length;
  }
  return tokens;
}

/** Between two letters no field begins, nor between two digits. */
function isWordStart(head: string, at: number): boolean {
  const before = head[at - 1] ?? '';
  const here = head[at] ?? '';
  return !/\w/.test(before) || !/\w/.test(here) || /\d/.test(before) !== /\d/.test(here);
}

function plainAt(head: string, at: number): Token {
  const spaces = /^ {2,}/.exec(head.slice(at, at + anyWidth))?.[0];
  if (spaces) return { kind: 'spaces', length: spaces.length };
  return { kind: 'text', text: head[at] ?? '' };
}

/** The field that begins at a place: a known value first, then a shape. */
function fieldAt(
  head: string,
  at: number,
  known: KnownFields | undefined,
  used: ReadonlySet<string>,
): Token | undefined {
  for (const [value, escape] of knownValues(known)) {
    if (used.has(escape) || !head.startsWith(value, at) || /\w/.test(head[at + value.length] ?? '')) continue;
    return { kind: 'escape', escape, text: value };
  }
  for (const [shape, escape] of shapes) {
    shape.lastIndex = at;
    const text = shape.exec(head)?.[0];
    if (text === undefined) continue;
    // no process has one before its client is let in
    if (escape === 'v' && known?.kind === 'received') continue;
    if (escape === 'unknown') return { kind: 'escape', escape: unknownName(known, used), text };
    if (!used.has(escape) || escape === 't') return { kind: 'escape', escape, text };
    if (escape === 'h') return { kind: 'escape', escape: 'L', text };
  }
  const number = /^\d{1,19}(?!\w)/.exec(head.slice(at, at + 20))?.[0];
  return number === undefined ? undefined : { kind: 'number', text: number };
}

/** Before authorization no name is known, in the order in which most prefixes have them; at it only the application. */
function unknownName(known: KnownFields | undefined, used: ReadonlySet<string>): string {
  const names = known?.kind === 'received' ? ['u', 'd'] : [];
  return names.find((escape) => !used.has(escape)) ?? 'a';
}

/** Longest first, so that a name is not taken for the beginning of another. */
function knownValues(known: KnownFields | undefined): [string, string][] {
  if (!known) return [];
  const { user, database, remoteHost, remotePort } = known;
  const values: [string | undefined, string][] = [
    [user, 'u'],
    [database, 'd'],
    [remotePort === undefined ? undefined : `${remoteHost ?? ''}(${remotePort})`, 'r'],
    [remoteHost, 'h'],
  ];
  return values
    .filter((value): value is [string, string] => value[0] !== undefined && value[0] !== '')
    .sort((a, b) => b[0].length - a[0].length);
}

/** pid, line number, transaction and query id: told by the session id, by being 0, and by size. */
function nameNumbers(tokens: Token[]): void {
  const sessionId = tokens.find((token) => token.kind === 'escape' && token.escape === 'c');
  const pid =
    sessionId?.kind === 'escape' ? Number.parseInt(sessionId.text.split('.')[1] ?? '', 16) : undefined;
  const places = tokens.flatMap((token, index) =>
    token.kind === 'number' ? [{ index, value: Number(token.text) }] : [],
  );
  const name = (index: number, escape: string): void => {
    const token = tokens[index];
    if (token?.kind === 'number') tokens[index] = { kind: 'escape', escape, text: token.text };
  };
  const idle = ['x', 'Q'];
  for (const { index, value } of places) {
    const next = tokens[index + 1];
    if (value === pid) name(index, 'p');
    else if (value === 0) name(index, idle.shift() ?? 'x');
    else if (next?.kind === 'text' && next.text.startsWith('-1]')) name(index, 'l');
  }
  const rest = places
    .filter(({ index }) => tokens[index]?.kind === 'number')
    .sort((a, b) => b.value - a.value);
  const names = pid === undefined ? ['p', 'l', ...idle] : ['l', ...idle];
  for (const { index } of rest) name(index, names.shift() ?? 'l');
}

/** A time in whole seconds beside a more exact one is the start of the session. */
function nameTimes(tokens: Token[]): void {
  let exact = tokens.some(
    (token) => token.kind === 'escape' && (token.escape === 'm' || token.escape === 'n'),
  );
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'escape' || token.escape !== 't') continue;
    if (exact) tokens[index] = { ...token, escape: 's' };
    exact = true;
  }
}

function write(tokens: readonly Token[]): string {
  return tokens
    .map((token, index) => {
      if (token.kind === 'spaces') return blank(token.length, tokens[index - 1], tokens[index + 1]);
      // An empty pair of brackets is a field that has no value yet; of these, the virtual transaction id is usual.
      if (token.kind !== 'escape')
        return token.text
          .replaceAll('%', '%%')
          .replace(/\[\]|\(\)|\{\}/, (pair) => `${pair[0] ?? ''}%v${pair[1] ?? ''}`);
      const padsAfter = tokens[index + 1]?.kind === 'spaces';
      const padsBefore = tokens[index - 1]?.kind === 'spaces' && tokens[index - 2]?.kind !== 'escape';
      return `%${padsAfter ? -anyWidth : padsBefore ? anyWidth : ''}${token.escape}`;
    })
    .join('');
}

/** Spaces beside a field are its padding; others may be a field that is padded and has no value yet. */
function blank(length: number, before: Token | undefined, after: Token | undefined): string {
  if (before?.kind === 'escape' || after?.kind === 'escape') return '';
  return length < 4 ? ' '.repeat(length) : ` %${anyWidth}v `;
}
