import { longestList, type LogReport } from '../report/logReport.ts';
import { endText } from '../report/endText.ts';
import { renderSentence } from '../sentence.ts';
import type { FeedRow } from '../snapshot/dashboard.ts';
import type { NameCount, SessionRow } from '../snapshot/openSessions.ts';
import type { Trouble, TroubleCategory } from '../snapshot/troubleLists.ts';
import type { StoredEvent } from './storedEvent.ts';
import { dimensions, type Dimension } from './filter.ts';
import type { StoredTrouble } from './keptTroubles.ts';
import type { LogState } from './logState.ts';
import { nameCounts } from './nameCounts.ts';
import type { OpenSession } from './session.ts';

/** What a report needs that the state of the log does not know. */
export type ReportFacts = Pick<
  LogReport,
  'files' | 'format' | 'logLinePrefix' | 'wrapping' | 'bytes' | 'skipped' | 'activeIs' | 'warnings' | 'now'
> & {
  readonly bucketMinutes: number;
  /** Undefined = the whole log. */
  readonly windowMinutes?: number | undefined;
  /** Offset from UTC by which the history's buckets are aligned. */
  readonly alignMinutes?: number | undefined;
  readonly fileName: (fileNumber: number) => string;
};

/** Everything that the terminal and *Copy Summary* tell, as the filter and Clear let it be seen. */
export function logReportOf(state: LogState, facts: ReportFacts): LogReport {
  const { bucketMinutes, windowMinutes, alignMinutes, fileName, now, ...rest } = facts;
  const sessions = [...seenSessions(state)];
  const clients = sessions.filter(({ replication }) => !replication);
  const list = (category: TroubleCategory): Trouble[] =>
    state
      .seenTroubles(category)
      .slice(-longestList)
      .map((trouble) => named(trouble, fileName));
  // a log that tells no time has none to begin a window at
  const window =
    windowMinutes === undefined || state.book.newestAt === undefined
      ? {}
      : { fromAt: now - windowMinutes * 60_000, toAt: now };
  return {
    ...rest,
    now,
    serverVersion: state.book.server.version,
    fromAt: state.fromAt,
    toAt: state.book.newestAt,
    active: clients.length,
    activeReplication: sessions.length - clients.length,
    sessions: sessions.slice(-longestList).map((session) => sessionRow(state, session)),
    totals: { ...state.seen.totals },
    // thousands, of which a summary as text has none
    get failures() {
      return list('failure');
    },
    get endings() {
      return list('ending');
    },
    get problems() {
      return list('problem');
    },
    groups: Object.fromEntries(
      dimensions.map((dimension) => [dimension, groupsOf(clients, dimension)]),
    ) as Record<Dimension, NameCount[]>,
    history: state.seen.timeline.history({ bucketMinutes, alignMinutes, ...window, limit: longestList }),
    filter: state.filter,
  };
}

/** Open sessions that the filter lets be seen, walsenders too, oldest connect first. */
export function seenSessions(state: LogState): OpenSession[] {
  return [...state.book.sessions()].filter((session) => state.shows(session));
}

/** Names and how many of the sessions have them: largest first, then by name, unknown last. */
export function groupsOf(sessions: readonly OpenSession[], dimension: Dimension): NameCount[] {
  return nameCounts(sessions.map((session) => nameOf(session, dimension)));
}

/** What a session is called in one dimension. */
export function nameOf(session: OpenSession, dimension: Dimension): string | undefined {
  switch (dimension) {
    case 'database':
      return session.database;
    case 'user':
      return session.user;
    case 'application':
      return session.applicationName;
    case 'host':
      return session.remoteHost;
  }
}

/** One open session as views and JSON show it. */
export function sessionRow(state: LogState, session: OpenSession): SessionRow {
  const { key, pid, sessionId, user, database, applicationName, applicationLatest } = session;
  const { remoteHost, remotePort, connectedAt, replication, source } = session;
  const clear = state.clearPoint;
  const beforeClear = clear !== undefined && connectedAt !== undefined && connectedAt <= clear.at;
  const names = { user, database, applicationName, applicationLatest };
  return {
    key,
    pid,
    sessionId,
    ...names,
    remoteHost,
    remotePort,
    connectedAt,
    replication,
    source,
    beforeClear,
  };
}

/** A stored trouble with the name of its file. */
export function named(
  { fileNumber, ...trouble }: StoredTrouble,
  fileName: (fileNumber: number) => string,
): Trouble {
  return { ...trouble, file: fileName(fileNumber) };
}

/** The newest events as rows of the feed, oldest first; `trouble` finds what a `[!]` says. */
export function feedRows(state: LogState, limit: number): FeedRow[] {
  const rows: FeedRow[] = [];
  const takenBack = new Set<string>();
  for (const event of state.newestEvents()) {
    if (rows.length >= limit) break;
    if (event.kind === 'takenBack') takenBack.add(takenBackKey(event, event.wasLost ? 'lost' : 'connect'));
    else if (!takenBack.delete(takenBackKey(event, event.kind))) {
      const row = feedRow(state, event);
      if (row) rows.push(row);
    }
  }
  return rows.reverse();
}

function takenBackKey({ pid, names }: StoredEvent, kind: string): string {
  return `${kind} ${pid ?? ''} ${names.user ?? ''} ${names.database ?? ''}`;
}

/** How a session ended, where it was not as usual. */
function ended({ lossReason, clientTrouble }: StoredEvent): Pick<FeedRow, 'message' | 'reason'> {
  const reason = lossReason ?? clientTrouble;
  return { message: reason && renderSentence(endText(reason)), reason };
}

/** One stored event as a row of the feed; undefined for what the feed does not show. */
export function feedRow(state: LogState, event: StoredEvent): FeedRow | undefined {
  const { id, at, pid, names } = event;
  const who = {
    user: names.user,
    database: names.database,
    applicationName: names.application,
    remoteHost: names.host,
  };
  const row = { id, at, pid, ...who };
  switch (event.kind) {
    case 'connect':
      return { ...row, sign: '+' };
    case 'disconnect':
      return { ...row, sign: '-', sessionTimeMs: event.sessionTimeMs, ...ended(event) };
    case 'lost':
      return { ...row, sign: '-', lost: true, ...ended(event) };
    case 'failure':
    case 'ending':
    case 'problem': {
      const trouble = state.troubles.byId(event.kind, id);
      return {
        ...row,
        sign: '!',
        category: event.kind,
        sqlState: trouble?.sqlState,
        message: trouble?.message,
      };
    }
    case 'restart':
    case 'takenBack':
    case 'appeared':
    case 'vanished':
      return undefined;
  }
}
