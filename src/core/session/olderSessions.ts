import type { LogEvidence, SavedBook } from './bookFacts.ts';
import type { SavedLogState } from './logState.ts';
import { countsOf, type OpeningSession, type OpenSession } from './session.ts';
import type { SavedTally } from './tally.ts';

/** What the part of a log before another tells of the present. */
export interface EarlierPart {
  /** Open all the time since, oldest first, and logins that have been under way since. */
  readonly sessions: readonly OpenSession[];
  readonly opening: readonly (readonly [key: string, OpeningSession])[];
  /** Sessions that the later part knew by a part of their lines, by pid. */
  readonly completed: ReadonlyMap<number, OpenSession>;
  readonly evidence: LogEvidence;
  readonly server: SavedBook['server'];
  readonly restartsAt: readonly number[];
}

/** The state of a log's end, with what the part before it tells of who is connected. Its events stay as they are. */
export function withEarlierPart(saved: SavedLogState, earlier: EarlierPart): SavedLogState {
  const { book, tally } = saved;
  const older = new Set(earlier.sessions.map(({ pid }) => pid));
  const younger = book.sessions
    .filter(({ pid }) => pid === undefined || !older.has(pid))
    .map((session) =>
      session.pid === undefined ? session : (earlier.completed.get(session.pid) ?? session),
    );
  const sessions = [...earlier.sessions, ...younger];
  const counts = countsOf(sessions);
  return {
    ...saved,
    book: {
      ...book,
      sessions,
      counts,
      opening: [...openingOf(earlier.opening, book.opening)],
      evidence: evidenceOf(earlier.evidence, book.evidence),
      server: { ...earlier.server, ...defined(book.server) },
    },
    tally: withOpenBefore(tally, counts.clients - book.counts.clients),
    restartsAt: [...earlier.restartsAt, ...saved.restartsAt],
  };
}

function openingOf(
  earlier: EarlierPart['opening'],
  later: EarlierPart['opening'],
): Map<string, OpeningSession> {
  const all = new Map(earlier);
  for (const [key, opening] of later) all.set(key, { ...all.get(key), ...defined(opening) });
  return all;
}

/** So many sessions more were open before the first minute, and ever since. */
function withOpenBefore(tally: SavedTally, more: number): SavedTally {
  const { active, timeline } = tally;
  const raised = (column: Int32Array): Int32Array => column.map((count) => count + more);
  const { columns } = timeline;
  return {
    ...tally,
    active: active + more,
    timeline: {
      ...timeline,
      before: timeline.before + more,
      columns: { ...columns, active: raised(columns.active), maxActive: raised(columns.maxActive) },
    },
  };
}

function evidenceOf(earlier: LogEvidence, later: LogEvidence): LogEvidence {
  const isOfEarlierRun = later.startSeen && earlier.endsChanged !== undefined;
  return {
    startSeen: earlier.startSeen || later.startSeen,
    serverSeen: earlier.serverSeen === true || later.serverSeen === true,
    receivedSeen: earlier.receivedSeen || later.receivedSeen,
    receivedNotRefused: earlier.receivedNotRefused + later.receivedNotRefused,
    connectsSeen: earlier.connectsSeen + later.connectsSeen,
    guessedNames: earlier.guessedNames + later.guessedNames,
    disconnectionsSeen: earlier.disconnectionsSeen + later.disconnectionsSeen,
    silentEnds: earlier.silentEnds + later.silentEnds,
    withoutKey: earlier.withoutKey + later.withoutKey,
    endsChanged: later.endsChanged ?? (isOfEarlierRun ? 'inEarlierRun' : earlier.endsChanged),
  };
}

function defined<T extends object>(facts: T): Partial<T> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Partial<T>;
}
