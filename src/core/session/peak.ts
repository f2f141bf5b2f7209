import type { NameCount } from '../snapshot/openSessions.ts';
import { dimensions, type Dimension } from './filter.ts';
import { nameOf, seenSessions } from './logReportOf.ts';
import type { LogState } from './logState.ts';
import { nameCounts } from './nameCounts.ts';
import type { StoredEvent } from './storedEvent.ts';
import { activeChange } from './tally.ts';

/** A stretch of time, ends included; undefined = as far as the log goes. */
export interface TimeWindow {
  readonly fromAt?: number | undefined;
  readonly toAt?: number | undefined;
}

/** The most client sessions that were open at once, and whose they were. */
export interface Peak {
  readonly active: number;
  /** When so many were open for the first time; undefined = the log tells no time. */
  readonly at: number | undefined;
  /** Undefined = the events of that moment are no longer kept. */
  readonly holders: Readonly<Record<Dimension, readonly NameCount[]>> | undefined;
}

/** Entries are written a little out of order: only what is older than this has left the window for good. */
const disorderMs = 60_000;

interface Moment {
  readonly active: number;
  readonly at: number | undefined;
  /** The last event before that moment; 0 = none that is kept. */
  readonly afterId: number;
}

/**
 * The peak of a window, as the filter and Clear let it be seen: from the sessions that are open now, backwards through
 * the stored events. What these no longer reach is the history's, which knows how many, but not who.
 */
export function peakOf(state: LogState, window: TimeWindow): Peak {
  const open = seenSessions(state).filter(({ replication }) => !replication);
  const moment = highestMoment(state, window, open.length);
  const older = state.hasAllEvents ? undefined : highestInHistory(state, window);
  if (older && older.active > moment.active) return { ...older, holders: undefined };
  const changes = new Map<Dimension, Map<string | undefined, number>>(
    dimensions.map((dimension) => [
      dimension,
      new Map(
        nameCounts(open.map((session) => nameOf(session, dimension))).map((each) => [each.name, each.count]),
      ),
    ]),
  );
  for (const event of state.newestEvents(moment.afterId + 1)) takeBack(event, changes);
  const holders = Object.fromEntries(
    [...changes].map(([dimension, counts]) => [dimension, sorted(counts)]),
  ) as Record<Dimension, NameCount[]>;
  return { active: moment.active, at: moment.at, holders };
}

function highestMoment(state: LogState, { fromAt, toAt }: TimeWindow, openNow: number): Moment {
  let active = openNow;
  let best: Moment = { active: -1, at: toAt, afterId: state.nextEventId - 1 };
  let begun: Moment | undefined;
  for (const event of state.newestEvents()) {
    const { id, at } = event;
    if (at !== undefined && fromAt !== undefined && at < fromAt) {
      // what was open when the window began
      begun ??= { active, at: fromAt, afterId: id };
      if (at < fromAt - disorderMs) break;
    } else if ((at === undefined || toAt === undefined || at <= toAt) && active >= best.active) {
      best = { active, at, afterId: id };
    }
    active -= activeChange(event);
  }
  begun ??= { active, at: fromAt ?? state.fromAt, afterId: 0 };
  return begun.active >= best.active ? begun : best;
}

function highestInHistory(
  state: LogState,
  { fromAt, toAt }: TimeWindow,
): Omit<Moment, 'afterId'> | undefined {
  const history = state.seen.timeline.history({ bucketMinutes: 1, fromAt, toAt, limit: 150_000 });
  let best: Omit<Moment, 'afterId'> | undefined;
  history.maxActive.forEach((active, index) => {
    if (active > (best?.active ?? 0)) best = { active, at: history.startAt[index] };
  });
  return best;
}

function takeBack(event: StoredEvent, counts: ReadonlyMap<Dimension, Map<string | undefined, number>>): void {
  const change = activeChange(event);
  if (change === 0) return;
  for (const [dimension, names] of counts) {
    const name = event.names[dimension];
    names.set(name, (names.get(name) ?? 0) - change);
  }
}

function sorted(counts: ReadonlyMap<string | undefined, number>): NameCount[] {
  const names = [...counts].filter(([, count]) => count > 0);
  return nameCounts(names.flatMap(([name, count]) => new Array<string | undefined>(count).fill(name)));
}
