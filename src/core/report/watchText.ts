import { type Filter, isNoFilter } from '../session/filter.ts';
import type { FeedRow } from '../snapshot/dashboard.ts';
import type { TroubleCategory } from '../snapshot/troubleLists.ts';
import { showControlCharacters } from './controlCharacters.ts';
import { filterText } from './filterText.ts';
import { isoInstant } from './jsonText.ts';
import { shownDuration, type ShownTime } from './shownTime.ts';
import { type Paint, shownClient, shownName } from './shownText.ts';

/** The first line of `--watch`, for a person at a terminal. */
export function watchHeader(filter: Filter): string {
  const what = isNoFilter(filter) ? '' : ` for ${showControlCharacters(filterText(filter))}`;
  return `Watching connections${what} (Ctrl+C to exit)`;
}

/** One line of the live feed, without a line break; nothing out of the log can break or colour it. */
export function watchLine(row: FeedRow, time: ShownTime, paint: Paint): string {
  const when = time.second(row.at);
  switch (row.sign) {
    case '+':
      return `${paint('green', '[+]')} ${when} ${cameText(row)}`;
    case '-':
      return `${paint('dim', '[-]')} ${when} ${leftText(row)}`;
    case '!':
      return `${paint('red', '[!]')} ${when} ${refusedText(row)}`;
  }
}

function cameText(row: FeedRow): string {
  const from = row.remoteHost === undefined ? '' : ` from ${showControlCharacters(row.remoteHost)}`;
  return `${shownName(row.applicationName)} connected${from} (${whoText(row)})`;
}

function leftText(row: FeedRow): string {
  const duration = row.sessionTimeMs === undefined ? [] : [`duration: ${shownDuration(row.sessionTimeMs)}`];
  const name = shownName(row.applicationName);
  if (row.lost !== true) {
    const how = row.message === undefined ? [] : [showControlCharacters(row.message)];
    return `${name} disconnected (${[...how, ...duration, whoText(row)].join(', ')})`;
  }
  const why = row.message === undefined ? 'no disconnection was logged' : showControlCharacters(row.message);
  return `${name} lost (${[why, ...duration, whoText(row)].join(', ')})`;
}

function refusedText(row: FeedRow): string {
  const head = [row.sqlState ?? '', shownClient(row)].filter((part) => part !== '').join(' ');
  return `${head === '' ? '' : `${head}: `}${showControlCharacters(row.message ?? 'refused')}`;
}

function whoText({ user, database }: FeedRow): string {
  return `user: ${shownName(user)}, db: ${shownName(database)}`;
}

/** What happened, as a word of JSON and CSV. */
export type EventName = 'connect' | 'disconnect' | 'lost' | 'failure';

/** One event in JSON: a line of `--watch --json` and of exported events (schemas/watch.schema.json). */
export interface EventDocument {
  readonly event: EventName;
  readonly at: string | null;
  readonly pid: number | null;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly host: string | null;
  readonly durationMs: number | null;
  readonly sqlState: string | null;
  readonly message: string | null;
  /** Of `failure`, by which every line `[!]` goes: what kind it is; null for all others. */
  readonly category: TroubleCategory | null;
}

/** The row as one JSON document; print it with `jsonText`, one per line. */
export function watchDocument(row: FeedRow): EventDocument {
  return {
    event: eventName(row),
    at: isoInstant(row.at),
    pid: row.pid ?? null,
    user: row.user ?? null,
    database: row.database ?? null,
    application: row.applicationName ?? null,
    host: row.remoteHost ?? null,
    durationMs: row.sessionTimeMs ?? null,
    sqlState: row.sqlState ?? null,
    message: row.message ?? null,
    category: row.sign === '!' ? (row.category ?? 'failure') : null,
  };
}

function eventName({ sign, lost }: FeedRow): EventName {
  if (sign === '+') return 'connect';
  if (sign === '!') return 'failure';
  return lost === true ? 'lost' : 'disconnect';
}
