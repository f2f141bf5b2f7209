import { SentenceError } from '../sentence.ts';
import { type Dimension, dimensions, type Filter, noFilter } from '../session/filter.ts';

/** How a dimension is written in a filter; the first is what `filterText` writes. */
const keys: Readonly<Record<Dimension, readonly [string, ...string[]]>> = {
  database: ['db', 'database'],
  user: ['user'],
  application: ['app', 'application'],
  host: ['host'],
};

/** One pattern of one dimension. */
export interface FilterPart {
  readonly dimension: Dimension;
  readonly pattern: string;
}

/**
 * Reads one part such as `db=shop` or `--app=My App`: everything after the first `=` is the pattern, spaces and
 * quotes included (one argument of a command line is one part). Throws a SentenceError for anything else.
 */
export function parseFilterPart(part: string): FilterPart {
  const [, key, pattern] = /^(?:--)?([a-z]+)=(.*)$/su.exec(part) ?? [];
  const dimension = dimensions.find((candidate) => key !== undefined && keys[candidate].includes(key));
  if (dimension === undefined || pattern === undefined) {
    throw new SentenceError('“{0}” is not a filter: write db=…, user=…, app=… or host=… instead.', part);
  }
  if (pattern === '')
    throw new SentenceError('“{0}” names nothing: write a name or a pattern after the “=”.', part);
  return { dimension, pattern };
}

/** The filter of several parts: OR within a dimension, AND between them; a part given twice counts once. */
export function filterOfParts(parts: readonly FilterPart[]): Filter {
  const patterns = (dimension: Dimension): string[] => [
    ...new Set(parts.filter((part) => part.dimension === dimension).map(({ pattern }) => pattern)),
  ];
  return {
    database: patterns('database'),
    user: patterns('user'),
    application: patterns('application'),
    host: patterns('host'),
  };
}

/**
 * Reads a filter from one line, such as `db=shop app="My App" user=web*`: parts between white space, a pattern
 * with white space in double quotes (`\"` and `\\` inside them). An empty line is no filter.
 * Throws a SentenceError that says which part is malformed.
 */
export function parseFilterText(text: string): Filter {
  const parts = splitParts(text);
  return parts.length === 0 ? noFilter : filterOfParts(parts.map(parseFilterPart));
}

/** The filter as one line that `parseFilterText` reads back to the same filter; empty for no filter. */
export function filterText(filter: Filter): string {
  return dimensions
    .flatMap((dimension) =>
      filter[dimension].map((pattern) => `${keys[dimension][0]}=${quoteWhereNeeded(pattern)}`),
    )
    .join(' ');
}

function quoteWhereNeeded(pattern: string): string {
  return /[\s"\\]/u.test(pattern) ? `"${pattern.replace(/["\\]/gu, '\\$&')}"` : pattern;
}

/** Splits at white space outside double quotes, and takes the quotes away. */
function splitParts(text: string): string[] {
  const parts: string[] = [];
  let part: string | undefined;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      quoted = !quoted;
      part ??= '';
    } else if (quoted && character === '\\') {
      part = (part ?? '') + text.charAt(++at);
    } else if (!quoted && /\s/u.test(character)) {
      if (part !== undefined) parts.push(part);
      part = undefined;
    } else {
      part = (part ?? '') + character;
    }
  }
  if (quoted) throw new SentenceError('A quotation mark in “{0}” is not closed: add the second one.', text);
  if (part !== undefined) parts.push(part);
  return parts;
}
