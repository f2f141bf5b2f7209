import { isClientBackend } from '../../core/server/activity.ts';
import type { ActivitySample, Backend } from '../../core/server/activity.ts';
import type { EndingPreview, EndingRequest } from '../../core/server/ending.ts';
import { sentence } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import { endable, isIdleInTransaction } from './endableSessions.ts';
import type { Chosen } from './endableSessions.ts';
import { holdersOf } from './databaseHolders.ts';
import { headlineOf } from './endingHeadline.ts';
import { shownSql } from './endingStatements.ts';
import type { ServerConnection } from './serverConnection.ts';

/** A preview before its server is named. */
export type Ending = Omit<EndingPreview, 'serverId'>;

/**
 * What the request would end, from a sample of this moment; changes nothing. Rejects with a SentenceError for a
 * database that cannot be dropped or is not there.
 */
export async function previewEnding(
  connection: ServerConnection,
  sample: ActivitySample,
  request: EndingRequest,
): Promise<Ending> {
  const { rows, warnings } =
    request.kind === 'free' || request.kind === 'drop'
      ? await holdersOf(connection, sample, request)
      : sessionsOf(sample, request);
  return {
    request,
    headline: headlineOf(request, rows, sample),
    sql: shownSql(request, rows, connection),
    rows,
    warnings,
  };
}

/** Requests for sessions: clients only; who cannot be ended is named instead. */
function sessionsOf(sample: ActivitySample, request: EndingRequest): Chosen {
  const clients = sample.backends.filter(isClientBackend);
  const meant = clients.filter((backend) => isMeant(backend, request, sample.serverAt));
  const { rows, warnings } = endable(meant, sample, request);
  if (request.kind === 'cancel' || request.kind === 'terminate')
    warnings.push(...missingOf(request.pids, meant, sample));
  return { rows, warnings };
}

/** Who was asked for by pid and is no session of a client. */
function missingOf(pids: readonly number[], meant: readonly Backend[], sample: ActivitySample): Sentence[] {
  const found = new Set(meant.map(({ pid }) => pid));
  const others = new Set([sample.facts.ownPid, ...sample.backends.map(({ pid }) => pid)]);
  return [...new Set(pids)]
    .filter((pid) => !found.has(pid))
    .map((pid) =>
      others.has(pid)
        ? sentence('Process {0} is no session of a client: it stays.', pid)
        : sentence('Session {0} has ended already.', pid),
    );
}

function isMeant(backend: Backend, request: EndingRequest, serverAt: number): boolean {
  const forMs = serverAt - (backend.stateChangeAt ?? serverAt);
  switch (request.kind) {
    case 'cancel':
    case 'terminate':
      return request.pids.includes(backend.pid);
    case 'idleLongerThan':
      return backend.state === 'idle' && forMs > request.minutes * 60_000;
    case 'idleInTransactionLongerThan':
      return isIdleInTransaction(backend) && forMs > request.minutes * 60_000;
    case 'database':
    case 'free':
    case 'drop':
      return backend.database === request.database;
    case 'allButUsers':
      return backend.user !== undefined && !request.users.includes(backend.user);
  }
}
