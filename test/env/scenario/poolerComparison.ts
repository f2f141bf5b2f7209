import assert from 'node:assert/strict';

import type { SummaryDocument } from '../../../src/core/report/summaryJson.ts';
import type { PoolerTrouble, PoolerTruth } from './poolerCrowd.ts';

/** Asserts that the summary of a PgBouncer log tells the truth: every count, session, refusal and ending. */
export function assertPoolerTells(summary: SummaryDocument, truth: PoolerTruth): void {
  assert.equal(summary.log.format, 'pgbouncer');
  assert.deepEqual(troublesOf(summary.failures), troublesOf(truth.failed), 'failures');
  assert.deepEqual(troublesOf(summary.endings), troublesOf(truth.endings), 'endings');
  const { connects, disconnects, lost, failed } = summary;
  assert.deepEqual(
    { connects, disconnects, lost, failed },
    {
      connects: truth.connects,
      disconnects: truth.disconnects,
      lost: truth.lost,
      failed: truth.failed.length,
    },
  );
  const texts = (sessions: readonly Named[]): string[] => sessions.map(textOf).sort();
  assert.deepEqual(texts(summary.active), texts(truth.active));
  assert.ok(
    summary.active.every(({ pid, sessionId, application }) => (pid ?? sessionId ?? application) === null),
  );
}

interface Named {
  readonly user: string | null;
  readonly database: string | null;
  readonly host: string | null;
  readonly port: number | null;
}

function textOf({ user, database, host, port }: Named): string {
  return JSON.stringify([user, database, host, port]);
}

/** A client that is turned away at once, for too many are there, never says who it is. */
function troublesOf(
  troubles: readonly (PoolerTrouble | { message: string; user: string | null; database: string | null })[],
): string[] {
  return troubles
    .map(({ message, user, database }) =>
      JSON.stringify(message.startsWith('no more connections') ? [message] : [message, user, database]),
    )
    .sort();
}
