import { countOf, type PoolFigures, type PoolMessage, type PoolNews } from './poolSample.ts';

/** `HikariPool-1 - `, or what `poolName` gives: PoolBase and HikariPool put it before each of their messages. */
const named = String.raw`([^\s:\]|"]{1,128}) - `;
const stats = String.raw`\(total=(\d{1,9})(?:\/\d{1,9})?, (?:active|inUse)=(\d{1,9}), (?:idle|avail)=(\d{1,9})(?:\/\d{1,9})?, waiting=(\d{1,9})\)`;

/** `Pool stats`, `Before cleanup stats`, `After cleanup  stats`, `After adding stats`, `Timeout failure stats`, … */
const statsLine = new RegExp(`(?:${named})?([A-Z][\\w -]{0,60}?)\\bstats ${stats}`);
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
  if (old) return messageOf(old, old[1], { kind: 'figures', figures: figuresOf(old, 2) });
  const stated = statsLine.exec(text);
  if (stated) return messageOf(stated, stated[1], { kind: 'figures', figures: figuresOf(stated, 3) });
  const failed = timeout.exec(text);
  if (failed) {
    const waitMs = countOf(failed[2] ?? failed[3]);
    return messageOf(failed, failed[1], { kind: 'timeout', waitMs, figures: figuresOf(failed, 4) });
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

/** total, active, idle, waiting, from this group on; the pool keeps as many as it has, unless it is told to shrink. */
function figuresOf(match: RegExpExecArray, from: number): PoolFigures {
  const [size, checkedOut, checkedIn, waiting] = [0, 1, 2, 3].map((index) => countOf(match[from + index]));
  return { size, checkedOut, checkedIn, waiting };
}
