import type { EndingResult, EndingRow } from '../../core/server/ending.ts';
import { sentence } from '../../core/sentence.ts';
import { preparedStill, statementOf } from './endingStatements.ts';
import { longErrandMs } from './serverConnection.ts';
import type { ServerConnection } from './serverConnection.ts';
import { codeOf, isEndOfSession, wordsOf } from './serverProblem.ts';

/** Opens a second connection, to a database, with so much time for a statement. */
export type OpenIn = (database: string, longestMs: number) => Promise<ServerConnection>;

/** Prepared transactions and logical slots, in their own database over a connection that is closed afterwards. */
export async function release(
  database: string,
  rows: readonly EndingRow[],
  openIn: OpenIn,
): Promise<EndingResult[]> {
  let inside: ServerConnection;
  try {
    inside = await openIn(database, longErrandMs);
  } catch (error) {
    const reason = sentence('No connection to database "{0}": {1}', database, wordsOf(error));
    return rows.map((row) => ({ row, result: 'refused', sentence: reason }));
  }
  try {
    const results: EndingResult[] = [];
    for (const row of rows) results.push(await releaseOne(inside, row, database));
    return results;
  } finally {
    await inside.close();
  }
}

async function releaseOne(inside: ServerConnection, row: EndingRow, database: string): Promise<EndingResult> {
  const statement = statementOf({ kind: 'free', database }, row, inside);
  if (statement === undefined) return { row, result: 'alreadyGone' };
  try {
    if (row.what === 'preparedTransaction') {
      const { gid, preparedAt } = row.transaction;
      const same = await inside.rows(preparedStill, [gid, database, preparedAt]);
      if (same.length === 0) return { row, result: 'alreadyGone' };
    }
    const answer = await inside.rows(statement.sql, statement.values);
    const isGone = row.what === 'slot' && answer.length === 0;
    return { row, result: isGone ? 'alreadyGone' : 'done' };
  } catch (error) {
    // 42704: no prepared transaction, or no slot, of this name any more
    if (codeOf(error) === '42704') return { row, result: 'alreadyGone' };
    return refusedBecause(inside, row, error);
  }
}

/** The server's reason; an error of the connection itself is nobody's result. */
export function refusedBecause(connection: ServerConnection, row: EndingRow, error: unknown): EndingResult {
  if (connection.isLost || isEndOfSession(error)) throw error;
  return { row, result: 'refused', sentence: sentence('The server refuses: {0}', wordsOf(error)) };
}
