import { countOf, type PoolFigures, type PoolMessage, type PoolNews } from './poolSample.ts';

/** `HikariPool-1 - `, or what `poolName` gives: PoolBase and HikariPool put it before each of their messages. */
const named = String.raw`([^\s:\]|"]{1,128}) - `;
/** total, active, idle and waiting in any order; 6.x says the limits too: `total=10/20`. */
const stats = String.raw`\((total=[\w=\/, ]{1,200})\)`;

/** `Pool stats`, `Before cleanup stats`, `After cleanup  stats`, `After adding stats`, `Timeout failure stats`, … */
const statsLine = new RegExp(`(?:${named})?[A-Z][a-z]{1,20}(?: [a-z]{1,20}){0,2} {1,2}stats ${stats}`);
/** Up to 2.4: the name stands inside. */
const oldStats = new RegExp(
  `(?:Before|After|Timeout failure|Pool)[\\w -]{0,40}?\\bpool (?:stats )?(\\S{1,128}) (?:stats )?${stats}`,
);
const timeout = new RegExp(
  `(?:${named})?(?:Connection is not available, request timed out after (\\d{1,12})ms\\.?|Timeout after (\\d{1,12})ms of waiting for a connection\\.?)(?: ${stats})?`,
);
const added = new RegExp(`${named}Added connection \\S`);
const started = new RegExp(`${named}(Starting\\.\\.\\.|Start completed\\.|Shutdown completed\\.)`);
const leak =
  /Connection leak detection triggered for (.{1,300}?)(?: on thread (.{1,200}?))?, stack trace follows/;

/** What HikariCP says of a pool (HikariPool.java, ProxyLeakTask.java); undefined = nothing that counts. */
export function parseHikari(text: string): PoolMessage | undefined {
  const old = oldStats.exec(text);
  if (old) return messageOf(old, old[1], { kind: 'figures', figures: figuresOf(old[2]) });
  const stated = statsLine.exec(text);
  if (stated) return messageOf(stated, stated[1], { kind: 'figures', figures: figuresOf(stated[2]) });
  const failed = timeout.exec(text);
  if (failed) {
    const waitMs = countOf(failed[2] ?? failed[3]);
    return messageOf(failed, failed[1], { kind: 'timeout', waitMs, figures: figuresOf(failed[4]) });
  }
  return parseEvent(text);
}

function parseEvent(text: string): PoolMessage | undefined {
  const leaked = leak.exec(text);
  if (leaked) return messageOf(leaked, undefined, { kind: 'leakDetected', connection: leaked[1] ?? '' });
  const opened = added.exec(text);
  if (opened) return messageOf(opened, opened[1], { kind: 'opened' });
  const begun = /hikari/i.test(text) ? started.exec(text) : null;
  if (!begun || begun[2] === 'Start completed.') return undefined;
  return messageOf(begun, begun[1], { kind: begun[2] === 'Starting...' ? 'started' : 'ended' });
}

function messageOf(match: RegExpExecArray, pool: string | undefined, news: PoolNews): PoolMessage {
  return { poolKind: 'hikaricp', pool, news, at: match.index };
}

/** The pool keeps as many as it has, unless it is told to shrink. `text`: `total=10, active=7, idle=3, waiting=0`. */
function figuresOf(text = ''): PoolFigures {
  const figures = new Map<string, number | undefined>();
  for (const [, name = '', value, limit] of text.matchAll(/(\w+)=(\d{1,9})(?:\/(\d{1,9}))?/g)) {
    figures.set(name, countOf(value));
    if (name === 'total') figures.set('limit', countOf(limit));
  }
  return {
    size: figures.get('limit') ?? figures.get('total'),
    checkedOut: figures.get('active') ?? figures.get('inUse'),
    checkedIn: figures.get('idle') ?? figures.get('avail'),
    waiting: figures.get('waiting'),
  };
}
