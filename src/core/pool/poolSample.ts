/** What a pool of connections is; `custom` = told by the user's own pattern. */
export type PoolKind =
  | 'sqlalchemy'
  | 'hikaricp'
  | 'pgxpool'
  | 'node-postgres'
  | 'database/sql'
  | 'npgsql'
  | 'psycopg'
  | 'activerecord'
  | 'prisma'
  | 'sqlx'
  | 'deadpool'
  | 'pgbouncer'
  | 'other'
  | 'custom';

/**
 * Figures of a pool at one moment, in the words of field.md's appendix C; undefined = not told. Counts are whole
 * numbers from 0; `overflow` is what was opened beyond `size`, never below 0.
 */
export interface PoolFigures {
  /** Connections that the pool keeps; those beyond it are overflow. */
  readonly size?: number | undefined;
  readonly maxOverflow?: number | undefined;
  readonly checkedOut?: number | undefined;
  readonly checkedIn?: number | undefined;
  readonly overflow?: number | undefined;
  /** Who waits for a connection now. */
  readonly waiting?: number | undefined;
  /** How long a checkout waits, or waited. */
  readonly waitMs?: number | undefined;
}

/** What one line of a log says of a pool. */
export type PoolNews =
  /** It states the figures. */
  | { readonly kind: 'figures'; readonly figures: PoolFigures }
  /** A checkout was given up; `figures` is what the pool had at that moment. */
  | { readonly kind: 'timeout'; readonly figures: PoolFigures; readonly waitMs?: number | undefined }
  /** Something happened to one connection; `connection` names it until it is closed, and is used again afterwards. */
  | { readonly kind: ConnectionChange; readonly connection: string }
  /** A connection was opened or closed that the line does not name. */
  | { readonly kind: 'opened' | 'connectFailed' }
  /** A connection is held for longer than the pool's leak detection allows. */
  | { readonly kind: 'leakDetected'; readonly connection: string }
  /** The pool began, or ended: nothing is out of it any more. */
  | { readonly kind: 'started' | 'ended' };

export type ConnectionChange =
  | 'created'
  | 'checkedOut'
  | 'returned'
  | 'invalidated'
  | 'pingFailed'
  | 'closed'
  /** It was thrown away, for nobody holds it any more. */
  | 'abandoned';

/** What a message says, and of which pool. */
export interface PoolMessage {
  readonly poolKind: PoolKind;
  /** As the log calls it; undefined = it does not say which. */
  readonly pool?: string | undefined;
  readonly news: PoolNews;
  /** Where in the text it begins: what stands before is the line's prefix. */
  readonly at: number;
}

/** A whole number from 0 to what is safe; undefined = it is none. */
export function countOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** `1.50` seconds → ms. */
export function msOfSeconds(text: string | undefined): number | undefined {
  return text === undefined || !/^\d{1,9}(?:\.\d{1,9})?$/.test(text)
    ? undefined
    : Math.round(Number(text) * 1000);
}
