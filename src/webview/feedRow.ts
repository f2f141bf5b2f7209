import { showControlCharacters } from '../core/report/controlCharacters.ts';
import type { FeedRow } from '../core/snapshot/dashboard.ts';
import type { Format } from './format.ts';
import type { Words } from './words.ts';

/** Stands for what the log does not tell. */
const unknown = '–';

/** One row of the feed in its five columns. */
export interface FeedCells {
  /** `[+]`, `[-]` or `[!]`. */
  readonly sign: string;
  /** `14:30:15`; empty when the log does not tell. */
  readonly time: string;
  /** The application; of a refused login the SQLSTATE, where the log tells it. */
  readonly name: string;
  /** `user@database`; `–` where the log tells of neither. */
  readonly who: string;
  /** Where from, how long, or why not. */
  readonly rest: string;
  /** What stands for `rest` where there is little room: `1.1 s` for `after 1.1 s`; undefined where nothing does. */
  readonly brief: string | undefined;
  /** Whose row it is, where there are several logs. */
  readonly log: string;
}

/** The cells of a row, control characters written out. */
export function feedCells(row: FeedRow, words: Words, format: Format): FeedCells {
  const name = (row.sign === '!' ? row.sqlState : undefined) ?? row.applicationName;
  return {
    sign: `[${row.sign}]`,
    time: row.at === undefined ? '' : format.time(row.at),
    name: showControlCharacters(name ?? unknown),
    who: whoText(row),
    rest: showControlCharacters(restText(row, words, format)),
    brief: isPlainEnd(row) ? format.duration(row.sessionTimeMs) : undefined,
    log: showControlCharacters(row.log ?? ''),
  };
}

function whoText({ user, database }: FeedRow): string {
  if (user === undefined && database === undefined) return unknown;
  const known = showControlCharacters(user ?? '?');
  return database === undefined ? known : `${known}@${showControlCharacters(database)}`;
}

function restText(row: FeedRow, words: Words, format: Format): string {
  switch (row.sign) {
    case '+':
      return row.remoteHost ?? '';
    case '-':
      return stayText(row, words, format);
    case '!':
      return row.message ?? '';
  }
}

/** `after 3.2 s`; `lost after 3.2 s`; `lost`; and why, where it was not as usual: `lost: the server ended it`. */
function stayText(row: FeedRow, words: Words, format: Format): string {
  const stay = timeText(row, words, format);
  const why = row.reason && words.say(`ended.${row.reason}`);
  if (why === undefined || stay === '') return why ?? stay;
  return words.say('feed.endedBecause', stay, why);
}

/** True for somebody who left as usual, after a time that the log tells. */
function isPlainEnd(row: FeedRow): row is FeedRow & { readonly sessionTimeMs: number } {
  return row.sign === '-' && row.sessionTimeMs !== undefined && row.lost !== true && row.reason === undefined;
}

function timeText({ sessionTimeMs, lost }: FeedRow, words: Words, format: Format): string {
  const stay = sessionTimeMs === undefined ? undefined : format.duration(sessionTimeMs);
  if (lost) return stay === undefined ? words.say('feed.lost') : words.say('feed.lostAfter', stay);
  return stay === undefined ? '' : words.say('feed.after', stay);
}

/** A row as a line of text, in the columns of a terminal. */
export function feedLine({ sign, time, name, who, rest, log }: FeedCells): string {
  const whose = log === '' ? '' : `${log}  `;
  return `${sign} ${time}  ${whose}${name.padEnd(7)}  ${who.padEnd(10)}  ${rest}`.trimEnd();
}

/** A row as a sentence, for a screen reader. */
export function feedSentence(row: FeedRow, cells: FeedCells, words: Words): string {
  const or = (text: string): string => (text === '' || text === unknown ? words.say('feed.unknown') : text);
  const { time, name, who, rest } = cells;
  switch (row.sign) {
    case '+':
      return words.say('feed.saysConnected', or(time), or(name), or(who), or(rest));
    case '-':
      return rest === ''
        ? words.say('feed.saysDisconnected', or(time), or(name), or(who))
        : words.say('feed.saysDisconnectedAfter', or(time), or(name), or(who), rest);
    case '!':
      if (row.category === 'problem') return words.say('feed.saysProblem', or(time), rest);
      return words.say(
        row.category === 'ending' ? 'feed.saysEnded' : 'feed.saysRefused',
        ...[or(time), or(name), or(who), rest],
      );
  }
}
