import type { LogClock } from './logTimestamp.ts';
import { prefixTokens } from './prefixMatcher.ts';

/** One part of a line's head whose end is known without what follows it. */
export type HeadPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'spaces'; readonly most: number }
  | { readonly kind: FixedPart };

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

/**
 * How the lines of one format look that are alike but for their numbers. stderr: what stands before the severity, from
 * the left up to the first name, and from the severity to the left down to the last one; between the two stands what is
 * the same in all lines of a form. `fromRight` is undefined where there are no names.
 */
export interface RecurringShape {
  readonly head?: {
    readonly fromLeft: readonly HeadPart[];
    readonly fromRight: readonly HeadPart[] | undefined;
  };
  readonly clock: LogClock;
}

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
const mostParts = 200;

/**
 * The shape of the lines with a log_line_prefix; undefined where they have no time or no pid that can be read so: then
 * each is read for itself.
 */
export function shapeOfPrefix(prefix: string, clock: LogClock): RecurringShape | undefined {
  const tokens = prefixTokens(prefix).filter(({ kind }) => kind !== 'stop');
  const isName = tokens.map((token) => token.kind === 'escape' && !fixedParts.has(token.letter));
  const first = isName.indexOf(true);
  const fromLeft = tokens.slice(0, first < 0 ? tokens.length : first).flatMap(partsOf);
  const fromRight =
    first < 0
      ? undefined
      : tokens
          .slice(isName.lastIndexOf(true) + 1)
          .flatMap(partsOf)
          .reverse();
  const kinds = [...fromLeft, ...(fromRight ?? [])].map(({ kind }) => kind);
  const times = kinds.filter((kind) => kind === 'timeMs' || kind === 'time' || kind === 'epoch');
  const hasProcess = kinds.includes('pid') || kinds.includes('sessionId');
  if (times.length !== 1 || !hasProcess || kinds.length > mostParts) return undefined;
  return { head: { fromLeft, fromRight }, clock };
}

function partsOf(token: ReturnType<typeof prefixTokens>[number]): HeadPart[] {
  if (token.kind === 'stop') return [];
  if (token.kind === 'literal') return [{ kind: 'literal', text: token.text }];
  const kind = fixedParts.get(token.letter);
  if (kind === undefined) return [];
  const padding: HeadPart[] = token.width === 0 ? [] : [{ kind: 'spaces', most: Math.abs(token.width) }];
  return token.width > 0 ? [...padding, { kind }] : [{ kind }, ...padding];
}
