import { prefixTokens } from './prefixMatcher.ts';

/** Values of a known form: numbers, times, addresses and codes. */
export type FixedPart =
  | 'timeMs'
  | 'time'
  | 'epoch'
  | 'pid'
  | 'number'
  | 'sessionId'
  | 'start'
  | 'hostPort'
  | 'host'
  | 'virtualXid'
  | 'sqlState';

export type HeadToken = Exclude<ReturnType<typeof prefixTokens>[number], { kind: 'stop' }>;

const fixedParts: ReadonlyMap<string, FixedPart> = new Map([
  ['m', 'timeMs'],
  ['t', 'time'],
  ['n', 'epoch'],
  ['p', 'pid'],
  ['l', 'number'],
  ['x', 'number'],
  ['Q', 'number'],
  ['c', 'sessionId'],
  ['s', 'start'],
  ['r', 'hostPort'],
  ['h', 'host'],
  ['v', 'virtualXid'],
  ['e', 'sqlState'],
]);

/** The tokens of a log_line_prefix that print something. */
export function headTokens(prefix: string): HeadToken[] {
  return prefixTokens(prefix).filter((token) => token.kind !== 'stop');
}

/** What of a known form a token prints; undefined = a literal, or any text. */
export function fixedPartOf(token: HeadToken): FixedPart | undefined {
  return token.kind === 'escape' ? fixedParts.get(token.letter) : undefined;
}

/** Does it print any text? */
export function isName(token: HeadToken): boolean {
  return token.kind === 'escape' && !fixedParts.has(token.letter);
}

export function isPadded(token: HeadToken): boolean {
  return token.kind === 'escape' && token.width !== 0;
}
