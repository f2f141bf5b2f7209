import { parseConnectionMessage, type ConnectionMessage } from '../connection/connectionMessage.ts';
import { sectionLabels } from './labels.ts';
import { severities } from './logEntry.ts';
import { LogLinePrefix, type PrefixedLine } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { templateOf, type KnownFields } from './prefixTemplate.ts';

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

/** Lines looked at: of connections, which tell what the prefix holds, and of anything else. */
const mostTelling = 150;
const mostOthers = 100;

const labelled = new RegExp(
  `^((?!\\t)[^]{0,1023}?)(${[...severities.map((word) => (word === 'DEBUG' ? 'DEBUG[1-5]' : word)), ...sectionLabels].join('|')}):  `,
);

/** A prefix and how many of the labelled lines it reads. */
export interface InferredPrefix {
  readonly prefix: LogLinePrefix;
  readonly understood: number;
  readonly labelled: number;
}

interface Sample {
  readonly line: string;
  readonly head: string;
  readonly message: ConnectionMessage | undefined;
}

/**
 * Finds the log_line_prefix of some lines of a stderr log. The given candidates, the usual ones and those that the
 * lines themselves suggest are tried: the one that reads most lines and contradicts their messages least wins, the
 * earlier at a draw. Undefined when no line has a label.
 */
export function inferPrefix(
  lines: readonly string[],
  clock: LogClock,
  candidates: readonly string[] = [],
): InferredPrefix | undefined {
  const samples = samplesOf(lines);
  if (samples.length === 0) return undefined;
  let best: { prefix: LogLinePrefix; understood: number; score: number } | undefined;
  const attempt = (text: string): boolean => {
    const prefix = new LogLinePrefix(text);
    const { understood, score, doubts } = judge(prefix, samples, clock);
    if (understood > 0 && (!best || score > best.score)) best = { prefix, understood, score };
    // A name swallows whatever follows it: a prefix with names may still be beaten by a more exact one.
    return (
      understood === samples.length && doubts === 0 && !['u', 'd', 'a'].some((escape) => prefix.has(escape))
    );
  };
  const done =
    [...new Set([...candidates, ...usualPrefixes])].some(attempt) || suggestPrefixes(samples).some(attempt);
  if (!done && best && best.understood < samples.length) withStop(best.prefix.text).some(attempt);
  return best && { prefix: best.prefix, understood: best.understood, labelled: samples.length };
}

function samplesOf(lines: readonly string[]): Sample[] {
  const telling: Sample[] = [];
  const others: Sample[] = [];
  for (const line of lines) {
    const match = labelled.exec(line);
    if (!match || (telling.length >= mostTelling && others.length >= mostOthers)) continue;
    const [whole, head = '', label] = match;
    const text = line.slice(whole.length).replace(/^(?=.{0,4}\d)[0-9A-Z]{5}: /, '');
    const message = label === 'LOG' ? parseConnectionMessage({ severity: 'LOG', message: text }) : undefined;
    const isTelling = message !== undefined && message.kind !== 'server';
    if (isTelling && telling.length < mostTelling) telling.push({ line, head, message });
    else if (others.length < mostOthers) others.push({ line, head, message: undefined });
  }
  return [...telling, ...others];
}

/** How well a prefix fits: a line read counts one, and a field that agrees or disagrees with the message more. */
function judge(
  prefix: LogLinePrefix,
  samples: readonly Sample[],
  clock: LogClock,
): { understood: number; score: number; doubts: number } {
  const pids = new Set<number>();
  let understood = 0;
  let agreed = 0;
  let doubts = 0;
  for (const { line, message } of samples) {
    const read = prefix.read(line, clock);
    if (!read) continue;
    understood += 1;
    for (const agrees of message ? evidence(read.fields, message, pids) : []) {
      if (agrees) agreed += 1;
      else doubts += 1;
    }
  }
  return { understood, doubts, score: understood * 2 + agreed - doubts * 4 };
}

/** Whether each field of the prefix agrees with what the message says. */
function evidence(fields: PrefixedLine['fields'], message: ConnectionMessage, pids: Set<number>): boolean[] {
  const found: boolean[] = [];
  const compare = (told: unknown, said: unknown): void => {
    if (told !== undefined && said !== undefined) found.push(told === said);
  };
  compare(fields.sqlState, '00000');
  if (message.kind === 'received' && fields.pid !== undefined) pids.add(fields.pid);
  if (message.kind === 'authorized' && fields.pid !== undefined && pids.size > 0 && !pids.has(fields.pid))
    found.push(false);
  if (message.kind === 'authorized' || message.kind === 'disconnection') {
    compare(fields.user, message.user);
    compare(fields.database, message.database);
  }
  if (message.kind === 'received' || message.kind === 'disconnection') {
    compare(fields.remoteHost, message.remoteHost);
    compare(fields.remotePort, message.remotePort);
  }
  if (message.kind === 'disconnection' && fields.at !== undefined && fields.sessionStartAt !== undefined)
    found.push(Math.abs(fields.at - message.sessionTimeMs - fields.sessionStartAt) < 2500);
  return found;
}

/** What the lines suggest, the most frequent first; where two times in seconds stand, also the other way round. */
function suggestPrefixes(samples: readonly Sample[]): string[] {
  const votes = new Map<string, number>();
  for (const { head, message } of samples) {
    const known = isKnown(message) ? message : undefined;
    const template = templateOf(head, known);
    // A login that names user and database, and not the same for both, tells most.
    const weight =
      known === undefined ? 1 : known.kind !== 'received' && known.user !== known.database ? 20 : 3;
    votes.set(template, (votes.get(template) ?? 0) + weight);
  }
  const likely = [...votes]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([template]) => template);
  const swapped = likely.filter((text) => text.includes('%t') && text.includes('%s')).map(swapTimes);
  return [...likely, ...swapped, ...likely.slice(0, 3).flatMap(withStop)];
}

function isKnown(message: ConnectionMessage | undefined): message is KnownFields {
  return message?.kind === 'received' || message?.kind === 'authorized' || message?.kind === 'disconnection';
}

function swapTimes(text: string): string {
  return text.replace(/%([ts])/g, (_, letter: string) => (letter === 't' ? '%s' : '%t'));
}

/** The prefix with `%q` at each place where background processes may stop. */
function withStop(text: string): string[] {
  if (text.includes('%q')) return [];
  const places = [...text.matchAll(/%-?\d*[a-zA-Z]|[^%\w\s]+|\s+/g)]
    .map(({ index }) => index)
    // nobody stops behind a name: background processes have none
    .filter((index) => index > 0 && !/%-?\d*[uda]$/.test(text.slice(0, index)));
  return places.map((index) => `${text.slice(0, index)}%q${text.slice(index)}`);
}
