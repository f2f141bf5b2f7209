import { SentenceError } from '../sentence.ts';
import { countOf, type PoolFigures, type PoolMessage } from './poolSample.ts';

/** The groups that a pattern of the user may name, and how else they may be spelled. */
const groups = {
  pool: ['pool', 'name'],
  process: ['process', 'pid'],
  size: ['size', 'max', 'poolSize'],
  maxOverflow: ['maxOverflow'],
  total: ['total', 'open'],
  checkedOut: ['checkedOut', 'active', 'acquired', 'inUse', 'used'],
  checkedIn: ['checkedIn', 'idle', 'available'],
  overflow: ['overflow'],
  waiting: ['waiting', 'pending'],
  waitMs: ['waitMs'],
  timeout: ['timeout'],
} as const;
type Group = keyof typeof groups;

const byName = new Map(
  Object.entries(groups).flatMap(([group, names]) =>
    names.map((name) => [plain(name), group as Group] as const),
  ),
);

/** Longest pattern, and as much of each line as it is tried on. */
export const longestPattern = 1000;
export const longestPatternText = 4096;

/** A pattern that has been checked: its source, with named groups as JavaScript writes them. */
export interface OwnPattern {
  readonly source: string;
}

/** What a pattern finds in a few lines of a log. */
export interface PatternTrial {
  readonly lines: number;
  /** Of them it says something of a pool. */
  readonly matched: number;
  /** In the newest of these. */
  readonly newest?: (PoolMessage & { readonly process?: string | undefined }) | undefined;
}

/**
 * Checks a pattern as it is typed: a regular expression with named groups, of which one tells what is checked out
 * (`checkedOut`, or `total` beside `checkedIn`) or that a checkout was given up (`timeout`). Python's `(?P<name>…)` is
 * understood. Throws a SentenceError that says what is wrong. How long it may run is bounded where it runs.
 */
export function checkPattern(text: string): OwnPattern {
  if (text === '' || text.length > longestPattern)
    throw new SentenceError(
      'A pattern for pool lines has from 1 to {0} characters: write a regular expression with named groups.',
      longestPattern,
    );
  const source = text.replaceAll('(?P<', '(?<');
  try {
    new RegExp(source, 'u');
  } catch (error) {
    throw new SentenceError(
      'The pattern is no regular expression ({0}): correct it.',
      error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error),
    );
  }
  const names = [...source.matchAll(/\(\?<([A-Za-z_$][\w$]*)>/g)].map(([, name = '']) => name);
  const unknown = names.find((name) => !byName.has(plain(name)));
  if (unknown !== undefined)
    throw new SentenceError(
      'The pattern has a group “{0}” that says nothing of a pool: its groups are {1}.',
      unknown,
      Object.keys(groups).join(', '),
    );
  const found = new Set(names.map((name) => byName.get(plain(name))));
  const tellsOut = found.has('checkedOut') || (found.has('total') && found.has('checkedIn'));
  if (!tellsOut && !found.has('timeout'))
    throw new SentenceError(
      'The pattern has no group that tells what is checked out: name one (?<checkedOut>…), or (?<total>…) and (?<checkedIn>…), or (?<timeout>…).',
    );
  return { source };
}

/** What the groups of a match say; undefined = nothing. `at`: where the match begins. */
export function messageOfGroups(
  matched: Readonly<Record<string, string | undefined>>,
  at: number,
): (PoolMessage & { readonly process?: string | undefined }) | undefined {
  const told = new Map<Group, string>();
  for (const [name, text] of Object.entries(matched)) {
    const group = byName.get(plain(name));
    if (group !== undefined && text !== undefined) told.set(group, text);
  }
  const figures = figuresOf((group) => countOf(told.get(group)));
  const isTimeout = told.has('timeout');
  if (figures.checkedOut === undefined && !isTimeout) return undefined;
  return {
    poolKind: 'custom',
    pool: told.get('pool')?.slice(0, 128),
    process: told.get('process')?.slice(0, 64),
    news: isTimeout ? { kind: 'timeout', figures, waitMs: figures.waitMs } : { kind: 'figures', figures },
    at,
  };
}

function figuresOf(count: (group: Group) => number | undefined): PoolFigures {
  const total = count('total');
  const checkedIn = count('checkedIn');
  const rest = total === undefined || checkedIn === undefined ? undefined : Math.max(0, total - checkedIn);
  return {
    size: count('size') ?? total,
    maxOverflow: count('maxOverflow'),
    checkedOut: count('checkedOut') ?? rest,
    checkedIn,
    overflow: count('overflow'),
    waiting: count('waiting'),
    waitMs: count('waitMs'),
  };
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}
