import type { LogEntry } from '../log/logEntry.ts';
import type { OpeningSession, OpenSession } from '../session/session.ts';
import type { TroubleCategory } from '../snapshot/troubleLists.ts';
import type { TroubleFacts } from './connectionEvent.ts';
import { quotedNames } from './quotedNames.ts';

/** Longest text that is kept of one section; the log itself has the rest. */
const longestText = 4096;

/** Whom a trouble concerns, as far as it is told. */
export type TroubleNames = Pick<TroubleFacts, 'user' | 'database' | 'applicationName' | 'remoteHost'>;

/** Whom an entry of a refused login or an ended session names, and the session behind it. */
export function troubleNames(
  entry: LogEntry,
  session: Partial<OpenSession> | OpeningSession | undefined,
  named = quotedNames(entry.message, entry),
): TroubleNames {
  const known: Partial<OpenSession> = session ?? {};
  return {
    // A prefix like %u@%d cannot tell where a name ends that has its separator in it: what is known, or quoted, goes first.
    user: kept(known.user ?? named.user ?? entry.user),
    database: kept(known.database ?? named.database ?? entry.database),
    applicationName: kept(known.applicationName ?? entry.applicationName),
    remoteHost: kept(entry.remoteHost ?? known.remoteHost ?? named.remoteHost),
  };
}

/** What one entry and the session behind it tell of a refused login, an ended session or a server problem. */
export function troubleOf(
  entry: LogEntry,
  category: TroubleCategory,
  kind: string,
  session: Partial<OpenSession> | OpeningSession | undefined,
): TroubleFacts {
  return {
    category,
    kind,
    severity: entry.severity,
    at: entry.at,
    pid: entry.pid,
    sqlState: entry.sqlState === '00000' ? undefined : entry.sqlState,
    message: cut(entry.message) ?? '',
    detail: cut(entry.detail),
    hint: cut(entry.hint),
    statement: cut(entry.statement),
    rawText: cut(entry.rawText),
    ...troubleNames(entry, session, category === 'problem' ? {} : undefined),
  };
}

function cut(text: string | undefined): string | undefined {
  return kept(text === undefined || text.length <= longestText ? text : `${text.slice(0, longestText)}…`);
}

/**
 * The same text with memory of its own: a part of a string keeps the whole of it (V8), and an entry may be 128 KiB
 * long. Joining and cutting again copies the part.
 */
function kept(text: string | undefined): string | undefined {
  return text === undefined ? undefined : ` ${text}`.slice(1);
}
