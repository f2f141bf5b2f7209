import { countOf, msOfSeconds, type PoolKind, type PoolMessage } from './poolSample.ts';

interface Exhaustion {
  readonly poolKind: PoolKind;
  /** Named groups: `size` (all of them are out), `seconds` or `ms` that the checkout waited, `pool`. */
  readonly pattern: RegExp;
}

/** How libraries that log nothing else say that a checkout was given up (facts, 8.3). */
const exhaustions: readonly Exhaustion[] = [
  {
    poolKind: 'npgsql',
    pattern:
      /The connection pool has been exhausted, either raise '?Max ?Pool ?Size'? \(currently (?<size>\d{1,9})\) or '?Timeout'? \(currently (?<seconds>\d{1,9}) seconds\)/,
  },
  {
    poolKind: 'psycopg',
    pattern: /couldn't get a connection after (?<seconds>\d{1,9}(?:\.\d{1,9})?) sec/,
  },
  { poolKind: 'psycopg', pattern: /psycopg2\.pool\.PoolError: connection pool exhausted/ },
  {
    poolKind: 'activerecord',
    pattern:
      /could not obtain a connection from the pool within (?:\d{1,9}(?:\.\d{1,9})?) seconds(?: \(waited (?<seconds>\d{1,9}(?:\.\d{1,9})?) seconds\))?/,
  },
  {
    poolKind: 'prisma',
    pattern:
      /Timed out fetching a new connection from the connection pool\.(?:.*Current connection pool timeout: (?<seconds>\d{1,9}), connection limit: (?<size>\d{1,9}))?/,
  },
  { poolKind: 'sqlx', pattern: /pool timed out while waiting for an open connection/ },
  {
    poolKind: 'deadpool',
    pattern: /Timeout occurred while waiting for a slot to become available/,
  },
  { poolKind: 'node-postgres', pattern: /timeout exceeded when trying to connect/ },
];

/** A checkout that was given up, in the words of any other library; undefined = none of them. */
export function parseExhaustion(text: string): PoolMessage | undefined {
  for (const { poolKind, pattern } of exhaustions) {
    const match = pattern.exec(text);
    if (!match) continue;
    const size = countOf(match.groups?.['size']);
    const figures = size === undefined ? {} : { size, checkedOut: size, checkedIn: 0 };
    const waitMs = msOfSeconds(match.groups?.['seconds']);
    return { poolKind, news: { kind: 'timeout', figures, waitMs }, at: match.index };
  }
  return undefined;
}
