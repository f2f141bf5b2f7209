import {
  countOf,
  msOfSeconds,
  type ConnectionChange,
  type PoolMessage,
  type PoolNews,
} from './poolSample.ts';

/** The logger of a pool (`echo_pool`, lib/sqlalchemy/log.py): module, class and, where given, pool_logging_name. */
const logger = /sqlalchemy\.pool(?:\.(?:impl|base|events))?\.(\w{1,64}Pool)(?:\.([^\s:\]"|,;)]{1,128}))?/;

/** `Pool.status()` of QueuePool (lib/sqlalchemy/pool/impl.py); overflow begins at minus the size. */
const status =
  /Pool size: (\d{1,9}) {1,2}Connections in pool: (\d{1,9}) {1,2}Current Overflow: (-?\d{1,9}) {1,2}Current Checked out connections: (-?\d{1,9})/;

/** The same text in every version; the wait limit since 0.9. */
const limitReached =
  /QueuePool limit of size (\d{1,9}) overflow (-?\d{1,9}) reached(?:, connection timed out, timeout (\d{1,9}(?:\.\d{1,9})?))?/;

const changes: readonly (readonly [ConnectionChange, RegExp])[] = [
  ['created', /Created new connection (.+)$/],
  ['checkedOut', /Connection (.+) checked out from pool/],
  ['returned', /Connection (.+) being returned to pool/],
  ['pingFailed', /Pool pre-ping on connection (.+) failed, will invalidate pool/],
  ['pingFailed', /Disconnection detected on checkout, invalidating individual connection (.+) \(reason: /],
  // nothing more is said of it: a pool that is given it back says nothing either
  ['invalidated', /(?<!Soft )(?:Invalidate|invalidate) connection (.+?)(?: \(reason: .*)?$/],
  ['closed', /(?:Hard-closing|Closing) connection (.+)$/],
  [
    'abandoned',
    /garbage collector is trying to clean up non-checked-in connection (.+?), which will be (?:terminated|dropped)/,
  ],
];

const ownWords =
  /Created new connection|checked out from pool|being returned to pool|Pool pre-ping|Disconnection detected|nvalidate connection|losing connection|non-checked-in connection|Error on connect|Pool disposed|Pool recreating/;

/** What SQLAlchemy says of a pool; undefined = nothing that counts. `text` is one line, with any prefix. */
export function parseSqlalchemy(text: string): PoolMessage | undefined {
  const said = logger.exec(text);
  const stated = status.exec(text);
  if (stated) return messageOf(said, stated.index, statusNews(stated));
  const limit = limitReached.exec(text);
  if (limit) return messageOf(said, limit.index, limitNews(limit));
  if (!said || !ownWords.test(text)) return undefined;
  const rest = text.slice(said.index + said[0].length);
  const change = changeIn(rest);
  return change && messageOf(said, said.index, change);
}

/** The name of the logger: `pool_logging_name`, else the class. */
function messageOf(said: RegExpExecArray | null, at: number, news: PoolNews): PoolMessage {
  return {
    poolKind: 'sqlalchemy',
    pool: said?.[2] ?? said?.[1],
    news,
    at: Math.min(at, said?.index ?? at),
  };
}

function statusNews([, size, inPool, overflow, out]: RegExpExecArray): PoolNews {
  return {
    kind: 'figures',
    figures: {
      size: countOf(size),
      checkedIn: countOf(inPool),
      overflow: Math.max(0, Number(overflow)),
      checkedOut: Math.max(0, Number(out)),
    },
  };
}

/** The limit is reached: everything that there may be is out. */
function limitNews([, sizeText, overflowText, seconds]: RegExpExecArray): PoolNews {
  const size = Number(sizeText);
  const overflow = Math.max(0, Number(overflowText));
  return {
    kind: 'timeout',
    waitMs: msOfSeconds(seconds),
    figures: { size, maxOverflow: overflow, checkedOut: size + overflow, checkedIn: 0, overflow },
  };
}

function changeIn(rest: string): PoolNews | undefined {
  if (/Error on connect\(\)/.test(rest)) return { kind: 'connectFailed' };
  for (const [kind, pattern] of changes) {
    const connection = pattern.exec(rest)?.[1];
    if (connection !== undefined) return { kind, connection: nameOf(connection) };
  }
  return undefined;
}

/** The address in `<connection object at 0x7f…; dsn: '…', closed: 0>`: what stands behind it changes. */
function nameOf(object: string): string {
  return /\bat (0x[0-9a-fA-F]{4,16})\b/.exec(object)?.[1] ?? object.slice(0, 200);
}
