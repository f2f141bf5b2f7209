import assert from 'node:assert/strict';

import { summaryDocument } from '../../src/core/report/summaryJson.ts';
import type { LogFold } from '../../src/engine/logFold.ts';
import { folded } from '../core/folded.ts';

/** What a log tells, for comparison: counts, sessions, troubles. */
export function tellingOf(fold: LogFold): unknown {
  const { totals } = fold.state.seen;
  const sessions = [...fold.state.book.sessions()].map(
    ({ pid, user, database, applicationName, remoteHost }) => [
      ...[pid, user, database, applicationName, remoteHost],
    ],
  );
  const { failure, ending } = fold.state.troubles;
  return { totals, sessions, failures: failure.length, endings: ending.length };
}

/** What must hold of any log whatever is in it. */
export function assertSound(bytes: Buffer): LogFold {
  const fold = folded(bytes, { now: Date.UTC(2026, 10, 27) });
  const summary = summaryDocument(fold.report({ bucketMinutes: 15 }));
  const { connects, disconnects, lost, failed, replicationConnects, active, history } = summary;
  for (const count of [connects, disconnects, lost, failed, replicationConnects])
    assert.ok(Number.isSafeInteger(count) && count >= 0, `a count is ${count}`);
  const clients = active.filter(({ replication }) => !replication).length;
  // ends of sessions older than the log are beyond its connects
  assert.ok(clients <= connects, `${clients} active of ${connects} connects`);
  assert.ok(connects - disconnects - lost <= clients, 'sessions are missing');
  for (const bucket of history.buckets) {
    assert.ok(bucket.maxActive >= bucket.active && bucket.active >= 0, JSON.stringify(bucket));
    assert.ok(!Number.isNaN(Date.parse(bucket.start)));
  }
  const shown = active.flatMap(({ connectedAt }) => connectedAt ?? []);
  assert.ok(shown.every((time) => !Number.isNaN(Date.parse(time))));
  assert.ok(fold.log.understanding.skipped >= 0);
  return fold;
}
