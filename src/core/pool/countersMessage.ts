import { countOf, type PoolFigures, type PoolKind, type PoolMessage } from './poolSample.ts';

type Figure = keyof PoolFigures | 'total' | 'constructing';

/** What libraries and applications call the figures; compared without case, spaces, dots, dashes and underscores. */
const words: Readonly<Record<string, Figure>> = Object.fromEntries(
  (
    [
      ['total', 'total totalconns totalconnections totalcount open openconnections openconns poolsize'],
      [
        'size',
        'max maxconns maxconnections maxsize maxpoolsize maximumpoolsize poolmax size limit maxopenconnections',
      ],
      [
        'checkedOut',
        'acquired acquiredconns active activeconns activeconnections inuse used checkedout checkedoutconnections busy borrowed numactive',
      ],
      [
        'checkedIn',
        'idle idleconns idlecount idleconnections available avail poolavailable free checkedin numidle',
      ],
      ['constructing', 'constructing constructingconns'],
      ['waiting', 'waiting waitingcount waitingclients pending queued requestswaiting waiters'],
      ['overflow', 'overflow'],
      ['maxOverflow', 'maxoverflow'],
      ['waitMs', 'waitms'],
    ] as const
  ).flatMap(([figure, names]) => names.split(' ').map((name) => [name, figure])),
);

/** Pools of other things. */
const others = [
  'thread',
  'worker',
  'buffer',
  'memory',
  'object',
  'process',
  'executor',
  'redis',
  'mongo',
  'http',
];
const capital = (name: string): string =>
  `[${name.slice(0, 1)}${name.slice(0, 1).toUpperCase()}]${name.slice(1)}`;
const notOfOthers = `(?<!(?:${others.map(capital).join('|')})[ _-]?)`;
/** The line is about a pool: the word stands before the figures. */
const about = new RegExp(
  `(?<![a-z])${notOfOthers}(?:(?:db|database|pgx?|postgres|connection|conn|sql)[ _-]?)?pool(?![a-z])|\\bDBStats\\b`,
  'i',
);
/** At the end of a name such as `ordersPool`. */
const aboutNamed = new RegExp(`${notOfOthers}(?<=[a-z])Pool(?![a-z])`);
const pair =
  /["']?([A-Za-z][A-Za-z_.-]{1,40}(?: (?:conns|connections|count|clients|size))?)["']? ?[:=] ?["']?(-?\d{1,12})\b(?![.:]\d)/g;
const mostPairs = 32;

/**
 * Counters in any order behind a word about a pool: `Pool stats - Total: 150, Idle: 50, Acquired: 100, Constructing: 0`
 * (pgx, go-crablet), `DB Pool Stats - Total: 10, Idle: 4, Waiting: 2` (node-postgres), `pool inUse=3 idle=1`.
 */
export function parseCounters(text: string): PoolMessage | undefined {
  const start = about.exec(text) ?? aboutNamed.exec(text);
  if (!start) return undefined;
  const found = new Map<Figure, number>();
  const names: string[] = [];
  const rest = text.slice(start.index);
  for (const [, name = '', digits] of Array.from(rest.matchAll(pair)).slice(0, mostPairs)) {
    const word = name.toLowerCase().replace(/[ _.-]/g, '');
    const figure = words[word.replace(/^pool(?=.)(?!size|available|max)/, '')];
    // SQLAlchemy's overflow begins at minus the size
    const value = countOf(digits?.replace(/^-.*/, '0'));
    if (figure === undefined || value === undefined || found.has(figure)) continue;
    found.set(figure, value);
    names.push(word);
  }
  const figures = figuresOf(found);
  if (!figures || found.size < 2) return undefined;
  return {
    poolKind: kindOf(found, names),
    news: { kind: 'figures', figures },
    at: start.index,
  };
}

function figuresOf(found: ReadonlyMap<Figure, number>): PoolFigures | undefined {
  const total = found.get('total');
  const checkedIn = found.get('checkedIn');
  const differs = total !== undefined && checkedIn !== undefined ? total - checkedIn : undefined;
  const checkedOut =
    found.get('checkedOut') ??
    (differs === undefined ? undefined : Math.max(0, differs - (found.get('constructing') ?? 0)));
  if (checkedOut === undefined) return undefined;
  return {
    size: found.get('size') ?? total,
    maxOverflow: found.get('maxOverflow'),
    checkedOut,
    checkedIn,
    overflow: found.get('overflow'),
    waiting: found.get('waiting'),
    waitMs: found.get('waitMs'),
  };
}

function kindOf(found: ReadonlyMap<Figure, number>, names: readonly string[]): PoolKind {
  const has = (...wanted: string[]): boolean => wanted.some((name) => names.includes(name));
  if (has('acquired', 'acquiredconns', 'constructing', 'constructingconns')) return 'pgxpool';
  if (has('poolavailable', 'requestswaiting')) return 'psycopg';
  if (has('checkedout') && has('overflow', 'checkedin')) return 'sqlalchemy';
  if (has('openconnections', 'maxopenconnections')) return 'database/sql';
  const isNode = found.has('total') && found.has('checkedIn') && !found.has('checkedOut');
  return isNode || has('totalcount', 'idlecount', 'waitingcount') ? 'node-postgres' : 'other';
}
