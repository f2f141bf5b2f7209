import { ConnectsByName } from '../core/session/connectsByName.ts';
import { dimensions, type Dimension } from '../core/session/filter.ts';
import { groupsOf } from '../core/session/logReportOf.ts';
import type { LogState } from '../core/session/logState.ts';
import type { OpenSession } from '../core/session/session.ts';
import { topNames } from '../core/session/topNames.ts';
import type { DashboardScope, DashboardSnapshot, HistoryColumns } from '../core/snapshot/dashboard.ts';

/** So many names of each dimension are told one by one. */
const mostNames = 8;
const minuteMs = 60_000;

/** So many stretches of a log are counted at a time: one for each page that shows it. */
const mostStretches = 2;

/** What has been counted by name goes with the state that it was counted of. */
const counted = new WeakMap<LogState, Map<string, ConnectsByName>>();

/** Session lengths and top names of the stretch of time that a history shows; `clients`: the open sessions seen. */
export function insightOf(
  state: LogState,
  scope: DashboardScope,
  { startAt, bucketMinutes }: HistoryColumns,
  clients: readonly OpenSession[],
): Pick<DashboardSnapshot, 'lengths' | 'top' | 'topOf'> {
  const bucketMs = bucketMinutes * minuteMs;
  const [firstAt = 0, lastAt = 0] = [startAt[0], startAt.at(-1)];
  const connects = connectsOf(state, `${scope} ${bucketMs}`).since(firstAt, bucketMs);
  const top = (dimension: Dimension) => {
    const active = new Map(groupsOf(clients, dimension).map(({ name, count }) => [name, count]));
    return topNames(connects[dimension], active, mostNames);
  };
  return {
    lengths: state.seen.lengths.histogram(firstAt, lastAt + bucketMs - 1),
    top: Object.fromEntries(dimensions.map((dimension) => [dimension, top(dimension)])) as Record<
      Dimension,
      ReturnType<typeof top>
    >,
    topOf: [...connects.database.values()].reduce((sum, count) => sum + count, 0),
  };
}

function connectsOf(state: LogState, stretch: string): ConnectsByName {
  const stretches = counted.get(state) ?? new Map<string, ConnectsByName>();
  counted.set(state, stretches);
  const connects = stretches.get(stretch) ?? new ConnectsByName(state);
  // asked for last stands last
  stretches.delete(stretch);
  stretches.set(stretch, connects);
  for (const oldest of stretches.keys()) if (stretches.size > mostStretches) stretches.delete(oldest);
  return connects;
}
