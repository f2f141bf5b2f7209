import type { TroubleGroup } from '../core/snapshot.ts';
import type { EntryPlace } from '../protocol.ts';
import { tailLog } from '../sources/tail/tailLog.ts';
import { PostgresLog } from '../sources/postgresLog.ts';
import { locateEntry } from './locateEntry.ts';
import { LogFold } from './logFold.ts';
import type { PoolerReading } from './poolLogSink.ts';
import { answerLocate } from './sourceAnswers.ts';
import { troublesOf } from './sourceSnapshots.ts';

/** Entries of a PgBouncer's log that are kept. */
const keptEvents = 5000;

/** What the engine has anyway, for the pools' bundle, which loads later and holds no second copy of it. */
export interface PoolTools {
  readonly tail: typeof tailLog;
  readonly locate: typeof locateEntry;
  poolerReading(timeZone: string | undefined): PoolerReading;
  /** What went wrong in a PgBouncer's log: newest first. */
  troublesOf(fold: LogFold): TroubleGroup[];
  /** Where one of these stands. */
  locateIn(fold: LogFold, troubleId: number, largestFileBytes: number): Promise<EntryPlace>;
}

export const poolTools: PoolTools = {
  tail: tailLog,
  locate: locateEntry,
  poolerReading: (timeZone) => ({
    fold: () => new LogFold({ memoryEvents: keptEvents, logTimezone: timeZone }),
    entries: (entry) => new PostgresLog({ entry }, { logTimezone: timeZone }),
  }),
  troublesOf: (fold) => {
    const { failures, endings, problems } = troublesOf(
      { fold, log: {}, acknowledged: new Set() },
      { mute: [] },
    );
    return [...failures, ...endings, ...problems].sort(
      (one, other) => (other.members[0]?.id ?? 0) - (one.members[0]?.id ?? 0),
    );
  },
  locateIn: (fold, troubleId, largestFileBytes) =>
    answerLocate({ fold, recent: undefined }, { troubleId, largestFileBytes }),
};
