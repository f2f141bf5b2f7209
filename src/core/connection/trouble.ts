import type { LogEntry } from '../log/logEntry.ts';
import type { OpeningSession, OpenSession } from '../session/session.ts';
import type { TroubleCategory } from '../snapshot.ts';
import type { TroubleFacts } from './connectionEvent.ts';

/** Longest text that is kept of one section; the log itself has the rest. */
const longestText = 4096;

/** What one entry and the session behind it tell of a refused login, an ended session or a server problem. */
export function troubleOf(
  entry: LogEntry,
  category: TroubleCategory,
  kind: string,
  session: Partial<OpenSession> | OpeningSession | undefined,
): TroubleFacts {
  const known: Partial<OpenSession> = session ?? {};
  const named = category === 'problem' ? {} : namesIn(entry.message);
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
    // A prefix like %u@%d cannot tell where a name ends that has its separator in it: what is known, or quoted, goes first.
    user: kept(known.user ?? quotedName(entry, entry.user, named.user)),
    database: kept(known.database ?? quotedName(entry, entry.database, named.database)),
    applicationName: kept(known.applicationName ?? entry.applicationName),
    remoteHost: kept(entry.remoteHost ?? known.remoteHost ?? named.remoteHost),
  };
}

/** The name that the prefix tells, unless the message quotes another one. */
function quotedName(
  { message }: LogEntry,
  told: string | undefined,
  named: string | undefined,
): string | undefined {
  return named === undefined || (told !== undefined && message.includes(`"${told}"`)) ? told : named;
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

/**
 * The names that a message quotes (`no pg_hba.conf entry for host "H", user "U", database "D", …`), where nothing
 * else tells them. Quotes inside names are not escaped, so each name ends at the text that the server puts next.
 */
function namesIn(message: string): { user?: string; database?: string; remoteHost?: string } {
  const text = message.slice(0, 1024);
  const access =
    /(?:for|from|connection for|connection from) host "([^]{1,255}?)", user "([^]{0,64}?)"(?:, database "([^]{0,64}?)")?, [^"]*$/.exec(
      text,
    );
  if (access)
    return {
      remoteHost: access[1] ?? '',
      user: access[2] ?? '',
      ...(access[3] === undefined ? {} : { database: access[3] }),
    };
  const user =
    /(?:for user|for role|^role) "([^]{1,64})"(?: does not exist| is not permitted to log in|: [^"]*)?$/.exec(
      text,
    )?.[1];
  const database =
    /^(?:database|permission denied for database|cannot connect to invalid database|too many connections for database) "([^]{1,64})"(?: [^"]*)?$/.exec(
      text,
    )?.[1];
  return { ...(user === undefined ? {} : { user }), ...(database === undefined ? {} : { database }) };
}
