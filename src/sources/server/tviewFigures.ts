import type { TviewFigures } from '../../core/server/activity.ts';
import { beginPoll, endPoll } from './activityQueries.ts';
import type { FactsRow } from './activityRows.ts';
import type { ServerConnection } from './serverConnection.ts';

/** Where pg_tviews is installed in our database. */
export type TviewPlace = Pick<FactsRow, 'tviewsSchema' | 'tviewsVersion'>;

/**
 * The figures of pg_tviews, in a transaction of their own, so that a version which lacks or breaks one costs the
 * poll nothing: undefined = not installed, or it does not answer.
 */
export async function readTviewFigures(
  connection: ServerConnection,
  { tviewsSchema, tviewsVersion }: TviewPlace,
): Promise<TviewFigures | undefined> {
  if (tviewsSchema === null) return undefined;
  const schema = connection.identifier(tviewsSchema);
  try {
    const answers = await connection.batch([
      beginPoll,
      `SET LOCAL search_path = ${schema}, pg_catalog`,
      `SELECT ${schema}.pg_tviews_queue_stats() AS "queue", (SELECT count(*)::int FROM ${schema}.pg_tview_meta) AS "tviews"`,
      endPoll,
    ]);
    const [row] = answers[2] ?? [];
    return {
      version: tviewsVersion ?? undefined,
      tviews: typeof row?.['tviews'] === 'number' ? row['tviews'] : undefined,
      queue: numbersOf(row?.['queue']),
    };
  } catch (error) {
    if (connection.isLost) throw error;
    await connection.batch(['ROLLBACK']);
    return undefined;
  }
}

/** At most so many figures are taken from what an extension says. */
const mostFigures = 50;

function numbersOf(stats: unknown): Record<string, number> {
  const entries = typeof stats === 'object' && stats !== null ? Object.entries(stats) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number').slice(0, mostFigures),
  );
}
