/** Who keeps others waiting, and what holds locks without being a session. */
import { shownDuration } from '../report/shownTime.ts';
import { sentence, type Sentence } from '../sentence.ts';
import type { ActivitySample, Backend } from './activity.ts';
import { blockingOf, pidsOf } from './blocking.ts';
import { settingMs } from './settingValue.ts';
import type { Finding, ServerThresholds } from './finding.ts';
import { rounded, subjectOf, told } from './findingText.ts';
import type { BlockedBy } from './serverSnapshot.ts';
import { ageMs, isIdleInTransaction, longestOf } from './sessionAges.ts';

const minuteMs = 60_000;
const defaultDeadlockTimeoutMs = 1000;

/**
 * A tree of sessions that wait for one: from deadlock_timeout on, as log_lock_waits has it too. How long a session has
 * waited is taken from the start of its statement, which is at least as long. It is critical when the wait is longer than
 * a statement may run and nothing will end it by itself: the root idles in its transaction, or is a prepared one.
 */
export function blockedFindings(sample: ActivitySample, thresholds: ServerThresholds): Finding[] {
  const byPid = new Map(sample.backends.map((backend) => [backend.pid, backend]));
  const leastMs = settingMs(sample.facts.settings['deadlock_timeout']) ?? defaultDeadlockTimeoutMs;
  return blockingOf(sample.backends).flatMap((tree) => {
    const waiters = pidsOf(tree).slice(1);
    const waitedMs =
      longestOf(waiters.map((pid) => ageMs(byPid.get(pid)?.queryStartAt, sample.serverAt))) ?? 0;
    if (waitedMs < leastMs) return [];
    const root = byPid.get(tree.pid);
    const staysForEver = tree.pid === 0 || (root !== undefined && isIdleInTransaction(root));
    return [
      {
        kind: 'blocked' as const,
        subject: String(tree.pid),
        severity: staysForEver && waitedMs > thresholds.activeSeconds * 1000 ? 'critical' : 'warning',
        sentence: blockedSentence(tree, root, waiters.length, waitedMs),
        nextStep: nextStepFor(tree, root),
        pids: [...(tree.pid === 0 ? [] : [tree.pid]), ...waiters],
        value: rounded(waitedMs / 1000),
        threshold: rounded(leastMs / 1000),
      } satisfies Finding,
    ];
  });
}

/** Pids that at least one session waits for. */
export function blockersIn({ backends }: Pick<ActivitySample, 'backends'>): Set<number> {
  return new Set(backends.flatMap(({ blockedBy }) => blockedBy));
}

function blockedSentence(
  tree: BlockedBy,
  root: Backend | undefined,
  waiters: number,
  waitedMs: number,
): Sentence {
  const longest = shownDuration(waitedMs);
  if (tree.pid === 0)
    return sentence(
      'Sessions that wait for a lock of a prepared transaction: {0}, the longest for {1}.',
      waiters,
      longest,
    );
  return sentence(
    'Sessions that wait for process {0} ({1}, {2}): {3}, the longest for {4}.',
    tree.pid,
    told(root?.user),
    root?.state ?? told(root?.backendType),
    waiters,
    longest,
  );
}

function nextStepFor(tree: BlockedBy, root: Backend | undefined): Sentence {
  if (tree.pid === 0)
    return sentence('Finish it with COMMIT PREPARED or ROLLBACK PREPARED; pg_prepared_xacts lists them.');
  if (root !== undefined && isIdleInTransaction(root))
    return sentence(
      'It idles in its transaction: let its application commit or roll back, or terminate it (to cancel does nothing here).',
    );
  return sentence('Wait until its statement is done, or cancel that.');
}

/** Prepared transactions older than a transaction should idle: they keep locks and hold back VACUUM, also over restarts. */
export function preparedTransactionFindings(
  sample: ActivitySample,
  { idleInTransactionMinutes }: ServerThresholds,
): Finding[] {
  return sample.preparedTransactions.flatMap((transaction) => {
    const { gid, database, owner, preparedAt } = transaction;
    const age = ageMs(preparedAt, sample.serverAt) ?? 0;
    if (age <= idleInTransactionMinutes * minuteMs) return [];
    return [
      {
        kind: 'preparedTransaction' as const,
        subject: subjectOf(database, gid),
        severity: 'warning' as const,
        sentence: sentence(
          'The prepared transaction {0} of {1} in the database {2} has been left for {3}.',
          gid,
          owner,
          database,
          shownDuration(age),
        ),
        nextStep: sentence(
          'Finish it with COMMIT PREPARED or ROLLBACK PREPARED, connected to that database: it keeps its locks, also over a restart.',
        ),
        pids: [],
        value: rounded(age / minuteMs),
        threshold: idleInTransactionMinutes,
      },
    ];
  });
}
