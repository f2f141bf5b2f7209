import { severities } from './logEntry.ts';
import { LogLinePrefix, sectionLabels } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';

/**
 * Prefixes met in practice, the server's default first: where two understand a log equally well, the earlier one
 * is taken. (PostgreSQL, Debian, pgrx-tests, RDS, Azure, Cloud SQL, Heroku, pgBadger, pganalyze.)
 */
const usualPrefixes = [
  '%m [%p] ',
  '%m [%p] %q%u@%d ',
  '[%m] [%p] [%c]: ',
  '%m [%p] %q%u@%d/%a ',
  '%t:%r:%u@%d:[%p]:',
  '%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:',
  '%t-%c-',
  '%m [%p]: [%l-1] db=%d,user=%u ',
  '%t [%p]: user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: [%l-1] user=%u,db=%d ',
  '%m [%p][%v] : [%l-1] %q[app=%a] ',
  '%t [%p-%l] %q%u@%d ',
  '%m [%p] %q[user=%u,db=%d,app=%a] ',
  '%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ',
  '%t [%p]: [%l-1] user=%u,db=%d - PG-%e ',
  '%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d ',
  '[%p]: [%l-1] db=%d,user=%u ',
  '%m %r %u %a [%c] [%p] ',
  'pid=%p,user=%u,db=%d,app=%a,client=%h ',
  '%t [%p] ',
  '%n [%p] ',
  '%p ',
  '< %m >',
  '',
] as const;

const labelled = new RegExp(
  `^([^\\t][^]{0,1023}?|)((?:${severities.join('|')}|${sectionLabels.join('|')})):  `,
);

/** A prefix and how many of the labelled lines it reads. */
export interface InferredPrefix {
  readonly prefix: LogLinePrefix;
  readonly understood: number;
  readonly labelled: number;
}

/**
 * Finds the log_line_prefix of some lines of a stderr log: the given candidates, the usual ones and those that the
 * lines themselves suggest are tried on every labelled line; the one that reads most wins, the earlier at a draw.
 * Undefined when no line has a label.
 */
export function inferPrefix(
  lines: readonly string[],
  clock: LogClock,
  candidates: readonly string[] = [],
): InferredPrefix | undefined {
  const heads = lines
    .map((line) => ({ line, head: labelled.exec(line)?.[1] }))
    .filter(({ head }) => head !== undefined);
  if (heads.length === 0) return undefined;
  const suggested = suggestPrefixes(heads.map(({ head }) => head ?? ''));
  let best: InferredPrefix | undefined;
  for (const text of new Set([...candidates, ...usualPrefixes, ...suggested])) {
    const prefix = new LogLinePrefix(text);
    const understood = heads.filter(({ line }) => prefix.read(line, clock) !== undefined).length;
    if (understood > (best?.understood ?? 0)) best = { prefix, understood, labelled: heads.length };
    if (understood === heads.length) break;
  }
  return best;
}

/** The templates that most lines suggest, and each two of which the shorter begins the longer, joined by `%q`. */
function suggestPrefixes(heads: readonly string[]): string[] {
  const votes = new Map<string, number>();
  for (const head of heads) {
    const template = templateOf(head);
    votes.set(template, (votes.get(template) ?? 0) + 1);
  }
  const likely = [...votes]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([template]) => template);
  const joined = likely.flatMap((long) =>
    likely
      .filter((short) => short.length < long.length && long.startsWith(short))
      .map((short) => `${short}%q${long.slice(short.length)}`),
  );
  return [...joined, ...likely];
}

/** What a piece of a prefix looks like, in the order in which it is tried, and the escape it suggests. */
const pieces: readonly (readonly [
  RegExp,
  string | ((used: ReadonlySet<string>, piece: string) => string),
])[] = [
  [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (?:[A-Za-z]{1,10}|[+-]\d{2,6})/, '%m'],
  [
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:[A-Za-z]{1,10}|[+-]\d{2,6})/,
    (used) => (used.has('%t') || used.has('%m') ? '%s' : '%t'),
  ],
  [/^\d{10}\.\d{3}(?!\d)/, '%n'],
  [/^[0-9a-f]{8}\.[0-9a-f]{1,8}(?![0-9a-z])/, '%c'],
  [/^(?:user|usr|u|role)=[^,;|\s\])]*/i, keyed('%u')],
  [/^(?:db|database|d)=[^,;|\s\])]*/i, keyed('%d')],
  [/^(?:app|application|application_name|a)=[^,;|\])]*?(?=[,;|\])]|\s*$|\s\w+=)/i, keyed('%a')],
  [
    /^(?:client|host|remote|h|r|ip|addr)=[^,;|\s\])(]*(?:\(\d+\))?/i,
    keyed((value) => (value.endsWith(')') ? '%r' : '%h')),
  ],
  [/^pid=\d+/i, keyed('%p')],
  [/^(?:\[local\]|[0-9A-Za-z.:%-]+)\(\d{1,5}\)/, '%r'],
  [/^\[local\]|^\d{1,3}(?:\.\d{1,3}){3}/, '%h'],
  [
    /^(?:client backend|walsender|not initialized|postmaster|startup|checkpointer|background writer|walwriter|autovacuum (?:launcher|worker)|logical replication launcher|parallel worker|archiver)/,
    '%b',
  ],
  [/^[^\s@\][:,;|]+@[^\s@\][:,;|]+/, '%u@%d'],
  [/^-?\d{1,10}\/\d{1,10}/, '%v'],
  [/^00000(?!\w)|^(?:[0-9A-Z]{2}(?:000|P\d\d|\d{3}))(?![\w.])(?=[^\d]|$)/, '%e'],
  [/^\d+/, (used) => ['%p', '%l', '%x', '%Q'].find((escape) => !used.has(escape)) ?? '%l'],
];

function keyed(escape: string | ((value: string) => string)) {
  return (_used: ReadonlySet<string>, piece: string): string => {
    const equals = piece.indexOf('=') + 1;
    return piece.slice(0, equals) + (typeof escape === 'string' ? escape : escape(piece.slice(equals)));
  };
}

/** Reads the text before a label from left to right and replaces what looks like a field by its escape. */
function templateOf(head: string): string {
  const used = new Set<string>();
  let template = '';
  for (let at = 0; at < head.length;) {
    const rest = head.slice(at);
    const atWord = at === 0 || !/[A-Za-z0-9]/.test(head[at - 1] ?? '');
    const found = atWord
      ? pieces.map(([pattern, escape]) => ({ match: pattern.exec(rest), escape })).find(({ match }) => match)
      : undefined;
    if (found?.match) {
      const piece = found.match[0];
      const escape = typeof found.escape === 'string' ? found.escape : found.escape(used, piece);
      for (const letter of escape.matchAll(/%[a-zA-Z]/g)) used.add(letter[0]);
      template += escape;
      at += piece.length;
    } else {
      template += rest[0] === '%' ? '%%' : (rest[0] ?? '');
      at += 1;
    }
  }
  return template;
}
