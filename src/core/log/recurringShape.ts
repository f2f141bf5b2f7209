import type { LogClock } from './logTimestamp.ts';
import { labelAt } from './labels.ts';
import { longestPrefix, prefixTokens } from './prefixMatcher.ts';
import { fixedPartOf, headTokens, isName, isPadded, type FixedPart, type HeadToken } from './headTokens.ts';
import { plainHeadOf, type PlainHead } from './plainHead.ts';

/** One part of a line's head whose end is known without what follows it. */
export type HeadPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'spaces'; readonly most: number }
  /** Any text up to the literal that follows. */
  | { readonly kind: 'name' }
  | { readonly kind: FixedPart };

/**
 * How the lines of one format look that are alike but for their numbers. stderr: what stands before the severity, from
 * the left up to the last names that no number divides, and from the severity to the left down to them; between the two
 * stands what is the same in all lines of a form. `fromRight` is undefined where there are no names.
 */
export interface RecurringShape {
  readonly head?: {
    readonly fromLeft: readonly HeadPart[];
    readonly fromRight: readonly HeadPart[] | undefined;
    /** Could a head end somewhere in this text of ASCII, where a label stands? */
    readonly mayEndIn: (text: string) => boolean;
  };
  /** Undefined = no name can be told from what stands beside it. */
  readonly plainHead?: PlainHead | undefined;
  readonly clock: LogClock;
}

const mostParts = 200;

/**
 * The shape of the lines with a log_line_prefix; undefined where they have no time or no pid that can be read so: then
 * each is read for itself.
 */
export function shapeOfPrefix(prefix: string, clock: LogClock): RecurringShape | undefined {
  const tokens = headTokens(prefix);
  const last = tokens.findLastIndex(isName);
  const beforeLast = tokens
    .slice(0, Math.max(0, last))
    .findLastIndex((token) => token.kind === 'escape' && !isName(token));
  const first = tokens.findIndex((token, index) => index > beforeLast && isName(token));
  const head = tokens.slice(0, last < 0 ? tokens.length : first);
  if (head.some((token, index) => isName(token) && (isPadded(token) || head[index + 1]?.kind !== 'literal')))
    return undefined;
  const fromLeft = head.flatMap(partsOf);
  const behind = last < 0 ? [] : tokens.slice(last + 1);
  const fromRight = last < 0 ? undefined : behind.flatMap(partsOf).reverse();
  const kinds = [...fromLeft, ...(fromRight ?? [])].map(({ kind }) => kind);
  const times = kinds.filter((kind) => kind === 'timeMs' || kind === 'time' || kind === 'epoch');
  const hasProcess = kinds.includes('pid') || kinds.includes('sessionId');
  if (times.length !== 1 || !hasProcess || kinds.length > mostParts) return undefined;
  const plainHead = plainHeadOf(head, last < 0 ? [] : tokens.slice(first, last + 1), behind);
  return { head: { fromLeft, fromRight, mayEndIn: endingIn(prefix) }, plainHead, clock };
}

/** What stands before a label is what the prefix ends with, or, of a process without a client, what stands before %q. */
function endingIn(prefix: string): (text: string) => boolean {
  const tokens = prefixTokens(prefix);
  const ends = tokens.flatMap((token, index) => {
    const isLast = (tokens[index + 1] ?? { kind: 'stop' }).kind === 'stop';
    return isLast && token.kind !== 'stop' ? [token.kind === 'literal' ? token.text : ''] : [];
  });
  return (text) => {
    const last = Math.min(text.length, longestPrefix);
    for (let at = 1; at < last; at += 1)
      if (labelAt(text, at) && ends.some((end) => at < end.length || text.endsWith(end, at))) return true;
    return false;
  };
}

function partsOf(token: HeadToken): HeadPart[] {
  if (token.kind === 'literal') return [{ kind: 'literal', text: token.text }];
  const kind = fixedPartOf(token);
  if (kind === undefined) return [{ kind: 'name' }];
  const padding: HeadPart[] = token.width === 0 ? [] : [{ kind: 'spaces', most: Math.abs(token.width) }];
  return token.width > 0 ? [...padding, { kind }] : [{ kind }, ...padding];
}
