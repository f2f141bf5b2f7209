import { SentenceError } from '../core/sentence.ts';
import { feedRows, groupsOf, nameOf, seenSessions, sessionRow } from '../core/session/logReportOf.ts';
import type { LogState } from '../core/session/logState.ts';
import type { OpenSession } from '../core/session/session.ts';
import type { EngineQuestions, QuestionName } from '../protocol/engineMessages.ts';
import { logText } from '../sources/tail/scanTexts.ts';
import { writeTo } from './exportAnswers.ts';
import type { FollowedSource } from './followedSource.ts';
import type { LogFold } from './logFold.ts';

type Ask<Q extends QuestionName> = Omit<EngineQuestions[Q]['ask'], 'sourceId'>;
type Answer<Q extends QuestionName> = EngineQuestions[Q]['answer'];

/** Names with how many clients have them: largest first, `limit` of them. */
export function answerGroups(state: LogState, { dimension, limit }: Ask<'groups'>): Answer<'groups'> {
  const clients = seenSessions(state).filter(({ replication }) => !replication);
  const groups = groupsOf(clients, dimension);
  return { groups: groups.slice(0, limit), total: groups.length };
}

/** The clients that have one name, oldest first: one page. */
export function answerSessions(state: LogState, ask: Ask<'sessions'>): Answer<'sessions'> {
  const { dimension, name } = ask;
  const sessions = seenSessions(state).filter(
    (session) => !session.replication && nameOf(session, dimension) === name,
  );
  return pageOf(state, sessions, ask);
}

/** The walsenders, oldest first: one page. */
export function answerWalsenders(state: LogState, ask: Ask<'walsenders'>): Answer<'walsenders'> {
  return pageOf(
    state,
    seenSessions(state).filter(({ replication }) => replication),
    ask,
  );
}

function pageOf(
  state: LogState,
  sessions: readonly OpenSession[],
  { from, limit }: { readonly from: number; readonly limit: number },
): Answer<'sessions'> {
  const page = sessions.slice(from, from + limit).map((session) => sessionRow(state, session));
  return { sessions: page, total: sessions.length };
}

/** Everything known of one open session; empty once it has ended. */
export function answerSession({ state }: LogFold, { key }: Ask<'session'>): Answer<'session'> {
  const session = state.book.session(key);
  return session ? { session: { ...session, ...sessionRow(state, session) } } : {};
}

/** The lines of one open session. Rejects with a SentenceError when it has ended, or the file is gone. */
export async function answerSessionLog(
  { fold: { state, log }, recent }: Pick<FollowedSource, 'fold' | 'recent'>,
  { key }: Ask<'sessionLog'>,
): Promise<Answer<'sessionLog'>> {
  const session = state.book.session(key);
  const file = log.files.at(-1)?.file;
  if (!session || !file) throw new SentenceError('This session has ended: its lines are in the log itself.');
  // read when somebody asks for them
  const { newestPart, sessionLines } = await import('./sessionLog.ts');
  const part = recent ? logText(recent.newest()) : newestPart(file);
  const text = sessionLines(part, session, log.clock, log.understanding.logLinePrefix);
  if (text === '')
    throw new SentenceError(
      'The lines of this session are not in the newest part of {0}: look for them in the log itself, or in the file before it.',
      file.path,
    );
  return { title: `session ${session.pid ?? session.key}`, text };
}

/** Where a kept trouble stands now. Rejects with a SentenceError when it, or its file, is gone. */
export async function answerLocate(
  { fold: { state, log }, recent }: Pick<FollowedSource, 'fold' | 'recent'>,
  { troubleId, largestFileBytes }: Ask<'locate'>,
): Promise<Answer<'locate'>> {
  const trouble = (['failure', 'ending', 'problem'] as const)
    .map((category) => state.troubles.byId(category, troubleId))
    .find((found) => found !== undefined);
  if (!trouble) throw new SentenceError('This entry is too old to be kept: look for it in the log itself.');
  const read = log.files.find(({ number }) => number === trouble.fileNumber);
  // read when somebody opens one
  const { excerptOf, locateEntry } = await import('./locateEntry.ts');
  return recent ? excerptOf(recent, read?.file, trouble) : locateEntry(read?.file, trouble, largestFileBytes);
}

/** Writes the events that are seen to a file. Rejects with a SentenceError when that cannot be written. */
export async function answerExport(
  state: LogState,
  { format, path }: Ask<'exportEvents'>,
): Promise<Answer<'exportEvents'>> {
  // read when somebody exports
  const { eventsCsv, eventsJsonLines } = await import('../core/report/eventsExport.ts');
  const rows = feedRows(state, Number.POSITIVE_INFINITY);
  await writeTo(path, format === 'csv' ? eventsCsv(rows) : eventsJsonLines(rows));
  return { rows: rows.length };
}
