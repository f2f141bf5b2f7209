import { setTimeout as delay } from 'node:timers/promises';
import type { Backend } from '../../core/server/activity.ts';
import type { EndingReport, EndingResult, EndingRow } from '../../core/server/ending.ts';
import { sentence, SentenceError } from '../../core/sentence.ts';
import { milliseconds } from './activityQueries.ts';
import { dropStatement, shownSql, statementOf } from './endingStatements.ts';
import type { Statement } from './endingStatements.ts';
import { isIdleInTransaction } from './endableSessions.ts';
import type { Ending } from './endingPreview.ts';
import { refusedBecause, release } from './release.ts';
import type { OpenIn } from './release.ts';
import { longErrandMs } from './serverConnection.ts';
import type { ServerConnection } from './serverConnection.ts';
import { isEndOfSession, wordsOf } from './serverProblem.ts';

/** When to look whether a backend is gone: a signal is obeyed at its next check for interrupts. */
const looksMs = [0, 10, 20, 40, 80, 150, 300, 400, 500, 500];

/**
 * Ends what the preview shows, row by row; each is done, already gone, or refused with the reason. Rejects with a
 * SentenceError, having done nothing, when the preview's SQL is not what its rows stand for.
 */
export async function endRows(
  connection: ServerConnection,
  { request, rows, sql }: Ending,
  openIn: OpenIn,
): Promise<EndingReport> {
  if (shownSql(request, rows, connection) !== sql)
    throw new SentenceError('What was confirmed is not what would run: look at it again.');
  if (request.kind === 'drop') return dropDatabase(connection, { request, rows }, openIn);
  const backends: EndingResult[] = [];
  for (const row of rows)
    if (isBackendRow(row))
      backends.push(await signal(connection, row, statementOf(request, row, connection)));
  const ended = await awaitEnd(connection, backends, request.kind === 'cancel');
  const held = rows.filter((row) => !isBackendRow(row));
  const released =
    request.kind === 'free' && held.length > 0 ? await release(request.database, held, openIn) : [];
  return reportOf([...ended, ...released]);
}

type BackendRow = Extract<EndingRow, { what: 'session' | 'worker' }>;

function isBackendRow(row: EndingRow): row is BackendRow {
  return row.what === 'session' || row.what === 'worker';
}

async function signal(
  connection: ServerConnection,
  row: BackendRow,
  statement: Statement | undefined,
): Promise<EndingResult> {
  if (statement === undefined)
    return { row, result: 'refused', sentence: sentence('This cannot be ended so: look at it again.') };
  try {
    const [answer] = await connection.rows<{ signalled: boolean }>(statement.sql, statement.values);
    if (answer === undefined) return await whyNot(connection, row);
    return { row, result: answer.signalled ? 'done' : 'alreadyGone' };
  } catch (error) {
    return refusedBecause(connection, row, error);
  }
}

/** The same backend, and whether it still runs the statement `$3`. */
const stillThere = `SELECT pid, state, ${milliseconds('query_start')} AS "queryStartAt" FROM pg_stat_activity
  JOIN unnest($1::int[], $2::timestamptz[]) AS meant (meant_pid, meant_start) ON pid = meant_pid AND backend_start = meant_start`;

type Still = Pick<Backend, 'pid' | 'state' | 'queryStartAt'>;

async function lookAt(connection: ServerConnection, backends: readonly Backend[]): Promise<Still[]> {
  const pids = backends.map(({ pid }) => pid);
  const starts = backends.map(({ backendStart }) => backendStart);
  return connection.rows<Still>(stillThere, [pids, starts]);
}

/** Nothing matched: gone, or no longer what was shown. */
async function whyNot(connection: ServerConnection, row: BackendRow): Promise<EndingResult> {
  const [still] = await lookAt(connection, [row.backend]);
  if (still === undefined) return { row, result: 'alreadyGone' };
  const reason = isIdleInTransaction({ ...row.backend, state: still.state })
    ? sentence('It is idle in transaction now: there is nothing to cancel.')
    : sentence('It does something else now: it was left alone.');
  return { row, result: 'refused', sentence: reason };
}

/** A signal is only a wish: waits (about two seconds) until those that got one are gone, or their statement is. */
async function awaitEnd(
  connection: ServerConnection,
  results: readonly EndingResult[],
  isCancel: boolean,
): Promise<EndingResult[]> {
  const signalled = results.flatMap(({ row, result }) =>
    result === 'done' && isBackendRow(row) ? [row.backend] : [],
  );
  const starts = new Map(signalled.map(({ pid, queryStartAt }) => [pid, queryStartAt]));
  let left: Still[] = [];
  for (const waitMs of signalled.length === 0 ? [] : looksMs) {
    await delay(waitMs);
    const still = await lookAt(connection, signalled);
    left = isCancel ? still.filter((one) => isRunning(one, starts.get(one.pid))) : still;
    if (left.length === 0) break;
  }
  const stubborn = new Set(left.map(({ pid }) => pid));
  const text = isCancel
    ? sentence('It was told to cancel but still runs its statement: look again in a moment.')
    : sentence('It was told to end but is still there: look again in a moment.');
  return results.map((one) =>
    one.result === 'done' && isBackendRow(one.row) && stubborn.has(one.row.backend.pid)
      ? { row: one.row, result: 'refused', sentence: text }
      : one,
  );
}

function isRunning({ state, queryStartAt }: Still, start: number | undefined): boolean {
  return (state === 'active' || state === 'fastpath function call') && queryStartAt === start;
}

async function dropDatabase(
  connection: ServerConnection,
  { request, rows }: { request: { database: string }; rows: readonly EndingRow[] },
  openIn: OpenIn,
): Promise<EndingReport> {
  const backends = rows.filter(isBackendRow).map(({ backend }) => backend);
  const before = new Set((await lookAt(connection, backends)).map(({ pid }) => pid));
  const errand = await openIn(connection.destination.database, longErrandMs);
  try {
    await errand.rows(dropStatement(request.database, errand));
  } catch (error) {
    if (errand.isLost || isEndOfSession(error)) throw error;
    const reason = sentence('The server refuses: {0}', wordsOf(error));
    return {
      results: rows.map((row) => ({ row, result: 'refused', sentence: reason })),
      headline: sentence('Database "{0}" was not dropped: {1}', request.database, wordsOf(error)),
    };
  } finally {
    await errand.close();
  }
  const results = rows.map((row): EndingResult => {
    const isThere = isBackendRow(row) && before.has(row.backend.pid);
    return { row, result: isThere ? 'done' : 'alreadyGone' };
  });
  return { results, headline: sentence('Database "{0}" was dropped.', request.database) };
}

function reportOf(results: readonly EndingResult[]): EndingReport {
  const count = (wanted: EndingResult['result']) => results.filter(({ result }) => result === wanted).length;
  return {
    results,
    headline: sentence(
      'Done: {0}. Already gone: {1}. Refused: {2}.',
      count('done'),
      count('alreadyGone'),
      count('refused'),
    ),
  };
}
